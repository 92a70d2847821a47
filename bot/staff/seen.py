"""How far each person has read each conversation, for the marks of what is new."""

from __future__ import annotations

import time
from typing import Callable, Iterable

import sqlalchemy as sa

from bot.channels.core.database import ChannelDatabase
from bot.staff.tables import seen_table

#: A conversation that is looked at again after so many seconds counts as opened anew.
OPENED_ANEW = 30 * 60.0


class Seen:
    """The marks at rest."""

    def __init__(self, database: ChannelDatabase, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def upto(self, account: str, conversations: Iterable[str]) -> dict[str, int]:
        """Conversation → the last message that a person has read, where there is one."""
        query = sa.select(seen_table.c.conversation_id, seen_table.c.seq).where(
            seen_table.c.account == account,
            seen_table.c.conversation_id.in_(list(conversations)),
        )
        with self._database.read.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def mark(self, account: str, conversation_id: str, seq: int) -> bool:
        """Note that a person has read so far; whether that is opening it anew."""
        mine = sa.and_(
            seen_table.c.account == account, seen_table.c.conversation_id == conversation_id
        )
        now = self._now()
        try:
            with self._database.write.begin() as connection:
                query = sa.select(seen_table).where(mine)
                row = connection.execute(query).mappings().first()
                if row is None:
                    values = {"account": account, "conversation_id": conversation_id}
                    values_now = {**values, "seq": seq, "viewed_at": now}
                    connection.execute(sa.insert(seen_table).values(values_now))
                    return True
                anew = now - row["viewed_at"] >= OPENED_ANEW
                if anew or seq > row["seq"]:
                    values_now = {"seq": max(seq, row["seq"]), "viewed_at": now}
                    connection.execute(sa.update(seen_table).where(mine).values(values_now))
                return anew
        except sa.exc.IntegrityError:
            # Another page of the same person was quicker, or the conversation is forgotten.
            return False
