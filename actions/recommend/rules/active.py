"""The rules of a shop over one index, and those of them that a request falls under.

What a rule selects is found once, when rules or index change. What several rules together do is
added up once for each set of rules that is met with, so that a turn only adds two arrays.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Callable, Hashable, Iterable, Optional, Sequence

import numpy as np

from actions.recommend.filters import Filters, Mask, Scores
from actions.recommend.rules.matching import (
    Matcher,
    Positions,
    PreparedCondition,
    attribute_of,
    words_of,
)
from actions.request.types import Request
from catalog.rules.model import (
    AGE_LIMITED,
    BOOST,
    BURY,
    EXCLUDE,
    INCOMPATIBLE,
    MARGIN,
    MOST_BOOST,
    MOST_BURY,
    MOST_MARGIN,
    PIN,
    REQUIRE,
    Rule,
    RuleSet,
)

Today = Callable[[], date]
#: Requests, and sets of rules, of which the answer is kept.
KEPT_REQUESTS, KEPT_SETS = 256, 32
#: Margins are told apart between these percentiles of the shop's; beyond, they count the same.
LOW, HIGH = 5, 95


@dataclass(frozen=True)
class Compiled:
    """One rule with the products it is about."""

    rule: Rule
    positions: Positions
    """The selected products, ascending."""
    others: Positions
    condition: PreparedCondition
    points: Scores
    """What the rule adds to each of the selected products, never below zero."""

    def at(self, positions: np.ndarray) -> Scores:
        """The points of the rule for some products. Shape (len(positions),)."""
        out = np.zeros(len(positions), np.float32)
        if len(self.positions):
            # Of another type, all of the searched would be converted first.
            positions = np.asarray(positions, np.int32)
            places = np.searchsorted(self.positions, positions)
            places[places == len(self.positions)] = 0
            same = self.positions[places] == positions
            out[same] = self.points[places[same]]
        return out


def compile_rule(rule: Rule, filters: Filters) -> Compiled:
    """Find out what a rule is about in one index."""
    matcher = Matcher(filters)
    if rule.kind == MARGIN:
        positions, points = _margins(rule, filters)
    else:
        positions = matcher.positions(rule.selection)
        amount = rule.amount if rule.kind in (BOOST, BURY) else 0.0
        points = np.full(len(positions), amount, np.float32)
    return Compiled(
        rule, positions, matcher.positions(rule.other), matcher.condition(rule.when), points
    )


def _margins(rule: Rule, filters: Filters) -> tuple[Positions, Scores]:
    """Products with a margin, and their points: none for the lowest, all for the highest."""
    values = filters.numbers(attribute_of(filters.index.vocabulary, rule.attribute))
    if values is None or not np.isfinite(values).any():
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    known = np.flatnonzero(np.isfinite(values)).astype(np.int32)
    margins = values[known]
    low, high = np.percentile(margins, (LOW, HIGH))
    share = np.clip((margins - low) / (high - low), 0.0, 1.0) if high > low else 0.0 * margins
    return known, (rule.amount * share).astype(np.float32)


class Active:
    """What one set of rules does together."""

    def __init__(self, rules: Sequence[Compiled], n: int) -> None:
        self._n = n
        self.pins = [r for r in rules if r.rule.kind == PIN]
        self.movers = [r for r in rules if r.rule.kind in (BOOST, BURY, MARGIN)]
        self.limits = [
            (int(r.rule.amount), self._mask(r.positions))
            for r in rules
            if r.rule.kind == AGE_LIMITED and len(r.positions)
        ]
        self._apart = [r for r in rules if r.rule.kind == INCOMPATIBLE]
        self._closed: Optional[Mask] = None
        self._open: dict[int, Optional[Mask]] = {}
        """What is left open, by how many age limits are above the shopper's age."""
        for rule in rules:
            if rule.rule.kind == EXCLUDE:
                self._close(self._mask(rule.positions))
            elif rule.rule.kind == REQUIRE:
                self._close(~self._mask(rule.positions))
        self._up = self._sum(BOOST)
        self._down = self._sum(BURY)
        self._margin = self._sum(MARGIN)
        # Which movers have to do with a product: their numbers, in the order of the products.
        about = [(r.positions[r.points > 0], i) for i, r in enumerate(self.movers)]
        empty = np.zeros(0, np.int32)
        products = np.concatenate([empty, *(found for found, _i in about)])
        numbers = np.concatenate([empty, *(np.full(len(p), i, np.int32) for p, i in about)])
        order = np.argsort(products, kind="stable")
        self._products, self._numbers = products[order], numbers[order]

    def touching(self, positions: Sequence[int]) -> list[Compiled]:
        """The rules that lift or lower one of some products, in the order of the file."""
        wanted = np.asarray(positions, np.int32)
        starts = np.searchsorted(self._products, wanted, side="left")
        ends = np.searchsorted(self._products, wanted, side="right")
        found = {n for a, b in zip(starts, ends, strict=True) for n in self._numbers[a:b].tolist()}
        return [self.movers[n] for n in sorted(found)]

    @property
    def orders(self) -> bool:
        """Whether any of the rules may change an order."""
        return bool(self.pins or self.movers)

    def open(self, mask: Mask, chosen: Iterable[int], age: int) -> Mask:
        """``mask`` less what the rules close to a shopper.

        Parameters
        ----------
        chosen
            Positions of the products on the shopper's list.
        age
            Years that the shopper is known to have; 0 where nothing is known.
        """
        above = sum(limit > age for limit, _limited in self.limits)
        if above not in self._open:
            closed = [limited for limit, limited in self.limits if limit > age]
            closed += [] if self._closed is None else [self._closed]
            self._open[above] = ~np.logical_or.reduce(closed) if closed else None
        left = self._open[above]
        mask = mask if left is None else mask & left
        apart = self.apart(chosen)
        return mask if apart is None else mask & ~apart

    def apart(self, chosen: Iterable[int]) -> Optional[Mask]:
        """Products that do not go with what is chosen; None where all do."""
        have = np.fromiter(chosen, np.int64)
        found: Optional[Mask] = None
        for rule in self._apart if len(have) else ():
            for one, other in ((rule.positions, rule.others), (rule.others, rule.positions)):
                if len(other) and np.isin(have, one).any():
                    mask = self._mask(other)
                    found = mask if found is None else found | mask
        return found

    def shift(self, positions: np.ndarray, without: Optional[Compiled] = None) -> Scores:
        """The points that the rules add to some products, within the bounds of each kind.

        Parameters
        ----------
        without
            As if this rule did not exist.
        """
        sums = []
        for kind, total in ((BOOST, self._up), (BURY, self._down), (MARGIN, self._margin)):
            part = np.zeros(len(positions), np.float32) if total is None else total[positions]
            if without is not None and without.rule.kind == kind:
                part = part - without.at(positions)
            sums.append(part)
        up, down, margin = sums
        lifted = np.minimum(up, MOST_BOOST) + np.minimum(margin, MOST_MARGIN)
        return np.asarray(lifted - np.minimum(down, MOST_BURY), np.float32)

    def share(self, rule: Compiled, positions: np.ndarray) -> Scores:
        """The part of the shift of some products that is owed to one rule."""
        kinds = {
            BOOST: (self._up, MOST_BOOST, 1.0),
            BURY: (self._down, MOST_BURY, -1.0),
            MARGIN: (self._margin, MOST_MARGIN, 1.0),
        }
        total, most, sign = kinds[rule.rule.kind]
        if total is None:
            return np.zeros(len(positions), np.float32)
        # What all of its kind add up to is cut to the most; each is cut in proportion.
        cut = np.minimum(1.0, most / np.maximum(total[positions], 1e-9))
        return np.asarray(sign * rule.at(positions) * cut, np.float32)

    def _sum(self, kind: str) -> Optional[Scores]:
        rules = [r for r in self.movers if r.rule.kind == kind]
        if not rules:
            return None
        out = np.zeros(self._n, np.float32)
        for rule in rules:
            out[rule.positions] += rule.points
        return out

    def _mask(self, positions: Positions) -> Mask:
        mask = np.zeros(self._n, dtype=bool)
        mask[positions] = True
        return mask

    def _close(self, mask: Mask) -> None:
        self._closed = mask if self._closed is None else self._closed | mask


