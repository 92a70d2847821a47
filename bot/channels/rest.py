"""Rasa's REST channel with deadlines, checked input, and an answer whatever happens."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from typing import Any, Awaitable, Callable, Optional

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from actions.replies.texts import Texts
from bot.channels.contract import DEADLINE, FAILED
from catalog.settings import DEVELOPMENT, Settings
from catalog.text import detect_language

logger = logging.getLogger(__name__)

MAX_BODY = 1 << 20
MAX_SENDER = 200

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


class RestChannel(RestInput):
    """``POST /webhooks/rest/webhook`` with ``{"sender", "message", "metadata"}``.

    The caller chooses the sender: this channel is for loopback, or for a server of the
    merchant's own that mints sessions. A turn that fails or takes too long is answered with a
    sentence whose ``custom`` is ``{"type": "error"}``. In production there is no such channel,
    except where the bot was started for a command that needs it.
    """

    wanted = False
    """Whether there are routes whatever the environment."""

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes of the channel."""
        blueprint = Blueprint("shoptalk_rest", "shoptalk_rest")
        if not self.wanted and Settings.from_env().environment != DEVELOPMENT:
            return blueprint

        @blueprint.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @blueprint.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            body = _read(request)
            if isinstance(body, str):
                return response.json({"error": body}, status=400)
            return response.json(await _answer(on_new_message, body))

        return blueprint


def _read(request: Request) -> dict[str, Any] | str:
    """The body of a call, or what is wrong with it."""
    if len(request.body) > MAX_BODY:
        return "The message is too long."
    try:
        body = json.loads(request.body)
    except ValueError:
        return "The body is no JSON."
    if not isinstance(body, dict) or not isinstance(body.get("message"), str):
        return 'The body must be an object with a text "message".'
    sender = body.get("sender", "")
    if not isinstance(sender, str) or len(sender) > MAX_SENDER:
        return f'"sender" must be a text of at most {MAX_SENDER} characters.'
    if not isinstance(body.get("metadata") or {}, dict):
        return '"metadata" must be an object.'
    return body


async def _answer(on_new_message: OnNewMessage, body: dict[str, Any]) -> list[dict[str, Any]]:
    collector = CollectingOutputChannel()
    sender = body.get("sender") or uuid.uuid4().hex
    message = UserMessage(
        body["message"],
        collector,
        sender,
        input_channel=RestChannel.name(),
        metadata=body.get("metadata"),
    )
    problem: Optional[str] = None
    try:
        await asyncio.wait_for(on_new_message(message), DEADLINE)
    except asyncio.TimeoutError:
        problem = f"took more than {DEADLINE:.0f} s"
    except Exception:
        logger.exception("A turn of conversation %s failed.", sender)
        problem = "failed"
    if problem is None and collector.messages:
        return collector.messages
    logger.error("The turn of conversation %s %s.", sender, problem or "brought no answer")
    text = Texts.load().say(detect_language(body["message"]), "sorry")
    return [{"recipient_id": sender, "text": text, "custom": FAILED}]
