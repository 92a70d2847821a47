"""What a shopper did before, as a history that collaborative filtering can be asked with."""

from __future__ import annotations

from typing import Hashable, Iterable, Sequence, TypeVar

from catalog.collaborative.interactions import STRENGTHS
from catalog.encoders.context import KEPT
from catalog.events import Event

#: Events that say something, and how many of the last ones are read.
GIVEN_BACK = ("rejected", "unchosen")
TELLING = (*STRENGTHS, *GIVEN_BACK)
REMEMBERED = 60
#: After so many later products an earlier one counts half.
HALF_LIFE = 10.0
P = TypeVar("P", bound=Hashable)


def kept_before(events: Sequence[Event], now: Sequence[str] = ()) -> list[str]:
    """Products that the shopper liked, chose, put into the cart or bought, newest first.

    What was rejected or given back last is left out.

    Parameters
    ----------
    events
        Of one shopper, oldest first.
    now
        Products that were liked or chosen in this conversation, oldest first.
    """
    kept: dict[str, None] = {}
    for event in events:
        if event.product_id is None:
            continue
        if event.kind in KEPT:
            kept.pop(event.product_id, None)
            kept[event.product_id] = None
        elif event.kind in GIVEN_BACK:
            kept.pop(event.product_id, None)
    for product_id in now:
        kept.pop(product_id, None)
        kept[product_id] = None
    return list(reversed(kept))


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
