"""Takes shoppers' messages in: each once, at its place in its conversation."""

from __future__ import annotations

from typing import Mapping, Optional, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from bot.channels.core.model import BY_BOT, SHOPPER, UNSUPPORTED, Accepted, Inbound
from bot.channels.core.rows import known, require_names, storable, update
from bot.channels.core.tables import LEFT, TO_ANSWER, conversations, messages
from catalog.text import detect_language

DEFAULT_LANGUAGE = "en"


def accept(connection: Connection, inbound: Sequence[Inbound], now: float) -> list[Accepted]:
    """Keep what shoppers sent, in a transaction.

    Raises
    ------
    ValueError
        For a message without a name, or with one that is too long.
    """
    for message in inbound:
        require_names(message)
    places: list[Optional[Accepted]] = [None] * len(inbound)
    # In one order everywhere, so that two such transactions do not wait for each other.
    for conversation_id in sorted({m.conversation_id for m in inbound}):
        mine = [i for i, m in enumerate(inbound) if m.conversation_id == conversation_id]
        taken = _take(connection, [inbound[i] for i in mine], now)
        for i, accepted in zip(mine, taken, strict=True):
            places[i] = accepted
    return [place for place in places if place is not None]


def _take(connection: Connection, inbound: Sequence[Inbound], now: float) -> list[Accepted]:
    """Keep messages of one conversation."""
    first = inbound[0]
    conversation_id = first.conversation_id
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(
        insert(conversations)
        .values(
            id=conversation_id,
            channel=first.channel,
            address=first.address,
            shopper_id=first.shopper_id or conversation_id,
            language=first.language or DEFAULT_LANGUAGE,
            status=BY_BOT,
            person="",
            reason="",
            summary="",
            last_seq=0,
            details={},
            to_tell="",
            tell_at=0.0,
            tell_attempts=0,
            updated_at=now,
        )
        .on_conflict_do_nothing()
    )
    conversation = known(connection, conversation_id)
    mine = messages.c.conversation_id == conversation_id
    keys = sa.select(messages.c.key, messages.c.seq).where(
        mine, messages.c.author == SHOPPER, messages.c.key.in_([m.key for m in inbound])
    )
    places = {row.key: row.seq for row in connection.execute(keys)}
    last = conversation.last_seq
    accepted = []
    state = TO_ANSWER if conversation.status == BY_BOT else LEFT
    for message in inbound:
        if new := message.key not in places:
            last += 1
            places[message.key] = last
            connection.execute(sa.insert(messages).values(_inbound(message, last, state, now)))
        accepted.append(Accepted(places[message.key], new))
    if last > conversation.last_seq:
        update(connection, conversation_id, now, last_seq=last, **_newest(inbound))
    return accepted


def _inbound(message: Inbound, seq: int, state: str, now: float) -> dict[str, object]:
    return {
        "conversation_id": message.conversation_id,
        "seq": seq,
        "key": message.key,
        "author": SHOPPER,
        "kind": message.kind,
        "text": storable(message.text),
        "buttons": [],
        "custom": {},
        "payload": dict(message.payload),
        "name": "",
        "reply_to": None,
        "at": now,
        "state": state,
        "attempts": 0,
        "due": 0.0,
    }


def _newest(inbound: Sequence[Inbound]) -> Mapping[str, object]:
    """What the messages say of their conversation; the newest of them wins."""
    values: dict[str, object] = {}
    for message in inbound:
        if message.details:
            values["details"] = dict(message.details)
        if message.shopper_id:
            values["shopper_id"] = message.shopper_id
        own_words = message.kind != UNSUPPORTED
        if own_words and any(character.isalpha() for character in message.text):
            values["language"] = detect_language(message.text)
        elif message.language:
            values["language"] = message.language
    return values
