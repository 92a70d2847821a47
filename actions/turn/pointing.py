"""Words that say which of the shown products is meant: "take the blue kettle", 这裤子会不会太长."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Mapping, Sequence

from actions.request.resolve import EVIDENCE, ShownFacts
from actions.request.types import IS, IS_NOT, Change, Referent, Request
from actions.turn.intents import sorted_out
from actions.turn.model import TurnInput

FOCUS = (Referent("focus"),)
#: Words that stand for a product by themselves.
_IT = re.compile(r"\b(?:it|them|that one|this one)\b|它", re.I)
#: What variants of one product differ in.
VARYING = frozenset({"color", "size"})
#: Changes beside which nothing else in a message points at a product.
STEPS = frozenset({"start_over", "back", "compare"})
#: What a thing is called by. Other words about it praise it, or are what is asked.
NAMES = frozenset({"product_type", "brand", "color", "material"})
_KIND = frozenset({"product_type", "brand"})
#: Intents about shown products → the attributes that say which is meant.
MEANT_BY: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("like", "buy", "list_add", "list_remove", "why", "goes_with"), NAMES),
    **dict.fromkeys(("details", "availability", "size_help", "compare"), _KIND),
}


def described(turn: TurnInput, facts: ShownFacts) -> TurnInput:
    """Read wishes that describe a shown product as pointing at it.

    Only where the intent is about shown products, and one of them is as described; of several
    the one that is talked about is meant, if any.
    """
    changes = tuple(_from_list(c, turn.request, facts) for c in turn.changes)
    turn = replace(turn, changes=changes)
    said, request = sorted_out(turn), turn.request
    names = MEANT_BY.get(said.shopping, frozenset()) if said.alone else frozenset()
    if said.shopping == "goes_with" and (explicit(turn.changes) or _IT.search(turn.text)):
        # "Which shoes go with it": what is pointed at needs no name, what is sought has one.
        names = names - {"product_type"}
    # "I no longer want the tea": taken off the list is what is denied.
    ops = (IS, IS_NOT) if said.shopping == "list_remove" else (IS,)
    on_list = said.shopping == "list_remove" and request.chosen
    among = request.chosen if on_list else request.last_list
    naming = [c for c in turn.changes if _names(c, names, ops)]
    fitting = [i for i in among if all(_fits(i, c, facts) for c in naming)]
    if not naming or not fitting:
        return turn
    kept = tuple(c for c in turn.changes if c not in naming)
    if not explicit(kept):
        one = fitting if len(fitting) == 1 else [i for i in request.focus if i in fitting]
        if len(one) == 1:
            kept = (Change("refer", referents=(Referent("id", value=one[0]),)), *kept)
    return replace(turn, changes=kept)


def explicit(changes: Sequence[Change]) -> tuple[Referent, ...]:
    """What the changes point at in so many words, not with "it"."""
    found = (r for c in changes if c.referents != FOCUS for r in c.referents)
    return tuple(dict.fromkeys(found))


def pointed_at(turn: TurnInput) -> tuple[Referent, ...]:
    """What the message points at; "it" points at nothing while several are shown."""
    for change in turn.changes:
        if change.referents and (change.referents != FOCUS or turn.request.focus):
            return change.referents
    return ()


def only_one(request: Request) -> bool:
    """Whether "it" can only be one product."""
    return len(request.focus) == 1 or (not request.focus and len(request.last_list) == 1)


def is_on(change: Change, *attributes: str) -> bool:
    """Whether a change adds a wish about one of some attributes."""
    return change.constraint is not None and change.constraint.attribute in attributes


def names_kind(turn: TurnInput) -> bool:
    """Whether the message names a kind of product."""
    return any(is_on(c, "product_type") for c in turn.changes)


def _from_list(change: Change, request: Request, facts: ShownFacts) -> Change:
    """ "Take the kettle off my list": a kettle on the list, wherever it was shown."""
    if change.kind != "unchoose" or any(r.by != "value" for r in change.referents):
        return change
    fitting = [
        i
        for i in request.chosen
        if all(facts.evidence(i, r.attribute, r.value) >= EVIDENCE for r in change.referents)
    ]
    if len(fitting) != 1 or not change.referents:
        return change
    return replace(change, referents=(Referent("id", value=fitting[0]),))


def _names(change: Change, attributes: frozenset[str], ops: tuple[str, ...]) -> bool:
    constraint = change.constraint
    named = constraint is not None and constraint.op in ops
    return change.kind == "add" and named and is_on(change, *attributes)


def _fits(product_id: str, change: Change, facts: ShownFacts) -> bool:
    constraint = change.constraint
    return constraint is not None and any(
        facts.evidence(product_id, constraint.attribute, str(value)) >= EVIDENCE
        for value in constraint.values
    )
