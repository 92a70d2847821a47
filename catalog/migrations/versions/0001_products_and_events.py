"""Products, the fingerprint of the catalogue, and the event log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    op.create_table(
        "products",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("description", sa.JSON, nullable=False),
        sa.Column("price", sa.String(40)),
        sa.Column("price_currency", sa.String(3)),
        sa.Column("sale_price", sa.String(40)),
        sa.Column("sale_currency", sa.String(3)),
        sa.Column("sale_from", time),
        sa.Column("sale_until", time),
        sa.Column("availability", sa.String(16), nullable=False),
        sa.Column("stock", sa.Integer),
        sa.Column("brand", sa.Text, nullable=False),
        sa.Column("product_type", sa.JSON, nullable=False),
        sa.Column("item_group_id", sa.String(255), nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("image_link", sa.Text, nullable=False),
        sa.Column("additional_image_links", sa.JSON, nullable=False),
        sa.Column("rating", sa.Float),
        sa.Column("rating_count", sa.Integer, nullable=False),
        sa.Column("added", sa.Date),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("content_hash", sa.String(32), nullable=False),
        sa.Column("updated_at", time, nullable=False),
    )
    op.create_index("ix_products_item_group", "products", ["item_group_id"])
    op.create_table(
        "catalogue_state",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
        sa.Column("shopper_id", sa.String(200), nullable=False),
        sa.Column("conversation_id", sa.String(200), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("product_id", sa.String(255)),
        sa.Column("rank", sa.Integer),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("schema_version", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_shopper", "events", ["shopper_id", "id"])
    op.create_index("ix_events_conversation", "events", ["conversation_id", "id"])


def downgrade() -> None:
    op.drop_table("events")
    op.drop_table("catalogue_state")
    op.drop_table("products")
