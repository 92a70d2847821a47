"""Sizes, weights, lengths, capacities, ratings and ages in a text, with their bounds.

"under 1 kg", "at least 2 metres wide", 42码, "size M", 4星以上, "for a 5 year old", 15.6 inch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence, Union

from actions.request.measure_cues import (
    AGE_GROUPS,
    BETWEEN_BODY,
    BODY_UNITS,
    COMPARED,
    LETTER_SIZES,
    MEASURED,
    MEMORY_SIZES,
    OF_BODY,
    PLAIN_SIZES,
    MeasureCues,
    measure_cues,
)
from actions.request.price_cues import price_cues
from actions.request.referents import CLASSIFIERS
from actions.request.tokens import NUMBER, Token, tokenise
from actions.request.types import ABOUT, AT_LEAST, AT_MOST, BETWEEN, IS


@dataclass(frozen=True)
class MeasureMention:
    """A measured attribute said at ``text[start:end]``."""

    start: int
    end: int
    attribute: str
    op: str
    value: Union[str, float, tuple[str, ...], tuple[float, float]]
    unit: Optional[str] = None


def age_group(years: float) -> str:
    """The merchant feed's age group of someone so old."""
    return next(group for least, group in AGE_GROUPS if years >= least)


def parse_measures(text: str) -> list[MeasureMention]:
    """All measures in ``text``, in order."""
    return [measure for measure, _, _ in find_measures(tokenise(text))]


def find_measures(tokens: Sequence[Token]) -> list[tuple[MeasureMention, int, int]]:
    """The measures among ``tokens``, each with the token range it takes."""
    found: list[tuple[MeasureMention, int, int]] = []
    i = floor = 0
    while i < len(tokens):
        read = _size(tokens, i, floor)
        if read is None and tokens[i].kind == NUMBER:
            read = (
                _of_body(tokens, i, floor)
                or _rating(tokens, i, floor)
                or _measure(tokens, i, floor)
            )
        if read is None:
            i += 1
            continue
        found.append(read)
        i = floor = max(read[2], i + 1)
    return found


def _size(tokens: Sequence[Token], i: int, floor: int) -> Optional[tuple[MeasureMention, int, int]]:
    token = tokens[i]
    number = token.number
    is_letter = token.norm in LETTER_SIZES
    if not is_letter and (number is None or number.value > 250 or number.spelled):
        return None
    first, stop, named = i, i + 1, token.norm in PLAIN_SIZES
    for back in (2, 1):
        if i - back >= floor:
            at = measure_cues().size_before.at(tokens, i - back)
            if at and at[0] == back:
                first, named = i - back, True
                break
            if at and back == 2 and tokens[i - 1].norm in ("is", ":", "是", "要", "a", "an", "in"):
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
    if not named:
        return None
    if number is not None and stop < len(tokens) and measure_cues().unit.at(tokens, stop):
        return None
    size = token.norm if is_letter else f"{number.value:g}" if number else ""
    value: Union[str, tuple[str, ...]] = size
    after_all, others = _other_sizes(tokens, stop)
    if others:
        value, stop = (size, *others), after_all
        at = measure_cues().size_after.at(tokens, stop) if stop < len(tokens) else None
        stop += at[0] if at else 0
    return _mention(tokens, first, stop, "size", IS, value, None)


def _other_sizes(tokens: Sequence[Token], stop: int) -> tuple[int, tuple[str, ...]]:
    """Sizes joined to the one that ends at ``stop``: "7 or 8", S/M, 37或38码."""
    others: list[str] = []
    while stop + 1 < len(tokens) and tokens[stop].norm in ("or", "/", "或", "或者", "-"):
        token = tokens[stop + 1]
        number = token.number
        alike = token.norm in LETTER_SIZES or (number and number.value <= 250)
        measured = stop + 2 < len(tokens) and measure_cues().unit.at(tokens, stop + 2)
        if not alike or (number and number.spelled) or measured:
            break
        others.append(f"{number.value:g}" if number else token.norm)
        stop += 2
    return stop, tuple(others)


