"""``POST /webhooks/chatwoot``: Chatwoot's webhooks, as an agent bot gets them."""

from __future__ import annotations

import json
import logging
import time
from typing import Optional

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.chatwoot.adapter import ChatwootAdapter
from bot.channels.chatwoot.api import ChatwootApi
from bot.channels.chatwoot.events import NAME, read
from bot.channels.chatwoot.signature import Forged, check
from bot.channels.chatwoot.statuses import Statuses
from bot.channels.chatwoot.taking import take
from bot.channels.core.core import ChannelCore
from bot.channels.core.running import CoreChannel, CoreOf
from bot.channels.outgoing import base_url
from bot.channels.seen import Seen
from bot.channels.sentences import sentences
from catalog.errors import ShoptalkError
from catalog.settings import Settings

logger = logging.getLogger(__name__)

#: Bytes of a webhook at most.
LONGEST = 1 << 20


class ChatwootChannel(CoreChannel):
    """Chatwoot (https://developers.chatwoot.com), where ``SHOPTALK_CHATWOOT_URL`` is set.

    A webhook is answered as soon as it is kept; what it asks for is answered through the API.
    """

    path = "/webhooks/chatwoot"

    def __init__(self) -> None:
        self._secret = ""
        self._adapter: Optional[ChatwootAdapter] = None
        self._statuses = Statuses()
        self._seen: Optional[Seen] = None

    @classmethod
    def name(cls) -> str:
        """What Rasa calls the channel."""
        return NAME

    def adapter(self, settings: Settings) -> Optional[ChatwootAdapter]:
        """What writes to Chatwoot; None where the settings name none.

        Raises
        ------
        ShoptalkError
            Where the settings lack something, or the address is none.
        """
        if not settings.chatwoot_url:
            return None
        if not settings.chatwoot_token or not settings.chatwoot_secret:
            raise ShoptalkError(
                "SHOPTALK_CHATWOOT_URL needs SHOPTALK_CHATWOOT_TOKEN and SHOPTALK_CHATWOOT_SECRET: "
                "Chatwoot shows both in the settings of the agent bot."
            )
        url = base_url("SHOPTALK_CHATWOOT_URL", settings.chatwoot_url)
        self._secret = settings.chatwoot_secret
        api = ChatwootApi.of(settings, url)
        self._adapter = ChatwootAdapter(api, self._statuses, sentences())
        return self._adapter

    def routes(self, blueprint: Blueprint, core_of: CoreOf) -> None:
        """Listen to webhooks."""

        @blueprint.route("/", methods=["POST"], strict_slashes=False)
        async def receive(request: Request) -> HTTPResponse:
            return await self._receive(request, core_of(request))

        async def close(_app: object, _loop: object) -> None:
            if self._adapter is not None:
                await self._adapter.close()

        blueprint.listener("after_server_stop")(close)

    async def _receive(self, request: Request, core: ChannelCore) -> HTTPResponse:
        body = request.body
        if len(body) > LONGEST:
            return _refusal(413, "The webhook is too long.")
        headers = request.headers
        try:
            check(
                self._secret,
                headers.get("X-Chatwoot-Timestamp", ""),
                headers.get("X-Chatwoot-Signature", ""),
                body,
                time.time(),
            )
        except Forged as forgery:
            logger.warning("A webhook for Chatwoot was refused: %s", forgery)
            return _refusal(401, str(forgery))
        try:
            event = read(json.loads(body))
        except (ValueError, RecursionError):
            return _refusal(400, "The webhook is not as Chatwoot describes it.")
        if event is None:
            return response.json({})
        seen = self._seen = self._seen or Seen(core, NAME)
        # Chatwoot does not sign the delivery's name: who sends a webhook again may change that.
        names = [headers["X-Chatwoot-Signature"]]
        names += [headers["X-Chatwoot-Delivery"]] if "X-Chatwoot-Delivery" in headers else []
        if not await seen.has(names, body):
            await take(core, self._statuses, event)
            await seen.keep(names, body)
        return response.json({})


def _refusal(status: int, sentence: str) -> HTTPResponse:
    return response.json({"error": sentence}, status=status)
