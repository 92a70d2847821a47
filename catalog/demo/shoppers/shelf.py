"""The catalogue as arrays: what a simulated shopper can see of each product."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from catalog.demo.shoppers.banks import Banks, longest_prefix
from catalog.product import Product

ATTRIBUTES = ("material", "style", "pattern", "occasion", "gender", "finish")
SEASONS = ("Winter", "Spring", "Summer", "Autumn")
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shelf:
    """n items: one for each color of a product, sizes aside."""

    ids: tuple[str, ...]
    """The variant that stands for the item: the first in stock."""
    group: Ints
    """Number of the product, shape (n,); colors of one product share it."""
    types: tuple[str, ...]
    """Product types by number."""
    type_of: Ints
    features: npt.NDArray[np.float32]
    """1 where an item has a feature, shape (n, features)."""
    columns: Mapping[tuple[str, str], int]
    """Attribute and value → column of ``features``. The colour family is ``family``."""
    price: Floats
    """What is asked, CNY."""
    level: Floats
    """Where the price is among those of the type, from 0 to 1."""
    popularity: Floats
    """Logarithm of how often it is bought, mean 0: long-tailed as numbers of ratings are."""
    season: Floats
    """How much of a type suits winter, spring, summer, autumn, shape (types, 4)."""
    designs: npt.NDArray[np.str_]
    """What each item's design is called in English, shape (n,); empty where it is not known."""
    values: Mapping[tuple[int, str], tuple[str, ...]]
    """Item and attribute → its values."""
    titles: frozenset[str]
    """All titles, in lower case."""

    def __len__(self) -> int:
        return len(self.ids)

    def has(self, items: Ints, attribute: str, value: str) -> Bools:
        """Which of these items have a value, shape (len(items),)."""
        if attribute == "design":
            return self.designs[items] == value
        column = self.columns.get((attribute, value))
        if column is None:
            return np.zeros(len(items), dtype=bool)
        return self.features[items, column] > 0


def shelf_of(
    products: Iterable[Product], banks: Banks, designs: Mapping[str, str], seed: int
) -> Shelf:
    """Put the products on the shelf.

    Parameters
    ----------
    products
        The catalogue.
    banks
        For the families of colors, and for what shoppers have words for.
    designs
        Product (``item_group_id``) → what its design is called.
    seed
        For how popular products are beyond what their ratings tell.
    """
    items: dict[tuple[str, str], list[Product]] = defaultdict(list)
    for product in sorted(products, key=lambda product: product.id):
        if longest_prefix(" > ".join(product.product_type), banks.types) is not None:
            color = product.attributes.get("color", ("",))[0]
            items[product.item_group_id, color].append(product)
    chosen = [next((p for p in same if p.available), same[0]) for same in items.values()]
    types = sorted({" > ".join(p.product_type) for p in chosen})
    type_of = np.array([types.index(" > ".join(p.product_type)) for p in chosen], dtype=np.int64)
    groups = {group: i for i, group in enumerate(dict.fromkeys(p.item_group_id for p in chosen))}
    has = [set(_features(p, banks)) for p in chosen]
    columns = {feature: i for i, feature in enumerate(sorted(set().union(*has)))}
    features = np.zeros((len(chosen), len(columns)), dtype=np.float32)
    for row, found in enumerate(has):
        features[row, [columns[feature] for feature in found]] = 1
    price = np.array([float(p.asking_price.amount) if p.asking_price else 0.0 for p in chosen])
    return Shelf(
        ids=tuple(p.id for p in chosen),
        group=np.array([groups[p.item_group_id] for p in chosen], dtype=np.int64),
        types=tuple(types),
        type_of=type_of,
        features=features,
        columns=columns,
        price=price,
        level=_levels(price, type_of),
        popularity=_popularity(chosen, seed),
        season=_seasons(chosen, type_of, len(types)),
        designs=np.array([designs.get(p.item_group_id, "") for p in chosen]),
        values=_values(has, designs, chosen),
        titles=frozenset(title.lower() for p in chosen for title in p.title.values()),
    )


def _features(product: Product, banks: Banks) -> Iterable[tuple[str, str]]:
    yield "brand", product.brand
    for color in product.attributes.get("color", ()):
        if color in banks.colors:
            yield "family", banks.colors[color]
    for attribute in ATTRIBUTES:
        for value in product.attributes.get(attribute, ()):
            yield attribute, value


def _values(
    has: list[set[tuple[str, str]]], designs: Mapping[str, str], chosen: list[Product]
) -> dict[tuple[int, str], tuple[str, ...]]:
    found: dict[tuple[int, str], tuple[str, ...]] = {}
    for item, features in enumerate(has):
        for attribute, value in sorted(features):
            found[item, attribute] = (*found.get((item, attribute), ()), value)
    for item, product in enumerate(chosen):
        if designs.get(product.item_group_id):
            found[item, "design"] = (designs[product.item_group_id],)
    return found


def _levels(price: Floats, type_of: Ints) -> Floats:
    level = np.zeros(len(price))
    for kind in np.unique(type_of):
        rows = np.flatnonzero(type_of == kind)
        level[rows[np.argsort(price[rows], kind="stable")]] = np.linspace(0, 1, len(rows))
    return level


def _popularity(chosen: list[Product], seed: int) -> Floats:
    noise = np.random.default_rng([seed, 1]).normal(0, 0.4, len(chosen))
    found = np.log1p([p.rating_count for p in chosen]) + noise
    return (found - found.mean()) / found.std()


def _seasons(chosen: list[Product], type_of: Ints, types: int) -> Floats:
    found = np.zeros((types, len(SEASONS)))
    counts = np.bincount(type_of, minlength=types)[:, None]
    for product, kind in zip(chosen, type_of, strict=True):
        named = product.attributes.get("season", ()) or SEASONS
        found[kind] += [season in named for season in SEASONS]
    return found / counts
