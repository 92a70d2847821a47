"""The staff's tables: in the database of the channels."""

from __future__ import annotations

from bot.channels.core.database import ChannelDatabase, open_database
from bot.staff.tables import PART, VERSION, metadata
from catalog.settings import Settings


def open_staff_database(settings: Settings) -> ChannelDatabase:
    """The channels' database with the staff's tables.

    Raises
    ------
    ShoptalkError
        Where there is no shop, or the database cannot be used.
    """
    return with_staff(open_database(settings))


def with_staff(database: ChannelDatabase) -> ChannelDatabase:
    """The same database, with the staff's tables."""
    database.upgrade(PART, VERSION, metadata)
    return database
