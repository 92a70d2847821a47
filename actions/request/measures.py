"""Sizes, weights, lengths, capacities, ratings and ages in a text, with their bounds.

"under 1 kg", "at least 2 metres wide", 42码, "size M", 4星以上, "for a 5 year old", 15.6 inch.
"""

from __future__ import annotations

from typing import Optional, Sequence

from actions.request.ages import age_at, age_bounded, age_groups, time_of_child
from actions.request.measure_cues import (
    BETWEEN_BODY,
    BODY_UNITS,
    COMPARED,
    COMPARED_TO,
    MEASURED,
    MEMORY_SIZES,
    OF_BODY,
    OF_THINGS,
    MeasureCues,
    measure_cues,
)
from actions.request.measured import MeasureMention, Read, mention_of
from actions.request.price_cues import price_cues
from actions.request.referents import CLASSIFIERS
from actions.request.sizes import memory_and_storage, size_at
from actions.request.tokens import NUMBER, Token, tokenise
from actions.request.types import ABOUT, AT_LEAST, AT_MOST, BETWEEN, IS


def parse_measures(text: str) -> list[MeasureMention]:
    """All measures in ``text``, in order."""
    return [measure for measure, _, _ in find_measures(tokenise(text))]


def find_measures(tokens: Sequence[Token]) -> list[Read]:
    """The measures among ``tokens``, each with the token range it takes."""
    found: list[Read] = []
    i = floor = 0
    while i < len(tokens):
        spec = memory_and_storage(tokens, i)
        if spec:
            found += spec
            i = floor = spec[1][2]
            continue
        read = size_at(tokens, i, floor)
        if read is None and tokens[i].kind == NUMBER:
            read = (
                _of_age(tokens, i, floor)
                or _of_body(tokens, i, floor)
                or _rating(tokens, i, floor)
                or _measure(tokens, i, floor)
            )
        if read is None:
            i += 1
            continue
        found.append(read)
        i = floor = max(read[2], i + 1)
    return found


def _of_age(tokens: Sequence[Token], i: int, floor: int) -> Optional[Read]:
    """The age of a child, without a word for years."""
    found = age_at(tokens, i, floor)
    if found is None:
        return None
    first, stop, low, high = found
    return mention_of(tokens, first, stop, "age_group", IS, age_groups(low, high), None)


def _of_body(tokens: Sequence[Token], i: int, floor: int) -> Optional[Read]:
    """How tall or heavy the shopper is: "I'm 170 cm", 身高165, 160的个子."""
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
        return _body_of(tokens, i, i - back, stop)
    of = i + 1 + (i + 1 < len(tokens) and tokens[i + 1].norm in ("cm", "厘米", "公分"))
    of += of < len(tokens) and tokens[of].norm == "的"
    after = tables.body_after.at(tokens, of) if of < len(tokens) else None
    return _body_of(tokens, i, i, of + after[0]) if after else None


def _body_of(tokens: Sequence[Token], i: int, first: int, stop: int) -> Read:
    number = tokens[i].number
    value = number.value if number else 0.0
    return mention_of(tokens, first, stop, OF_BODY, ABOUT, value, None)


def _rating(tokens: Sequence[Token], i: int, floor: int) -> Optional[Read]:
    """A rating named before the number: "rated above 4", 评分4.5以上."""
    number = tokens[i].number
    if number is None or number.value > 5:
        return None
    first, op = _bound_before(tokens, i, floor)
    said = number.spelled and number.value == 1
    after_it = measure_cues().dimension.at(tokens, i + 1) if i + 1 < len(tokens) else None
    if said:
        return None
    if after_it and after_it[1] == "rating" and tokens[i + 1].norm in ("rating", "rated"):
        return mention_of(tokens, first, i + 2, "rating", op or AT_LEAST, number.value, None)
    for k in (first - 3, first - 2, first - 1):
        at = measure_cues().dimension.at(tokens, k) if k >= floor else None
        if at and at[1] == "rating" and k + at[0] <= first:
            stop, after = _bound_after(tokens, i + 1 + _counts_points(tokens, i + 1))
            return mention_of(
                tokens, k, stop, "rating", after or op or AT_LEAST, number.value, None
            )
    return None


def _counts_points(tokens: Sequence[Token], k: int) -> bool:
    return k < len(tokens) and tokens[k].norm in ("分", "星", "stars", "star")


