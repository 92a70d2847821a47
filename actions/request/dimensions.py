"""Big, long and their like, where the words name the dimension: "the longest battery life"."""

from __future__ import annotations

from dataclasses import replace

from actions.request.types import Change

#: What an adjective alone is taken for.
GUESSED = frozenset({"size", "length", "height", "width", "thickness"})
#: Attributes that are no dimension.
_NOT_MEASURED = GUESSED | {
    "color",
    "material",
    "price",
    "brand",
    "product_type",
    "pattern",
    "style",
}


def named_measures(
    changes: tuple[Change, ...], text: str, vocabulary: object
) -> tuple[Change, ...]:
    """Orders, critiques and questions about the dimension that the text names.

    ``vocabulary`` may know the names of attributes (``match_attributes``).
    """
    match = getattr(vocabulary, "match_attributes", None)
    if match is None or not any(_guessed(c) for c in changes):
        return changes
    named = {m.value for m in match(text)} - _NOT_MEASURED
    if len(named) != 1:
        return changes
    (attribute,) = named
    out: list[Change] = []
    for change in changes:
        if _guessed(change):
            change = replace(change, attribute=attribute)
        if change not in out:
            out.append(change)
    return tuple(out)


def _guessed(change: Change) -> bool:
    return change.kind in ("sort", "relative", "ask") and change.attribute in GUESSED
