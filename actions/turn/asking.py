"""Plans for questions about what is shown: what they name is asked about, not wished for.

Each gives None where the changes are to be read as with any other intent.
"""

from __future__ import annotations

from typing import Optional

from actions.request.types import IS, Change
from actions.turn.model import TurnInput
from actions.turn.plan import ASK, COMPARE, RECOMMEND, Plan
from actions.turn.pointing import (
    FOCUS,
    STEPS,
    VARYING,
    explicit,
    is_on,
    names_kind,
    only_one,
    pointed_at,
)

_IN_STOCK = ("ask", "availability", FOCUS)
_ASKING = frozenset({"ask", "refer", "add", "similar"})


def stock(turn: TurnInput) -> Optional[Plan]:
    """ "Do you have it in M?" about shown products; None where products are looked for."""
    if not turn.request.last_list:
        return None
    if [(c.kind, c.attribute, c.referents) for c in turn.changes] == [_IN_STOCK]:
        # "In stock?" while several are shown: all of them.
        referents = FOCUS if turn.request.focus else ()
        return Plan(ASK, (Change("ask", attribute="availability", referents=referents),))
    if not all(c.kind in ("refer", "similar") or is_on(c, *VARYING) for c in turn.changes):
        return None
    pointed = pointed_at(turn) or (FOCUS if only_one(turn.request) else ())
    if not pointed:
        return None
    return Plan(ASK, (Change("ask", attribute="availability", referents=pointed),))


def sizes(turn: TurnInput) -> Optional[Plan]:
    """ "I am 175 cm, which size?": no measure in it is a wish."""
    if any(c.kind in STEPS for c in turn.changes):
        return None
    if names_kind(turn):
        wishes = (c for c in turn.changes if c.constraint)
        kept = tuple(
            c for c in wishes if is_on(c, "price") or (_constraint_is(c) and not is_on(c, "size"))
        )
        return Plan(RECOMMEND, kept, topic="size_help")
    asked = Change("ask", attribute="size", referents=pointed_at(turn))
    return Plan(ASK, (asked,), topic="size_help")


def _constraint_is(change: Change) -> bool:
    return change.constraint is not None and change.constraint.op == IS


def details(turn: TurnInput) -> Optional[Plan]:
    """ "Has it got pockets?": what it is asked to have is no wish."""
    if not turn.request.last_list or names_kind(turn):
        return None
    if any(c.kind not in _ASKING for c in turn.changes):
        return None
    asked = tuple(c for c in turn.changes if c.kind == "ask")
    if not asked and all(c.kind == "refer" for c in turn.changes):
        return None
    if not asked:
        about = next((c.constraint.attribute for c in turn.changes if c.constraint), "details")
        asked = (Change("ask", attribute=about, referents=pointed_at(turn)),)
    return Plan(ASK, asked)


def why(turn: TurnInput) -> Optional[Plan]:
    """ "Why on earth a pink one?"."""
    if not turn.request.last_list or any(c.kind in STEPS for c in turn.changes):
        return None
    return Plan(ASK, (Change("ask", attribute="why", referents=pointed_at(turn)),))


def compare(turn: TurnInput) -> Optional[Plan]:
    """ "Which of the three is warmer?": all that is pointed at, or all that is shown."""
    kinds = {c.kind for c in turn.changes}
    if len(turn.request.last_list) < 2 or kinds & STEPS or names_kind(turn):
        return None
    referents = explicit(turn.changes)
    # One of several is set against the rest.
    referents = referents if len(referents) > 1 else ()
    return Plan(COMPARE, (Change("compare", referents=referents),))
