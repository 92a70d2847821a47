"""Whether a shown product breaks what was asked for, by what the feed says of it.

A product breaks a wish where the feed says that it is otherwise. Where the feed is silent, or
calls it by a neighbouring name (navy for blue), nothing is broken.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Optional

from bot.evaluate.judgement import COLORS
from bot.evaluate.simulate.facts import (
    ASSISTANTS,
    BRAND,
    COLOR,
    PRICE,
    WHOM,
    Sheet,
    value_in,
)

_GENDERS: Mapping[str, frozenset[str]] = {
    "male": frozenset({"men", "boys"}),
    "female": frozenset({"women", "girls"}),
    "kids": frozenset({"boys", "girls"}),
}
_IS, _IS_NOT = "is", "is_not"
_PENNY = 0.005


def of_what_was_said(
    said: Mapping[str, Any], sheets: Iterable[Sheet], relaxed: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Products that contradict what the shopper has said outright and not taken back.

    Left out is what the assistant says that it did not hold to, since there was nothing else.
    """
    told = {a: v for a, v in said.items() if not set(ASSISTANTS.get(a, ())) & set(relaxed)}
    return [
        {"id": sheet.id, "title": sheet.title, "attribute": a, "wanted": v}
        for sheet in sheets
        for a, v in told.items()
        if sheet.contradicts(a, v)
    ]


def of_the_request(
    request: Mapping[str, Any], sheets: Iterable[Sheet], relaxed: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Products that contradict a hard constraint of the request that came with them."""
    given_up = set(relaxed)
    hard = [
        c
        for c in request.get("constraints") or ()
        if isinstance(c, dict)
        and c.get("hard", True)
        and not c.get("currency")
        and c.get("attribute") not in given_up
    ]
    return [
        {
            "id": sheet.id,
            "title": sheet.title,
            "attribute": c.get("attribute"),
            "op": c.get("op"),
            "wanted": c.get("value"),
        }
        for sheet in sheets
        for c in hard
        if _breaks(sheet, c)
    ]


def _breaks(sheet: Sheet, constraint: Mapping[str, Any]) -> bool:
    attribute, op = constraint.get("attribute"), constraint.get("op")
    value = constraint.get("value")
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    if attribute == PRICE:
        return _price_breaks(sheet.price, str(op), values)
    ours = next((a for a, theirs in ASSISTANTS.items() if attribute in theirs), None)
    if ours is None or op not in (_IS, _IS_NOT):
        return False
    told = [_contradicted(sheet, ours, str(v)) for v in values]
    if op == _IS:
        return all(told) and None not in told
    return any(
        t is False and _surely(sheet, ours, str(v)) for t, v in zip(told, values, strict=True)
    )


def _contradicted(sheet: Sheet, attribute: str, value: str) -> Optional[bool]:
    """Whether the feed says otherwise; None where the value is not one that we can read."""
    if attribute == WHOM:
        wanted = _GENDERS.get(value)
        whom = sheet.values.get(WHOM)
        return None if wanted is None or not whom else not whom & wanted
    if attribute == BRAND:
        one, other = sheet.brand.casefold(), value.casefold()
        return None if not one else one not in other and other not in one
    if attribute == COLOR:
        return sheet.contradicts(COLOR, value) if value in COLORS else None
    ours = value_in(attribute, value)
    return None if ours is None else sheet.contradicts(attribute, ours)


def _surely(sheet: Sheet, attribute: str, value: str) -> bool:
    ours = value_in(attribute, value) if attribute not in (BRAND, WHOM) else None
    if attribute == BRAND:
        return sheet.brand.casefold() == value.casefold()
    # A kind that is named only beside another is no breach: a kurta with a dupatta.
    return ours is not None and sheet.values.get(attribute) == frozenset({ours})


def _price_breaks(price: float, op: str, values: list[Any]) -> bool:
    try:
        bounds = [float(v) for v in values]
    except (TypeError, ValueError):
        return False
    if op == "at_most":
        return price > bounds[0] + _PENNY
    if op == "at_least":
        return price < bounds[0] - _PENNY
    return (
        op == "between"
        and len(bounds) == 2
        and not (bounds[0] - _PENNY <= price <= bounds[1] + _PENNY)
    )
