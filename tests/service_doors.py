"""Chatwoot and WeChat as ways into the assistant, played by their stand-ins."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any, Awaitable, Coroutine

from bot.evaluate.durability.doors import Heard
from catalog.settings import Settings
from tests.standins import wechat as wechat_standin
from tests.standins.chatwoot import Chatwoot, Webhook
from tests.standins.server import Standin
from tests.standins.wechat import Callback, WeChat

#: Seconds between two looks at what a stand-in was handed.
LOOK_EVERY = 0.01


class _Door:
    """What both have in common: the other side is here, and keeps what it is handed."""

    def __init__(self, standin: Standin) -> None:
        self._standin = standin
        self._heard: dict[int, Heard] = {}
        self._sent: dict[str, Any] = {}

    async def open(self, url: str, number: int) -> None:
        """A first message opens a conversation."""

    async def listen(self, url: str, number: int) -> None:
        """Look at what was handed over since the last look."""
        await asyncio.sleep(LOOK_EVERY)
        self.look(number)

    def look(self, number: int) -> None:
        """Note what is new."""
        raise NotImplementedError

    def heard(self, number: int) -> Heard:
        """What has arrived so far."""
        return self._heard.setdefault(number, Heard())

    def _there(self, work: Coroutine[Any, Any, Any]) -> Awaitable[Any]:
        """Have the stand-in do something, in its own thread."""
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._standin._loop))


class ChatwootDoor(_Door):
    """A Chatwoot that does not give a conversation to people while the bot restarts."""

    channel = "chatwoot"

    def __init__(self, standin: Chatwoot) -> None:
        super().__init__(standin)
        self._chatwoot = standin

    async def send(self, url: str, number: int, key: str, text: str) -> bool:
        """The contact writes; the webhook is sent again until it is acknowledged."""
        self._chatwoot.webhook_url = f"{url}/webhooks/chatwoot"
        if key not in self._sent:
            self._sent[key] = _of_contact(self._chatwoot.contact_writes(text, number + 1), number)
        webhook: Webhook = self._sent[key]
        return 200 <= await self._there(self._chatwoot._post(webhook)) < 300

    def look(self, number: int) -> None:
        """Every message has its key; parts of one reply share its beginning."""
        heard = self.heard(number)
        written = [
            m
            for m in self._chatwoot.talk(number + 1).messages
            if m["message_type"] == 1 and not m["private"]
        ]
        for message in written[len(heard.parts) :]:
            key = message["content_attributes"]["shoptalk_key"]
            heard.add(key.partition("-")[0], message["content"] or "", part=key)


class WeChatDoor(_Door):
    """An Official Account's follower. WeChat has no keys: the same text again came again, since
    the assistant does not say the same thing twice in a row."""

    channel = "wechat"

    def __init__(self, standin: WeChat) -> None:
        super().__init__(standin)
        self._wechat = standin

    async def send(self, url: str, number: int, key: str, text: str) -> bool:
        """The follower writes; the callback is sent again until it is acknowledged."""
        self._wechat.callback_url = f"{url}/webhooks/wechat"
        if key not in self._sent:
            self._sent[key] = self._wechat.writes(text, _open_id(number))
        callback: Callback = self._sent[key]
        status, _text = await self._there(self._wechat.post(*self._wechat.signed(callback)))
        return status == 200

    def look(self, number: int) -> None:
        """Texts, and menus as their head."""
        heard = self.heard(number)
        for text in self._wechat.user(_open_id(number)).said[len(heard.parts) :]:
            again = bool(heard.parts) and heard.texts[-1] == text
            key = str(len(heard.replies) - 1 if again else len(heard.replies))
            heard.add(key, text)


def with_channels(settings: Settings, chatwoot: Chatwoot, wechat: WeChat) -> Settings:
    """The settings with both channels on, and their other sides here."""
    return replace(
        settings,
        chatwoot_url=chatwoot.url,
        chatwoot_token=chatwoot.token,
        chatwoot_secret=chatwoot.secret,
        wechat_url=wechat.url,
        wechat_app_id=wechat_standin.APP_ID,
        wechat_app_secret=wechat_standin.APP_SECRET,
        wechat_token=wechat_standin.TOKEN,
        wechat_aes_key=wechat_standin.AES_KEY,
    )


def _of_contact(webhook: Webhook, number: int) -> Webhook:
    """The same from a contact of its own: who writes in several conversations is one shopper."""
    payload = json.loads(webhook.body)
    for sender in (payload["sender"], payload["conversation"]["meta"]["sender"]):
        sender["id"] = 1000 + number
    return Webhook(json.dumps(payload).encode())


def _open_id(number: int) -> str:
    return f"follower-{number}"
