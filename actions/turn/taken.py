"""The latest turn of each conversation as it was answered, so that it is taken once.

A channel asks again for the answer to a message where it ended before it had it. The turn is not
taken anew then: its own events are in the log by then, and would change what is found. The answer
is kept before its events are logged, and logging them again changes nothing.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Callable, Mapping, Optional

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from actions.request.types import Request
from actions.turn.model import Memory, Reply, TurnOutput
from catalog.database import connect, writer
from catalog.events import Event

FILE = "turns.db"
#: Seconds for which an answer is kept.
KEPT = 24 * 3600.0

metadata = sa.MetaData()
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("conversation_id", sa.String(255), primary_key=True),
    sa.Column("key", sa.String(255), nullable=False),
    sa.Column("output", sa.Text, nullable=False),
    # Seconds since the epoch.
    sa.Column("at", sa.Float(53), nullable=False, index=True),
)


class TakenTurns:
    """Keeps answers by conversation and the name of the message.

    Parameters
    ----------
    folder
        The shop's.
    clock
        Seconds since the epoch.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._engine = connect(f"sqlite:///{folder / FILE}")
        self._writer = writer(self._engine)
        self._clock = clock
        self._ready = False

    def output(self, conversation_id: str, key: str) -> Optional[TurnOutput]:
        """The answer to a message, where it is the latest one and was answered before."""
        self._prepare()
        this = (turns.c.conversation_id == conversation_id, turns.c.key == key)
        with self._engine.connect() as connection:
            data = connection.execute(sa.select(turns.c.output).where(*this)).scalar()
        return None if data is None else _from_json(json.loads(data))

    def keep(self, conversation_id: str, key: str, output: TurnOutput) -> None:
        """Keep an answer in the place of the one before; those that are old are forgotten."""
        self._prepare()
        now = self._clock()
        data = json.dumps(_to_json(output), separators=(",", ":"))
        values = {"conversation_id": conversation_id, "key": key, "output": data, "at": now}
        insert = sqlite.insert(turns).values(values)
        with self._writer.begin() as connection:
            connection.execute(sa.delete(turns).where(turns.c.at < now - KEPT))
            connection.execute(
                insert.on_conflict_do_update(index_elements=["conversation_id"], set_=values)
            )

    def _prepare(self) -> None:
        """Make the table, when the first message comes that has a name."""
        if not self._ready:
            with self._writer.begin() as connection:
                metadata.create_all(connection)
            self._ready = True

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def _to_json(output: TurnOutput) -> dict[str, Any]:
    reply = output.reply
    return {
        "text": reply.text,
        "buttons": list(reply.buttons),
        "custom": None if reply.custom is None else dict(reply.custom),
        "request": output.request.to_json(),
        "memory": output.memory.to_json(),
        "events": [{**asdict(event), "at": event.at.isoformat()} for event in output.events],
    }


def _from_json(data: Mapping[str, Any]) -> TurnOutput:
    events = ({**event, "at": datetime.fromisoformat(event["at"])} for event in data["events"])
    return TurnOutput(
        Reply(data["text"], tuple(data["buttons"]), data["custom"]),
        Request.from_json(data["request"]),
        Memory.from_json(data["memory"]),
        tuple(Event(**event) for event in events),
    )