def _of_body(
    tokens: Sequence[Token], i: int, floor: int
) -> Optional[tuple[MeasureMention, int, int]]:
    """How tall or heavy the shopper is: "I'm 170 cm", 身高165."""
    tables = measure_cues()
    for back in (4, 3, 2, 1):
        at = tables.body.at(tokens, i - back) if i - back >= floor else None
        between = [t.norm for t in tokens[i - back + at[0] : i]] if at else []
        if at is None or any(w not in BETWEEN_BODY for w in between):
            continue
        stop = i + 1
        unit = _unit(tables, tokens, stop) if stop < len(tokens) else None
        says = tokens[i - back].norm not in ("i", "im", "she", "shes", "he", "hes")
        if unit and unit[1] in BODY_UNITS:
            stop += unit[0]
            feet = unit[1] == "ft" and stop < len(tokens) and tokens[stop].kind == NUMBER
            stop += feet
        elif unit or not says:
            return None
        number = tokens[i].number
        value = number.value if number else 0.0
        return _mention(tokens, i - back, stop, OF_BODY, ABOUT, value, None)
    return None


def _rating(
    tokens: Sequence[Token], i: int, floor: int
) -> Optional[tuple[MeasureMention, int, int]]:
    """A rating named before the number: "rated above 4", 评分4.5以上."""
    number = tokens[i].number
    if number is None or number.value > 5:
        return None
    first, op = _bound_before(tokens, i, floor)
    after_it = measure_cues().dimension.at(tokens, i + 1) if i + 1 < len(tokens) else None
    if after_it and after_it[1] == "rating" and tokens[i + 1].norm in ("rating", "rated"):
        return _mention(tokens, first, i + 2, "rating", op or AT_LEAST, number.value, None)
    for k in (first - 3, first - 2, first - 1):
        at = measure_cues().dimension.at(tokens, k) if k >= floor else None
        if at and at[1] == "rating" and k + at[0] <= first:
            stop, after = _bound_after(tokens, i + 1 + _counts_points(tokens, i + 1))
            return _mention(tokens, k, stop, "rating", after or op or AT_LEAST, number.value, None)
    return None


def _counts_points(tokens: Sequence[Token], k: int) -> bool:
    return k < len(tokens) and tokens[k].norm in ("分", "星", "stars", "star")


def _measure(
    tokens: Sequence[Token], i: int, floor: int
) -> Optional[tuple[MeasureMention, int, int]]:
    number = tokens[i].number
    assert number is not None
    tables = measure_cues()
    stop = i + 1
    high: Optional[float] = number.high
    value = number.value
    unit = _unit(tables, tokens, stop)
    if unit and unit[1] == "m" and _tenths(tokens, stop + unit[0]):
        tenths = tokens[stop + unit[0]].number
        digits = tokens[stop + unit[0]].norm if tenths and not tenths.spelled else ""
        figure = tenths.value if tenths else 0.0
        value += figure / (100 if figure >= 10 or len(digits) > 1 else 10)
        unit = (unit[0] + 1, "m")
    if unit is None:
        ends = _range_end(tokens, stop)
        unit = _unit(tables, tokens, ends + 1) if ends else None
        if not ends or unit is None:
            return None
        upper = tokens[ends].number
        assert upper is not None
        high, stop = upper.value, ends + 1
    else:
        ends = _range_end(tokens, stop + unit[0])
        second = _unit(tables, tokens, ends + 1) if ends else None
        upper = tokens[ends].number if ends else None
        if ends and second and second[1] == unit[1] and upper:
            high, stop, unit = upper.value, ends + 1, second
    stop += unit[0]
    name = unit[1]
    beside = tables.dimension.at(tokens, stop) if stop < len(tokens) else None
    stores = beside is not None and beside[1] in ("memory", "storage")
    if name == "g" and tokens[stop - 1].start == tokens[i].end:
        name = "gb" if stores or value in MEMORY_SIZES else name
    attribute = MEASURED[name]
    if beside and name != "year":
        attribute, stop = beside[1], stop + beside[0]
    first, op = _bound_before(tokens, i, floor)
    for k in range(max(floor, first - 2), first):
        named = tables.dimension.at(tokens, k)
        if named and k + named[0] <= first and name not in ("year", "month"):
            attribute, first = named[1], k
            break
    if attribute == "length":
        attribute = COMPARED.get(tokens[first].norm, attribute)
    stop, after = _bound_after(tokens, stop)
    op = after or op
    if name in ("year", "month"):
        scale = 1 / 12 if name == "month" else 1.0
        groups = [age_group(years * scale) for years in (value, high or value)]
        ages = groups[0] if groups[0] == groups[1] else (groups[0], groups[1])
        return _mention(tokens, first, stop, "age_group", IS, ages, None)
    if name == "jin":
        name, value, high = "g", value * 500, high * 500 if high else None
    shown = None if name in ("star", "people") else name
    if high is not None and high > value:
        return _mention(tokens, first, stop, attribute, BETWEEN, (value, high), shown)
    if attribute == "rating":
        op = op or AT_LEAST
    return _mention(tokens, first, stop, attribute, op or ABOUT, value, shown)


