"""Why a product is in the list: only what truly put it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence

from actions.recommend.companions import Bond
from actions.recommend.filters import MEETS, Filters, is_constraint
from actions.request.apply import NUMERIC
from actions.request.types import Cause, Constraint, Request

#: A rating is a reason from here on, when enough people gave one.
GOOD_RATING = 4.0
ENOUGH_RATINGS = 10
#: Parts of a score that are due to another product → the kind of reason.
NAMING_ANOTHER = {
    "similar": "similar",
    "liked": "liked",
    "collaborative": "alike",
    "taste": "taste",
    "graph": "graph",
}
#: Parts that are reasons by themselves → the kind.
BY_ITSELF = {"price_fit": "price_fit", "freshness": "new", "interest": "interest"}


@dataclass(frozen=True)
class Reason:
    """Why a product is where it is.

    ``kind`` is constraint, soft, goes_with, similar, liked, alike (shoppers who took another one
    took it), taste (it suits those who like another one), graph (taken together with another
    one), rating, sorted, words, price_fit, new, interest (it suits what is known of the shopper) or
    rule.
    """

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
    because: Optional[Sequence[Cause]],
    moved: Sequence[str] = (),
    bonds: Sequence[Bond] = (),
) -> tuple[Reason, ...]:
    """The reasons for one product, those that weigh most first.

    Parameters
    ----------
    because
        The parts of its score that put it there; None for every wish that it meets.
    moved
        The ways in which merchant rules changed its place.
    bonds
        Why it goes with what the results should go with.
    """
    causes = {cause.part: cause for cause in because or ()}
    soft = {cause.other for cause in because or () if cause.part == "attributes"}
    out: list[Reason] = []
    for constraint in request.constraints:
        counts = constraint.hard or because is None or constraint.attribute in soft
        if not counts or not bool(filters.mask(constraint)[position]):
            continue
        out.append(
            Reason(
                "constraint" if constraint.hard else "soft",
                constraint,
                value=_value_of(constraint, filters, position),
            )
        )
    out += [Reason("goes_with", product_id=bond.with_id, bond=bond) for bond in bonds]
    out += [
        Reason(NAMING_ANOTHER[cause.part], product_id=cause.other)
        for cause in because or ()
        if cause.part in NAMING_ANOTHER
    ]
    if request.sort is not None:
        out.append(Reason("sorted", value=request.sort.attribute))
    if "words" in causes and request.text:
        out.append(Reason("words", value=request.text))
    out += [Reason("rule", value=how) for how in moved]
    rating = float(filters.index.rating[position])
    rated = rating >= GOOD_RATING and int(filters.index.rating_count[position]) >= ENOUGH_RATINGS
    if "popularity" in causes and rated:
        out.append(Reason("rating", number=rating))
    out += [Reason(kind) for part, kind in BY_ITSELF.items() if part in causes]
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
