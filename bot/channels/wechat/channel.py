"""``/webhooks/wechat``: the callbacks of a WeChat Official Account."""

from __future__ import annotations

import logging
import re
import time
from typing import Optional

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.core.core import ChannelCore
from bot.channels.core.running import CoreChannel, CoreOf
from bot.channels.outgoing import Outgoing, base_url
from bot.channels.seen import Seen
from bot.channels.sentences import sentences
from bot.channels.wechat.adapter import WeChatAdapter
from bot.channels.wechat.api import AccessToken, WeChatApi
from bot.channels.wechat.crypto import Forged, SafeMode, check
from bot.channels.wechat.events import LANGUAGE, NAME, read
from bot.channels.wechat.xml import LONGEST, Malformed
from bot.channels.wechat.xml import read as read_xml
from catalog.errors import ShoptalkError
from catalog.settings import Settings

logger = logging.getLogger(__name__)

#: What WeChat takes for "do not ask again".
DONE = "success"
_ECHO = re.compile(r"[A-Za-z0-9+/=_-]{1,256}")
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")


class WeChatChannel(CoreChannel):
    """WeChat Official Account, where ``SHOPTALK_WECHAT_APP_ID`` is set.

    With a key of safe mode only encrypted callbacks are taken. A callback is answered as soon as
    it is kept; replies go through the customer-service interface.
    """

    path = "/webhooks/wechat"

    def __init__(self) -> None:
        self._token = ""
        self._safe: Optional[SafeMode] = None
        self._adapter: Optional[WeChatAdapter] = None
        self._hello = ""
        self._seen: Optional[Seen] = None

    @classmethod
    def name(cls) -> str:
        """What Rasa calls the channel."""
        return NAME

    def adapter(self, settings: Settings) -> Optional[WeChatAdapter]:
        """What sends messages; None where the settings name no account.

        Raises
        ------
        ShoptalkError
            Where the settings lack something, or have something that WeChat does not give out.
        """
        app_id = settings.wechat_app_id
        if not app_id:
            return None
        if not _ACCOUNT.fullmatch(app_id):
            raise ShoptalkError("SHOPTALK_WECHAT_APP_ID must be letters and digits.")
        if not settings.wechat_app_secret:
            raise ShoptalkError("SHOPTALK_WECHAT_APP_ID needs SHOPTALK_WECHAT_APP_SECRET.")
        if not _TOKEN.fullmatch(settings.wechat_token):
            raise ShoptalkError(
                "SHOPTALK_WECHAT_TOKEN must be the 3 to 32 letters and digits that the account's "
                "settings have as Token."
            )
        self._token = settings.wechat_token
        if settings.wechat_aes_key:
            self._safe = SafeMode(settings.wechat_aes_key, app_id)
        outgoing = Outgoing("WeChat", base_url("SHOPTALK_WECHAT_URL", settings.wechat_url))
        token = AccessToken(outgoing, app_id, settings.wechat_app_secret)
        texts = sentences()
        self._hello = texts.say(LANGUAGE, "subscribed")
        self._adapter = WeChatAdapter(WeChatApi(outgoing, token), texts)
        return self._adapter

    def routes(self, blueprint: Blueprint, core_of: CoreOf) -> None:
        """Listen to callbacks."""

        @blueprint.route("/", methods=["GET"], strict_slashes=False)
        async def prove(request: Request) -> HTTPResponse:
            return self._prove(request)

        @blueprint.route("/", methods=["POST"], strict_slashes=False)
        async def receive(request: Request) -> HTTPResponse:
            return await self._receive(request, core_of(request))

        async def close(_app: object, _loop: object) -> None:
            if self._adapter is not None:
                await self._adapter.close()

        blueprint.listener("after_server_stop")(close)

    def _prove(self, request: Request) -> HTTPResponse:
        """Say back what WeChat says when the address is entered in the account's settings."""
        echo = request.args.get("echostr", "")
        try:
            check(self._token, *_signed(request, "signature"), now=time.time())
        except Forged as forgery:
            return _refusal(403, str(forgery))
        if not _ECHO.fullmatch(echo):
            return _refusal(400, "There is nothing to say back.")
        return response.text(echo, headers={"X-Content-Type-Options": "nosniff"})

    async def _receive(self, request: Request, core: ChannelCore) -> HTTPResponse:
        if len(request.body) > LONGEST:
            return _refusal(413, "The callback is too long.")
        try:
            content = self._opened(request)
            inbound = read(read_xml(content), self._hello)
        except Forged as forgery:
            logger.warning("A callback of WeChat was refused: %s", forgery)
            return _refusal(403, str(forgery))
        except (Malformed, ValueError):
            return _refusal(400, "The callback is not as WeChat describes it.")
        seen = self._seen = self._seen or Seen(core, NAME)
        _given, timestamp, nonce = _signed(request, "signature")
        if not await seen.keep([f"{timestamp} {nonce}"], content):
            logger.warning("A callback of WeChat was refused: its nonce was used before.")
            return _refusal(403, "The nonce was used before.")
        if inbound is not None:
            await core.accept([inbound])
        return response.text(DONE)

    def _opened(self, request: Request) -> bytes:
        """The XML of a callback, its signature checked, decrypted in safe mode.

        Raises
        ------
        Forged, Malformed
            Where it is not the account's.
        """
        if self._safe is None:
            check(self._token, *_signed(request, "signature"), now=time.time())
            return request.body
        # Whatever is read before the signature is checked is read as safely as anything.
        encrypted = read_xml(request.body).get("Encrypt", "")
        if not encrypted:
            raise Forged("The callback is not encrypted, as safe mode asks for.")
        signed = _signed(request, "msg_signature")
        check(self._token, *signed, now=time.time(), encrypted=encrypted)
        return self._safe.open(encrypted)


def _signed(request: Request, name: str) -> tuple[str, str, str]:
    """Signature, time and nonce."""
    arguments = request.args
    return arguments.get(name, ""), arguments.get("timestamp", ""), arguments.get("nonce", "")


def _refusal(status: int, sentence: str) -> HTTPResponse:
    return response.text(sentence, status=status)
