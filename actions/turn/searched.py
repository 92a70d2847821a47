"""What a shopper asked to see, as an event: their words, the request, and what it found first."""

from __future__ import annotations

from typing import Sequence

from actions.request.types import Request
from actions.turn.draft import Draft
from catalog.masking import masked

#: Products of a list that say what a search was about.
TOP = 3


def note(draft: Draft, ids: Sequence[str] = ()) -> None:
    """Log a search and fold it into what is known; paging through a list is none."""
    before, now = draft.turn.request, draft.request
    if draft.log is None or draft.undone or _wish(before) == _wish(now):
        return
    event = draft.log.add(
        "searched",
        None,
        text=masked(draft.turn.text),
        category=list(now.category),
        constraints=[c.to_json() for c in now.constraints],
        products=list(ids[:TOP]),
        **({"gift": True} if _for_others(now) else {}),
    )
    if draft.known is not None and event is not None:
        draft.known.take([event])


def _wish(request: Request) -> tuple[object, ...]:
    return request.constraints, request.text, request.similar_to, request.goes_with


def _for_others(request: Request) -> bool:
    """Whether it is said to be a present: it says nothing about the shopper's own interest."""
    return any("gift" in map(str, c.values) for c in request.on("occasion"))
