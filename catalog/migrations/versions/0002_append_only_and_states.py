"""The log can only be appended to, and what models make of each shopper's part of it is kept.

Events are never changed. They are deleted only by who says in ``catalogue_state``, in the same
transaction, whose events (``erasing_shopper``) or which keys (``erasing_keys``: how they begin) it
is about to erase.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NO_CHANGE = "The event log is append-only: an event is never changed"
_NO_DELETE = "The event log is append-only: only Shoptalk itself erases events"
_ALLOWED = """EXISTS (
    SELECT 1 FROM catalogue_state
    WHERE (name = 'erasing_shopper' AND value = OLD.shopper_id)
       OR (name = 'erasing_keys' AND substr(OLD.key, 1, length(value)) = value)
)"""

_SQLITE = (
    f"""CREATE TRIGGER events_never_change BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END""",
    f"""CREATE TRIGGER events_stay BEFORE DELETE ON events WHEN NOT {_ALLOWED}
    BEGIN SELECT RAISE(ABORT, '{_NO_DELETE}'); END""",
)
_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION shoptalk_events_append_only() RETURNS trigger AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            RAISE EXCEPTION '{_NO_CHANGE}';
        ELSIF TG_OP = 'TRUNCATE' THEN
            RAISE EXCEPTION '{_NO_DELETE}';
        ELSIF NOT {_ALLOWED} THEN
            RAISE EXCEPTION '{_NO_DELETE}';
        END IF;
        RETURN OLD;
    END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION shoptalk_events_append_only()""",
    """CREATE TRIGGER events_not_truncated BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION shoptalk_events_append_only()""",
)
_UNDO_SQLITE = ("DROP TRIGGER events_stay", "DROP TRIGGER events_never_change")
_UNDO_POSTGRESQL = (
    "DROP TRIGGER events_not_truncated ON events",
    "DROP TRIGGER events_append_only ON events",
    "DROP FUNCTION shoptalk_events_append_only()",
)


def upgrade() -> None:
    op.create_table(
        "shopper_states",
        sa.Column("shopper_id", sa.String(200), primary_key=True),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("upto", sa.BigInteger, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    _run(_POSTGRESQL if _is_postgresql() else _SQLITE)


def downgrade() -> None:
    _run(_UNDO_POSTGRESQL if _is_postgresql() else _UNDO_SQLITE)
    op.drop_table("shopper_states")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _run(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
