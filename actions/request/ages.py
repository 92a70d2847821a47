"""How old someone is, and the merchant feed's age group of it: "my son is 8", "ages 3 to 6"."""

from __future__ import annotations

from typing import Optional, Sequence, Union

from actions.request.measure_cues import AGE_GROUPS, BETWEEN_AGE, PERSON_IS, measure_cues
from actions.request.price_cues import price_cues
from actions.request.tokens import MARK, NUMBER, Token
from actions.request.types import AT_LEAST, AT_MOST

#: Nobody above says an age without a word for years.
_CHILD = 17
_INFANT, _ADULT = 0.25, 13.0
_AFTER_AGE = frozenset("so and but now who years year yrs today tomorrow".split())


def age_group(years: float) -> str:
    """The merchant feed's age group of someone so old."""
    return next(group for least, group in AGE_GROUPS if years >= least)


def age_groups(years: float, upto: float) -> Union[str, tuple[str, ...]]:
    """The age groups from one age to another, one alone as it is."""
    low, high = age_group(years), age_group(upto)
    order = [group for _, group in reversed(AGE_GROUPS)]
    between = tuple(order[order.index(low) : order.index(high) + 1])
    return between if len(between) > 1 else low


def age_bounded(years: float, op: Optional[str]) -> Union[str, tuple[str, ...]]:
    """The age groups up to an age or from one on; children's things end with childhood."""
    if op == AT_MOST and years > _INFANT:
        return age_groups(_INFANT, years - 0.01)
    if op == AT_LEAST and years < _ADULT:
        return age_groups(years, _ADULT - 1)
    return age_group(years)


def age_at(tokens: Sequence[Token], i: int, floor: int) -> Optional[tuple[int, int, float, float]]:
    """An age that no unit names, at the number ``i``: first token, token after it, from, to."""
    number = tokens[i].number
    if number is None or number.value > _CHILD:
        return None
    first = _named_before(tokens, i, floor)
    if first is None:
        return None
    high, stop = number.high or number.value, i + 1
    join = price_cues().join.at(tokens, stop) if stop < len(tokens) else None
    if join and stop + join[0] < len(tokens) and tokens[stop + join[0]].kind == NUMBER:
        upper = tokens[stop + join[0]].number
        if upper is not None and number.value < upper.value <= 2 * _CHILD:
            high, stop = upper.value, stop + join[0] + 1
    cues = measure_cues()
    unit = cues.unit.at(tokens, stop) if stop < len(tokens) else None
    if unit and unit[1] != "year":
        return None
    return first, stop + (unit[0] if unit else 0), number.value, high


def time_of_child(tokens: Sequence[Token], k: int) -> Optional[str]:
    """The unit of age at ``k`` where "months" alone says it beside a child's clothes."""
    named = {"months": "month", "mos": "month", "mo": "month", "years": "year", "yrs": "year"}
    unit = named.get(tokens[k].norm) if k < len(tokens) else None
    children = measure_cues().child
    return unit if unit and any(children.at(tokens, j) for j in range(len(tokens))) else None


def _stands_alone(tokens: Sequence[Token], k: int) -> bool:
    """Whether nothing that is counted follows: "she's seven", not "she's 7 months along"."""
    return k >= len(tokens) or tokens[k].kind == MARK or tokens[k].norm in _AFTER_AGE


def _named_before(tokens: Sequence[Token], i: int, floor: int) -> Optional[int]:
    """Where the words that make the number ``i`` an age begin, or None."""
    cues = measure_cues()
    at = cues.age_before.at(tokens, i - 1) if i - 1 >= floor else None
    if at:
        return i - 1
    if tokens[i - 1].norm in PERSON_IS and _stands_alone(tokens, i + 1):
        return i - 1
    k = i - 1
    while k >= floor and tokens[k].norm in BETWEEN_AGE:
        k -= 1
    if k == i - 1:
        return None
    for length in (2, 1):
        child = cues.child.at(tokens, k - length + 1) if k - length + 1 >= floor else None
        if child and child[0] == length:
            return k + 1
    return None