class ShopRules:
    """All rules of a shop over one index; safe to use from several threads."""

    def __init__(self, rules: RuleSet, filters: Filters, today: Today) -> None:
        self.compiled = [compile_rule(rule, filters) for rule in rules.rules]
        self.internal = frozenset(
            attribute_of(filters.index.vocabulary, rule.attribute)
            for rule in rules.rules
            if rule.kind == MARGIN
        )
        """Attributes that are not for shoppers."""
        self._n = len(filters)
        self._today = today
        self._sets: OrderedDict[Hashable, Active] = OrderedDict()
        self._requests: OrderedDict[Hashable, Active] = OrderedDict()
        self._lock = Lock()

    def __bool__(self) -> bool:
        return bool(self.compiled)

    def active(self, request: Request) -> Active:
        """The rules that a request falls under today."""
        day = self._today()
        key = (request.constraints, request.text, day)
        with self._lock:
            if key in self._requests:
                self._requests.move_to_end(key)
                return self._requests[key]
        said = words_of(request)
        met = tuple(
            i
            for i, compiled in enumerate(self.compiled)
            if compiled.rule.holds_on(day) and compiled.condition.holds(request, said)
        )
        with self._lock:
            found = self._sets.get(met)
        if found is None:
            found = Active([self.compiled[i] for i in met], self._n)
        with self._lock:
            _keep(self._sets, met, found, KEPT_SETS)
            _keep(self._requests, key, found, KEPT_REQUESTS)
        return found


def _keep(cache: OrderedDict[Hashable, Active], key: Hashable, value: Active, most: int) -> None:
    cache[key] = value
    cache.move_to_end(key)
    while len(cache) > most:
        cache.popitem(last=False)
