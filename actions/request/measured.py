"""A measure that was said, as every grammar of measures gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence, Union

from actions.request.tokens import Token

Measure = Union[str, float, tuple[str, ...], tuple[float, float]]


@dataclass(frozen=True)
class MeasureMention:
    """A measured attribute said at ``text[start:end]``."""

    start: int
    end: int
    attribute: str
    op: str
    value: Measure
    unit: Optional[str] = None


Read = tuple[MeasureMention, int, int]
"""A measure and the token range that it takes."""


def mention_of(
    tokens: Sequence[Token],
    first: int,
    stop: int,
    attribute: str,
    op: str,
    value: Measure,
    unit: Optional[str],
) -> Read:
    """The measure said by the tokens ``first`` to ``stop``."""
    start, end = tokens[first].start, tokens[stop - 1].end
    return MeasureMention(start, end, attribute, op, value, unit), first, stop
