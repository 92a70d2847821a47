"""A Chatwoot with one account and a website's inbox, as developers.chatwoot.com describes it.

It signs webhooks, sends them up to three times where the bot is out of order, opens a pending
conversation that the bot could not be told of, and keeps what is written to it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Optional

import aiohttp
from aiohttp import web

from tests.standins.server import Standin

ACCOUNT, INBOX, CONTACT = 3, 5, 77
TRIES, PATIENCE = 3, 5.0
_CONVERSATION = "/api/v1/accounts/{account}/conversations/{number}"
_ITEM_KEYS = {
    "input_select": {"title", "value"},
    "cards": {"title", "description", "media_url", "actions"},
}
_ACTION_KEYS = {"text", "type", "payload", "uri"}


@dataclass
class Talk:
    """One conversation, as Chatwoot has it."""

    number: int
    status: str = "pending"
    channel: str = "Channel::WebWidget"
    language: str = "en"
    updated_at: float = field(default_factory=time.time)
    messages: list[dict[str, Any]] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    blocked: bool = False

    @property
    def said(self) -> list[str]:
        """What the shopper was told, without cards' headings."""
        return [
            m["content"]
            for m in self.messages
            if m["message_type"] == 1 and not m["private"] and m["content_type"] != "cards"
        ]

    @property
    def notes(self) -> list[str]:
        """What only people at the desk see."""
        return [m["content"] for m in self.messages if m["private"]]


@dataclass(frozen=True)
class Webhook:
    """One delivery, to be sent as often as wanted."""

    body: bytes
    delivery: str = field(default_factory=lambda: str(uuid.uuid4()))


