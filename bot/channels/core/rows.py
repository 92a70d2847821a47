"""Conversations and messages as rows, and back."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timezone
from typing import Any, Optional

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.channels.core.model import Conversation, Inbound, Message, Said
from bot.channels.core.tables import LONGEST_NAME, TO_DELIVER, conversations, messages
from catalog.errors import ShoptalkError

#: What no database keeps: the NUL character, and halves of surrogate pairs.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_KEY_LENGTH = 32


def storable(text: str) -> str:
    """The text without characters that databases refuse.

    >>> storable("a\\x00b")
    'ab'
    """
    return _UNSTORABLE.sub("", text)


def require_names(inbound: Inbound) -> None:
    """Raise ``ValueError`` where a channel names a message as it cannot be kept."""
    for name in (inbound.conversation_id, inbound.key, inbound.shopper_id):
        if len(name) > LONGEST_NAME or _UNSTORABLE.search(name):
            raise ValueError(f"A name has at most {LONGEST_NAME} characters, and no control ones.")
    if not (inbound.channel and inbound.address and inbound.key):
        raise ValueError("A message has a channel, an address and a key.")


def reply_key(conversation_id: str, key: str, place: int = 0) -> str:
    """A name of 32 hexadecimal digits for the n-th reply to a message: the same each time."""
    text = f"{conversation_id}\0{key}\0{place}"
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:_KEY_LENGTH]


def to_conversation(row: Any) -> Conversation:
    """A row of ``conversations`` as a value."""
    return Conversation(
        id=row.id,
        channel=row.channel,
        address=row.address,
        shopper_id=row.shopper_id,
        language=row.language,
        status=row.status,
        person=row.person,
        reason=row.reason,
        summary=row.summary,
        last_seq=row.last_seq,
        details=row.details,
        updated_at=_time(row.updated_at),
    )


def to_message(row: Any) -> Message:
    """A row of ``messages`` as a value."""
    return Message(
        conversation_id=row.conversation_id,
        seq=row.seq,
        author=row.author,
        text=row.text,
        kind=row.kind,
        key=row.key,
        buttons=tuple(row.buttons),
        custom=row.custom,
        payload=row.payload,
        name=row.name,
        reply_to=row.reply_to,
        at=_time(row.at),
        attempts=row.attempts,
    )


def locked(connection: Connection, conversation_id: str) -> Optional[Conversation]:
    """A conversation that nobody else changes until the transaction ends."""
    query = sa.select(conversations).where(conversations.c.id == conversation_id)
    row = connection.execute(query.with_for_update()).first()
    return None if row is None else to_conversation(row)


def known(connection: Connection, conversation_id: str) -> Conversation:
    """A conversation as ``locked``; ``ShoptalkError`` where there is none."""
    conversation = locked(connection, conversation_id)
    if conversation is None:
        raise ShoptalkError("There is no such conversation.")
    return conversation


def update(connection: Connection, conversation_id: str, now: float, **values: object) -> None:
    """Change a conversation."""
    connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(updated_at=now, **values)
    )


def insert_said(
    connection: Connection,
    conversation_id: str,
    seq: int,
    said: Said,
    key: str,
    now: float,
    reply_to: Optional[int] = None,
) -> None:
    """Put something of ours at its place in the transcript, to be delivered."""
    connection.execute(
        sa.insert(messages).values(
            conversation_id=conversation_id,
            seq=seq,
            key=key,
            author=said.author,
            kind="text",
            text=storable(said.text),
            buttons=list(said.buttons),
            custom=dict(said.custom),
            payload={},
            name=storable(said.name),
            reply_to=reply_to,
            at=now,
            state=TO_DELIVER,
            attempts=0,
            due=0.0,
        )
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
