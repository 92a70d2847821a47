"""What people do at the desk: every act checked against the role, and in the audit log."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Awaitable, Callable

from bot.channels.core.core import ChannelCore
from bot.channels.core.handoff import HandoffError
from bot.channels.core.model import (
    BY_BOT,
    BY_PERSON,
    PERSON,
    WAITING,
    Conversation,
    Said,
)
from bot.staff import audit as acts
from bot.staff.accounts import Account
from bot.staff.audit import Audit
from bot.staff.errors import bad, conflict, forbidden, not_found
from bot.staff.notices import joined, left
from bot.staff.roles import is_mine, leads, may_hand_back, may_see, may_take
from bot.staff.seen import Seen
from bot.staff.takeover import take_over
from bot.staff.view import LOOKED_AT, Glance, conversation_json, glance, in_order, message_json

LONGEST_ANSWER = 4000
#: Conversations of the list: those that people have or wait, and for leads the assistant's latest.
WITH_PEOPLE, WITH_BOT = 500, 60
MESSAGES = 500
_GLANCES = 2000
#: Seconds between two looks at the list while a page waits for news of it.
LOOK_EVERY = 1.0


@dataclass(frozen=True)
class Person:
    """Who does something, and from where."""

    account: Account
    address: str

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def role(self) -> str:
        return self.account.role


class Desk:
    """The conversations as the staff sees and moves them."""

    def __init__(self, core: ChannelCore, seen: Seen, audit: Audit) -> None:
        self._core = core
        self._seen = seen
        self._audit = audit
        self._glances: OrderedDict[str, Glance] = OrderedDict()

    async def list(self, person: Person) -> dict[str, Any]:
        """The conversations that a person may see, and a digest that changes with them."""
        found = await self._core.conversations({WAITING, BY_PERSON}, WITH_PEOPLE)
        if leads(person.role):
            found = [*found, *await self._core.conversations({BY_BOT}, WITH_BOT)]
        found = [one for one in found if may_see(person.role, person.name, one)]
        ids = [one.id for one in found]
        seen = await asyncio.to_thread(self._seen.upto, person.account.key, ids)
        rows = [await self._row(person, one, seen.get(one.id, 0)) for one in found]
        rows = in_order(rows)
        digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:32]
        return {"digest": digest, "conversations": rows}

    async def list_when_new(
        self, person: Person, known: str, seconds: float, check: Callable[[], Awaitable[Any]]
    ) -> dict[str, Any]:
        """The list, as soon as it is another one than the page knows, or when time is up.

        Parameters
        ----------
        check
            Raises once the person may not wait any longer.
        """
        until = time.monotonic() + seconds
        while True:
            found = await self.list(person)
            left_over = until - time.monotonic()
            if found["digest"] != known or left_over <= 0:
                return found
            await asyncio.sleep(min(LOOK_EVERY, left_over))
            await check()

    async def open(
        self, person: Person, conversation_id: str, after: int, seconds: float, known: str
    ) -> dict[str, Any]:
        """A conversation with its messages beyond ``after``, as soon as there are any.

        Parameters
        ----------
        known
            The ``state`` that the page got last; where it is another one, nothing is waited for.
        """
        conversation = await self._visible(person, conversation_id)
        if seconds > 0 and known == await self._state(conversation):
            await self._core.changed(conversation_id, after, seconds)
            conversation = await self._visible(person, conversation_id)
        messages = await self._core.messages(conversation_id, after, MESSAGES)
        upto = messages[-1].seq if messages else after
        opened = await asyncio.to_thread(self._seen.mark, person.account.key, conversation_id, upto)
        if opened or not after:
            await self._note(acts.VIEW, person, conversation_id)
        return {
            "conversation": await self._row(person, conversation, upto),
            "messages": [message_json(one) for one in messages],
            "typing": await self._core.typing(conversation_id),
            "state": await self._state(conversation),
        }

    async def take(self, person: Person, conversation_id: str) -> None:
        """Answer a conversation from now on; the shopper is told who does."""
        conversation = await self._visible(person, conversation_id)
        if is_mine(person.name, conversation):
            return
        if not may_take(person.role, person.name, conversation):
            raise forbidden()
        try:
            if conversation.status == BY_PERSON:
                await take_over(self._core, conversation_id, conversation.person, person.name)
            else:
                await self._core.take(conversation_id, person.name)
        except HandoffError as error:
            raise conflict() from error
        await self._note(acts.TAKE, person, conversation_id)
        await self._core.say(conversation_id, joined(conversation, person.account.shown_as))

    async def answer(self, person: Person, conversation_id: str, text: str, key: str) -> int:
        """Say something to the shopper; its place. The same key says it once."""
        conversation = await self._visible(person, conversation_id)
        if not is_mine(person.name, conversation):
            raise conflict()
        text = text.strip()
        if not text:
            raise bad("empty")
        if len(text) > LONGEST_ANSWER:
            raise bad("too_long")
        said = Said(text, author=PERSON, name=person.account.shown_as)
        key = f"staff:{hashlib.sha256(f'{person.account.key}:{key}'.encode()).hexdigest()[:32]}"
        message = await self._core.say(conversation_id, said, key)
        if message.seq > conversation.last_seq:
            await self._note(acts.ANSWER, person, conversation_id)
        return message.seq

    async def hand_back(self, person: Person, conversation_id: str) -> None:
        """The assistant answers again; the shopper is told."""
        conversation = await self._visible(person, conversation_id)
        if not may_hand_back(person.role, person.name, conversation):
            raise forbidden() if conversation.status != BY_BOT else conflict()
        by = person.name if is_mine(person.name, conversation) else ""
        try:
            await self._core.hand_back(conversation_id, by)
        except HandoffError as error:
            raise conflict() from error
        await self._note(acts.HAND_BACK, person, conversation_id)
        await self._core.say(conversation_id, left(conversation, person.account.shown_as))

    async def picture_of(self, person: Person, conversation_id: str, picture: str) -> Conversation:
        """The conversation with this picture, where there is one that the person may see."""
        conversation = await self._visible(person, conversation_id)
        after = 0
        while messages := await self._core.messages(conversation_id, after, MESSAGES):
            if any(one.payload.get("picture") == picture for one in messages):
                return conversation
            after = messages[-1].seq
        raise not_found()

    async def _state(self, conversation: Conversation) -> str:
        """What the page shows beside the messages, in short: it changes with any of it."""
        typing = await self._core.typing(conversation.id)
        facts = (conversation.status, conversation.person, conversation.summary, typing)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

    async def _visible(self, person: Person, conversation_id: str) -> Conversation:
        """A conversation that the person may see; another one is as if there were none."""
        conversation = await self._core.conversation(conversation_id)
        if conversation is None or not may_see(person.role, person.name, conversation):
            raise not_found()
        return conversation

    async def _row(
        self, person: Person, conversation: Conversation, read_upto: int
    ) -> dict[str, Any]:
        seen = await self._glance(conversation)
        return conversation_json(person.role, person.name, conversation, seen, read_upto)

    async def _glance(self, conversation: Conversation) -> Glance:
        """The latest messages in short; read again only where there are new ones."""
        known = self._glances.get(conversation.id)
        if known is None or known.last_seq != conversation.last_seq:
            after = max(0, conversation.last_seq - LOOKED_AT)
            messages = await self._core.messages(conversation.id, after, LOOKED_AT)
            known = glance(conversation.last_seq, messages)
            self._glances[conversation.id] = known
        self._glances.move_to_end(conversation.id)
        while len(self._glances) > _GLANCES:
            self._glances.popitem(last=False)
        return known

    async def _note(self, act: str, person: Person, conversation_id: str) -> None:
        add = self._audit.add
        await asyncio.to_thread(add, act, person.name, person.address, conversation_id)
