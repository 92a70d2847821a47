"""A channel for Telegram: how much one more channel takes. Tests only; the bot has it not."""

from __future__ import annotations

import hmac
import os
from typing import Any, Mapping, Optional

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.core.core import ChannelCore
from bot.channels.core.model import TEXT, UNSUPPORTED, Capabilities, Conversation, Inbound, Message
from bot.channels.core.rendering import render
from bot.channels.core.running import CoreChannel, CoreOf
from bot.channels.outgoing import Outgoing, Parts
from catalog.settings import Settings


class TelegramAdapter:
    """Sends messages; a tapped button says which one of which message it is (64 bytes at most)."""

    name = "telegram"
    capabilities = Capabilities(buttons=8, button_length=40, text_length=4000)

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._parts = Parts()

    async def deliver(self, conversation: Conversation, message: Message) -> None:
        """Send the parts that were not sent, the last with its buttons."""
        rendered = render(message, self.capabilities)
        name = f"{conversation.id} {message.key}"
        for number in range(self._parts.done(name), len(rendered.texts)):
            body: dict[str, Any] = {"chat_id": conversation.address}
            body["text"] = rendered.texts[number]
            if rendered.buttons and number == len(rendered.texts) - 1:
                rows = [
                    [{"text": title, "callback_data": f"{message.seq}:{place}"}]
                    for place, title in enumerate(rendered.buttons)
                ]
                body["reply_markup"] = {"inline_keyboard": rows}
            await self._outgoing.call("POST", "/sendMessage", body)
            self._parts.add(name)
        self._parts.forget(name)

    async def typing(self, conversation: Conversation, on: bool) -> None:
        """Telegram ends it by itself."""
        if on:
            body = {"chat_id": conversation.address, "action": "typing"}
            await self._outgoing.call("POST", "/sendChatAction", body)

    async def handed_over(self, conversation: Conversation) -> None:
        """Our own desk answers."""

    async def handed_back(self, conversation: Conversation) -> None:
        """Our own desk answered."""


class TelegramChannel(CoreChannel):
    """``POST /webhooks/telegram``."""

    path = "/webhooks/telegram"

    def adapter(self, settings: Settings) -> Optional[TelegramAdapter]:
        """On where there is a server of Telegram's."""
        url = os.environ.get("TELEGRAM_URL")
        self._secret = os.environ.get("TELEGRAM_SECRET", "")
        return TelegramAdapter(Outgoing("Telegram", url)) if url else None

    def routes(self, blueprint: Blueprint, core_of: CoreOf) -> None:
        """Updates, with the secret that was given when the webhook was set."""

        @blueprint.route("/", methods=["POST"], strict_slashes=False)
        async def receive(request: Request) -> HTTPResponse:
            given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
            if not hmac.compare_digest(given.encode(), self._secret.encode()):
                return response.json({"error": "The secret is wrong."}, status=401)
            inbound = await _read(core_of(request), request.json)
            await core_of(request).accept([inbound] if inbound else [])
            return response.json({})


async def _read(core: ChannelCore, update: Mapping[str, Any]) -> Optional[Inbound]:
    query = update.get("callback_query", {})
    message = query.get("message") or update.get("message")
    if not message:
        return None
    address, text = str(int(message["chat"]["id"])), message.get("text", "[attachment]")
    if query:
        seq, place = map(int, query["data"].split(":"))
        (shown,) = await core.messages(f"telegram:{address}", seq - 1, 1)
        text = shown.buttons[place]
    kind = TEXT if query or "text" in message else UNSUPPORTED
    return Inbound("telegram", address, f"update-{int(update['update_id'])}", text, kind)
