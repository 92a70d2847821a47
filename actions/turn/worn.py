"""Products that a shopper has seen often enough in one conversation."""

from __future__ import annotations

from collections import Counter
from typing import Sequence

from actions.recommend.search import Hit
from actions.turn.draft import Draft

#: Whoever did not take a product that was shown this often does not want it.
OFTEN_ENOUGH = 2


def worn(draft: Draft) -> frozenset[str]:
    """Ids of the products that were shown often enough, in whatever search.

    Who says "red", "anything but red" and "red" again is shown other red things, and not round in
    circles.
    """
    lists = [tuple(past.get("last_list", ())) for past in draft.turn.memory.past]
    lists.append(draft.turn.request.last_list)
    # What was shown stays the last list while it is talked about.
    shown = [ids for before, ids in zip([(), *lists], lists, strict=False) if ids != before]
    counts = Counter(product_id for ids in shown for product_id in ids)
    return frozenset(i for i, n in counts.items() if n >= OFTEN_ENOUGH)


def fresh(draft: Draft, hits: Sequence[Hit]) -> Sequence[Hit]:
    """The hits, worn products behind the others; an order that was asked for is kept to."""
    if draft.request.sort is not None:
        return hits
    tired = worn(draft)
    return sorted(hits, key=lambda hit: hit.id in tired)


def spent(draft: Draft, hits: Sequence[Hit]) -> bool:
    """Whether there is nothing but worn products left to show."""
    return draft.request.sort is None and worn(draft) >= {hit.id for hit in hits}
