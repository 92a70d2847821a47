"""What a model made of each shopper's events, kept so that a turn reads only the newest ones.

A kept state is never the only copy of anything: it can be made again from the log at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Callable, Optional

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from catalog.database import lock_log
from catalog.schema import events, shopper_states

_LONGEST_MODEL = 64


@dataclass(frozen=True)
class KeptState:
    """The state of one shopper."""

    model: str
    """Fingerprint of the model that made it, at most 64 characters; another model cannot use it."""
    upto: int
    """Id of the shopper's last event that it takes into account; 0 where there is none."""
    state: bytes
    """Whatever the model needs."""

    def __post_init__(self) -> None:
        if not 0 < len(self.model) <= _LONGEST_MODEL:
            raise ValueError(f"The fingerprint of a model has 1 to {_LONGEST_MODEL} characters.")
        if self.upto < 0:
            raise ValueError("A state goes up to the id of an event, or to 0.")


class ShopperStates:
    """The kept states of a store, one a shopper.

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

    def read(self, shopper_id: str) -> Optional[KeptState]:
        """What is kept of a shopper."""
        columns = (shopper_states.c.model, shopper_states.c.upto, shopper_states.c.state)
        query = sa.select(*columns).where(shopper_states.c.shopper_id == shopper_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else KeptState(row.model, row.upto, bytes(row.state))

    def write(self, shopper_id: str, kept: KeptState) -> bool:
        """Keep a state; whether it was kept.

        It is not where one that goes further is kept already, nor where the event that it goes up
        to is no event of this shopper's in the log: then it was made from what is erased by now.
        """
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(shopper_states).values(
            shopper_id=shopper_id,
            model=kept.model,
            upto=kept.upto,
            state=kept.state,
            updated_at=self._clock(),
        )
        new = insert.excluded
        upsert = insert.on_conflict_do_update(
            index_elements=["shopper_id"],
            set_={name: new[name] for name in ("model", "upto", "state", "updated_at")},
            where=shopper_states.c.upto <= new.upto,
        )
        last = sa.select(events.c.id).where(
            events.c.id == kept.upto, events.c.shopper_id == shopper_id
        )
        with self._writer.begin() as connection:
            lock_log(connection)
            if kept.upto and connection.execute(last).first() is None:
                return False
            return connection.execute(upsert).rowcount > 0

    def delete(self, shopper_id: str) -> bool:
        """Drop what is kept of a shopper; whether there was anything."""
        query = sa.delete(shopper_states).where(shopper_states.c.shopper_id == shopper_id)
        with self._writer.begin() as connection:
            return connection.execute(query).rowcount > 0
