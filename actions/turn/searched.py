"""What a shopper asked to see, logged and folded into what is known of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from actions.turn.draft import Draft

#: Products of a list that say what a search was about.
TOP = 3


def note(draft: Draft, ids: Sequence[str] = ()) -> None:
    """Log a search once; paging through a list is none, nor is a step back.

    Parameters
    ----------
    ids
        What it found, best first.
    """
    if draft.log is None or draft.undone:
        return
    after = replace(draft.applied.request, bundle=draft.request.bundle)
    event = draft.log.searched(after, ids[:TOP])
    if draft.known is not None and event is not None:
        draft.known.take([event])
