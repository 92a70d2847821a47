"""The tables of customer service: answers, orders, reviews, requests, proofs that were tried."""

from __future__ import annotations

import sqlalchemy as sa

from catalog.schema import UtcDateTime, metadata

faq_entries = sa.Table(
    "faq_entries",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("question", sa.JSON, nullable=False),
    sa.Column("answer", sa.JSON, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("alternatives", sa.JSON, nullable=False),
    sa.Column("content_hash", sa.String(32), nullable=False),
)

#: ``key`` is the number as numbers are compared; ``contacts`` are hashes and ``lines`` objects.
orders = sa.Table(
    "orders",
    metadata,
    sa.Column("key", sa.String(100), primary_key=True),
    sa.Column("number", sa.String(200), nullable=False),
    sa.Column("contacts", sa.JSON, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("placed_at", UtcDateTime),
    sa.Column("lines", sa.JSON, nullable=False),
    sa.Column("total", sa.JSON),
    sa.Column("carrier", sa.Text, nullable=False),
    sa.Column("tracking", sa.Text, nullable=False),
    sa.Column("tracking_url", sa.Text, nullable=False),
    sa.Column("expected_at", UtcDateTime),
    sa.Column("delivered_at", UtcDateTime),
    sa.Column("shopper_id", sa.String(200), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("content_hash", sa.String(32), nullable=False),
    sa.Index("ix_orders_shopper", "shopper_id"),
)

#: No foreign key to products: people write about what the catalogue has no more.
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("product_id", sa.String(255), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("rating", sa.Float),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("at", UtcDateTime),
    sa.Column("content_hash", sa.String(32), nullable=False),
    sa.Index("ix_reviews_product", "product_id"),
)

_NUMBERED = sa.BigInteger().with_variant(sa.Integer, "sqlite")

service_requests = sa.Table(
    "service_requests",
    metadata,
    sa.Column("id", _NUMBERED, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(200), nullable=False, unique=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("order_number", sa.String(200), nullable=False),
    sa.Column("conversation_id", sa.String(200), nullable=False),
    sa.Column("shopper_id", sa.String(200), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index("ix_service_requests_state", "state", "id"),
    sqlite_autoincrement=True,
)

#: ``who`` is a digest: it counts tries and does not say who tried.
proof_attempts = sa.Table(
    "proof_attempts",
    metadata,
    sa.Column("id", _NUMBERED, primary_key=True, autoincrement=True),
    sa.Column("who", sa.String(64), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_proof_attempts_who", "who", "at"),
    sa.Index("ix_proof_attempts_at", "at"),
    sqlite_autoincrement=True,
)
