"""The tables of the store. ``migrations`` makes them; this is what queries are written with."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, Optional

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

#: The migration that these tables belong to; a store at this version needs no upgrade.
HEAD = "0003"


class ExactDecimal(TypeDecorator):  # type: ignore[type-arg]
    """A decimal kept as text, because SQLite would round it through a float."""

    impl = sa.String(40)
    cache_ok = True

    def process_bind_param(self, value: Optional[Decimal], dialect: Any) -> Optional[str]:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Optional[str], dialect: Any) -> Optional[Decimal]:
        return None if value is None else Decimal(value)


class UtcDateTime(TypeDecorator):  # type: ignore[type-arg]
    """An aware time, kept in UTC (SQLite has no time zones)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Optional[datetime], dialect: Any) -> Optional[datetime]:
        if value is None:
            return None
        value = value.astimezone(timezone.utc)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Optional[datetime], dialect: Any) -> Optional[datetime]:
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=timezone.utc)
        return value.astimezone(timezone.utc)


metadata = sa.MetaData()

products = sa.Table(
    "products",
    metadata,
    sa.Column("id", sa.String(255), primary_key=True),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("title", sa.JSON, nullable=False),
    sa.Column("description", sa.JSON, nullable=False),
    sa.Column("price", ExactDecimal),
    sa.Column("price_currency", sa.String(3)),
    sa.Column("sale_price", ExactDecimal),
    sa.Column("sale_currency", sa.String(3)),
    sa.Column("sale_from", UtcDateTime),
    sa.Column("sale_until", UtcDateTime),
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
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Index("ix_products_item_group", "item_group_id"),
)

#: One row a name; ``revision`` is the fingerprint of all active products. While events are being
#: erased, ``erasing_shopper`` or ``erasing_keys`` says which; nobody but the eraser sees that row.
state = sa.Table(
    "catalogue_state",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

#: No foreign key to products: a log may speak of products that the catalogue never had.
#: Triggers refuse to change or delete its rows; ``EventWriter`` alone may erase.
events = sa.Table(
    "events",
    metadata,
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
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("schema_version", sa.Integer, nullable=False),
    sa.Index("ix_events_shopper", "shopper_id", "id"),
    sa.Index("ix_events_conversation", "conversation_id", "id"),
    sqlite_autoincrement=True,
)

#: What a model knows of each shopper by the log up to an event: saves reading it from the start.
shopper_states = sa.Table(
    "shopper_states",
    metadata,
    sa.Column("shopper_id", sa.String(200), primary_key=True),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("upto", sa.BigInteger, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)
