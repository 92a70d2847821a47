"""What a shopper did before, as a history that collaborative filtering can be asked with."""

from __future__ import annotations

from typing import Hashable, Iterable, Sequence, TypeVar

from catalog.collaborative.interactions import STRENGTHS
from catalog.events import Event

#: Events that say something, and how many of the last ones are read.
TELLING = (*STRENGTHS, "rejected", "unchosen")
REMEMBERED = 60
#: After so many later products an earlier one counts half.
HALF_LIFE = 10.0
P = TypeVar("P", bound=Hashable)


def taken_before(events: Sequence[Event]) -> dict[str, float]:
    """Products with how surely they were liked, the latest counting most.

    What was rejected or given back last is left out, whatever was done with it before.

    Parameters
    ----------
    events
        Of one shopper, oldest first.
    """
    return strengths_of((e.kind, e.product_id) for e in events if e.product_id is not None)


def strengths_of(acts: Iterable[tuple[str, P]]) -> dict[P, float]:
    """The same of kinds of event with their products, oldest first."""
    strengths: dict[P, float] = {}
    for kind, product in acts:
        before = strengths.pop(product, 0.0)
        if kind in STRENGTHS:
            strengths[product] = max(before, min(1.0, STRENGTHS[kind]))
    back = len(strengths) - 1
    return {
        product: strength * 0.5 ** ((back - i) / HALF_LIFE)
        for i, (product, strength) in enumerate(strengths.items())
    }
