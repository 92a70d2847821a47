"""Answers, orders and reviews at rest, beside the products of a store."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from typing import Any, Callable, Iterable, Optional, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalog.database import lock_writers
from catalog.schema import state
from catalog.service import FaqEntry, Order, Review, ServiceChanges
from catalog.service_proof import hashed_contact, order_key, proves
from catalog.service_requests import ServiceRequests
from catalog.service_rows import (
    faq_row,
    order_row,
    review_row,
    to_entry,
    to_order,
    to_review,
)
from catalog.service_tables import faq_entries, orders, reviews

_CHUNK = 500
_SECRET, _REVISION = "service_secret", "faq_revision"
Hashed = Callable[[str, str], str]


class ServiceStore(ServiceRequests):
    """What customer service knows; ``Store.service``. Blocking, as all of the store is."""

    def faq(self) -> list[FaqEntry]:
        """The shop's answers, in the order of its file."""
        query = sa.select(faq_entries).order_by(faq_entries.c.position, faq_entries.c.id)
        with self._engine.connect() as connection:
            return [to_entry(row) for row in connection.execute(query).mappings()]

    def faq_revision(self) -> str:
        """A fingerprint of the answers, another after each change; empty where there are none."""
        with self._engine.connect() as connection:
            return _value(connection, _REVISION) or ""

    def replace_faq(self, entries: Sequence[FaqEntry], *, keep: bool = False) -> ServiceChanges:
        """Put answers in place of those there are, or with ``keep`` beside those with other ids."""
        new = {entry.id: entry for entry in entries}
        with self._writer.begin() as connection:
            lock_writers(connection)
            old = sa.select(faq_entries).order_by(faq_entries.c.position, faq_entries.c.id)
            known = {row["id"]: row for row in connection.execute(old).mappings()}
            kept = [to_entry(row) for i, row in known.items() if keep and i not in new]
            rows = [faq_row(entry, place) for place, entry in enumerate([*kept, *new.values()])]
            connection.execute(sa.delete(faq_entries))
            if rows:
                connection.execute(faq_entries.insert(), rows)
            _set(connection, _REVISION, _revision(rows))
        before = {i: to_entry(row) for i, row in known.items()}
        same = sum(before.get(i) == entry for i, entry in new.items())
        added = sum(i not in before for i in new)
        removed = 0 if keep else sum(i not in new for i in before)
        return ServiceChanges(added, len(new) - added - same, same, removed)

    def order(self, number: str) -> Optional[Order]:
        """The order with a number, compared without case, spaces, # and dashes."""
        key = order_key(number)
        if not key:
            return None
        query = sa.select(orders).where(orders.c.key == key)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else to_order(row)

    def proved(self, number: str, contact: str) -> Optional[Order]:
        """The order with a number, where a contact proves whose it is; as slow where none does."""
        found = self.order(number)
        proof = proves(found or Order(number, (), ""), contact, self.secret())
        return found if proof else None

    def orders_of(self, shopper_id: str) -> list[Order]:
        """The orders that the feed says are a shopper's, newest first."""
        if not shopper_id:
            return []
        query = sa.select(orders).where(orders.c.shopper_id == shopper_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(orders.c.key.desc())).mappings().all()
        found = [to_order(row) for row in rows]
        return sorted(found, key=lambda o: o.placed_at.timestamp() if o.placed_at else 0.0)[::-1]

    def upsert_orders(self, new: Iterable[Order]) -> ServiceChanges:
        """Add or replace orders by number, in one transaction; contacts are hashed here."""
        secret = self.secret()
        hashed = [
            replace(
                order,
                contacts=tuple(
                    dict.fromkeys(
                        found
                        for contact in order.contacts
                        if (found := hashed_contact(order.number, contact, secret))
                    )
                ),
            )
            for order in new
        ]
        rows = {row["key"]: row for row in map(order_row, hashed) if row["key"]}
        return self._upsert(orders, "key", rows)

    def reviews(self, product_ids: Sequence[str], limit: int = 50) -> list[Review]:
        """What was written about these products, newest first."""
        ids = list(dict.fromkeys(product_ids))[:_CHUNK]
        order = (reviews.c.at.is_(None), reviews.c.at.desc(), reviews.c.id)
        query = sa.select(reviews).where(reviews.c.product_id.in_(ids)).order_by(*order)
        with self._engine.connect() as connection:
            return [to_review(row) for row in connection.execute(query.limit(limit)).mappings()]

    def upsert_reviews(self, new: Iterable[Review]) -> ServiceChanges:
        """Add or replace reviews by id, in one transaction."""
        return self._upsert(reviews, "id", {review.id: review_row(review) for review in new})

    def remove_reviews(self, prefix: str) -> int:
        """Delete the reviews whose ids begin so; how many there were."""
        query = sa.delete(reviews).where(sa.func.substr(reviews.c.id, 1, len(prefix)) == prefix)
        with self._writer.begin() as connection:
            return connection.execute(query).rowcount

    def counts(self) -> dict[str, int]:
        """How many answers, orders and reviews there are."""
        with self._engine.connect() as connection:
            return {
                name: connection.execute(sa.select(sa.func.count()).select_from(t)).scalar_one()
                for name, t in (("faq", faq_entries), ("orders", orders), ("reviews", reviews))
            }

    def secret(self) -> bytes:
        """What contacts are hashed with; made at first use."""
        with self._engine.connect() as connection:
            found = _value(connection, _SECRET)
        if found is None:
            with self._writer.begin() as connection:
                lock_writers(connection)
                found = _value(connection, _SECRET)
                if found is None:
                    found = secrets.token_hex(32)
                    _set(connection, _SECRET, found)
        return bytes.fromhex(found)

    def _upsert(self, table: sa.Table, key: str, rows: dict[str, dict[str, Any]]) -> ServiceChanges:
        with self._writer.begin() as connection:
            lock_writers(connection)
            known = _hashes(connection, table, key, list(rows))
            changed = [r for i, r in rows.items() if known.get(i) not in (None, r["content_hash"])]
            added = [row for i, row in rows.items() if i not in known]
            if added:
                connection.execute(table.insert(), added)
            if changed:
                columns = {c.name: sa.bindparam(c.name) for c in table.c if c.name != key}
                where = table.c[key] == sa.bindparam("row_key")
                values = [
                    {**{n: v for n, v in row.items() if n != key}, "row_key": row[key]}
                    for row in changed
                ]
                connection.execute(table.update().where(where).values(columns), values)
        return ServiceChanges(len(added), len(changed), len(rows) - len(added) - len(changed))


def _hashes(connection: Connection, table: sa.Table, key: str, ids: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(ids), _CHUNK):
        wanted = table.c[key].in_(ids[start : start + _CHUNK])
        for row in connection.execute(sa.select(table.c[key], table.c.content_hash).where(wanted)):
            found[row[0]] = row[1]
    return found


def _revision(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return ""
    digest = hashlib.blake2b(digest_size=16)
    for row in rows:
        digest.update(row["content_hash"].encode())
    return digest.hexdigest()


def _value(connection: Connection, name: str) -> Optional[str]:
    return connection.execute(sa.select(state.c.value).where(state.c.name == name)).scalar()


def _set(connection: Connection, name: str, value: str) -> None:
    update = state.update().where(state.c.name == name).values(value=value)
    if connection.execute(update).rowcount == 0:
        connection.execute(state.insert().values(name=name, value=value))
