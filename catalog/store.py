"""The store: products and events at rest, in SQLite or PostgreSQL."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Callable, Collection, Iterable, Iterator, Optional, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalog.database import connect, lock_writers, upgrade, writer
from catalog.event_writer import EventWriter, to_event
from catalog.events import Event
from catalog.product import Product
from catalog.rows import to_product, to_row
from catalog.schema import events, products, state
from catalog.service_store import ServiceStore
from catalog.shopper_states import ShopperStates

_CHUNK = 500
_REVISION_BITS = 128


@dataclass(frozen=True)
class Changes:
    """How many products a write added, changed, and found as they were."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class Store:
    """Products and events of one shop. Safe to use from several threads and processes.

    Parameters
    ----------
    url
        ``sqlite:///FILE`` or ``postgresql://…``; the schema is made or upgraded on opening.
    clock
        Gives the present as an aware time; decides which sale prices hold.
    """

    def __init__(self, url: str, clock: Callable[[], datetime] = _utc_now) -> None:
        self.engine = connect(url)
        self._writer = writer(self.engine)
        self._clock = clock
        self.states = ShopperStates(self.engine, self._writer, clock)
        self.service = ServiceStore(self.engine, self._writer, clock)
        upgrade(self.engine)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def products(self, ids: Sequence[str]) -> list[Product]:
        """The products with these ids, in the order asked; those the store has not are left out.

        Removed products are found too: what was shown or bought can still be named.
        """
        found: dict[str, Product] = {}
        now = self._clock()
        wanted = list(dict.fromkeys(ids))
        with self.engine.connect() as connection:
            for start in range(0, len(wanted), _CHUNK):
                query = sa.select(products).where(products.c.id.in_(wanted[start : start + _CHUNK]))
                for row in connection.execute(query).mappings():
                    found[row["id"]] = to_product(row, now)
        return [found[i] for i in ids if i in found]

    def iter_products(self, batch: int = 1000) -> Iterator[Product]:
        """All active products by id, ``batch`` rows in memory at a time, from one state."""
        now = self._clock()
        query = sa.select(products).where(products.c.active).order_by(products.c.id)
        with self.engine.connect() as connection:
            result = connection.execution_options(stream_results=True).execute(query)
            for rows in result.mappings().partitions(batch):
                for row in rows:
                    yield to_product(row, now)

    def count(self) -> int:
        """How many products are active."""
        with self.engine.connect() as connection:
            return _count(connection)

    def active(self, ids: Sequence[str]) -> set[str]:
        """Which of these ids are products that are in the catalogue now."""
        found: set[str] = set()
        with self.engine.connect() as connection:
            for start in range(0, len(ids), _CHUNK):
                wanted = list(ids[start : start + _CHUNK])
                query = sa.select(products.c.id).where(products.c.active, products.c.id.in_(wanted))
                found.update(connection.execute(query).scalars())
        return found

    def known(self, ids: Sequence[str]) -> set[str]:
        """Which of these ids are products that are or were in the catalogue."""
        found: set[str] = set()
        with self.engine.connect() as connection:
            for start in range(0, len(ids), _CHUNK):
                wanted = list(ids[start : start + _CHUNK])
                query = sa.select(products.c.id).where(products.c.id.in_(wanted))
                found.update(connection.execute(query).scalars())
        return found

    def revision(self) -> str:
        """A fingerprint of the active products: equal for equal catalogues."""
        with self.engine.connect() as connection:
            return _revision(connection)

    @contextmanager
    def writing(self) -> Iterator[ProductWriter]:
        """One transaction over products: all of what is written in it is kept, or none."""
        with self._writer.begin() as connection:
            yield ProductWriter(connection, self._clock())

    def upsert_products(self, new: Iterable[Product]) -> Changes:
        """Add or replace products by id, in one transaction."""
        with self.writing() as write:
            return write.upsert(new)

    def deactivate_missing(self, present: Collection[str]) -> int:
        """Take every product that is not in ``present`` out of the catalogue; their number."""
        with self.writing() as write:
            return write.deactivate_missing(present)

    def append_events(self, new: Sequence[Event]) -> int:
        """Append events in order; one whose key is in the log is left out. How many were new."""
        if not new:
            return 0
        with self.appending() as write:
            return write.append(new)

    @contextmanager
    def appending(self) -> Iterator[EventWriter]:
        """One transaction over the log: all of what is appended in it is kept, or none."""
        with self._writer.begin() as connection:
            yield EventWriter(connection)

    def events(
        self,
        shopper_id: Optional[str] = None,
        conversation_id: Optional[str] = None,
        *,
        kinds: Collection[str] = (),
        limit: Optional[int] = None,
    ) -> list[Event]:
        """Events of a shopper or a conversation, oldest first; with ``limit`` the last ones."""
        query = sa.select(events).order_by(events.c.id.desc())
        if shopper_id is not None:
            query = query.where(events.c.shopper_id == shopper_id)
        if conversation_id is not None:
            query = query.where(events.c.conversation_id == conversation_id)
        if kinds:
            query = query.where(events.c.kind.in_(list(kinds)))
        if limit is not None:
            query = query.limit(limit)
        with self.engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [to_event(row) for row in reversed(rows)]

    def events_after(self, shopper_id: str, after: int = 0) -> list[tuple[int, Event]]:
        """The events of a shopper with their ids in the log, from behind the id ``after`` on."""
        query = sa.select(events).order_by(events.c.id)
        query = query.where(events.c.shopper_id == shopper_id, events.c.id > after)
        with self.engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [(row["id"], to_event(row)) for row in rows]

    def shopper_ids(self) -> list[str]:
        """Everyone who has events, in the order of their ids."""
        query = sa.select(events.c.shopper_id).distinct().order_by(events.c.shopper_id)
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def erase_events(self, shopper_id: str) -> int:
        """Erase all events of a shopper and the kept state; how many events there were.

        Nothing remembers that they were there: importing a file that has them brings them back.
        """
        with self.appending() as write:
            return write.erase(shopper_id)

    def events_revision(self) -> str:
        """How far the log goes: the number of its events and that of the last one."""
        query = sa.select(sa.func.count(), sa.func.max(events.c.id)).select_from(events)
        with self.engine.connect() as connection:
            count, last = connection.execute(query).one()
        return f"{count}-{last or 0}"

    def iter_events(self, batch: int = 5000) -> Iterator[Event]:
        """The whole log, oldest first, ``batch`` rows in memory at a time, from one state."""
        query = sa.select(events).order_by(events.c.id)
        with self.engine.connect() as connection:
            result = connection.execution_options(stream_results=True).execute(query)
            for rows in result.mappings().partitions(batch):
                for row in rows:
                    yield to_event(row)


