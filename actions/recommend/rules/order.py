"""The order that merchant rules give to what was found, and which of them truly changed it.

A rule is said to have moved a product where the product's place would be another one without
that rule, all others being as they are: the list is made once more without each rule that has to
do with a product in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.filters import Filters, Mask, Scores
from actions.recommend.rules.active import Active, Compiled
from actions.request.types import Request
from catalog.rules.model import BURY, MARGIN

#: How a rule moved a product: the shop picked it, earns more on it, or put it lower.
PICKED, EARNS_MORE, LOWERED = "picked", "earns_more", "lowered"
#: Of larger pools only so many are looked at: the best with the rules and the best without.
HEAD = 1000

Pool = npt.NDArray[np.int64]
Listing = Callable[[Pool, Scores], Sequence[int]]
"""Candidates and their scores → the positions to list, best first."""


@dataclass(frozen=True)
class Ordered:
    """A list of positions, and what rules have to do with them."""

    positions: Sequence[int]
    shift: Mapping[int, float] = field(default_factory=dict)
    """Points that rules added to the score of a product."""
    scores: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    """Of each product the rules that it owes points to; 1 for a rule that pinned it."""
    moved: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Of each product in which ways rules changed its place."""


@dataclass(frozen=True)
class _Pin:
    place: int
    """In this list, from 0."""
    position: int
    rule: Compiled


class RuledOrder:
    """One list in the making."""

    def __init__(
        self,
        active: Active,
        pool: Pool,
        totals: Scores,
        listing: Listing,
        group: npt.NDArray[np.int32],
    ) -> None:
        self._active, self._listing, self._group = active, listing, group
        shift = active.shift(pool)
        if len(pool) > HEAD:
            kept = np.union1d(_best(totals, HEAD // 2), _best(totals + shift, HEAD // 2))
            pool, totals = pool[kept], totals[kept]
        self._pool, self._totals = pool, totals

    def made(self, pins: Sequence[_Pin], k: int) -> Ordered:
        """The first ``k`` of the list."""
        positions = self._made(pins, k)
        here = np.array(positions, np.int64)
        rules = self._active.touching(positions)
        placed = [pin for pin in pins if pin.position in positions]
        scores: dict[int, dict[str, float]] = {}
        moved: dict[int, list[str]] = {}
        for rule in rules:
            before = self._made(pins, k, without=rule)
            shares = self._active.share(rule, here).tolist()
            for position, points in zip(positions, shares, strict=True):
                if not points:
                    continue
                scores.setdefault(position, {})[f"rule:{rule.rule.name}"] = round(points, 4)
                if how := _how(rule, _place(before, position), positions.index(position)):
                    moved.setdefault(position, []).append(how)
        for pin in placed:
            scores.setdefault(pin.position, {})[f"rule:{pin.rule.rule.name}"] = 1.0
            before = self._made([p for p in pins if p != pin], k)
            if positions.index(pin.position) < _place(before, pin.position):
                moved.setdefault(pin.position, []).append(PICKED)
        shift = self._active.shift(here)
        return Ordered(
            positions,
            {p: float(s) for p, s in zip(positions, shift, strict=True) if s},
            scores,
            {p: tuple(dict.fromkeys(ways)) for p, ways in moved.items()},
        )

    def _made(self, pins: Sequence[_Pin], k: int, without: Optional[Compiled] = None) -> list[int]:
        totals = self._totals + self._active.shift(self._pool, without)
        listed = self._listing(self._pool, totals)
        taken = {int(self._group[pin.position]) for pin in pins}
        out = [int(p) for p in listed if int(self._group[p]) not in taken]
        least = 0
        for pin in sorted(pins, key=lambda p: p.place):
            least = max(least, pin.place)
            out.insert(least, pin.position)
            least += 1
        return out[:k]


def ordered(
    request: Request,
    filters: Filters,
    active: Active,
    pool: Pool,
    totals: Scores,
    mask: Mask,
    listing: Listing,
    k: int,
) -> Ordered:
    """List candidates as the rules in force have it.

    An order that the shopper asked for is left alone. A product is pinned only where it meets
    every wish, soft ones included, and has a word of the free text.

    Parameters
    ----------
    pool
        Positions of the candidates, ascending: all of them meet every hard constraint.
    totals
        Their scores without rules. Shape (len(pool),).
    mask
        All that may be listed, found or not: what is pinned need not be among the candidates.
    """
    if request.sort is not None or not active.orders or not len(pool):
        return Ordered(listing(pool, totals))
    pins = _pins(request, filters, active, mask, k)
    order = RuledOrder(active, pool, totals, listing, filters.index.group)
    return order.made(pins, k)


def _pins(
    request: Request,
    filters: Filters,
    active: Active,
    mask: Mask,
    k: int,
) -> list[_Pin]:
    """What is to be pinned in this list: places count from the first list of a search."""
    if request.similar_to or not active.pins:
        return []
    pins: list[_Pin] = []
    groups: set[int] = set()
    index = filters.index
    fitting = [mask, *(filters.mask(c) for c in request.constraints if not c.hard)]
    said = index.words.scores(request.text) > 0 if request.text else mask
    for rule in active.pins:
        for n, product in enumerate(rule.rule.selection.products):
            position = index.position.get(product, -1)
            place = max(0, int(rule.rule.amount) - 1 + n - len(request.shown))
            group = int(index.group[position]) if position >= 0 else -1
            if position < 0 or place >= k or group in groups:
                continue
            # A rule for requests with certain words has had them already.
            named = bool(rule.rule.when.text) or bool(said[position])
            if named and all(met[position] for met in fitting):
                groups.add(group)
                pins.append(_Pin(place, position, rule))
    return pins


def _place(positions: Sequence[int], position: int) -> float:
    return positions.index(position) if position in positions else np.inf


def _how(rule: Compiled, before: float, now: int) -> str:
    """In which way a rule changed a place, if it did."""
    if rule.rule.kind == BURY:
        return LOWERED if now > before else ""
    if now >= before:
        return ""
    return EARNS_MORE if rule.rule.kind == MARGIN else PICKED


def _best(scores: Scores, n: int) -> npt.NDArray[np.int64]:
    return np.argpartition(-scores, n)[:n]
