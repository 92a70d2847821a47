"""The staff's tables in the database of the channels; the audit log can only be appended to."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.channels.core.tables import LONGEST_NAME, conversations

#: The staff's part of the database and the present shape of its tables.
PART, VERSION = "staff", 1

metadata = sa.MetaData()

accounts_table = sa.Table(
    "staff_accounts",
    metadata,
    # The name as it is compared: without case and width.
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("shown_as", sa.String(80), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("password", sa.String(200), nullable=False),
    # Changes with the password and the role; sessions of another serial are over.
    sa.Column("serial", sa.String(32), nullable=False),
    sa.Column("created_at", sa.Float(53), nullable=False),
)
sessions_table = sa.Table(
    "staff_sessions",
    metadata,
    # SHA-256 of the name in the cookie.
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(80), nullable=False, index=True),
    sa.Column("serial", sa.String(32), nullable=False),
    sa.Column("form_token", sa.String(64), nullable=False),
    sa.Column("created_at", sa.Float(53), nullable=False),
    sa.Column("active_at", sa.Float(53), nullable=False),
)
seen_table = sa.Table(
    "staff_seen",
    metadata,
    sa.Column("account", sa.String(80), primary_key=True),
    # Forgotten together with the conversation.
    sa.Column(
        "conversation_id",
        sa.String(LONGEST_NAME),
        sa.ForeignKey(conversations.c.id, ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("viewed_at", sa.Float(53), nullable=False),
)
audit_table = sa.Table(
    "staff_audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("who", sa.String(80), nullable=False),
    sa.Column("act", sa.String(32), nullable=False),
    sa.Column("address", sa.String(80), nullable=False),
    sa.Column("conversation_id", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("about", sa.String(200), nullable=False),
    sqlite_autoincrement=True,
)

_REFUSAL = "The audit log is append-only"
_SQLITE = (
    f"""CREATE TRIGGER staff_audit_never_changes BEFORE UPDATE ON staff_audit
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    f"""CREATE TRIGGER staff_audit_stays BEFORE DELETE ON staff_audit
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    # REPLACE deletes without asking the trigger above where recursive triggers are off.
    f"""CREATE TRIGGER staff_audit_is_not_replaced BEFORE INSERT ON staff_audit
    WHEN EXISTS (SELECT 1 FROM staff_audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
)
_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION shoptalk_audit_append_only() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER staff_audit_append_only BEFORE UPDATE OR DELETE ON staff_audit
    FOR EACH ROW EXECUTE FUNCTION shoptalk_audit_append_only()""",
    """CREATE TRIGGER staff_audit_not_truncated BEFORE TRUNCATE ON staff_audit
    FOR EACH STATEMENT EXECUTE FUNCTION shoptalk_audit_append_only()""",
)


def _close_the_log(_table: sa.Table, connection: Connection, **_: Any) -> None:
    """The table is made together with what keeps it as it is."""
    postgresql = connection.dialect.name == "postgresql"
    for statement in _POSTGRESQL if postgresql else _SQLITE:
        connection.exec_driver_sql(statement)


sa.event.listen(audit_table, "after_create", _close_the_log)
