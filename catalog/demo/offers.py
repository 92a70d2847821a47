"""Gives the demo shop's products prices, stock, ratings and dates: pure and seeded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Iterator, Mapping

from catalog.demo.compose import Group
from catalog.demo.definitions import Text, Word

#: The demo shop's today; no date in it is later.
TODAY = date(2026, 1, 1)
_SHOP_AGE_DAYS = 720
_ON_SALE = 0.2
_SALE_FACTORS = (0.6, 0.7, 0.75, 0.8, 0.85)
_SOLD_OUT = 0.06
_NEARLY_SOLD_OUT = 0.12
_SIZES_CARRIED = 3


@dataclass(frozen=True)
class Offer:
    """One row of the feed: a color and size of a product, as it is sold."""

    group: Group
    id: str
    color: str
    size: str
    price: int
    """CNY."""
    sale_price: int | None
    stock: int
    rating: float | None
    rating_count: int
    added: date
    attributes: Mapping[str, tuple[str, ...]]


def offers(group: Group, seed: int) -> Iterator[Offer]:
    """Every color and size of a product; all sizes of a color share their stock of luck."""
    rng = Random(f"{seed}/{group.id}")
    low, high = group.kind.price
    base = rng.triangular(low, high, low + (high - low) * 0.35)
    base *= group.price_factor * group.brand.price
    discount = rng.choice(_SALE_FACTORS) if rng.random() < _ON_SALE else None
    age = rng.randrange(_SHOP_AGE_DAYS)
    rating, count = _rating(rng, age)
    sizes = _carried(group, rng)
    for color in group.colors:
        for size in sizes:
            price = charm(base * size.price)
            sale = charm(price * discount) if discount else price
            yield Offer(
                group=group,
                id="-".join(filter(None, (group.id, slug(color), slug(size.value)))),
                color=color,
                size=size.value,
                price=price,
                sale_price=sale if sale < price else None,
                stock=_stock(rng),
                rating=rating,
                rating_count=count,
                added=TODAY - timedelta(days=age),
                attributes={**group.attributes, **size.facts},
            )


def charm(amount: float) -> int:
    """The nearest price that a shop would print, in whole CNY: 29, 129, 1299."""
    if amount < 1000:
        return max(9, round((amount - 9) / 10) * 10 + 9)
    return round((amount - 99) / 100) * 100 + 99


def slug(text: str) -> str:
    """Lower case with hyphens, for ids and file names: ``1.5 m bed`` → ``1-5-m-bed``."""
    kept = "".join(c if c.isascii() and c.isalnum() else " " for c in text.lower())
    return "-".join(kept.split())


def _carried(group: Group, rng: Random) -> list[Word]:
    """The sizes it is made in: a run of at most three, in order."""
    gender = group.attributes.get("gender", ("",))[0]
    sizes = list(group.design.gender_sizes.get(gender, group.design.sizes))
    if not sizes:
        return [Word("", Text("", ""))]
    first = rng.randint(0, max(0, len(sizes) - _SIZES_CARRIED))
    return sizes[first : first + _SIZES_CARRIED]


def _stock(rng: Random) -> int:
    luck = rng.random()
    if luck < _SOLD_OUT:
        return 0
    if luck < _SOLD_OUT + _NEARLY_SOLD_OUT:
        return rng.randint(1, 5)
    return min(400, 6 + int(rng.expovariate(1 / 60)))


def _rating(rng: Random, age: int) -> tuple[float | None, int]:
    """A long tail: most products have a few dozen ratings, a few have thousands."""
    count = int(rng.lognormvariate(math.log(35), 1.6) * min(1.0, age / 180))
    if not count:
        return None, 0
    spread = 0.45 / math.sqrt(1 + count / 30) + 0.18
    best = 5.0 if count < 8 else 4.9
    return round(min(best, max(2.6, rng.gauss(4.4, spread))), 1), count
