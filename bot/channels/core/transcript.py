"""Conversations at rest: what is taken in, said, read, and who answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Collection, Optional, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.channels.core import handoff
from bot.channels.core.accepting import accept
from bot.channels.core.database import ChannelDatabase
from bot.channels.core.model import (
    BY_BOT,
    HANDOFF,
    Accepted,
    Conversation,
    Inbound,
    Message,
    Said,
)
from bot.channels.core.rows import (
    insert_said,
    known,
    reply_key,
    storable,
    to_conversation,
    to_message,
    update,
)
from bot.channels.core.tables import (
    ANSWERED,
    BACK,
    LEFT,
    OVER,
    TO_ANSWER,
    conversations,
    messages,
)

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class Transcript:
    """Reads and writes conversations; every method is one transaction and blocks.

    Times are seconds since the epoch.
    """

    database: ChannelDatabase

    def accept(self, inbound: Sequence[Inbound], now: float) -> list[Accepted]:
        """Keep what shoppers sent, each message once; kept for good when it returns.

        Raises
        ------
        ValueError
            For a message without a name, or with one that is too long.
        """
        with self.database.write.begin() as connection:
            return accept(connection, inbound, now)

    def conversation(self, conversation_id: str) -> Optional[Conversation]:
        """One conversation."""
        query = sa.select(conversations).where(conversations.c.id == conversation_id)
        with self.database.read.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else to_conversation(row)

    def conversations(self, statuses: Optional[Collection[str]], limit: int) -> list[Conversation]:
        """Those that were spoken in last, newest first."""
        query = sa.select(conversations).order_by(conversations.c.updated_at.desc()).limit(limit)
        if statuses is not None:
            query = query.where(conversations.c.status.in_(list(statuses)))
        with self.database.read.connect() as connection:
            return [to_conversation(row) for row in connection.execute(query)]

    def messages(self, conversation_id: str, after: int, limit: int) -> list[Message]:
        """What was said after a place, in order."""
        query = (
            sa.select(messages)
            .where(messages.c.conversation_id == conversation_id, messages.c.seq > after)
            .order_by(messages.c.seq)
            .limit(limit)
        )
        with self.database.read.connect() as connection:
            return [to_message(row) for row in connection.execute(query)]

    def changed_since(self, since: float) -> dict[str, tuple[int, str]]:
        """Conversations that something was written to → their last place and status."""
        columns = (conversations.c.id, conversations.c.last_seq, conversations.c.status)
        query = sa.select(*columns).where(conversations.c.updated_at >= since)
        with self.database.read.connect() as connection:
            return {row.id: (row.last_seq, row.status) for row in connection.execute(query)}

    def say(self, conversation_id: str, said: Said, key: str, now: float) -> Message:
        """Put what a person or the system says into transcript and outbox, once a key.

        Raises
        ------
        ShoptalkError
            Where there is no such conversation.
        """
        query = sa.select(messages).where(
            messages.c.conversation_id == conversation_id,
            messages.c.author == said.author,
            messages.c.key == key,
        )
        with self.database.write.begin() as connection:
            conversation = known(connection, conversation_id)
            row = connection.execute(query).first()
            if row is None:
                seq = conversation.last_seq + 1
                insert_said(connection, conversation_id, seq, said, key, now)
                update(connection, conversation_id, now, last_seq=seq)
                row = connection.execute(query).one()
            return to_message(row)

    def finish(
        self, conversation_id: str, seq: int, replies: Sequence[Said], now: float
    ) -> Optional[Conversation]:
        """Mark a shopper's message answered and put the replies into the outbox, in one step.

        Returns the conversation, or None where the message was answered already or left to a
        person meanwhile: then the replies are dropped.
        """
        this = (messages.c.conversation_id == conversation_id, messages.c.seq == seq)
        with self.database.write.begin() as connection:
            conversation = known(connection, conversation_id)
            row = connection.execute(sa.select(messages).where(*this)).first()
            if row is None or row.state != TO_ANSWER:
                return None
            connection.execute(sa.update(messages).where(*this).values(state=ANSWERED))
            last = conversation.last_seq
            for place, said in enumerate(replies):
                last += 1
                key = reply_key(conversation_id, row.key, place)
                insert_said(connection, conversation_id, last, said, key, now, reply_to=seq)
            update(connection, conversation_id, now, last_seq=last)
            for said in replies:
                if said.custom.get("type") == HANDOFF:
                    reason, summary = (str(said.custom.get(n, "")) for n in ("reason", "summary"))
                    moved = handoff.asked(conversation, reason[:64], storable(summary))
                    _write_move(connection, moved, now)
                    break
            return known(connection, conversation_id)

    def move(
        self,
        conversation_id: str,
        change: Callable[[Conversation], Conversation],
        now: float,
    ) -> Conversation:
        """Change who answers a conversation.

        Raises
        ------
        HandoffError
            Where ``change`` does.
        ShoptalkError
            Where there is no such conversation.
        """
        with self.database.write.begin() as connection:
            before = known(connection, conversation_id)
            after = change(before)
            if after != before:
                _write_move(connection, after, now)
            return known(connection, conversation_id)

    def purge(self, before: float) -> list[str]:
        """Forget what was said before a time; which conversations are gone altogether."""
        kept = sa.exists().where(messages.c.conversation_id == conversations.c.id)
        old = sa.and_(conversations.c.updated_at < before, ~kept)
        with self.database.write.begin() as connection:
            connection.execute(sa.delete(messages).where(messages.c.at < before))
            gone = list(connection.execute(sa.select(conversations.c.id).where(old)).scalars())
            connection.execute(sa.delete(conversations).where(conversations.c.id.in_(gone)))
        return gone


def _write_move(connection: Connection, moved: Conversation, now: float) -> None:
    """Write who answers; what waits for an answer is left to the person."""
    if moved.status != BY_BOT:
        waiting = (messages.c.conversation_id == moved.id, messages.c.state == TO_ANSWER)
        connection.execute(sa.update(messages).where(*waiting).values(state=LEFT))
    telling: dict[str, object] = {"tell_at": 0.0, "tell_attempts": 0}
    if moved.status == BY_BOT:
        telling["to_tell"] = BACK
    elif not moved.person:
        telling["to_tell"] = OVER
    update(
        connection,
        moved.id,
        now,
        status=moved.status,
        person=moved.person,
        reason=moved.reason,
        summary=moved.summary,
        **telling,
    )
