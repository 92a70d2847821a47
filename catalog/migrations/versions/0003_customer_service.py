"""What customer service knows: answers, orders, reviews, requests, and proofs that were tried."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = ("faq_entries", "orders", "reviews", "service_requests", "proof_attempts")


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    numbered = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "faq_entries",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("question", sa.JSON, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("alternatives", sa.JSON, nullable=False),
        sa.Column("content_hash", sa.String(32), nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("number", sa.String(200), nullable=False),
        sa.Column("contacts", sa.JSON, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("placed_at", time),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("total", sa.JSON),
        sa.Column("carrier", sa.Text, nullable=False),
        sa.Column("tracking", sa.Text, nullable=False),
        sa.Column("tracking_url", sa.Text, nullable=False),
        sa.Column("expected_at", time),
        sa.Column("delivered_at", time),
        sa.Column("shopper_id", sa.String(200), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("content_hash", sa.String(32), nullable=False),
    )
    op.create_index("ix_orders_shopper", "orders", ["shopper_id"])
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("product_id", sa.String(255), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("rating", sa.Float),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("at", time),
        sa.Column("content_hash", sa.String(32), nullable=False),
    )
    op.create_index("ix_reviews_product", "reviews", ["product_id"])
    op.create_table(
        "service_requests",
        sa.Column("id", numbered, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("order_number", sa.String(200), nullable=False),
        sa.Column("conversation_id", sa.String(200), nullable=False),
        sa.Column("shopper_id", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("changed_at", time, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_service_requests_state", "service_requests", ["state", "id"])
    op.create_table(
        "proof_attempts",
        sa.Column("id", numbered, primary_key=True, autoincrement=True),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("at", time, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_proof_attempts_who", "proof_attempts", ["who", "at"])
    op.create_index("ix_proof_attempts_at", "proof_attempts", ["at"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
