"""Hands replies over to Chatwoot, and conversations over to the people at its desk."""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from typing import Any

from actions.replies.texts import Texts
from bot.channels.chatwoot.api import ChatwootApi, place_of
from bot.channels.chatwoot.events import NAME, OPEN, PENDING, RESOLVED
from bot.channels.chatwoot.render import CAPABILITIES, defused, in_words, payloads
from bot.channels.chatwoot.statuses import Statuses
from bot.channels.core.model import BY_PERSON, Conversation, Message, Refused
from bot.channels.outgoing import Parts, Rejected

logger = logging.getLogger(__name__)

_REMEMBERED = 20_000
_UNPROCESSABLE = 422


class ChatwootAdapter:
    """One agent bot.

    A message that Chatwoot may have already is looked for by its key before it is written again:
    where a try failed, and in the first message of each conversation since this process began,
    which may be what the last process was about to note when it ended. Where an access token may
    not read messages, one message per crash may be written twice.
    """

    name = NAME
    capabilities = CAPABILITIES

    def __init__(self, api: ChatwootApi, statuses: Statuses, texts: Texts) -> None:
        self._api = api
        self._statuses = statuses
        self._texts = texts
        self._parts = Parts()
        self._spoken: OrderedDict[str, None] = OrderedDict()

    async def deliver(self, conversation: Conversation, message: Message) -> None:
        """Write the parts of a message that are not there."""
        place = _place(conversation)
        doubtful = message.attempts > 0 or conversation.id not in self._spoken
        sent = payloads(message, conversation.details, conversation.language, self._texts)
        name = f"{conversation.id} {message.key}"
        done = self._parts.done(name)
        for number, payload in enumerate(sent[done:], done):
            key = f"{message.key}-{number}" if number else message.key
            if not (doubtful and await self._api.has(place, key)):
                await self._write(place, payload, key)
            self._parts.add(name)
        self._parts.forget(name)
        self._remember(conversation.id)

    async def typing(self, conversation: Conversation, on: bool) -> None:
        """Show that an answer is being made, where this Chatwoot lets bots do so."""
        await self._api.typing(_place(conversation), on)

    async def handed_over(self, conversation: Conversation) -> None:
        """Leave a note for the people at the desk and give the conversation to them."""
        if conversation.status == BY_PERSON:
            return
        place = _place(conversation)
        said = f"{conversation.reason}\0{conversation.summary}"
        key = f"handoff-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
        if not await self._api.has(place, key):
            await self._api.create(place, self._note(conversation), key)
        await self._api.set_status(place, OPEN)

    async def handed_back(self, conversation: Conversation) -> None:
        """Tell Chatwoot, unless it told us; what is resolved stays so."""
        place = _place(conversation)
        status = await self._api.status(place) or self._statuses.of(conversation.address)
        if status != RESOLVED:
            await self._api.set_status(place, PENDING)

    async def close(self) -> None:
        """End the session."""
        await self._api.close()

    async def _write(self, place: str, payload: dict[str, Any], key: str) -> None:
        """Write a part, in plain words where this Chatwoot does not take it otherwise."""
        try:
            await self._api.create(place, payload, key)
        except Rejected as rejection:
            if rejection.status != _UNPROCESSABLE or payload["content_type"] == "text":
                raise
            if payload["content_type"] != "cards":
                await self._api.create(place, in_words(payload), key)

    def _note(self, conversation: Conversation) -> dict[str, object]:
        language, texts = conversation.language, self._texts
        reason = f"handoff_reason_{conversation.reason}"
        if not texts.has(language, reason):
            reason = "handoff_reason_other"
        lines = [texts.say(language, "handoff_note", reason=texts.say(language, reason))]
        if conversation.summary:
            lines.append(conversation.summary)
        return {"content": defused("\n".join(lines)), "message_type": "outgoing", "private": True}

    def _remember(self, conversation_id: str) -> None:
        self._spoken[conversation_id] = None
        while len(self._spoken) > _REMEMBERED:
            self._spoken.popitem(last=False)


def _place(conversation: Conversation) -> str:
    try:
        return place_of(conversation.details)
    except (KeyError, TypeError, ValueError):
        raise Refused("The conversation does not say where it is in Chatwoot.") from None
