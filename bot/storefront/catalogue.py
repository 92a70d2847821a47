"""What the demo shop's pages show of the catalogue, read from the store. Blocking."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Optional

import sqlalchemy as sa

from bot.storefront.pictures import page_url, picture_url
from catalog.lexicon import Lexicon
from catalog.product import OUT_OF_STOCK, Money, Product
from catalog.schema import products
from catalog.shop import Shop
from catalog.wording import Wording

PAGE = 24
#: Words of a search that are looked for; more of them are left out.
WORDS = 6
#: Attributes that stand elsewhere on a product's page.
_ELSEWHERE = frozenset({"color", "size", "capacity", "storage"})
#: What variants of a product differ in.
_CHOICES = ("color", "size", "capacity", "storage")


@dataclass(frozen=True)
class Listing:
    """Which products are wanted: a department, words, and the page from 1."""

    language: str
    department: str = ""
    words: str = ""
    page: int = 1


class Catalogue:
    """Groups of variants as one product each; reads only."""

    def __init__(self, shop: Shop) -> None:
        self._store = shop.store
        self._settings = shop.settings
        self._lexicon = Lexicon.load()
        self._wording = Wording(self._lexicon)

    def departments(self, language: str) -> list[dict[str, Any]]:
        """The broadest categories with the number of their products."""
        path = sa.cast(products.c.product_type, sa.Text)
        query = (
            sa.select(path, sa.func.count(products.c.item_group_id.distinct()))
            .where(products.c.active)
            .group_by(path)
        )
        counts: dict[str, int] = {}
        with self._store.engine.connect() as connection:
            for text, count in connection.execute(query):
                name = _first(text)
                counts[name] = counts.get(name, 0) + count
        return [
            {"id": name, "name": self._word("product_type", name, language), "count": counts[name]}
            for name in sorted(counts)
            if name
        ]

    def listed(self, listing: Listing) -> dict[str, Any]:
        """One page of products, the most rated first."""
        columns = products.c
        conditions: list[Any] = [columns.active]
        path, titles = sa.cast(columns.product_type, sa.Text), sa.cast(columns.title, sa.Text)
        if listing.department:
            conditions.append(path.startswith(f'["{listing.department}"', autoescape=True))
        for word in listing.words.split()[:WORDS]:
            plain = word.lower().rstrip("s") if word.isascii() and len(word) > 3 else word.lower()
            conditions.append(
                sa.func.lower(titles).contains(plain, autoescape=True)
                | sa.func.lower(path).contains(plain, autoescape=True)
                | sa.func.lower(columns.brand).contains(plain, autoescape=True)
            )
        groups = sa.select(columns.item_group_id).where(*conditions).distinct().subquery()
        # Of each product the first variant that can be had stands for it.
        gone = sa.case(
            (sa.or_(columns.availability == OUT_OF_STOCK, columns.stock == 0), "1"), else_="0"
        )
        first = (
            sa.select(sa.func.min(gone + columns.id))
            .where(*conditions)
            .group_by(columns.item_group_id)
            .order_by(sa.func.max(columns.rating_count).desc(), columns.item_group_id)
            .limit(PAGE)
            .offset((listing.page - 1) * PAGE)
        )
        with self._store.engine.connect() as connection:
            count = connection.execute(sa.select(sa.func.count()).select_from(groups)).scalar_one()
            ids = [marked[1:] for marked in connection.execute(first).scalars()]
        return {
            "items": [self.card(p, listing.language) for p in self._store.products(ids)],
            "count": count,
            "page": listing.page,
            "pages": max(1, -(-count // PAGE)),
        }

    def product(self, product_id: str, language: str) -> Optional[dict[str, Any]]:
        """One product with its variants; None where there is none."""
        found = self._store.products([product_id])
        if not found:
            return None
        product = found[0]
        query = (
            sa.select(products.c.id)
            .where(products.c.active, products.c.item_group_id == product.item_group_id)
            .order_by(products.c.id)
            .limit(200)
        )
        with self._store.engine.connect() as connection:
            ids = list(connection.execute(query).scalars())
        variants = self._store.products(ids) or [product]
        return {
            **self.card(product, language),
            "description": product.description_in(language),
            "department": product.product_type[0] if product.product_type else "",
            "path": [self._word("product_type", p, language) for p in product.product_type],
            "attributes": [
                {
                    "name": self._lexicon.attribute_name(name, language),
                    "value": self._words(name, values, language),
                }
                for name, values in sorted(product.attributes.items())
                if name not in _ELSEWHERE
            ],
            "choices": [
                {"attribute": a, "name": self._lexicon.attribute_name(a, language)}
                for a in _CHOICES
                if any(v.attributes.get(a) for v in variants)
            ],
            "variants": [self._variant(v, language) for v in variants],
        }

    def find(self, product_id: str) -> Optional[Product]:
        """A product as the store has it."""
        return next(iter(self._store.products([product_id])), None)

    def card(self, product: Product, language: str) -> dict[str, Any]:
        """A product as the grid and the cart show it."""
        price = product.asking_price
        return {
            "id": product.id,
            "title": product.title_in(language),
            "brand": product.brand,
            "price": _money(price),
            "regular_price": _money(product.price) if product.price != price else None,
            "availability": product.availability if product.available else "out_of_stock",
            "stock": product.stock,
            "rating": product.rating,
            "rating_count": product.rating_count,
            "url": page_url(product.id),
            "image": picture_url(product.id),
        }

    def _variant(self, product: Product, language: str) -> dict[str, Any]:
        chosen = {a: self._words(a, product.attributes.get(a, ()), language) for a in _CHOICES}
        return {**self.card(product, language), "choices": chosen}

    def _words(self, attribute: str, values: tuple[str, ...], language: str) -> str:
        separator = "、" if language == "zh" else ", "
        return separator.join(self._word(attribute, value, language) for value in values)

    def _word(self, attribute: str, value: str, language: str) -> str:
        return self._wording.name(attribute, value, language) or value


def _money(money: Optional[Money]) -> Optional[dict[str, str]]:
    if money is None:
        return None
    return {"amount": f"{money.amount:.2f}", "currency": money.currency}


def _first(path: str) -> str:
    """The first name of a path as the store writes it: ``["Women","Dresses"]``."""
    names = json.loads(path)
    return names[0] if names else ""
