"""Events into the log, many at once, inside one transaction."""

from __future__ import annotations

from typing import Any, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from catalog.database import lock_log
from catalog.event_versions import as_now
from catalog.events import Event
from catalog.schema import events, shopper_states, state

FIELDS = (
    "key", "shopper_id", "conversation_id", "turn", "kind", "product_id", "rank", "payload", "at",
    "schema_version",
)  # fmt: skip
#: Rows of one statement. PostgreSQL's driver sends at most this many in one, and only then does
#: its count of new rows stand for all of them.
STEP = 1000


class EventWriter:
    """Writes events inside the transaction of ``Store.appending``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        lock_log(connection)
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        self._insert = dialect.insert(events).on_conflict_do_nothing(index_elements=["key"])

    def append(self, new: Iterable[Event]) -> int:
        """Append events in order; one whose key is in the log is left out. How many were new."""
        added = 0
        rows: list[dict[str, Any]] = []
        for event in new:
            row = {name: getattr(event, name) for name in FIELDS}
            row["payload"] = dict(event.payload)
            rows.append(row)
            if len(rows) == STEP:
                added += self._write(rows)
                rows = []
        return added + (self._write(rows) if rows else 0)

    def remove(self, prefix: str) -> int:
        """Erase every event whose key begins with ``prefix``; how many there were.

        What was kept of the shoppers they belong to is dropped.
        """
        # Not LIKE, to which SQLite's upper and lower case are the same.
        condition = sa.func.substr(events.c.key, 1, len(prefix)) == prefix
        whose = sa.select(events.c.shopper_id).where(condition).distinct()
        shoppers = self._connection.execute(whose).scalars().all()
        removed = self._erase("erasing_keys", prefix, condition)
        for start in range(0, len(shoppers), STEP):
            self._forget(shoppers[start : start + STEP])
        return removed

    def erase(self, shopper_id: str) -> int:
        """Erase every event of a shopper and what was kept of them; how many events there were."""
        erased = self._erase("erasing_shopper", shopper_id, events.c.shopper_id == shopper_id)
        self._forget([shopper_id])
        return erased

    def _erase(self, permit: str, value: str, condition: sa.ColumnElement[bool]) -> int:
        """Delete events with the permit that the trigger of the log asks for."""
        self._connection.execute(state.insert().values(name=permit, value=value))
        erased = self._connection.execute(sa.delete(events).where(condition)).rowcount
        self._connection.execute(sa.delete(state).where(state.c.name == permit))
        return erased

    def _forget(self, shoppers: Sequence[str]) -> None:
        kept = shopper_states.c.shopper_id.in_(shoppers)
        self._connection.execute(sa.delete(shopper_states).where(kept))

    def _write(self, rows: list[dict[str, Any]]) -> int:
        return self._connection.execute(self._insert, rows).rowcount


def to_event(row: Any) -> Event:
    """The event in a row of the log, whatever version it was written in.

    Raises
    ------
    ShoptalkError
        Where a newer program wrote it.
    """
    return Event(**as_now({name: row[name] for name in FIELDS}))
