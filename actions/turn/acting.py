"""Plans for acts on shown products: what they name is what they are about.

Each gives None where the changes are to be read as with any other intent.
"""

from __future__ import annotations

from typing import Optional

from actions.request.types import Change, Referent
from actions.turn.model import TurnInput
from actions.turn.plan import ACKNOWLEDGE, BUY, LIST, Plan
from actions.turn.pointing import FOCUS, NAMES, STEPS, VARYING, explicit, is_on, only_one

#: Acts on products that a purchase may come with.
BUYING = frozenset({"choose", "refer", "like", "affirm", "show_list"})
#: Acts that are carried out whatever the message does besides.
ACTS = frozenset({"like", "choose", "unchoose", "reject"})


def buy(turn: TurnInput) -> Optional[Plan]:
    """ "I take the second": onto the list, and how to order; None where the message searches."""
    acts = tuple(c for c in turn.changes if c.kind in BUYING)
    named = only_one(turn.request) or any(c.kind == "choose" for c in acts)
    others = [c for c in turn.changes if c.kind not in {*BUYING, "sort"}]
    if not all(named and is_on(c, *VARYING) for c in others):
        return None
    if not only_one(turn.request):
        # "I want to buy it" while two are compared.
        acts = tuple(c for c in acts if c.referents != FOCUS)
    acts = tuple(
        Change("choose", referents=c.referents) if c.kind == "refer" else c
        for c in acts
        if c.kind != "affirm"
    )
    if not any(c.kind in ("choose", "show_list") for c in acts):
        referents = _meant(turn)
        acts += (Change("choose", referents=referents),) if referents else ()
    return Plan(BUY, acts)


def like(turn: TurnInput) -> Optional[Plan]:
    """ "The second looks comfy": no wish for comfort; "short sleeves are what I love" is one."""
    pointed = any(c.referents for c in turn.changes)
    if not pointed and any(c.kind == "add" for c in turn.changes):
        return None
    return _act(turn, "like")


def list_add(turn: TurnInput) -> Optional[Plan]:
    """ "Keep number 4 for later"."""
    return _act(turn, "choose")


def list_remove(turn: TurnInput) -> Optional[Plan]:
    """ "The tea can go from my cart", 清空购物车."""
    if any(c.kind == "start_over" for c in turn.changes):
        everything = tuple(Referent("id", value=i) for i in turn.request.chosen)
        return Plan(ACKNOWLEDGE, (Change("unchoose", referents=everything),))
    if any(_wishes(c) for c in turn.changes):
        # Nothing like it is on the list: here is what is.
        return Plan(LIST)
    return _act(turn, "unchoose")


def list_show(turn: TurnInput) -> Optional[Plan]:
    """ "What is in the trolley?": nothing to look for."""
    if any(c.kind in STEPS for c in turn.changes):
        return None
    return Plan(LIST, tuple(c for c in turn.changes if c.kind in ACTS and explicit([c])))


def _act(turn: TurnInput, kind: str) -> Optional[Plan]:
    """The act that the intent names, on what the message points at."""
    there = turn.request.last_list or (kind == "unchoose" and turn.request.chosen)
    if any(c.kind in STEPS for c in turn.changes) or not there:
        return None
    wishes = [c for c in turn.changes if _wishes(c)]
    if not all(is_on(c, *VARYING) and only_one(turn.request) for c in wishes):
        return None
    acts = tuple(c for c in turn.changes if c.kind in ACTS)
    if not any(c.kind == kind and explicit([c]) for c in acts):
        acts = tuple(c for c in acts if c.kind != kind and explicit([c]))
        # "Add both" after a comparison: the two that are talked about.
        referents = _meant(turn) or (FOCUS if turn.request.focus else ())
        if kind == "unchoose" and not referents and len(turn.request.chosen) == 1:
            referents = (Referent("id", value=turn.request.chosen[0]),)
        acts += (Change(kind, referents=referents),)
    return Plan(ACKNOWLEDGE, acts)


def _wishes(change: Change) -> bool:
    """Whether a change names another product than those shown, or a price."""
    return is_on(change, "price", *NAMES)


def _meant(turn: TurnInput) -> tuple[Referent, ...]:
    """What an act without an object is about: 最便宜的, or what is talked about."""
    if pointed := explicit(turn.changes):
        return pointed
    for change in turn.changes:
        if change.kind == "sort" and change.attribute in ("price", "rating"):
            extreme = "max" if change.value == "desc" else "min"
            return (Referent("extreme", attribute=change.attribute, value=extreme),)
    return FOCUS if only_one(turn.request) else ()
