"""The smallest change of a request that has no answer to one that has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Optional

import numpy as np

from actions.recommend.filters import Filters, Mask
from actions.request.apply import NUMERIC
from actions.request.types import AT_LEAST, AT_MOST, BETWEEN, IS, Constraint, Request, Value

#: What it costs to give up on an attribute, for those that are not measured. Who a thing is for is
#: given up last; what it is can only give way to something near.
COST = {
    "gender": 3.0,
    "age_group": 3.0,
    "product_type": 2.5,
    "size": 2.0,
    "material": 1.0,
    "color": 1.0,
}
DEFAULT_COST = 0.8
NEAR_DISCOUNT = 0.5


@dataclass(frozen=True)
class Relaxation:
    """Constraints given up or moved, and the request that is left."""

    changed: tuple[tuple[Constraint, Optional[Constraint]], ...]
    """(before, after) pairs; after is None where the constraint is dropped."""
    request: Request
    count: int
    cost: float

    def to_json(self) -> list[dict[str, Any]]:
        """``relaxed`` of a reply: attribute, from, to."""
        return [
            {
                "attribute": old.attribute,
                "from": old.to_json(),
                "to": None if new is None else new.to_json(),
            }
            for old, new in self.changed
        ]


def relaxations(
    request: Request, filters: Filters, limit: int = 2, base: Optional[Mask] = None
) -> list[Relaxation]:
    """The cheapest relaxations that leave something to show, at most one per set of attributes.

    One constraint is moved or dropped where that is enough, otherwise two, otherwise all but the
    category.

    Parameters
    ----------
    base
        Products that may be offered at all; by default whatever is open to the request.
    """
    hard = [c for c in request.constraints if c.hard]
    base = filters.base(request) if base is None else base
    masks = {c: filters.mask(c) for c in hard}
    found: list[Relaxation] = []
    for size in (1, 2):
        for given_up in combinations(hard, size):
            found += _one(request, filters, given_up, _rest(base, masks, given_up))
        if found:
            break
    if not found:
        others = tuple(c for c in hard if c.attribute != "product_type")
        found += _one(request, filters, others, _rest(base, masks, others))
    best: dict[tuple[str, ...], Relaxation] = {}
    for relaxation in sorted(found, key=lambda r: r.cost):
        key = tuple(old.attribute for old, _new in relaxation.changed)
        best.setdefault(key, relaxation)
    return list(best.values())[:limit]


def _rest(base: Mask, masks: dict[Constraint, Mask], given_up: tuple[Constraint, ...]) -> Mask:
    mask = base.copy()
    for constraint, met in masks.items():
        if constraint not in given_up:
            mask &= met
    return mask


def _one(
    request: Request, filters: Filters, given_up: tuple[Constraint, ...], rest: Mask
) -> list[Relaxation]:
    if not given_up or not rest.any():
        return []
    changed: list[tuple[Constraint, Optional[Constraint]]] = []
    cost, mask = 0.0, rest
    for constraint in given_up:
        moved, price = _move(constraint, filters, mask)
        if moved is None and constraint.attribute == "product_type":
            return []
        cost += price
        changed.append((constraint, moved))
        if moved is not None:
            mask = mask & filters.mask(moved)
    if not mask.any():
        return []
    replacement = dict(changed)
    constraints = []
    for constraint in request.constraints:
        kept = replacement.get(constraint, constraint)
        if kept is not None:
            constraints.append(kept)
    return [
        Relaxation(
            tuple(changed),
            replace(request, constraints=tuple(constraints)),
            len(np.unique(filters.index.group[mask])),
            cost + 0.01 * len(changed),
        )
    ]


def _move(
    constraint: Constraint, filters: Filters, rest: Mask
) -> tuple[Optional[Constraint], float]:
    """The nearest constraint that something in ``rest`` meets, and what the move costs."""
    if constraint.op in NUMERIC:
        return _move_number(constraint, filters, rest)
    if constraint.op == IS:
        for value in constraint.values:
            for near in sorted(filters.index.vocabulary.near(constraint.attribute, str(value))):
                moved = replace(constraint, value=near, words="")
                if (rest & filters.mask(moved)).any():
                    return moved, NEAR_DISCOUNT * COST.get(constraint.attribute, DEFAULT_COST)
    return None, COST.get(constraint.attribute, DEFAULT_COST)


def _move_number(
    constraint: Constraint, filters: Filters, rest: Mask
) -> tuple[Optional[Constraint], float]:
    if constraint.unit:
        # Several attributes may answer, in several units: there is no single nearest value.
        return None, COST.get(constraint.attribute, DEFAULT_COST)
    values = filters.numbers(constraint.attribute)
    interval = filters.interval(constraint)
    if values is None or interval is None:
        return None, DEFAULT_COST
    known = values[rest & np.isfinite(values)]
    if not len(known):
        return None, DEFAULT_COST
    low, high = interval
    above, below = known[known > high], known[known < low]
    options = []
    if len(above):
        options.append((float(above.min()) - high, AT_MOST, float(above.min())))
    if len(below):
        options.append((low - float(below.max()), AT_LEAST, float(below.max())))
    if not options:
        return None, DEFAULT_COST
    distance, op, bound = min(options)
    scale = max(abs(high if op == AT_MOST else low), 1e-9)
    value: Value = bound
    if constraint.op == BETWEEN:
        # Only the end that is in the way moves.
        op, value = BETWEEN, (low, bound) if op == AT_MOST else (bound, high)
    unit = filters.unit(constraint.attribute)
    moved = replace(constraint, op=op, value=value, currency=None, unit=unit, words="")
    return moved, 2.0 * distance / scale
