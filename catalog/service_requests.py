"""What shoppers asked people to do, and how often somebody tried to prove whose an order is."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Callable, Optional

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from catalog.service import DONE, OPEN, REQUEST_KINDS, REQUEST_STATES, ServiceRequest
from catalog.service_rows import to_request
from catalog.service_tables import proof_attempts, service_requests

_LONGEST = 200
_LONGEST_TEXT = 8000
_ATTEMPTS_KEPT = timedelta(days=2)
_ATTEMPTS_LOCK = 0x73686F70 + 2


class ServiceRequests:
    """The requests and the attempts of a store.

    Parameters
    ----------
    engine, writer
        The database, and the same whose transactions take the write lock at their start.
    clock
        Gives the present as an aware time.
    """

    def __init__(self, engine: Engine, writer: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._writer = writer
        self._clock = clock

    def add_request(
        self,
        key: str,
        kind: str,
        *,
        order_number: str = "",
        conversation_id: str = "",
        shopper_id: str = "",
        text: str = "",
    ) -> ServiceRequest:
        """Keep a request for a person; under a key that there is, the one that was kept first.

        Raises
        ------
        ValueError
            For a kind that is none of ``REQUEST_KINDS``, or an empty key.
        """
        if kind not in REQUEST_KINDS or not key:
            raise ValueError(f"A request needs a key, and one of {REQUEST_KINDS}, not {kind!r}.")
        now = self._clock()
        row = {
            "key": key[:_LONGEST],
            "kind": kind,
            "order_number": order_number[:_LONGEST],
            "conversation_id": conversation_id[:_LONGEST],
            "shopper_id": shopper_id[:_LONGEST],
            "text": text[:_LONGEST_TEXT],
            "state": OPEN,
            "at": now,
            "changed_at": now,
        }
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(service_requests).values(**row)
        query = sa.select(service_requests).where(service_requests.c.key == row["key"])
        with self._writer.begin() as connection:
            connection.execute(insert.on_conflict_do_nothing(index_elements=["key"]))
            return to_request(connection.execute(query).mappings().one())

    def requests(
        self,
        state: Optional[str] = OPEN,
        *,
        conversation_id: Optional[str] = None,
        limit: int = 200,
    ) -> list[ServiceRequest]:
        """Requests in a state, or in any where it is None, oldest first."""
        query = sa.select(service_requests).order_by(service_requests.c.id).limit(limit)
        if state is not None:
            query = query.where(service_requests.c.state == state)
        if conversation_id is not None:
            query = query.where(service_requests.c.conversation_id == conversation_id)
        with self._engine.connect() as connection:
            return [to_request(row) for row in connection.execute(query).mappings()]

    def set_request(self, request_id: int, state: str = DONE) -> bool:
        """Put a request into a state; whether there is such a request.

        Raises
        ------
        ValueError
            For a state that is none of ``REQUEST_STATES``.
        """
        if state not in REQUEST_STATES:
            raise ValueError(f"A request is in one of {REQUEST_STATES}, not {state!r}.")
        update = service_requests.update().where(service_requests.c.id == request_id)
        with self._writer.begin() as connection:
            changed = connection.execute(update.values(state=state, changed_at=self._clock()))
            return changed.rowcount > 0

    def note_attempt(self, who: str) -> None:
        """Note that somebody tried to prove whose an order is, now."""
        with self._writer.begin() as connection:
            self._note(connection, who)

    def attempts(self, who: str, since: datetime) -> int:
        """How often somebody tried since then."""
        with self._engine.connect() as connection:
            return _count(connection, who, since)

    def may_try(self, who: str, since: datetime, most: int) -> bool:
        """Note one attempt where there were fewer than ``most`` since then; whether it may be made.

        Of several at once no more than ``most`` may.
        """
        with self._writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ATTEMPTS_LOCK})")
            if _count(connection, who, since) >= most:
                return False
            self._note(connection, who)
            return True

    def forget(self, shopper_id: str) -> int:
        """Delete what a shopper asked people to do; how much it was."""
        query = sa.delete(service_requests).where(service_requests.c.shopper_id == shopper_id)
        with self._writer.begin() as connection:
            return connection.execute(query).rowcount

    def purge(self, before: datetime) -> int:
        """Delete requests that were done before a time; how many there were."""
        done = service_requests.c.state == DONE
        query = sa.delete(service_requests).where(done, service_requests.c.changed_at < before)
        with self._writer.begin() as connection:
            return connection.execute(query).rowcount

    def _note(self, connection: Connection, who: str) -> None:
        now = self._clock()
        old = sa.delete(proof_attempts).where(proof_attempts.c.at < now - _ATTEMPTS_KEPT)
        connection.execute(old)
        connection.execute(proof_attempts.insert().values(who=_digest(who), at=now))


def _count(connection: Connection, who: str, since: datetime) -> int:
    mine = sa.and_(proof_attempts.c.who == _digest(who), proof_attempts.c.at >= since)
    return connection.execute(sa.select(sa.func.count()).where(mine)).scalar_one()


def _digest(who: str) -> str:
    return hashlib.sha256(who.encode("utf-8", "surrogatepass")).hexdigest()