def _measure(tokens: Sequence[Token], i: int, floor: int) -> Optional[Read]:
    number = tokens[i].number
    assert number is not None
    tables = measure_cues()
    stop = i + 1
    high: Optional[float] = number.high
    value = number.value
    more = stop < len(tokens) and tokens[stop].norm == "+"
    unit = _unit(tables, tokens, stop + more)
    unit = (unit[0] + more, unit[1]) if unit else None
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
    of = stop + 1 < len(tokens) and tokens[stop].norm in ("of", "in")
    beside = tables.dimension.at(tokens, stop + of) if stop < len(tokens) else None
    beside = (beside[0] + of, beside[1]) if beside else None
    if beside and "".join(t.norm for t in tokens[stop : stop + 2]) in OF_THINGS:
        beside = None
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
    if name == "g" and attribute in ("memory", "storage"):
        name = "gb"
    if attribute == "length":
        said = (COMPARED.get(tokens[k].norm) for k in range(first, i))
        attribute = next(filter(None, said), attribute)
    stop, after = _bound_after(tokens, stop)
    if op is None and first > floor and tokens[first - 1].norm == "比" and stop < len(tokens):
        after = COMPARED_TO.get(tokens[stop].norm)
        first, stop = (first - 1, stop + 1) if after else (first, stop)
    op = after or op or (AT_LEAST if more else None)
    if name in ("year", "month"):
        scale = 1 / 12 if name == "month" else 1.0
        ages = age_groups(value * scale, (high or value) * scale)
        if high is None and op in (AT_MOST, AT_LEAST):
            ages = age_bounded(value * scale, op)
        return mention_of(tokens, first, stop, "age_group", IS, ages, None)
    if name == "jin":
        name, value, high = "g", value * 500, high * 500 if high else None
    shown = None if name in ("star", "people") else name
    if high is not None and high > value:
        return mention_of(tokens, first, stop, attribute, BETWEEN, (value, high), shown)
    if attribute == "rating":
        op = op or AT_LEAST
    return mention_of(tokens, first, stop, attribute, op or ABOUT, value, shown)


def _tenths(tokens: Sequence[Token], k: int) -> bool:
    """Whether the number at ``k`` ends a length: 一米五, 1米65."""
    if k >= len(tokens) or tokens[k].number is None or tokens[k - 1].norm != "米":
        return False
    number = tokens[k].number
    counts = k + 1 < len(tokens) and tokens[k + 1].norm in CLASSIFIERS.replace("床", "") + "人寸"
    glued = tokens[k].start == tokens[k - 1].end
    return bool(number and 0 < number.value < 100 and glued and not counts)


def _unit(tables: MeasureCues, tokens: Sequence[Token], k: int) -> Optional[tuple[int, str]]:
    if k + 1 < len(tokens) and tokens[k].norm == "-":
        at = tables.unit.at(tokens, k + 1)
        return (at[0] + 1, at[1]) if at else None
    at = tables.unit.at(tokens, k) if k < len(tokens) else None
    if at is None:
        aged = time_of_child(tokens, k)
        return (1, aged) if aged else None
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
            return _perhaps_denied(tokens, j, own[1], floor)
        at = cues.before.at(tokens, j) if j >= floor else None
        if at and at[0] == length:
            op = at[1]
            if op in (AT_LEAST, AT_MOST):
                return _perhaps_denied(tokens, j, op, floor)
            return j, None if op == BETWEEN else op
    return i, None


def _perhaps_denied(
    tokens: Sequence[Token], j: int, op: str, floor: int
) -> tuple[int, Optional[str]]:
    """The bound that begins at ``j``, turned round by a "no" before it: "can't be heavier than"."""
    k = j - 1 - (j - 1 >= floor and tokens[j - 1].norm in ("be", "is", "get", "go"))
    for length in (2, 1):
        at = price_cues().negation.at(tokens, k - length + 1) if k - length + 1 >= floor else None
        if at and at[0] == length:
            return k - length + 1, AT_MOST if op == AT_LEAST else AT_LEAST
    return j, op


def _bound_after(tokens: Sequence[Token], stop: int) -> tuple[int, Optional[str]]:
    own = measure_cues().bound_after.at(tokens, stop) if stop < len(tokens) else None
    if own:
        return stop + own[0], own[1]
    at = price_cues().after.at(tokens, stop) if stop < len(tokens) else None
    if at and at[1] != BETWEEN and tokens[stop].norm not in ("range", "limit", "下", "内", "起"):
        return stop + at[0], at[1]
    return stop, None
