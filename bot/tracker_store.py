"""Conversations in SQL whose turns cost the same however long they grow.

Rasa builds a conversation's state by replaying its events and posts them all to each action. This
store keeps the values of the slots beside the events, gives back those values and the latest
events only, and appends what is new. Product cards are not kept: they are in the event log, and
what they showed may have changed.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional, Sequence

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    Event,
    SessionStarted,
    SlotSet,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from catalog.errors import ShoptalkError
from catalog.settings import Settings

FILE = "conversations.db"
#: Marks the slot events that stand for the stored values and are not stored themselves.
SNAPSHOT = "snapshot"
#: The attribute of a tracker that says how many of its events, from the first on, are stored.
STORED = "stored_events"
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


class ConversationStore(TrackerStore):
    """Tracker store for ``endpoints.yml``.

    Parameters
    ----------
    host
        SQLAlchemy URL (``url`` in ``endpoints.yml``); ``conversations.db`` in the folder of the
        shop in use where it is not given.
    latest_events
        How many events a conversation has when it is read; from the settings where not given.
    """

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: Optional[str] = None,
        event_broker: Optional[EventBroker] = None,
        latest_events: Optional[int] = None,
        **kwargs: Any,
    ) -> None:
        settings = Settings.from_env()
        self._latest = latest_events or settings.tracker_events
        self._engine = _open(host or _in_shop(settings.shop_dir))
        super().__init__(domain, event_broker, **kwargs)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events that are new and replace the values of the slots."""
        await self.stream_events(tracker)
        stored = getattr(tracker, STORED, 0)
        rows = [
            _row(tracker.sender_id, event)
            for event in itertools.islice(tracker.events, stored, None)
            if not self._is_in_snapshot(event, tracker)
        ]
        values = {
            name: slot.value
            for name, slot in tracker.slots.items()
            if slot.value != slot.initial_value
        }
        await asyncio.to_thread(self._write, tracker.sender_id, rows, values)
        setattr(tracker, STORED, len(tracker.events))

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation as it stands: its slots, and the latest events of its session."""
        found = await asyncio.to_thread(self._read, sender_id, self._latest)
        return self._tracker(sender_id, _latest_session(found[0]), found[1]) if found else None

    async def retrieve_full_tracker(self, conversation_id: str) -> Optional[DialogueStateTracker]:
        """The conversation with all its events, from every session."""
        found = await asyncio.to_thread(self._read, conversation_id, None)
        return self._tracker(conversation_id, *found) if found else None

    async def exists(self, conversation_id: str) -> bool:
        """Whether anything is known of a conversation."""
        return await asyncio.to_thread(self._read, conversation_id, 1) is not None

    async def keys(self) -> Iterable[str]:
        """The senders of all conversations."""
        return await asyncio.to_thread(self._senders)

    def delete(self, sender_id: str) -> int:
        """Forget a conversation; how many events it had."""
        with self._engine.begin() as connection:
            mine = events_table.c.sender_id == sender_id
            gone = connection.execute(sa.delete(events_table).where(mine)).rowcount
            connection.execute(sa.delete(slots_table).where(slots_table.c.sender_id == sender_id))
        return gone

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _is_in_snapshot(self, event: Event, tracker: DialogueStateTracker) -> bool:
        """Whether the values of the slots say all that the event says.

        Slots that policies look at need their events, in order; the others need their value.
        """
        if not isinstance(event, SlotSet):
            return False
        slot = tracker.slots.get(event.key)
        return bool(event.metadata.get(SNAPSHOT)) or slot is None or not slot.has_features()

    def _tracker(
        self, sender_id: str, events: Sequence[Event], values: Mapping[str, Any]
    ) -> DialogueStateTracker:
        """Events behind the slots' values, which stand where no session start undoes them."""
        starts = [i for i, event in enumerate(events) if isinstance(event, SessionStarted)]
        at = starts[-1] + 1 if starts else 0
        when = events[at - 1].timestamp if at else (events[0].timestamp if events else None)
        known = {slot.name for slot in self.domain.slots}
        snapshot = [
            SlotSet(name, value, timestamp=when, metadata={SNAPSHOT: True})
            for name, value in values.items()
            if name in known
        ]
        tracker = DialogueStateTracker.from_events(
            sender_id, [*events[:at], *snapshot, *events[at:]], self.domain.slots
        )
        setattr(tracker, STORED, len(tracker.events))
        return tracker

    def _write(
        self, sender_id: str, rows: Sequence[Mapping[str, Any]], values: Mapping[str, Any]
    ) -> None:
        insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        snapshot = {"sender_id": sender_id, "data": json.dumps(values, ensure_ascii=False)}
        with self._engine.begin() as connection:
            if rows:
                connection.execute(insert(events_table).on_conflict_do_nothing(), list(rows))
            connection.execute(
                insert(slots_table)
                .values(snapshot)
                .on_conflict_do_update(index_elements=["sender_id"], set_=snapshot)
            )

    def _read(
        self, sender_id: str, limit: Optional[int]
    ) -> Optional[tuple[list[Event], dict[str, Any]]]:
        mine = events_table.c.sender_id == sender_id
        latest = sa.select(events_table.c.data).where(mine).order_by(events_table.c.id.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(latest.limit(limit)).scalars().all()
            values = connection.execute(
                sa.select(slots_table.c.data).where(slots_table.c.sender_id == sender_id)
            ).scalar()
        if not rows and values is None:
            return None
        events = deserialise_events([json.loads(row) for row in reversed(rows)])
        return events, json.loads(values or "{}")

    def _senders(self) -> list[str]:
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(slots_table.c.sender_id)).scalars()
            return list(found)


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = _trimmed(event.as_dict())
    subject = str(data.get("name") or data.get("text") or "")
    return {
        "sender_id": sender_id,
        "timestamp": event.timestamp,
        "type_name": event.type_name,
        "subject": hashlib.sha256(subject.encode()).hexdigest()[:32],
        "data": json.dumps(data, ensure_ascii=False),
    }


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


def _latest_session(events: Sequence[Event]) -> Sequence[Event]:
    """The events of the session at hand, from the beginning of a turn on."""
    for i in range(len(events) - 1, -1, -1):
        if isinstance(events[i], SessionStarted):
            return events[i:]
    for i, event in enumerate(events):
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            return events[i:]
    return events


def _in_shop(folder: Path) -> str:
    if not folder.is_dir():
        raise ShoptalkError(
            f"There is no shop at {folder}: make the demo shop with `shoptalk prepare`, or import "
            "products with `shoptalk import products`."
        )
    return f"sqlite:///{folder / FILE}"


def _open(url: str) -> Engine:
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = sa.create_engine(parsed, future=True, pool_pre_ping=True)
    else:
        # One connection may serve several threads in turn; opening one costs as much as a turn.
        engine = sa.create_engine(
            parsed,
            future=True,
            poolclass=sa.pool.QueuePool,
            connect_args={"check_same_thread": False, "timeout": 10},
        )
        sa.event.listen(engine, "connect", _set_up_sqlite)
    metadata.create_all(engine)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA busy_timeout = 10000")
