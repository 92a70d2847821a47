"""What is said before a list when a message takes something back, or asks for an order in vain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from actions.request.types import IS, IS_NOT
from actions.turn.draft import Draft


def say_unsortable(draft: Draft) -> None:
    """Give up an order by what nothing in the shop tells."""
    sort, context = draft.request.sort, draft.context
    if sort is None or not any(c.kind in ("sort", "relative") for c in draft.changes):
        return
    numbers = context.filters.numbers(sort.attribute)
    mask = context.filters.hard(draft.request)
    if numbers is not None and (not mask.any() or np.isfinite(numbers[mask]).any()):
        return
    name = context.describer.attribute(sort.attribute, draft.language)
    draft.lines.append(draft.say("not_in_feed", attribute=name))
    draft.request = replace(draft.request, sort=None)


def say_turned(draft: Draft) -> None:
    """Say so where the last word takes back one before: "red" after "not red"."""
    for change in draft.changes:
        new = change.constraint
        if change.kind != "add" or new is None or new.op not in (IS, IS_NOT):
            continue
        before = [c for c in draft.turn.request.on(new.attribute) if c.op in (IS, IS_NOT)]
        taken_back = any(c.op != new.op and set(c.values) & set(new.values) for c in before)
        if taken_back:
            key = "turned_to" if new.op == IS else "turned_from"
            what = draft.context.describer.constraint(replace(new, op=IS), draft.language)
            draft.lines.append(draft.say(key, what=what))
            return
