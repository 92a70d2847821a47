"""Connections to the database of a shop, and its upgrade to the present schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Optional

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.pool import QueuePool, StaticPool

from catalog.errors import ShoptalkError
from catalog.schema import HEAD

BUSY_SECONDS = 30.0
_WRITES = "shoptalk_writes"
_WRITERS_LOCK = 0x73686F70
_LOG_LOCK = _WRITERS_LOCK + 1


def connect(url: str) -> Engine:
    """Make the engine for ``sqlite:///…`` or ``postgresql://…``; nothing is opened yet.

    Raises
    ------
    ShoptalkError
        For a URL that names no database we can use.
    """
    try:
        parsed = sa.engine.make_url(url)
    except ArgumentError as error:
        raise ShoptalkError(
            f"{url!r} is no database URL: write sqlite:///FILE or postgresql://USER@HOST/NAME."
        ) from error
    # What shoppers wrote is among the parameters; errors are logged.
    options: dict[str, Any] = {
        "future": True,
        "json_serializer": _to_json,
        "hide_parameters": True,
    }
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, options)
    try:
        return sa.create_engine(parsed, pool_pre_ping=True, **options)
    except (NoSuchModuleError, ImportError) as error:
        raise ShoptalkError(
            f"The database driver for {parsed.drivername} is not installed: use SQLite, or "
            f"install the extra `servers` for PostgreSQL."
        ) from error


def writer(engine: Engine) -> Engine:
    """The same engine, whose transactions take the write lock at their start."""
    return engine.execution_options(**{_WRITES: True})


def lock_writers(connection: Connection) -> None:
    """Wait until no other transaction changes products or the schema, and keep others waiting.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")


def lock_log(connection: Connection) -> None:
    """Wait until no other transaction writes events, and keep others waiting.

    So that ids are seen in their order: who has read the log up to an event never finds an earlier
    one that was committed after it. SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOG_LOCK})")


def upgrade(engine: Engine) -> None:
    """Bring the schema to ``HEAD``; one query where it is there already.

    Raises
    ------
    ShoptalkError
        Where the database cannot be opened, or is newer than this program.
    """
    try:
        with engine.connect() as connection:
            if _version(connection) == HEAD:
                return
        with writer(engine).begin() as connection:
            _migrate(connection)
    except DatabaseError as error:
        raise ShoptalkError(
            f"The store {engine.url} cannot be opened ({error.orig}): check that it is there, "
            f"can be written to, and is a Shoptalk store."
        ) from error


def _sqlite(url: sa.engine.URL, options: dict[str, Any]) -> Engine:
    arguments = {"check_same_thread": False, "timeout": BUSY_SECONDS}
    pool: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 4, "max_overflow": 12}
    if url.database in (None, "", ":memory:"):
        pool = {"poolclass": StaticPool}
    engine = sa.create_engine(url, connect_args=arguments, **pool, **options)

    def configure(connection: Any, record: Any) -> None:
        # The driver's own transactions start too late to see one consistent state.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # So that the triggers of the log also see rows that a REPLACE would take away.
        cursor.execute("PRAGMA recursive_triggers=ON")
        cursor.close()

    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    sa.event.listen(engine, "connect", configure)
    sa.event.listen(engine, "begin", begin)
    return engine


def _version(connection: Connection) -> Optional[str]:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return row[0] if row else None


def _migrate(connection: Connection) -> None:
    lock_writers(connection)
    if _version(connection) == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    folder = Path(__file__).resolve().parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise ShoptalkError(
            f"The store {connection.engine.url} was made by a newer Shoptalk: update the program."
        ) from error


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
