"""Values of customer service as rows of its tables, and back. Pure."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Any, Mapping, Optional

from catalog.product import Money
from catalog.service import FaqEntry, Order, OrderLine, Review, ServiceRequest
from catalog.service_proof import order_key


def faq_row(entry: FaqEntry, position: int) -> dict[str, Any]:
    """The row of an entry that stands at a place of its file."""
    row = {
        "id": entry.id,
        "position": position,
        "question": dict(entry.question),
        "answer": dict(entry.answer),
        "topic": entry.topic,
        "alternatives": {language: list(texts) for language, texts in entry.alternatives.items()},
    }
    return _marked(row)


def to_entry(row: Mapping[str, Any]) -> FaqEntry:
    """An entry from its row."""
    return FaqEntry(
        id=row["id"],
        question=row["question"],
        answer=row["answer"],
        topic=row["topic"],
        alternatives={language: tuple(texts) for language, texts in row["alternatives"].items()},
    )


def order_row(order: Order) -> dict[str, Any]:
    """The row of an order whose contacts are hashes already."""
    row = {
        "key": order_key(order.number),
        "number": order.number,
        "contacts": sorted(order.contacts),
        "status": order.status,
        "placed_at": order.placed_at,
        "lines": [_line(line) for line in order.lines],
        "total": _money(order.total),
        "carrier": order.carrier,
        "tracking": order.tracking,
        "tracking_url": order.tracking_url,
        "expected_at": order.expected_at,
        "delivered_at": order.delivered_at,
        "shopper_id": order.shopper_id,
        "note": order.note,
    }
    return _marked(row)


def to_order(row: Mapping[str, Any]) -> Order:
    """An order from its row."""
    return Order(
        number=row["number"],
        contacts=tuple(row["contacts"]),
        status=row["status"],
        placed_at=row["placed_at"],
        lines=tuple(
            OrderLine(line["title"], line["quantity"], line["product_id"], _to_money(line["price"]))
            for line in row["lines"]
        ),
        total=_to_money(row["total"]),
        carrier=row["carrier"],
        tracking=row["tracking"],
        tracking_url=row["tracking_url"],
        expected_at=row["expected_at"],
        delivered_at=row["delivered_at"],
        shopper_id=row["shopper_id"],
        note=row["note"],
    )


def review_row(review: Review) -> dict[str, Any]:
    """The row of a review."""
    row = {
        "id": review.id,
        "product_id": review.product_id,
        "text": review.text,
        "rating": review.rating,
        "language": review.language,
        "at": review.at,
    }
    return _marked(row)


def to_review(row: Mapping[str, Any]) -> Review:
    """A review from its row."""
    return Review(
        id=row["id"],
        product_id=row["product_id"],
        text=row["text"],
        rating=row["rating"],
        language=row["language"],
        at=row["at"],
    )


def to_request(row: Mapping[str, Any]) -> ServiceRequest:
    """A request from its row."""
    return ServiceRequest(**row)


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "title": line.title,
        "quantity": line.quantity,
        "product_id": line.product_id,
        "price": _money(line.price),
    }


def _money(money: Optional[Money]) -> Optional[dict[str, str]]:
    return (
        None if money is None else {"amount": format(money.amount, "f"), "currency": money.currency}
    )


def _to_money(data: Optional[Mapping[str, str]]) -> Optional[Money]:
    return None if data is None else Money(Decimal(data["amount"]), data["currency"])


def _marked(row: dict[str, Any]) -> dict[str, Any]:
    """The row with a fingerprint of what is in it."""
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, default=_plain)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16)
    return {**row, "content_hash": digest.hexdigest()}


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return str(value.timestamp())
    raise TypeError(f"{type(value).__name__} has no place in a row.")
