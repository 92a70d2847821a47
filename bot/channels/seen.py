"""Which webhooks came already, for as long as one that is sent again would be believed."""

from __future__ import annotations

import hashlib
from typing import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.channels.core.core import ChannelCore
from bot.channels.core.database import ChannelDatabase
from bot.channels.core.tables import LONGEST_NAME

PART, VERSION = "seen", 1
#: Seconds for which they are remembered: longer than any signature holds.
KEPT = 3600.0

metadata = sa.MetaData()
seen = sa.Table(
    "channel_seen",
    metadata,
    sa.Column("channel", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(LONGEST_NAME), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Index("ix_channel_seen_at", "at"),
)


class Seen:
    """Remembers webhooks of one channel in the database of conversations, for all processes.

    Where it is remembered after all that it says is done, what ended half-way is done when it is
    sent again; that must be such that doing it twice harms nothing.
    """

    def __init__(self, core: ChannelCore, channel: str) -> None:
        self._core = core
        self._database: ChannelDatabase = core.transcript.database
        self._channel = channel
        self._ready = False

    async def has(self, names: Sequence[str], content: bytes) -> bool:
        """Whether this content came before under one of its names.

        Parameters
        ----------
        names
            What the sender calls the webhook: a delivery's id, a signature, a nonce.
        """
        await self._made()
        return _digest(content) in await self._core.read(self._digests, names)

    async def keep(self, names: Sequence[str], content: bytes) -> bool:
        """Remember a webhook, and forget those that are old.

        False where another content is remembered under one of the names, which stays.
        """
        await self._made()
        digest = _digest(content)
        return await self._core.write(self._keep, names, digest, self._core.now()) == {digest}

    async def _made(self) -> None:
        """The table is there."""
        if not self._ready:
            await self._core.write(self._database.upgrade, PART, VERSION, metadata)
            self._ready = True

    def _digests(self, names: Sequence[str]) -> set[str]:
        """What is remembered under names."""
        these = (seen.c.channel == self._channel, seen.c.name.in_([_short(n) for n in names]))
        with self._database.read.connect() as connection:
            return set(connection.execute(sa.select(seen.c.digest).where(*these)).scalars())

    def _keep(self, names: Sequence[str], digest: str, now: float) -> set[str]:
        """What is remembered under the names then."""
        # In one order everywhere, so that two such transactions do not wait for each other.
        rows = [
            {"channel": self._channel, "name": name, "digest": digest, "at": now}
            for name in sorted({_short(name) for name in names})
        ]
        with self._database.write.begin() as connection:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            connection.execute(insert(seen).values(rows).on_conflict_do_nothing())
            connection.execute(sa.delete(seen).where(seen.c.at < now - KEPT))
        return self._digests(names)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _short(name: str) -> str:
    """Senders choose their names: any text becomes one of 64 characters."""
    return _digest(name.encode("utf-8", "replace"))