class Chatwoot(Standin):
    """The stand-in.

    Parameters
    ----------
    webhook_url
        Where the bot listens.
    retry_pause
        Seconds between two tries of a webhook; three at the real one.
    may_read
        Whether the bot's token may read messages, as a person's may.
    may_show
        Whether it may read the last one, as with newer versions.
    """

    def __init__(
        self,
        webhook_url: str = "",
        secret: str = "webhook-secret",
        token: str = "bot-token",
        retry_pause: float = 3.0,
        may_read: bool = True,
        may_show: bool = True,
    ) -> None:
        super().__init__()
        self.webhook_url = webhook_url
        self.secret = secret
        self.token = token
        self.retry_pause = retry_pause
        self.may_read = may_read
        self.may_show = may_show
        self.talks: dict[int, Talk] = {}
        self._numbers = itertools.count(1001)

    def talk(self, number: int = 42, **values: Any) -> Talk:
        """A conversation, made where there is none."""
        return self.talks.setdefault(number, Talk(number, **values))

    # What happens in Chatwoot: each gives the webhook that tells the bot

    def contact_writes(self, text: Optional[str], number: int = 42, **more: Any) -> Webhook:
        """The shopper writes; what is resolved is pending again."""
        talk = self.talk(number)
        if talk.status == "resolved":
            talk.status = "pending"
        talk.updated_at = time.time()
        contact = {"id": CONTACT, "name": "Ann", "email": "ann@shopper.example"}
        message = self._message(talk, text, message_type=0, sender=contact, **more)
        return self.webhook("message_created", talk, message)

    def contact_chooses(self, value: str, number: int = 42) -> Webhook:
        """The shopper chooses one of the options that were shown last."""
        talk = self.talk(number)
        shown = [m for m in talk.messages if m["content_type"] == "input_select"][-1]
        items = shown["content_attributes"]["items"]
        chosen = [one for one in items if one["value"] == value]
        assert chosen, items
        shown["content_attributes"]["submitted_values"] = chosen
        talk.updated_at = time.time()
        return self.webhook("message_updated", talk, shown)

    def person_writes(self, text: str, number: int = 42, private: bool = False) -> Webhook:
        """Somebody at the desk writes."""
        talk = self.talk(number)
        sender = {"id": 9, "name": "Bea", "email": "bea@shop.example", "type": "user"}
        message = self._message(talk, text, message_type=1, sender=sender, private=private)
        return self.webhook("message_created", talk, message)

    def person_sets(self, status: str, number: int = 42, event: str = "") -> Webhook:
        """Somebody at the desk takes the conversation, gives it back, or ends it."""
        talk = self.talk(number)
        talk.status, talk.updated_at = status, time.time()
        names = {"open": "conversation_opened", "resolved": "conversation_resolved"}
        return self.webhook(event or names.get(status, "conversation_status_changed"), talk)

    def webhook(
        self, event: str, talk: Talk, message: Optional[dict[str, Any]] = None, **more: Any
    ) -> Webhook:
        """What the bot is told of an event, as things are now."""
        payload = self._conversation(talk)
        if message is not None:
            payload = {
                **message,
                "message_type": ("incoming", "outgoing")[message["message_type"]],
                "conversation": payload,
                "account": {"id": ACCOUNT, "name": "Shop"},
                "inbox": {"id": INBOX, "name": "Website"},
            }
        return Webhook(json.dumps({**payload, "event": event, **more}).encode())

    # Sending webhooks

    def tell(self, *webhooks: Webhook) -> list[int]:
        """Send webhooks one after the other; the last status code of each."""
        return [self.run(self.deliver(webhook)) for webhook in webhooks]

    def tell_at_once(self, *webhooks: Webhook) -> list[int]:
        """Send webhooks side by side."""

        async def burst() -> list[int]:
            return list(await asyncio.gather(*map(self.deliver, webhooks)))

        return self.run(burst())

    def headers(self, webhook: Webhook, at: Optional[float] = None) -> dict[str, str]:
        """The headers of a webhook that is sent now, or at a time."""
        moment = str(int(time.time() if at is None else at))
        signed = f"{moment}.".encode() + webhook.body
        digest = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "X-Chatwoot-Timestamp": moment,
            "X-Chatwoot-Signature": f"sha256={digest}",
            "X-Chatwoot-Delivery": webhook.delivery,
        }

    async def deliver(self, webhook: Webhook) -> int:
        """Send a webhook, again on 429 and 500; 0 where nobody answered."""
        status = 0
        for number in range(TRIES):
            if number:
                await asyncio.sleep(self.retry_pause)
            status = await self._post(webhook)
            if status not in (0, 429, 500):
                return status
        payload = json.loads(webhook.body)
        talk = self.talks.get(payload.get("conversation", {}).get("id", 0))
        if payload["event"].startswith("message_") and talk and talk.status == "pending":
            talk.status = "open"
        return status

    async def _post(self, webhook: Webhook) -> int:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        try:
            async with self.session.post(
                self.webhook_url,
                data=webhook.body,
                headers=self.headers(webhook),
                timeout=timeout,
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return 0

    # The API

    def routes(self) -> list[web.RouteDef]:
        """What an agent bot may call."""
        return [
            web.post(f"{_CONVERSATION}/messages", self._create),
            web.get(f"{_CONVERSATION}/messages", self._list),
            web.get(_CONVERSATION, self._show),
            web.post(f"{_CONVERSATION}/toggle_status", self._toggle_status),
            web.post(f"{_CONVERSATION}/toggle_typing_status", self._toggle_typing),
        ]

    def troubled(self, request: web.Request) -> bool:
        """Nobody depends on whether typing is shown."""
        return "typing" not in request.path

    async def _create(self, request: web.Request) -> web.Response:
        talk = self._authorized(request)
        body = await request.json()
        attributes = body.get("content_attributes") or {}
        kind = body.get("content_type") or "text"
        if problem := _problem(kind, attributes.get("items")):
            return web.json_response({"message": problem}, status=422)
        message = self._message(
            talk,
            body.get("content"),
            message_type=1,
            content_type=kind,
            content_attributes=attributes,
            private=bool(body.get("private")),
            sender={"id": 1, "name": "Bot", "type": "agent_bot"},
        )
        return web.json_response(message)

    async def _list(self, request: web.Request) -> web.Response:
        talk = self._authorized(request, self.may_read)
        return web.json_response({"meta": {}, "payload": talk.messages[-20:]})

    async def _show(self, request: web.Request) -> web.Response:
        talk = self._authorized(request, self.may_show)
        return web.json_response(self._conversation(talk))

    async def _toggle_status(self, request: web.Request) -> web.Response:
        talk = self._authorized(request)
        talk.status, talk.updated_at = (await request.json())["status"], time.time()
        return web.json_response({"payload": {"success": True, "current_status": talk.status}})

    async def _toggle_typing(self, request: web.Request) -> web.Response:
        talk = self._authorized(request)
        talk.typing.append((await request.json())["typing_status"])
        return web.Response()

    def _authorized(self, request: web.Request, allowed: bool = True) -> Talk:
        if request.headers.get("api_access_token") != self.token:
            raise web.HTTPUnauthorized(text='{"error":"Invalid Access Token"}')
        if not allowed:
            raise web.HTTPUnauthorized(
                text='{"error":"Access to this endpoint is not authorized for bots"}'
            )
        talk = self.talks.get(int(request.match_info["number"]))
        if talk is None or talk.blocked or request.match_info["account"] != str(ACCOUNT):
            raise web.HTTPNotFound(text='{"error":"Resource could not be found"}')
        return talk

    def _message(self, talk: Talk, text: Optional[str], **values: Any) -> dict[str, Any]:
        message = {
            "id": next(self._numbers),
            "content": text,
            "content_type": "text",
            "content_attributes": {},
            "created_at": int(time.time()),
            "private": False,
            "account_id": ACCOUNT,
            **values,
        }
        talk.messages.append(message)
        return message

    def _conversation(self, talk: Talk) -> dict[str, Any]:
        """A conversation as webhooks and the API tell it; events have no account at the top."""
        return {
            "id": talk.number,
            "inbox_id": INBOX,
            "channel": talk.channel,
            "status": talk.status,
            "additional_attributes": {"browser": {"browser_language": talk.language}},
            "meta": {"sender": {"id": CONTACT, "name": "Ann"}},
            "messages": talk.messages[-1:],
            "updated_at": talk.updated_at,
        }


def _problem(kind: str, items: Any) -> str:
    """What Chatwoot's own check of a message finds."""
    if kind not in _ITEM_KEYS:
        return ""
    if not items:
        return "At least one item is required."
    if any(set(item) - _ITEM_KEYS[kind] for item in items):
        return "contains invalid keys for items"
    if kind == "cards" and not all(item.get("actions") for item in items):
        return "contains items missing actions"
    actions = [action for item in items for action in item.get("actions", [])]
    return (
        "contains invalid keys for actions" if any(set(a) - _ACTION_KEYS for a in actions) else ""
    )
