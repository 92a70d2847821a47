"""A conversation's events as rows: what of them is kept, and what is left out."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Iterable, Optional, Sequence

import sqlalchemy as sa
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    SessionStarted,
    UserUttered,
)

from catalog.masking import masked_json

#: What a channel names a message by, in its metadata; it gets the same reply when it comes again.
KEY = "key"
#: Seconds for which a reply is kept for its channel.
REPLY_SECONDS = 24 * 3600.0
#: As many intents of a message's ranking are kept.
RANKING_LENGTH = 3


metadata = sa.MetaData()
events_table = sa.Table(
    "conversation_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("sender_id", sa.String(255), nullable=False),
    sa.Column("timestamp", sa.Float(53), nullable=False),
    sa.Column("type_name", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(255), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Index("ix_conversation_events_latest", "sender_id", "id"),
    # The same event saved again is the same row.
    sa.UniqueConstraint("sender_id", "timestamp", "type_name", "subject"),
)
slots_table = sa.Table(
    "conversation_slots",
    metadata,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("data", sa.Text, nullable=False),
)
#: The latest reply of each conversation as it was said, for a day: a channel that was stopped
#: before it had it asks for it.
replies_table = sa.Table(
    "conversation_replies",
    metadata,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("key", sa.String(255), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    # Seconds since the epoch.
    sa.Column("at", sa.Float(53), nullable=False, index=True),
)


def row(sender_id: str, event: Event) -> dict[str, Any]:
    """An event as it is kept."""
    data = _masked(_trimmed(event.as_dict()))
    subject = str(data.get("name") or data.get("text") or "")
    return {
        "sender_id": sender_id,
        "timestamp": event.timestamp,
        "type_name": event.type_name,
        "subject": hashlib.sha256(subject.encode()).hexdigest()[:32],
        "data": json.dumps(data, ensure_ascii=False),
    }


def reply_of(new: Iterable[Event]) -> Optional[tuple[str, list[dict[str, Any]]]]:
    """The key of the latest message and what it was answered, where a channel has named it."""
    key, said = "", list[dict[str, Any]]()
    for event in new:
        if isinstance(event, UserUttered):
            key, said = str((event.metadata or {}).get(KEY) or ""), []
        elif isinstance(event, BotUttered):
            said.append({"text": event.text, **event.data})
    return (key, said) if key else None


def _trimmed(data: dict[str, Any]) -> dict[str, Any]:
    """An event without what no later turn reads: product cards and the tail of the ranking."""
    if data["event"] == "bot" and (data.get("data") or {}).get("custom"):
        return {**data, "data": {**data["data"], "custom": None}}
    if data["event"] == "user":
        parse_data = dict(data.get("parse_data") or {})
        if "intent_ranking" in parse_data:
            parse_data["intent_ranking"] = parse_data["intent_ranking"][:RANKING_LENGTH]
        return {**data, "parse_data": parse_data}
    return data


def _masked(data: dict[str, Any]) -> dict[str, Any]:
    """An event without what names a person in the words that were written."""
    words = {name: data[name] for name in ("text", "parse_data", "data") if data.get(name)}
    return {**data, **masked_json(words)} if data["event"] in ("user", "bot") else data


def latest_session(events: Sequence[Event]) -> Sequence[Event]:
    """The events of the session at hand, from the beginning of a turn on."""
    for i in range(len(events) - 1, -1, -1):
        if isinstance(events[i], SessionStarted):
            return events[i:]
    for i, event in enumerate(events):
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            return events[i:]
    return events
