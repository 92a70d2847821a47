"""An order in words: where it is, what is in it, when it comes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from actions.replies.money import format_money
from actions.turn.draft import Draft
from actions.turn.service_faq import shown
from catalog.service import DELIVERED, PACKED, PAID, PLACED, SHIPPED, Order

#: Products of an order that are named.
LINES = 6
_LINK = re.compile(r"https?://[^\s<>\"'()]{1,500}", re.I)
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
#: Of an order that is on its way or not yet, it is told when it is expected.
_COMING = (PLACED, PAID, PACKED, SHIPPED)


def told(draft: Draft, order: Order) -> str:
    """The state of an order, for the one it belongs to; one fact a line."""
    language = draft.language
    lines = [draft.say(f"service_order_{order.status}")]
    if order.status == SHIPPED and order.carrier:
        lines[0] = draft.say("service_order_shipped_with", carrier=shown(order.carrier, 60))
    if order.placed_at is not None:
        lines.append(draft.say("service_order_at", date=date(order.placed_at, language)))
    if order.status in _COMING and order.expected_at is not None:
        lines.append(draft.say("service_order_expected", date=date(order.expected_at, language)))
    if order.status == DELIVERED and order.delivered_at is not None:
        lines.append(draft.say("service_order_arrived", date=date(order.delivered_at, language)))
    if order.tracking and order.status in (SHIPPED, DELIVERED):
        lines.append(draft.say("service_order_tracking", code=shown(order.tracking, 60)))
    if _LINK.fullmatch(order.tracking_url) and order.status in (SHIPPED, DELIVERED):
        lines.append(draft.say("service_order_link", url=order.tracking_url))
    titles = _titles(draft, order)
    for line in order.lines[:LINES]:
        title = titles.get(line.product_id, {}).get(line.title, line.title)
        lines.append(f"· {line.quantity} × {shown(title, 120)}")
    if len(order.lines) > LINES:
        lines.append(draft.say("service_order_more", n=len(order.lines) - LINES))
    if order.total is not None:
        lines.append(draft.say("service_order_total", amount=format_money(order.total)))
    if order.note:
        lines.append(draft.say("service_order_note", note=shown(order.note, 300)))
    return "\n".join(lines)


def _titles(draft: Draft, order: Order) -> dict[str, dict[str, str]]:
    """Products of an order → each of their titles, and the one in the shopper's language."""
    ids = [line.product_id for line in order.lines[:LINES] if line.product_id]
    return {
        product.id: {title: product.title_in(draft.language) for title in product.title.values()}
        for product in draft.context.shop.store.products(ids)
    }


def as_data(order: Order) -> dict[str, Any]:
    """The same for a program, without what tells whose it is."""

    def at(time: datetime | None) -> str | None:
        return None if time is None else time.isoformat()

    return {
        "status": order.status,
        "placed_at": at(order.placed_at),
        "expected_at": at(order.expected_at),
        "delivered_at": at(order.delivered_at),
        "products": [line.product_id for line in order.lines if line.product_id],
    }


def date(at: datetime, language: str) -> str:
    """A day as people write it.

    >>> date(datetime(2026, 11, 3), "en"), date(datetime(2026, 11, 3), "zh")
    ('3 November 2026', '2026年11月3日')
    """
    if language == "zh":
        return f"{at.year}年{at.month}月{at.day}日"
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"
