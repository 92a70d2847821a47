"""Reviews of the demo shop's products, put together from sentences by kind and by rating."""

from __future__ import annotations

import random
import re
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterator, Mapping, Sequence

import yaml

from catalog.product import LANGUAGES, Product
from catalog.service import Review

#: Ids of these reviews, and of no others, begin so.
PREFIX = "demo:"
PRODUCTS, LEAST, MOST = 420, 2, 5
SENTENCES = Path(__file__).with_name("reviews.yml")
#: Top of the category path → kind of sentences.
_KINDS = {
    "Women": "clothes", "Men": "clothes", "Shoes": "shoes", "Bags": "bags",
    "Electronics": "electronics", "Home Textiles": "textiles", "Furniture & Home Decor": "home",
    "Kitchen": "kitchen", "Beauty": "beauty", "Food & Tea": "food", "Toys & Baby": "toys",
    "Sports & Outdoor": "sports",
}  # fmt: skip
_TOYS = re.compile(r"Toys|Blocks|Puzzle|Doll|Vehicle|Game")
_CLOTHES = re.compile(r"Clothing|Dress|Jacket|Shirt|Trouser")
_RATING = 4.2
_FEELINGS = {5: ("good", "good"), 4: ("good", "mixed"), 3: ("mixed", "mixed"), 2: ("bad", "mixed")}
_OLDEST_DAYS = 300


def demo_reviews(products: Sequence[Product], today: date) -> list[Review]:
    """Reviews of the products that were rated most; the same for the same products and day."""
    groups: dict[str, Product] = {}
    for product in products:
        groups.setdefault(product.item_group_id or product.id, product)
    rated = sorted(groups.items(), key=lambda item: (-item[1].rating_count, item[0]))[:PRODUCTS]
    return [review for group, product in rated for review in _of(group, product, today)]


def _of(group: str, product: Product, today: date) -> Iterator[Review]:
    chance = random.Random(f"reviews of {group}")
    kind = _kind(product)
    said: set[str] = set()
    for number in range(chance.randint(LEAST, MOST)):
        stars = min(5, max(1, round(chance.gauss(product.rating or _RATING, 0.8))))
        language = chance.choice(LANGUAGES)
        text = _text(kind, language, stars, product, chance)
        if text in said:
            continue
        said.add(text)
        day = today - timedelta(days=chance.randint(1, _OLDEST_DAYS))
        yield Review(
            id=f"{PREFIX}{group}:{number}",
            product_id=product.id,
            text=text,
            rating=float(stars),
            language=language,
            at=datetime.combine(day, time(12), timezone.utc),
        )


def _kind(product: Product) -> str:
    path = product.product_type or ("",)
    kind = _KINDS.get(path[0], "any")
    if kind == "toys" and not _TOYS.search(path[-1]):
        return "clothes" if _CLOTHES.search(path[-1]) else "any"
    return kind


def _text(kind: str, language: str, stars: int, product: Product, chance: random.Random) -> str:
    bank = _sentences()
    feelings = _FEELINGS.get(stars, ("bad", "bad"))
    values = {
        name: product.attributes[name][0].lower()
        for name in ("material", "color")
        if product.attributes.get(name)
    }
    found: list[str] = []
    for feeling, name in zip(feelings, (kind, chance.choice((kind, "any"))), strict=True):
        wording = bank.get(name, bank["any"])[language][feeling]
        fitting = [s for s in wording if "{" not in s or any(f"{{{v}}}" in s for v in values)]
        found.append(chance.choice(fitting).format(**values))
    return (" " if language == "en" else "").join(dict.fromkeys(found))


@lru_cache(maxsize=1)
def _sentences() -> Mapping[str, Mapping[str, Mapping[str, Sequence[Any]]]]:
    return yaml.safe_load(SENTENCES.read_text("utf-8"))
