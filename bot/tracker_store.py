"""Conversations in SQL whose turns cost the same however long they grow.

Rasa builds a conversation's state by replaying its events and posts them all to each action. This
store keeps the values of the slots beside the events, gives back those values and the latest
events only, and appends what is new. Product cards are not kept: they are in the event log, and
what they showed may have changed. What was written is kept without e-mail addresses, telephone
numbers and the like.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional, Sequence

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    Event,
    SessionStarted,
    SlotSet,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from bot.tracker_rows import (
    REPLY_SECONDS,
    events_table,
    latest_session,
    metadata,
    replies_table,
    reply_of,
    row,
    slots_table,
)
from catalog.errors import ShoptalkError
from catalog.settings import Settings

FILE = "conversations.db"
#: Marks the slot events that stand for the stored values and are not stored themselves.
SNAPSHOT = "snapshot"
#: The attribute of a tracker that says how many of its events, from the first on, are stored.
STORED = "stored_events"


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
        """Append the events that are new and replace the values of the slots.

        A message that a channel has named is kept together with its reply, and not at all where
        there is none: then its turn was never taken.
        """
        stored = getattr(tracker, STORED, 0)
        reply = reply_of(itertools.islice(tracker.events, stored, None))
        if reply is not None and not reply[1]:
            return
        await self.stream_events(tracker)
        rows = [
            row(tracker.sender_id, event)
            for event in itertools.islice(tracker.events, stored, None)
            if not self._is_in_snapshot(event, tracker)
        ]
        values = {
            name: slot.value
            for name, slot in tracker.slots.items()
            if slot.value != slot.initial_value
        }
        await asyncio.to_thread(self._write, tracker.sender_id, rows, values, reply)
        setattr(tracker, STORED, len(tracker.events))

    async def reply(self, sender_id: str, key: str) -> Optional[list[dict[str, Any]]]:
        """What the latest message was answered, where it is the one that a channel names so."""
        return await asyncio.to_thread(self._read_reply, sender_id, key)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation as it stands: its slots, and the latest events of its session."""
        found = await asyncio.to_thread(self._read, sender_id, self._latest)
        return self._tracker(sender_id, latest_session(found[0]), found[1]) if found else None

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
            for table in (slots_table, replies_table):
                connection.execute(sa.delete(table).where(table.c.sender_id == sender_id))
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
        self,
        sender_id: str,
        rows: Sequence[Mapping[str, Any]],
        values: Mapping[str, Any],
        reply: Optional[tuple[str, list[dict[str, Any]]]],
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
            if reply is not None:
                now = time.time()
                key, data = reply[0], json.dumps(reply[1])
                kept = {"sender_id": sender_id, "key": key, "data": data, "at": now}
                old = replies_table.c.at < now - REPLY_SECONDS
                connection.execute(sa.delete(replies_table).where(old))
                connection.execute(
                    insert(replies_table)
                    .values(kept)
                    .on_conflict_do_update(index_elements=["sender_id"], set_=kept)
                )

    def _read_reply(self, sender_id: str, key: str) -> Optional[list[dict[str, Any]]]:
        of = (replies_table.c.sender_id == sender_id, replies_table.c.key == key)
        with self._engine.connect() as connection:
            data = connection.execute(sa.select(replies_table.c.data).where(*of)).scalar()
        return None if data is None else json.loads(data)

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
        engine = sa.create_engine(parsed, future=True, hide_parameters=True, pool_pre_ping=True)
    else:
        # One connection may serve several threads in turn; opening one costs as much as a turn.
        engine = sa.create_engine(
            parsed,
            future=True,
            hide_parameters=True,
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
