"""What is to be done, who does it, and how far it is: claims, next messages, outcomes."""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass
from typing import Collection, Optional

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.channels.core.database import ChannelDatabase
from bot.channels.core.model import SHOPPER, Conversation, Message
from bot.channels.core.rows import to_conversation, to_message
from bot.channels.core.tables import (
    DELIVERED,
    OVER,
    REFUSED,
    TO_ANSWER,
    TO_DELIVER,
    claims,
    conversations,
    messages,
)

#: The two kinds of work on a conversation, side by side: answering and delivering.
ANSWER, DELIVER = "answer", "deliver"
WORKS = (ANSWER, DELIVER)

#: Seconds that a claim holds unless it is renewed.
LEASE = 15.0


@dataclass(frozen=True)
class ToAnswer:
    """A shopper's message whose turn it is."""

    conversation: Conversation
    message: Message
    before: Optional[Message]
    """The last message before it that was not the shopper's."""


@dataclass(frozen=True)
class ToDeliver:
    """What a channel is to be handed next: a message, or who answers now."""

    conversation: Conversation
    message: Optional[Message]
    over: bool = False
    """Without a message: whether a person is wanted, or the assistant answers again."""
    attempts: int = 0
    since: float = 0.0
    """When it was said, in seconds since the epoch."""


def new_holder() -> str:
    """A name for a process that works on conversations."""
    return f"{socket.gethostname()[:200]}/{os.getpid()}/{uuid.uuid4().hex[:12]}"


