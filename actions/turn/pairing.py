"""Plans for what goes with a shown product: which is meant, and what kind of thing is sought."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from actions.request.types import IS, Change, Referent
from actions.turn.model import TurnInput
from actions.turn.plan import RECOMMEND, Plan
from actions.turn.pointing import STEPS, is_on, names_kind, pointed_at

#: Acts on shown products that may come with the question: "I like the second, what goes with it?".
_ACTS = frozenset({"like", "choose", "reject", "count"})
#: Intents that name a kind among the companions that are shown.
NARROWING = frozenset({"refine", "critique", "goes_with"})


def goes_with(turn: TurnInput) -> Optional[Plan]:
    """ "Which shoes go with the second?"; None where nothing was shown that could be meant."""
    request = turn.request
    if not (request.last_list or request.chosen) or any(c.kind in STEPS for c in turn.changes):
        return None
    kept = tuple(c for c in turn.changes if c.kind in _ACTS or _is_wish(turn, c))
    return Plan(RECOMMEND, (*kept, Change("goes_with", referents=_meant(turn))))


def still_going_with(turn: TurnInput, plan: Plan) -> Plan:
    """ "Only shoes", after what goes with a dress: shoes that go with it."""
    anchors = turn.request.goes_with
    narrowed = plan.body == RECOMMEND and anchors and turn.intent in NARROWING and names_kind(turn)
    if not narrowed or any(c.kind == "goes_with" for c in plan.changes):
        return plan
    same = Change("goes_with", referents=tuple(Referent("id", value=i) for i in anchors))
    return replace(plan, changes=(*plan.changes, same))


def _meant(turn: TurnInput) -> tuple[Referent, ...]:
    """What the message points at; else what is talked of, liked or chosen last, or shown first."""
    request = turn.request
    if request.chosen and any(c.kind == "show_list" for c in turn.changes):
        return tuple(Referent("id", value=i) for i in request.chosen)
    if pointed := pointed_at(turn):
        return pointed
    if any(c.kind in ("like", "choose") for c in turn.changes):
        return ()
    recent = [i for i in (*request.liked, *request.chosen) if i in request.last_list]
    for ids in (
        request.focus,
        request.goes_with,
        recent[-1:],
        request.last_list[:1],
        request.chosen,
    ):
        if ids:
            return tuple(Referent("id", value=i) for i in ids)
    return ()


def _is_wish(turn: TurnInput, change: Change) -> bool:
    """Whether a change says what the companion should be, not which product is meant.

    "What goes with this dress" while dresses are shown names what is shown.
    """
    constraint = change.constraint
    if change.kind != "add" or constraint is None:
        return False
    if is_on(change, "product_type"):
        return constraint.op == IS and not set(constraint.values) & set(turn.request.category)
    return names_kind(turn) or is_on(change, "price", "brand")
