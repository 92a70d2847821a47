"""The lists that a log tells of: what was shown for which words, where, and what was taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.history import REMEMBERED, TELLING, strengths_of
from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS

#: What says that a shown product was right.
TAKEN = ("clicked", "liked", "chosen", "carted", "bought")
#: Products further down are left out: few lists are that long.
PLACES = 20


@dataclass(frozen=True)
class ShownList:
    """What was shown for one request; products are codes of the table."""

    shopper: int
    said: str
    at: int
    """Milliseconds since 1970."""
    products: tuple[int, ...]
    """Each once, by place."""
    places: tuple[int, ...]
    """Of each product, from 1."""
    taken: tuple[bool, ...]
    history: dict[int, float]
    """Product → how surely the shopper liked it before."""


def shown_lists(table: EventTable) -> list[ShownList]:
    """All lists with words of which the places are known, by time.

    What was shown for the same words in the same conversation is one list; of a product that was
    shown twice in it the first place counts.
    """
    if table.query is None or table.rank is None:
        return []
    talk = table.conversation if table.conversation is not None else np.full(len(table), -1)
    shown, taken = table.of_kinds("shown"), table.of_kinds(*TAKEN)
    usable = (shown | taken) & (table.product >= 0) & (table.query >= 0)
    events: dict[tuple[int, int, int], list[int]] = {}
    for event in np.flatnonzero(usable).tolist():
        key = (int(table.shopper[event]), int(talk[event]), int(table.query[event]))
        events.setdefault(key, []).append(event)
    histories = _Histories(table)
    found = []
    for (shopper, _, query), rows in events.items():
        one = _list(table, rows, shown, taken)
        if one is not None and table.queries[query].strip():
            products, places, right = one
            at = int(table.at[rows[0]])
            history = histories.before(shopper, rows[0])
            found.append(
                ShownList(shopper, table.queries[query], at, products, places, right, history)
            )
    return sorted(found, key=lambda one: one.at)


def _list(
    table: EventTable,
    rows: Sequence[int],
    shown: npt.NDArray[np.bool_],
    taken: npt.NDArray[np.bool_],
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[bool, ...]] | None:
    assert table.rank is not None
    places: dict[int, int] = {}
    for row in rows:
        if shown[row] and 1 <= table.rank[row] <= PLACES:
            places.setdefault(int(table.product[row]), int(table.rank[row]))
    if len(places) < 2:
        return None
    right = {int(table.product[row]) for row in rows if taken[row]}
    products = tuple(sorted(places, key=lambda product: places[product]))
    return (
        products,
        tuple(places[product] for product in products),
        tuple(product in right for product in products),
    )


class _Histories:
    """What each shopper had done before an event."""

    def __init__(self, table: EventTable) -> None:
        self._table = table
        rows = np.flatnonzero(table.of_kinds(*TELLING) & (table.product >= 0))
        order = rows[np.argsort(table.shopper[rows], kind="stable")]
        shoppers, starts = np.unique(table.shopper[order], return_index=True)
        self._rows = dict(zip(shoppers.tolist(), np.split(order, starts[1:]), strict=True))

    def before(self, shopper: int, event: int) -> dict[int, float]:
        """Product → how surely it is liked, of the events before this one."""
        rows = self._rows.get(shopper)
        if rows is None:
            return {}
        earlier = rows[: int(np.searchsorted(rows, event))][-REMEMBERED:]
        kinds = self._table.kind[earlier].tolist()
        products = self._table.product[earlier].tolist()
        return strengths_of(
            (EVENT_KINDS[kind], product) for kind, product in zip(kinds, products, strict=True)
        )
