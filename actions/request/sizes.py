"""Sizes of clothes and shoes, and the two figures of a phone: 42码, "size M", 36码到38码, 8+256."""

from __future__ import annotations

from typing import Optional, Sequence, Union

from actions.request.measure_cues import (
    LETTER_SIZES,
    MEMORY_SIZES,
    PLAIN_SIZES,
    measure_cues,
)
from actions.request.measured import Read, mention_of
from actions.request.tokens import Token
from actions.request.types import ABOUT, IS

#: Of numbers in words only those above are sizes: "size forty two", not "size one".
_LEAST_SPELLED = 4
_SIZE_JOINTS = frozenset(("or", "/", "或", "或者", "-", "~", "to", "到", "至"))
_SIZE_RANGE = frozenset(("-", "~", "to", "到", "至"))
#: A range of more sizes than this is none.
_WIDEST = 6
#: What phones are said to have: 8+256 is 8 GB of memory and 256 GB of storage.
_MEMORIES = frozenset({4, 6, 8, 12, 16, 24, 32})


def memory_and_storage(tokens: Sequence[Token], i: int) -> list[Read]:
    """Both of "8+256" and 16g+512g."""
    memory = tokens[i].number
    if memory is None or memory.value not in _MEMORIES:
        return []
    plus = i + 1 + (i + 1 < len(tokens) and tokens[i + 1].norm in ("g", "gb"))
    if plus + 1 >= len(tokens) or tokens[plus].norm != "+" or not tokens[plus + 1].number:
        return []
    storage = tokens[plus + 1].number
    if storage is None or storage.value not in MEMORY_SIZES or storage.value <= memory.value:
        return []
    stop = plus + 2 + (plus + 2 < len(tokens) and tokens[plus + 2].norm in ("g", "gb"))
    return [
        mention_of(tokens, i, plus + 1, "memory", ABOUT, memory.value, "gb"),
        mention_of(tokens, plus + 1, stop, "storage", ABOUT, storage.value, "gb"),
    ]


def size_at(tokens: Sequence[Token], i: int, floor: int) -> Optional[Read]:
    """The size at the token ``i``, or None; words before ``floor`` belong to something else."""
    token = tokens[i]
    number = token.number
    is_letter = token.norm in LETTER_SIZES
    if not is_letter and (number is None or number.value > 250):
        return None
    first, stop, named = i, i + 1, token.norm in PLAIN_SIZES
    gap = i > floor and tokens[i - 1].norm in ("is", ":", "是", "要", "a", "an", "in", "穿")
    for back, length in ((3, 3), (2, 2), (1, 1), (4, 3), (3, 2), (2, 1)):
        at = measure_cues().size_before.at(tokens, i - back) if i - back >= floor else None
        if at and at[0] == length and (back == length or gap):
            first, named = i - back, True
            break
    after = measure_cues().size_after.at(tokens, stop) if stop < len(tokens) else None
    if after and (
        is_letter or tokens[stop].norm in ("码", "waist") or (number and number.value >= 20)
    ):
        stop, named = stop + after[0], True
    elif stop < len(tokens) and tokens[stop].norm == "size" and (is_letter or first == i):
        stop, named = stop + 1, True
    if not named:
        ends, others = _other_sizes(tokens, stop)
        named = bool(others) and ends < len(tokens) and tokens[ends].norm == "码"
    if not named or (number is not None and number.spelled and number.value < _LEAST_SPELLED):
        return None
    if number is not None and stop < len(tokens) and measure_cues().unit.at(tokens, stop):
        return None
    if token.norm == "均":
        return mention_of(tokens, first, stop, "size", IS, "one size", None)
    size = token.norm if is_letter else f"{number.value:g}" if number else ""
    value: Union[str, tuple[str, ...]] = size
    after_all, others = _other_sizes(tokens, stop)
    if others:
        value, stop = (size, *others), after_all
        at = measure_cues().size_after.at(tokens, stop) if stop < len(tokens) else None
        stop += at[0] if at else 0
    return mention_of(tokens, first, stop, "size", IS, value, None)


def _other_sizes(tokens: Sequence[Token], stop: int) -> tuple[int, tuple[str, ...]]:
    """Sizes joined to the one that ends at ``stop``: "7 or 8", S/M, 37或38码."""
    others: list[str] = []
    while stop + 1 < len(tokens) and tokens[stop].norm in _SIZE_JOINTS:
        joint, token = tokens[stop].norm, tokens[stop + 1]
        number = token.number
        alike = token.norm in LETTER_SIZES or (number and number.value <= 250)
        measured = stop + 2 < len(tokens) and measure_cues().unit.at(tokens, stop + 2)
        if not alike or (number and number.spelled) or measured:
            break
        first = tokens[stop - 1].number or tokens[max(stop - 2, 0)].number
        if joint in _SIZE_RANGE and number and first:
            others += _sizes_between(first.value, number.value)
        others.append(f"{number.value:g}" if number else token.norm)
        stop += 2
        stop += (
            stop + 1 < len(tokens)
            and tokens[stop].norm == "码"
            and (tokens[stop + 1].norm in _SIZE_JOINTS)
        )
    return stop, tuple(others)


def _sizes_between(low: float, high: float) -> list[str]:
    """Whole sizes strictly between two: 36码到38码 takes in 37."""
    if not (low == int(low) and high == int(high) and 0 < high - low <= _WIDEST):
        return []
    return [f"{n}" for n in range(int(low) + 1, int(high))]
