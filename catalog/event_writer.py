"""Events into the log, many at once, inside one transaction."""

from __future__ import annotations

from typing import Any, Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from catalog.events import Event
from catalog.schema import events

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
        """Take out every event whose key begins with ``prefix``; how many there were."""
        # Not LIKE, to which SQLite's upper and lower case are the same.
        condition = sa.func.substr(events.c.key, 1, len(prefix)) == prefix
        return self._connection.execute(sa.delete(events).where(condition)).rowcount

    def _write(self, rows: list[dict[str, Any]]) -> int:
        return self._connection.execute(self._insert, rows).rowcount


def to_event(row: Any) -> Event:
    """The event in a row of the log."""
    return Event(**{name: row[name] for name in FIELDS})
