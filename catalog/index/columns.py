"""What ranking and filters need of every product, as one array per property."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Mapping, Optional

import numpy as np

from catalog.product import Money, Product

COLUMNS_FILE = "columns.npz"
IDS_FILE = "ids.json"
EPOCH = date(1970, 1, 1)
#: Ratings are drawn towards the shop's mean as if this many had been given at the mean.
PRIOR_RATINGS = 20.0


@dataclass(frozen=True)
class Columns:
    """Arrays over all products, by position."""

    price: np.ndarray
    """float64, what is asked now in the shop's currency; NaN where unknown."""
    regular_price: np.ndarray
    """float64, the same before reductions."""
    rating: np.ndarray
    """float32, 0 to 5; NaN where unrated."""
    rating_count: np.ndarray
    """int32."""
    available: np.ndarray
    """bool."""
    group: np.ndarray
    """int32: equal for variants of one product."""
    added: np.ndarray
    """int32, days since 1970; -1 where unknown."""
    popularity: np.ndarray
    """float32, 0 to 1."""

    @classmethod
    def open(cls, folder: Path) -> Columns:
        """Read what ``write`` wrote."""
        with np.load(folder / COLUMNS_FILE, allow_pickle=False) as file:
            return cls(**{field.name: file[field.name] for field in fields(cls)})


class ColumnsBuilder:
    """Collects the properties of products, in the order of their positions.

    Parameters
    ----------
    currency
        The shop's; empty means that of the first price.
    rates
        Other currency → units of the shop's currency for one of it.
    """

    def __init__(self, currency: str, rates: Mapping[str, float]):
        self._currency = currency
        self._rates = rates
        self._ids: list[str] = []
        self._groups: dict[str, int] = {}
        self._rows: list[tuple[float, float, float, int, bool, int, int]] = []

    def add(self, product: Product) -> None:
        """Add the next product."""
        self._ids.append(product.id)
        group = product.item_group_id or product.id
        self._rows.append(
            (
                self._amount(product.asking_price),
                self._amount(product.price),
                np.nan if product.rating is None else product.rating,
                product.rating_count,
                product.available,
                self._groups.setdefault(group, len(self._groups)),
                -1 if product.added is None else (product.added - EPOCH).days,
            )
        )

    def write(self, folder: Path) -> None:
        """Write the columns and the ids into ``folder``."""
        rows = np.array(self._rows, np.float64).reshape(-1, 7)
        price, regular, rating, count, available, group, added = rows.T
        np.savez(
            folder / COLUMNS_FILE,
            price=price,
            regular_price=regular,
            rating=rating.astype(np.float32),
            rating_count=count.astype(np.int32),
            available=available.astype(bool),
            group=group.astype(np.int32),
            added=added.astype(np.int32),
            popularity=popularity(rating, count),
        )
        (folder / IDS_FILE).write_text(json.dumps(self._ids, ensure_ascii=False), encoding="utf-8")

    def _amount(self, money: Optional[Money]) -> float:
        if money is None:
            return np.nan
        self._currency = self._currency or money.currency
        if money.currency == self._currency:
            return float(money.amount)
        return float(money.amount) * self._rates.get(money.currency, np.nan)


def popularity(rating: np.ndarray, count: np.ndarray) -> np.ndarray:
    """How well a product is known and liked, from ratings alone: float32, 0 to 1.

    Half is the rating, drawn towards the shop's mean where few were given; half the logarithm of
    their number. A shop without ratings has 0.5 for everything.
    """
    rated = ~np.isnan(rating)
    if not rated.any():
        return np.full(len(rating), 0.5, np.float32)
    votes = np.where(rated, np.maximum(count, 1), 0)
    mean = float(np.average(rating[rated], weights=votes[rated]))
    smoothed = (PRIOR_RATINGS * mean + votes * np.where(rated, rating, 0)) / (PRIOR_RATINGS + votes)
    known = np.log1p(votes) / np.log1p(votes.max())
    return (0.5 * smoothed / 5 + 0.5 * known).astype(np.float32)
