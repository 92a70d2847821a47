"""The money for several products together, or for each of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional, Sequence

from actions.request.bundles.wording import words
from actions.request.numbers import parse_numbers
from actions.request.types import ABOUT, AT_MOST, Change, Constraint

#: A bare figure follows the words that make it money within so many characters.
NEAR = 14


@dataclass(frozen=True)
class Money:
    """An amount that was said."""

    limit: Constraint
    each: bool = False
    """Whether every part may cost so much, not all together."""


def money(text: str, changes: Sequence[Change]) -> Optional[Money]:
    """The money that a message names; a figure is money where a word before it says so."""
    each = words().said("each", text)
    said = [c.constraint for c in changes if c.constraint and c.constraint.attribute == "price"]
    said = [c for c in said if c.words != "relative" and _finite(c)]
    if said:
        limit = said[-1]
        if limit.op == ABOUT and not words().said("rough", text):
            limit = Constraint("price", AT_MOST, limit.value, True, limit.currency, None, text)
        return Money(limit, each)
    figure = _figure(text, each)
    if figure is None:
        return None
    return Money(Constraint("price", AT_MOST, figure, words=text.strip()[:40]), each)


def _figure(text: str, each: bool) -> Optional[float]:
    """The figure that is nearest to the words that make it money."""
    keys = ("each",) if each else ("money", "total")
    found = [m for key in keys if (m := words().found(key, text)) is not None]
    near = [
        (max(number.start - cue.end(), cue.start() - number.end), number.value)
        for number in parse_numbers(text)
        for cue in found
        if math.isfinite(number.value) and number.value >= 0
    ]
    distance, value = min(near, default=(NEAR + 1, 0.0))
    return value if distance <= NEAR else None


def _finite(constraint: Constraint) -> bool:
    return all(isinstance(v, (int, float)) and math.isfinite(v) for v in constraint.values)
