"""The audit log of the staff: who did what when, from where; never what was written."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any, Callable, Optional

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.channels.core.database import ChannelDatabase
from bot.staff.tables import audit_table

LOGIN, LOGIN_FAILED, LOGOUT = "login", "login_failed", "logout"
VIEW, TAKE, ANSWER, HAND_BACK = "view", "take", "answer", "hand_back"
REQUEST_DONE, AUDIT_READ = "request_done", "audit_read"
ACCOUNT_ADDED, ACCOUNT_REMOVED = "account_added", "account_removed"
PASSWORD_CHANGED = "password_changed"
ACTS = (
    LOGIN, LOGIN_FAILED, LOGOUT, VIEW, TAKE, ANSWER, HAND_BACK, REQUEST_DONE, AUDIT_READ,
    ACCOUNT_ADDED, ACCOUNT_REMOVED, PASSWORD_CHANGED,
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    id: int
    at: datetime
    who: str
    """The account; ``cli:USER`` for who used the command on the machine; empty where an unknown
    name was tried."""
    act: str
    address: str
    conversation_id: str
    about: str
    """The account that was changed, or the request that was done."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; the time in ISO 8601."""
        return {**asdict(self), "at": self.at.isoformat()}


class Audit:
    """Appends to the log and reads it; the database refuses everything else."""

    def __init__(self, database: ChannelDatabase, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def add(
        self, act: str, who: str, address: str, conversation_id: str = "", about: str = ""
    ) -> None:
        """Append one line in a transaction of its own."""
        with self._database.write.begin() as connection:
            self.add_within(connection, act, who, address, conversation_id, about)

    def add_within(
        self,
        connection: Connection,
        act: str,
        who: str,
        address: str,
        conversation_id: str = "",
        about: str = "",
    ) -> None:
        """Append one line in the transaction of what it is about."""
        if act not in ACTS:
            raise ValueError(f"There is no act {act!r}; there are {ACTS}.")
        row = {
            "at": self._now(),
            "who": who[:80],
            "act": act,
            "address": address[:80],
            "conversation_id": conversation_id[:255],
            "about": about[:200],
        }
        connection.execute(sa.insert(audit_table).values(row))

    def latest(self, limit: int = 100, before: Optional[int] = None) -> list[Entry]:
        """The latest lines, newest first; those before one by its id."""
        query = sa.select(audit_table).order_by(audit_table.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(audit_table.c.id < before)
        with self._database.read.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Entry(**{**row, "at": datetime.fromtimestamp(row["at"], timezone.utc)}) for row in rows
        ]
