"""What room for the long tail costs: the price of an exchange against nDCG, by replay.

What a list is worth is estimated doubly robustly (Oosterhuis, 2023): of every product what the
model expects, and of those that were shown how far what happened was off, divided by how surely
they were looked at. A product that came in and was never shown counts as the model has it; so that
luck with the others cannot make a price look cheap, a cost is never less than the model expects.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.blend.measures import LEAST, LookedAt
from actions.recommend.blend.replay import Replayed
from actions.recommend.exposure import SPARE, Exposure
from actions.recommend.long_tail import LongTailPolicy
from actions.recommend.search import SAME_BRAND, Searcher

#: Prices that are tried, and lengths of lists: those of the assistant and longer ones.
PRICES = (0.0005, 0.001, 0.002, 0.004, 0.007, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08)
LENGTHS = (3, 10)


@dataclass(frozen=True)
class Tried:
    """One price over all lists."""

    price: float
    cost: float
    """Share of nDCG, the highest of all lengths of lists."""
    aplt: dict[int, float]
    """Share of the long tail in lists, by length."""
    coverage: dict[int, float]
    """Share of all products that are in any list, by length."""
    exchanged: float
    """Exchanges a list of the first length."""


@dataclass(frozen=True)
class _Ready:
    """One list as it would be without exchanges, and what each product in it is worth."""

    listed: list[int]
    above: npt.NDArray[np.float32]
    worth: dict[int, float]
    expected: dict[int, float]


def tried(
    lists: Sequence[Replayed],
    searcher: Searcher,
    exposure: Exposure,
    looked_at: LookedAt,
    prices: Sequence[float] = PRICES,
) -> list[Tried]:
    """Try prices, from none on; costs ascend with prices.

    Parameters
    ----------
    searcher
        With the weights to be served, and no exposure.
    exposure
        With any price.
    """
    weights = searcher.weights_of_parts()
    ready = [
        _ready(one, searcher, exposure, looked_at, weights)
        for one in lists
        if exposure.has_a_say(one.request)
    ]
    found: list[Tried] = []
    for price in (0.0, *prices):
        policy = replace(exposure, policy=LongTailPolicy(price))
        one = _try(ready, policy, searcher)
        least = found[-1].cost if found else 0.0
        found.append(replace(one, cost=max(one.cost, least)))
    return found


def _ready(
    one: Replayed,
    searcher: Searcher,
    exposure: Exposure,
    looked_at: LookedAt,
    weights: npt.NDArray[np.float32],
) -> _Ready:
    total = one.parts @ weights
    mask = np.ones(len(searcher.index), bool)
    longest = max(LENGTHS) + SPARE
    listed, _, _ = searcher.listed(one.request, one.pool, total, mask, longest, by_rules=False)
    above = total - total.mean()
    likely = exposure.attraction(above)
    worth = likely.copy()
    off = (one.taken - looked_at(one) * likely[one.shown]) / np.maximum(looked_at(one), LEAST)
    worth[one.shown] += off
    rows = np.searchsorted(one.pool, listed)
    return _Ready(
        listed,
        above[rows],
        dict(zip(one.pool.tolist(), worth.tolist(), strict=True)),
        dict(zip(one.pool.tolist(), likely.tolist(), strict=True)),
    )


def _try(ready: Sequence[_Ready], exposure: Exposure, searcher: Searcher) -> Tried:
    cost, exchanged = 0.0, 0.0
    aplt, coverage = {}, {}
    for length in LENGTHS:
        discounts = 1 / np.log2(np.arange(2, length + 2))
        sums = np.zeros(4)
        inside: set[int] = set()
        in_tail = places = came = 0
        for one in ready:
            new, entered = exposure.exchanged(
                one.listed, one.above, length, SAME_BRAND, searcher.brand
            )
            old, new = one.listed[:length], new[:length]
            for column, (values, listed) in enumerate(
                ((one.worth, old), (one.worth, new), (one.expected, old), (one.expected, new))
            ):
                gains = np.array([values[position] for position in listed])
                sums[column] += float(gains @ discounts[: len(gains)])
            inside.update(searcher.index.group[new].tolist())
            in_tail += int(exposure.tail[new].sum())
            places += len(new)
            came += len(entered)
        by_worth = 1 - sums[1] / max(sums[0], 1e-12)
        by_model = 1 - sums[3] / max(sums[2], 1e-12)
        cost = max(cost, by_worth, by_model)
        aplt[length] = in_tail / max(1, places)
        coverage[length] = len(inside) / max(1, int(searcher.index.group.max()) + 1)
        if length == LENGTHS[0]:
            exchanged = came / max(1, len(ready))
    return Tried(exposure.policy.price, cost, aplt, coverage, exchanged)
