"""Hands replies over to WeChat."""

from __future__ import annotations

from typing import Any

from actions.replies.texts import Texts
from bot.channels.core.model import Conversation, Message
from bot.channels.outgoing import Parts
from bot.channels.wechat.api import WeChatApi, WeChatError
from bot.channels.wechat.events import NAME
from bot.channels.wechat.render import CAPABILITIES, payloads, without_menu

#: "The list of the menu is too long", "no such kind of message", "no right to use this".
_NO_MENU = frozenset({45098, 40008, 48001})


class WeChatAdapter:
    """One Official Account.

    WeChat takes no key of ours with a message and does not tell what it has: a message that was
    being sent when the process ended, or on which WeChat's answer was lost, is sent again. So at
    most one message per crash comes twice, and none is lost. People answer at our own desk.
    """

    name = NAME
    capabilities = CAPABILITIES

    def __init__(self, api: WeChatApi, texts: Texts) -> None:
        self._api = api
        self._texts = texts
        self._parts = Parts()

    async def deliver(self, conversation: Conversation, message: Message) -> None:
        """Send the parts of a message that were not sent."""
        name = f"{conversation.id} {message.key}"
        sent = payloads(message, conversation.language, self._texts)
        for payload in sent[self._parts.done(name) :]:
            await self._send(conversation.address, payload)
            self._parts.add(name)
        self._parts.forget(name)

    async def typing(self, conversation: Conversation, on: bool) -> None:
        """Show that an answer is being made."""
        await self._api.typing(conversation.address, on)

    async def handed_over(self, conversation: Conversation) -> None:
        """Nothing: who waits for a person is shown at our own desk."""

    async def handed_back(self, conversation: Conversation) -> None:
        """Nothing, for the same reason."""

    async def close(self) -> None:
        """End the session."""
        await self._api.close()

    async def _send(self, address: str, payload: dict[str, Any]) -> None:
        try:
            await self._api.send(address, payload)
        except WeChatError as refusal:
            if payload["msgtype"] != "msgmenu" or refusal.code not in _NO_MENU:
                raise
            await self._api.send(address, without_menu(payload))
