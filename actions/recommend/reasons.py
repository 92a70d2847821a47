"""Why a product is in the list: only what truly put it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional, Sequence

from actions.recommend.companions import Bond
from actions.recommend.filters import MEETS, Filters, is_constraint
from actions.request.apply import NUMERIC
from actions.request.types import Constraint, Request

#: A rating is a reason from here on, when enough people gave one.
GOOD_RATING = 4.5
ENOUGH_RATINGS = 10


@dataclass(frozen=True)
class Reason:
    """``kind`` is constraint, soft, goes_with, similar, liked, rating, sorted, words or rule."""

    kind: str
    constraint: Optional[Constraint] = None
    product_id: str = ""
    number: float = 0.0
    value: str = ""
    """For a constraint with alternatives: the one this product has. For a rule: what it did."""
    bond: Optional[Bond] = None
    """Why it goes with ``product_id``."""


def reasons(
    request: Request,
    filters: Filters,
    position: int,
    scores: Mapping[str, float],
    moved: Sequence[str] = (),
    bonds: Sequence[Bond] = (),
) -> tuple[Reason, ...]:
    """The reasons for one product, those that weigh most first.

    Parameters
    ----------
    moved
        The ways in which merchant rules changed its place.
    bonds
        Why it goes with what the results should go with.
    """
    index = filters.index
    out: list[Reason] = []
    for constraint in request.constraints:
        if not bool(filters.mask(constraint)[position]):
            continue
        out.append(
            Reason(
                "constraint" if constraint.hard else "soft",
                constraint,
                value=_value_of(constraint, filters, position),
            )
        )
    out += [Reason("goes_with", product_id=bond.with_id, bond=bond) for bond in bonds]
    if scores.get("similar", 0.0) > 0 and request.similar_to:
        out.append(Reason("similar", product_id=request.similar_to[0]))
    if scores.get("liked", 0.0) > 0.5 and request.liked:
        out.append(Reason("liked", product_id=request.liked[-1]))
    if request.sort is not None:
        out.append(Reason("sorted", value=request.sort.attribute))
    if scores.get("words", 0.0) > 0 and request.text:
        out.append(Reason("words", value=request.text))
    out += [Reason("rule", value=how) for how in moved]
    rating, count = float(index.rating[position]), int(index.rating_count[position])
    if rating >= GOOD_RATING and count >= ENOUGH_RATINGS:
        out.append(Reason("rating", number=rating))
    return tuple(out)


def _value_of(constraint: Constraint, filters: Filters, position: int) -> str:
    """The value the product itself has: "wine red" where "red" was asked for."""
    if constraint.op in NUMERIC or not is_constraint(constraint):
        return ""
    wanted = {
        v
        for value in constraint.values
        for v in filters.index.vocabulary.narrower(constraint.attribute, str(value))
    }
    own = filters.index.facets.of(position).get(constraint.attribute, [])
    fitting = [(confidence, value) for value, confidence, _source in own if value in wanted]
    sure = [pair for pair in fitting if pair[0] >= MEETS]
    return max(sure)[1] if sure else ""
