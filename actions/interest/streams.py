"""A log as one stream of acts a shopper: what settings are learned from and measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Collection, Optional

import numpy as np
import numpy.typing as npt

from actions.interest.acts import rated
from actions.interest.config import RATED_HIGH, InterestConfig
from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS

#: Acts that say that a product was wanted.
POSITIVE = ("clicked", "liked", "shared", "chosen", "carted", "bought", RATED_HIGH)


@dataclass(frozen=True)
class Stream:
    """The acts of one shopper, oldest first; those that are about no product are left out."""

    shopper: str
    acts: tuple[str, ...]
    """Kinds of event; ratings by how high they are."""
    items: npt.NDArray[np.int64]
    """Positions of the products in the space, shape (n,)."""
    at: npt.NDArray[np.int64]
    """Milliseconds since 1970, shape (n,)."""
    wanted: npt.NDArray[np.bool_]
    """Whether it is a positive act, and the first on that product; shape (n,)."""
    taken: npt.NDArray[np.bool_]
    """Whether the product is no candidate afterwards, shape (n,)."""

    def __len__(self) -> int:
        return len(self.items)


def streams_of(
    table: EventTable,
    positions: npt.NDArray[np.int64],
    config: InterestConfig,
    shoppers: Optional[Collection[int]] = None,
) -> list[Stream]:
    """The streams of a log.

    Parameters
    ----------
    positions
        Position in the space of each product of the log, −1 for none; shape (products,).
    shoppers
        Codes of those who are wanted; by default all.
    """
    known = table.product >= 0
    known &= np.where(known, positions[table.product], -1) >= 0
    known &= ~table.of_kinds("shown")
    if shoppers is not None:
        known &= np.isin(table.shopper, list(shoppers))
    rows = np.flatnonzero(known)
    if not len(rows):
        return []
    rows = rows[np.argsort(table.shopper[rows], kind="stable")]
    starts = np.flatnonzero(np.diff(table.shopper[rows]) != 0) + 1
    return [_stream(table, own, positions, config) for own in np.split(rows, starts)]


def _stream(
    table: EventTable,
    rows: npt.NDArray[np.int64],
    positions: npt.NDArray[np.int64],
    config: InterestConfig,
) -> Stream:
    names = []
    for kind, value in zip(table.kind[rows].tolist(), table.value[rows].tolist(), strict=True):
        name = EVENT_KINDS[kind]
        names.append(rated(value, config) if name == "rated" else name)
    items = positions[table.product[rows]].astype(np.int64)
    positive = np.array([name in POSITIVE for name in names], bool)
    taken = positive | np.array([name.startswith("rated:") for name in names], bool)
    seen: set[int] = set()
    wanted = np.zeros(len(rows), bool)
    for i, (item, good, gone) in enumerate(zip(items.tolist(), positive, taken, strict=True)):
        wanted[i] = good and item not in seen
        if gone:
            seen.add(item)
    shopper = table.shopper_ids[int(table.shopper[rows[0]])]
    return Stream(shopper, tuple(names), items, table.at[rows], wanted, taken)
