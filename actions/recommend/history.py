"""What a shopper did before, as a history that collaborative filtering can be asked with."""

from __future__ import annotations

from typing import Sequence

from catalog.collaborative.interactions import STRENGTHS
from catalog.events import Event

#: Events that say something, and how many of the last ones are read.
TELLING = (*STRENGTHS, "rejected", "unchosen")
REMEMBERED = 60
#: After so many later products an earlier one counts half.
HALF_LIFE = 10.0


def taken_before(events: Sequence[Event]) -> dict[str, float]:
    """Products with how surely they were liked, the latest counting most.

    What was rejected or given back last is left out, whatever was done with it before.

    Parameters
    ----------
    events
        Of one shopper, oldest first.
    """
    strengths: dict[str, float] = {}
    for event in events:
        if event.product_id is None:
            continue
        before = strengths.pop(event.product_id, 0.0)
        if event.kind in STRENGTHS:
            strengths[event.product_id] = max(before, min(1.0, STRENGTHS[event.kind]))
    back = len(strengths) - 1
    return {
        product_id: strength * 0.5 ** ((back - i) / HALF_LIFE)
        for i, (product_id, strength) in enumerate(strengths.items())
    }
