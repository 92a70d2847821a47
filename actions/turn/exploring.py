"""The first list for somebody nobody knows, who has said nothing yet: one of each of many kinds."""

from __future__ import annotations

from typing import Sequence

from actions.recommend.search import Hit
from actions.turn.draft import Draft
from actions.turn.names import kind_of_product

#: Hits that are looked through for each place in the list.
WITHIN = 12


def varied(draft: Draft, hits: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    """The first ``k`` hits of different kinds; what is left is filled up in order."""
    seen: set[str] = set()
    first: list[Hit] = []
    rest: list[Hit] = []
    for hit in hits:
        kind = kind_of_product(draft.context, hit.id)
        (rest if kind in seen else first).append(hit)
        seen.add(kind)
    return tuple((first + rest)[:k])
