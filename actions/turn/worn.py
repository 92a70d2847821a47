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
    counts = Counter(product_id for ids in _lists(draft) for product_id in ids)
    return frozenset(i for i, n in counts.items() if n >= OFTEN_ENOUGH)


def fresh(draft: Draft, hits: Sequence[Hit]) -> Sequence[Hit]:
    """The hits, products that were seen behind the others; an order asked for is kept to.

    What was shown once comes back where it fits better now than it did then, or where the shopper
    likes it or points at it.
    """
    if draft.request.sort is not None:
        return hits
    request, tired = draft.request, worn(draft)
    before: dict[str, int] = {}
    for ids in _lists(draft):
        before.update({product_id: rank for rank, product_id in enumerate(ids)})
    meant = {*request.liked, *request.chosen, *request.focus}

    def seen(ranked: tuple[int, Hit]) -> int:
        rank, hit = ranked
        if hit.id in tired:
            return 2
        return int(hit.id in before and hit.id not in meant and rank >= before[hit.id])

    return [hit for _, hit in sorted(enumerate(hits), key=seen)]


def _lists(draft: Draft) -> list[tuple[str, ...]]:
    """What was shown one after the other since the shopper began to look for something."""
    lists: list[tuple[str, ...]] = []
    for past in draft.turn.memory.past:
        ids = tuple(past.get("last_list", ()))
        if not ids:
            lists = []
        elif not lists or lists[-1] != ids:
            # What was shown stays the last list while it is talked about.
            lists.append(ids)
    ids = draft.turn.request.last_list
    return [*lists, ids] if ids and lists[-1:] != [ids] else lists


def spent(draft: Draft, hits: Sequence[Hit]) -> bool:
    """Whether there is nothing but worn products left to show."""
    return draft.request.sort is None and worn(draft) >= {hit.id for hit in hits}