def _tenths(tokens: Sequence[Token], k: int) -> bool:
    """Whether the number at ``k`` ends a length: 一米五, 1米65."""
    if k >= len(tokens) or tokens[k].number is None or tokens[k - 1].norm != "米":
        return False
    number = tokens[k].number
    counts = k + 1 < len(tokens) and tokens[k + 1].norm in CLASSIFIERS + "人寸"
    glued = tokens[k].start == tokens[k - 1].end
    return bool(number and 0 < number.value < 100 and glued and not counts)


def _unit(tables: MeasureCues, tokens: Sequence[Token], k: int) -> Optional[tuple[int, str]]:
    if k + 1 < len(tokens) and tokens[k].norm == "-":
        at = tables.unit.at(tokens, k + 1)
        return (at[0] + 1, at[1]) if at else None
    at = tables.unit.at(tokens, k) if k < len(tokens) else None
    if at is None:
        return None
    glued = tokens[k].start == tokens[k - 1].end
    if tokens[k].norm in ("in", '"', "m", "l", "g", "w", "h") and not glued:
        return at if tokens[k].norm in ("g", "w", "l", "m") and k + 1 <= len(tokens) else None
    if tokens[k].norm == "人" and k + 1 < len(tokens) and tokens[k + 1].norm == "民":
        return None
    return at


def _range_end(tokens: Sequence[Token], k: int) -> int:
    """The index of the number that ends a range joined at ``k``, or 0."""
    at = price_cues().join.at(tokens, k) if k < len(tokens) else None
    if at and k + at[0] < len(tokens) and tokens[k + at[0]].kind == NUMBER:
        return k + at[0]
    return 0


def _bound_before(tokens: Sequence[Token], i: int, floor: int) -> tuple[int, Optional[str]]:
    cues = price_cues()
    for length in (4, 3, 2, 1):
        j = i - length
        own = measure_cues().bound.at(tokens, j) if j >= floor else None
        if own and own[0] == length:
            return j, own[1]
        at = cues.before.at(tokens, j) if j >= floor else None
        if at and at[0] == length:
            op = at[1]
            denied = cues.negation.at(tokens, j - 1) if j - 1 >= floor else None
            if denied and denied[0] == 1 and op in (AT_LEAST, AT_MOST):
                return j - 1, AT_MOST if op == AT_LEAST else AT_LEAST
            return j, None if op == BETWEEN else op
    return i, None


def _bound_after(tokens: Sequence[Token], stop: int) -> tuple[int, Optional[str]]:
    at = price_cues().after.at(tokens, stop) if stop < len(tokens) else None
    if at and at[1] != BETWEEN and tokens[stop].norm not in ("range", "limit", "下", "内", "起"):
        return stop + at[0], at[1]
    return stop, None


def _mention(
    tokens: Sequence[Token],
    first: int,
    stop: int,
    attribute: str,
    op: str,
    value: Union[str, float, tuple[str, ...], tuple[float, float]],
    unit: Optional[str],
) -> tuple[MeasureMention, int, int]:
    start, end = tokens[first].start, tokens[stop - 1].end
    return MeasureMention(start, end, attribute, op, value, unit), first, stop