class ProductWriter:
    """Writes products inside the transaction of ``Store.writing``."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        lock_writers(connection)
        known = sa.select(state.c.value).where(state.c.name == "revision")
        self._known = connection.execute(known).first() is not None

    def count(self) -> int:
        """How many products are active, as this transaction sees it."""
        return _count(self._connection)

    def missing(self, present: Collection[str]) -> list[str]:
        """Ids of active products that are not in ``present``."""
        query = sa.select(products.c.id).where(products.c.active)
        keep = set(present)
        return [i for i in self._connection.execute(query).scalars() if i not in keep]

    def upsert(self, new: Iterable[Product]) -> Changes:
        """Add or replace products by id; of several with one id the last is kept."""
        rows = {product.id: to_row(product) for product in new}
        known = self._hashes(list(rows))
        insert: list[dict[str, Any]] = []
        update: list[dict[str, Any]] = []
        added = 0
        shift = 0
        for row in rows.values():
            old, active = known.get(row["id"], (None, False))
            if active and old == row["content_hash"]:
                continue
            row["updated_at"] = self._now
            shift += int(row["content_hash"], 16) - (int(old, 16) if old and active else 0)
            added += not active
            if old is None:
                insert.append(row)
            else:
                update.append({**row, "row_id": row["id"]})
        if insert:
            self._connection.execute(products.insert(), insert)
        if update:
            columns = {c.name: sa.bindparam(c.name) for c in products.c if c.name != "id"}
            where = products.c.id == sa.bindparam("row_id")
            for row in update:
                del row["id"]
            self._connection.execute(products.update().where(where).values(columns), update)
        self._shift_revision(shift)
        changed = len(insert) + len(update)
        return Changes(added, changed - added, len(rows) - changed)

    def deactivate_missing(self, present: Collection[str]) -> int:
        """Take every product that is not in ``present`` out of the catalogue; their number."""
        gone = self.missing(present)
        for start in range(0, len(gone), _CHUNK):
            chunk = gone[start : start + _CHUNK]
            hashes = sa.select(products.c.content_hash).where(products.c.id.in_(chunk))
            self._shift_revision(
                -sum(int(h, 16) for h in self._connection.execute(hashes).scalars())
            )
            self._connection.execute(
                products.update()
                .where(products.c.id.in_(chunk))
                .values(active=False, updated_at=self._now)
            )
        return len(gone)

    def _hashes(self, ids: list[str]) -> dict[str, tuple[str, bool]]:
        found: dict[str, tuple[str, bool]] = {}
        columns = sa.select(products.c.id, products.c.content_hash, products.c.active)
        for start in range(0, len(ids), _CHUNK):
            query = columns.where(products.c.id.in_(ids[start : start + _CHUNK]))
            for row in self._connection.execute(query):
                found[row[0]] = (row[1], row[2])
        return found

    def _shift_revision(self, shift: int) -> None:
        """Move the fingerprint: the sum of the hashes of all active products, so that a change
        costs what was changed and the order of writing does not matter."""
        if not shift:
            return
        total = (int(_revision(self._connection), 16) + shift) % (1 << _REVISION_BITS)
        value = format(total, "032x")
        if self._known:
            self._connection.execute(
                state.update().where(state.c.name == "revision").values(value=value)
            )
        else:
            self._connection.execute(state.insert().values(name="revision", value=value))
            self._known = True


def _count(connection: Connection) -> int:
    query = sa.select(sa.func.count()).select_from(products).where(products.c.active)
    return connection.execute(query).scalar_one()


def _revision(connection: Connection) -> str:
    query = sa.select(state.c.value).where(state.c.name == "revision")
    return connection.execute(query).scalar() or "0" * 32
