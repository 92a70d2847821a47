"""Opening the database of conversations on channels: SQLite or PostgreSQL, and its version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError

from bot.channels.core import tables
from catalog.database import connect, lock_writers, writer
from catalog.errors import ShoptalkError
from catalog.settings import Settings

FILE = "channels.db"


@dataclass(frozen=True)
class ChannelDatabase:
    """The database of conversations, open.

    Transactions of ``write`` take the write lock at their start. What they have committed survives
    a power cut.
    """

    read: Engine
    write: Engine

    @property
    def one_writer(self) -> bool:
        """Whether transactions that write wait for each other anyway."""
        return self.read.dialect.name == "sqlite"

    def upgrade(self, part: str, version: int, metadata: sa.MetaData) -> None:
        """Make the tables of one part of the program, and note their version.

        Raises
        ------
        ShoptalkError
            Where the database cannot be opened, or the part is newer there than here.
        """
        try:
            with self.write.begin() as connection:
                lock_writers(connection)
                tables.versions.create(connection, checkfirst=True)
                of_part = tables.versions.c.part == part
                found = connection.execute(
                    sa.select(tables.versions.c.version).where(of_part)
                ).scalar()
                if found is not None and found > version:
                    raise ShoptalkError(
                        f"The conversations at {self.read.url!r} were kept by a newer Shoptalk: "
                        "update the program."
                    )
                metadata.create_all(connection)
                if found is None:
                    connection.execute(
                        sa.insert(tables.versions).values(part=part, version=version)
                    )
        except DatabaseError as error:
            raise ShoptalkError(
                f"The conversations at {self.read.url!r} cannot be opened ({error.orig}): check "
                "SHOPTALK_CHANNELS_DATABASE, and that the place is there and can be written to."
            ) from error

    def close(self) -> None:
        """Give the connections back."""
        self.read.dispose()


def open_database(settings: Settings) -> ChannelDatabase:
    """The database that the settings name; a file in the shop's folder where they name none.

    Raises
    ------
    ShoptalkError
        Where there is no shop, or the database cannot be used.
    """
    if settings.channels_database:
        return open_url(settings.channels_database)
    folder = settings.shop_dir
    if not folder.is_dir():
        raise ShoptalkError(
            f"There is no shop at {folder}: make the demo shop with `shoptalk prepare`, or import "
            "products with `shoptalk import products`."
        )
    return open_url(f"sqlite:///{folder / FILE}")


def open_url(url: str) -> ChannelDatabase:
    """The database at a SQLAlchemy URL, with its tables.

    Raises
    ------
    ShoptalkError
        Where it cannot be used.
    """
    engine = connect(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _outlive_power_cuts)
    database = ChannelDatabase(engine, writer(engine))
    database.upgrade(tables.PART, tables.VERSION, tables.metadata)
    return database


def _outlive_power_cuts(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=FULL")
