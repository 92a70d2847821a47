"""Orders of the demo shop: made up, in every state, with contacts that belong to nobody.

Addresses are of ``example.com``, which is kept free for examples (RFC 2606), and telephone numbers
of the range that Ofcom keeps free for drama.
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Sequence

from catalog.product import Money, Product
from catalog.service import (
    CANCELLED,
    DELIVERED,
    PACKED,
    PAID,
    PLACED,
    REFUNDED,
    RETURNED,
    SHIPPED,
    Order,
    OrderLine,
)

FIRST, COUNT = 10001, 30
#: The order that the documentation speaks of, and whose it is.
SHOWN, SHOWN_CONTACT = 10023, "ann@example.com"
_NAMES = (
    "ben", "chloe", "dev", "emma", "felix", "grace", "hugo", "iris", "jun", "kim", "li", "mei",
    "noah", "olga", "paul",
)  # fmt: skip
#: State → days since it was placed, at least and at most.
_AGES = {
    PLACED: (0, 0), PAID: (0, 1), PACKED: (1, 2), SHIPPED: (2, 4), DELIVERED: (6, 40),
    CANCELLED: (2, 20), RETURNED: (15, 40), REFUNDED: (20, 45),
}  # fmt: skip
_STATES = (
    SHIPPED, DELIVERED, PAID, PACKED, DELIVERED, SHIPPED, PLACED, CANCELLED, DELIVERED, RETURNED,
    SHIPPED, REFUNDED,
)  # fmt: skip
_CARRIERS = ("Harbour Post", "Swift Parcel", "Kite Express")
_SENT = (SHIPPED, DELIVERED, RETURNED, REFUNDED)
_AFTER = 5
"""Days from placing an order to its delivery."""


def demo_orders(products: Sequence[Product], today: date) -> list[Order]:
    """The orders as they stand on a day; the same for the same products and day."""
    priced = [p for p in products if p.asking_price is not None]
    return (
        [_order(number, priced, today) for number in range(FIRST, FIRST + COUNT)] if priced else []
    )


def _order(number: int, products: Sequence[Product], today: date) -> Order:
    chance = random.Random(number)
    status = SHIPPED if number == SHOWN else _STATES[number % len(_STATES)]
    placed = datetime.combine(
        today - timedelta(days=chance.randint(*_AGES[status])),
        time(chance.randint(8, 21), chance.randrange(60)),
        timezone.utc,
    )
    lines = [_line(chance.choice(products), chance) for _ in range(chance.choice((1, 1, 2, 3)))]
    amounts = [line.price.amount * line.quantity for line in lines if line.price is not None]
    sent = status in _SENT
    due = placed + timedelta(days=_AFTER)
    code = f"{chance.choice('HSK')}P{chance.randrange(10**9):09d}"
    return Order(
        number=str(number),
        contacts=_contacts(number),
        status=status,
        placed_at=placed,
        lines=tuple(lines),
        total=Money(sum(amounts, Decimal(0)), "CNY"),
        carrier=chance.choice(_CARRIERS) if sent else "",
        tracking=code if sent else "",
        tracking_url=f"https://parcels.example/{code}" if sent else "",
        expected_at=due if status in (PLACED, PAID, PACKED, SHIPPED) else None,
        delivered_at=due if status in (DELIVERED, RETURNED, REFUNDED) else None,
    )


def _contacts(number: int) -> tuple[str, ...]:
    place = number - FIRST
    mail = SHOWN_CONTACT if number == SHOWN else f"{_NAMES[place % len(_NAMES)]}@example.com"
    return mail, f"+44 7700 900{place + 100:03d}"


def _line(product: Product, chance: random.Random) -> OrderLine:
    return OrderLine(
        title=product.title.get("en") or next(iter(product.title.values())),
        quantity=chance.choice((1, 1, 1, 2)),
        product_id=product.id,
        price=product.asking_price,
    )
