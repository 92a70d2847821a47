"""The calls of Chatwoot's API that an agent bot makes, in one conversation."""

from __future__ import annotations

import time
from typing import Any, Mapping, Optional

from bot.channels.core.model import Later
from bot.channels.outgoing import Outgoing, Rejected
from catalog.settings import Settings

#: Where our name of a message is kept with it.
KEY = "shoptalk_key"
_TYPING = "typing"
#: Seconds after which what our token may not do is tried again.
_REFUSED_FOR = 600.0


class ChatwootApi:
    """One Chatwoot, seen with an agent bot's access token.

    Agent bots may write messages and set the status everywhere; show typing, and read the last
    message of a conversation, in newer versions only; read more with the token of a person only.
    """

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._refused: dict[str, float] = {}

    @classmethod
    def of(cls, settings: Settings, url: str) -> ChatwootApi:
        """As the settings say."""
        headers = {"api_access_token": settings.chatwoot_token}
        return cls(Outgoing("Chatwoot", url, headers))

    async def create(self, place: str, message: Mapping[str, Any], key: str) -> None:
        """Write a message that can be found again by its key."""
        attributes = {**message.get("content_attributes", {}), KEY: key}
        body = {**message, "content_attributes": attributes, "echo_id": key}
        await self._outgoing.call("POST", f"{place}/messages", body)

    async def has(self, place: str, key: str) -> bool:
        """Whether a message with a key is among the latest; False where we may not read them."""
        for path, name in ((f"{place}/messages", "payload"), (place, "messages")):
            answer = await self._read(path, name)
            if answer is not None:
                found = answer.get(name)
                messages = found if isinstance(found, list) else []
                return any(key in _keys(one) for one in messages if isinstance(one, dict))
        return False

    async def status(self, place: str) -> str:
        """The status of a conversation; empty where we may not read it."""
        answer = await self._read(place, "messages")
        return "" if answer is None else str(answer.get("status") or "")

    async def set_status(self, place: str, status: str) -> None:
        """Give a conversation to people (``open``) or to the bot (``pending``)."""
        await self._outgoing.call("POST", f"{place}/toggle_status", {"status": status})

    async def typing(self, place: str, on: bool) -> None:
        """Show, or no longer, that something is being written."""
        body = {"typing_status": "on" if on else "off", "is_private": False}
        if not self._closed(_TYPING):
            try:
                await self._outgoing.call("POST", f"{place}/toggle_typing_status", body)
            except Rejected as rejection:
                self._note(_TYPING, rejection)

    async def close(self) -> None:
        """End the session."""
        await self._outgoing.close()

    async def _read(self, path: str, way: str) -> Optional[Mapping[str, Any]]:
        """An answer as an object; None where this way of reading is closed to us."""
        if self._closed(way):
            return None
        try:
            answer = await self._outgoing.call("GET", path)
        except Rejected as rejection:
            self._note(way, rejection)
            return None
        if not isinstance(answer, dict):
            raise Later("Chatwoot answered with something else than an object.")
        return answer

    def _closed(self, way: str) -> bool:
        return time.monotonic() < self._refused.get(way, 0.0)

    def _note(self, way: str, rejection: Rejected) -> None:
        """Do not ask again for a while for what our token may not do."""
        if rejection.status in (401, 403):
            self._refused[way] = time.monotonic() + _REFUSED_FOR


def place_of(details: Mapping[str, Any]) -> str:
    """The path of a conversation."""
    account, conversation = int(details["account"]), int(details["conversation"])
    return f"/api/v1/accounts/{account}/conversations/{conversation}"


def _keys(message: Mapping[str, Any]) -> tuple[Any, ...]:
    attributes = message.get("content_attributes")
    kept = attributes.get(KEY) if isinstance(attributes, dict) else None
    return (kept, message.get("echo_id"))