@dataclass(frozen=True)
class WorkList:
    """The work on conversations; every method is one transaction and blocks.

    A claim keeps other processes away while one works on a conversation. Where it is lost, by a
    clock or a halt, the work may be done twice; its outcome is still written once.
    """

    database: ChannelDatabase
    holder: str

    def due(self, channels: Collection[str], now: float) -> set[tuple[str, str]]:
        """(work, conversation) of what can be done now and nobody does."""
        known = conversations.c.channel.in_(list(channels))
        earlier = messages.alias()
        held_up = sa.exists().where(
            earlier.c.conversation_id == messages.c.conversation_id,
            earlier.c.state == TO_DELIVER,
            earlier.c.seq < messages.c.seq,
            earlier.c.due > now,
        )
        joined = messages.join(conversations, conversations.c.id == messages.c.conversation_id)
        found = sa.select(messages.c.conversation_id.label("id")).distinct().select_from(joined)
        waiting = {
            ANSWER: [found.where(messages.c.state == TO_ANSWER, known)],
            DELIVER: [
                found.where(messages.c.state == TO_DELIVER, messages.c.due <= now, known, ~held_up),
                sa.select(conversations.c.id).where(
                    conversations.c.to_tell != "", conversations.c.tell_at <= now, known
                ),
            ],
        }
        with self.database.read.connect() as connection:
            held = sa.select(claims.c.work, claims.c.conversation_id).where(claims.c.until > now)
            taken = {(row.work, row.conversation_id) for row in connection.execute(held)}
            todo = {
                (work, conversation_id)
                for work, queries in waiting.items()
                for query in queries
                for conversation_id in connection.execute(query).scalars()
            }
        return todo - taken

    def claim(self, conversation_id: str, work: str, now: float) -> bool:
        """Whether the work is ours from now on, until the lease ends."""
        dialect = postgresql if self.database.read.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(claims).values(
            conversation_id=conversation_id, work=work, holder=self.holder, until=now + LEASE
        )
        upsert = insert.on_conflict_do_update(
            index_elements=["conversation_id", "work"],
            set_={"holder": insert.excluded.holder, "until": insert.excluded.until},
            where=sa.or_(claims.c.until <= now, claims.c.holder == self.holder),
        )
        with self.database.write.begin() as connection:
            return connection.execute(upsert).rowcount > 0

    def renew(self, now: float) -> None:
        """Hold what we hold for longer."""
        mine = claims.c.holder == self.holder
        with self.database.write.begin() as connection:
            connection.execute(sa.update(claims).where(mine).values(until=now + LEASE))

    def release(self, conversation_id: str, work: str) -> None:
        """Give a claim back."""
        with self.database.write.begin() as connection:
            connection.execute(
                sa.delete(claims).where(
                    claims.c.conversation_id == conversation_id,
                    claims.c.work == work,
                    claims.c.holder == self.holder,
                )
            )

    def release_dead(self) -> None:
        """Give back the claims of processes of this machine that have ended."""
        with self.database.read.connect() as connection:
            holders = set(connection.execute(sa.select(claims.c.holder).distinct()).scalars())
        dead = [holder for holder in holders if _has_ended(holder, self.holder)]
        if dead:
            with self.database.write.begin() as connection:
                connection.execute(sa.delete(claims).where(claims.c.holder.in_(dead)))

    def held(self, conversation_id: str, now: float) -> bool:
        """Whether another process is answering; ours knows what it does itself.

        What it has answered counts no longer, though its claim may be held a moment more.
        """
        query = sa.select(claims.c.until).where(
            claims.c.conversation_id == conversation_id,
            claims.c.work == ANSWER,
            claims.c.holder != self.holder,
            claims.c.until > now,
            sa.exists().where(
                messages.c.conversation_id == conversation_id, messages.c.state == TO_ANSWER
            ),
        )
        with self.database.read.connect() as connection:
            return connection.execute(query).first() is not None

    def next_to_answer(self, conversation_id: str) -> Optional[ToAnswer]:
        """The oldest message without an answer."""
        mine = messages.c.conversation_id == conversation_id
        oldest = sa.select(messages).where(mine, messages.c.state == TO_ANSWER)
        of = sa.select(conversations).where(conversations.c.id == conversation_id)
        with self.database.read.connect() as connection:
            row = connection.execute(oldest.order_by(messages.c.seq).limit(1)).first()
            if row is None:
                return None
            before = connection.execute(
                sa.select(messages)
                .where(mine, messages.c.seq < row.seq, messages.c.author != SHOPPER)
                .order_by(messages.c.seq.desc())
                .limit(1)
            ).first()
            return ToAnswer(
                to_conversation(connection.execute(of).one()),
                to_message(row),
                None if before is None else to_message(before),
            )

    def next_to_deliver(self, conversation_id: str, now: float) -> Optional[ToDeliver]:
        """What comes next in the outbox of a conversation, where it may be tried now."""
        mine = (messages.c.conversation_id == conversation_id, messages.c.state == TO_DELIVER)
        oldest = sa.select(messages).where(*mine).order_by(messages.c.seq).limit(1)
        of = sa.select(conversations).where(conversations.c.id == conversation_id)
        with self.database.read.connect() as connection:
            row = connection.execute(oldest).first()
            conversation = connection.execute(of).first()
            if conversation is None:
                return None
            value = to_conversation(conversation)
            if row is not None:
                message = to_message(row)
                due = row.due <= now
                return ToDeliver(value, message, False, row.attempts, row.at) if due else None
            if not conversation.to_tell or conversation.tell_at > now:
                return None
            over = conversation.to_tell == OVER
            at = conversation.updated_at
            return ToDeliver(value, None, over, conversation.tell_attempts, at)

    def delivered(self, work: ToDeliver, refused: bool = False) -> None:
        """The channel has taken it, or never will."""
        if work.message is not None:
            state = REFUSED if refused else DELIVERED
            self._set_message(work.message, state=state, attempts=work.attempts + 1)
        else:
            self._set_told(work, to_tell="")

    def put_off(self, work: ToDeliver, until: float) -> None:
        """The channel did not take it; not to be tried before a time."""
        attempts = work.attempts + 1
        if work.message is not None:
            self._set_message(work.message, attempts=attempts, due=until)
        else:
            self._set_told(work, tell_at=until, tell_attempts=attempts)

    def _set_message(self, message: Message, **values: object) -> None:
        this = (
            messages.c.conversation_id == message.conversation_id,
            messages.c.seq == message.seq,
            messages.c.state == TO_DELIVER,
        )
        with self.database.write.begin() as connection:
            connection.execute(sa.update(messages).where(*this).values(**values))

    def _set_told(self, work: ToDeliver, **values: object) -> None:
        """Unless the conversation has moved on meanwhile."""
        moved = conversations.c.status != work.conversation.status
        with self.database.write.begin() as connection:
            connection.execute(
                sa.update(conversations)
                .where(conversations.c.id == work.conversation.id, ~moved)
                .values(**values)
            )


def _has_ended(holder: str, ours: str) -> bool:
    """Whether a process of this machine is gone; False where that cannot be told."""
    host, process = holder.split("/")[:2]
    if host != ours.split("/")[0]:
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError):
        return False
    return False
