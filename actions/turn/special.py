"""Intents that read the changes of a message in a way of their own.

A plan is None where the changes are to be read as with any other intent.
"""

from __future__ import annotations

from typing import Callable, Mapping, Optional

from actions.request.numbers import parse_numbers
from actions.request.types import AT_MOST, BETWEEN, Change, Constraint
from actions.turn.acting import buy, like, list_add, list_remove, list_show
from actions.turn.asking import compare, details, sizes, stock, why
from actions.turn.intents import Said
from actions.turn.model import TurnInput
from actions.turn.pairing import goes_with
from actions.turn.plan import MORE, RECOMMEND, UNDO, Plan
from actions.turn.pointing import STEPS


def undo(turn: TurnInput) -> Optional[Plan]:
    """ "Return to the last results": not the last product."""
    return None if any(c.constraint for c in turn.changes) else Plan(UNDO)


def browse(turn: TurnInput) -> Optional[Plan]:
    """ "Show me your top ten": an order and a number may be said, nothing else.

    Who names a kind of thing looks for it.
    """
    named = (c.constraint.attribute for c in turn.changes if c.constraint is not None)
    if "product_type" in named or any(c.kind in STEPS for c in turn.changes):
        return None
    kept = tuple(c for c in turn.changes if c.kind in ("sort", "count"))
    return Plan(RECOMMEND if kept or not turn.request.last_list else MORE, kept)


def budget(turn: TurnInput) -> Optional[Plan]:
    """ "I have got 150": a bare amount is the limit; None where there is none, or several."""
    if any("price" in (c.attribute, c.constraint and c.constraint.attribute) for c in turn.changes):
        return None
    found = parse_numbers(turn.text)
    if len(found) != 1 or found[0].value <= 0:
        return None
    number = found[0]
    words = turn.text[number.start : number.end]
    limit = Constraint("price", AT_MOST, number.value, words=words)
    if number.high is not None:
        limit = Constraint("price", BETWEEN, (number.value, number.high), words=words)
    return Plan(RECOMMEND, (Change("add", constraint=limit),))


Special = Callable[[TurnInput], Optional[Plan]]
#: For a message that may have other parts as well.
ANY: Mapping[str, Special] = {"buy": buy, "availability": stock, "goes_with": goes_with}
#: For a message that surely means this and nothing else.
ALONE: Mapping[str, Special] = {
    "browse": browse,
    "budget": budget,
    "compare": compare,
    "details": details,
    "size_help": sizes,
    "why": why,
    "like": like,
    "list_add": list_add,
    "list_remove": list_remove,
    "list_show": list_show,
    "undo": undo,
}


def special_for(said: Said) -> Special:
    """How the changes of a message with these intents are read, before they are read as usual."""
    found = ANY.get(said.shopping) or (ALONE.get(said.shopping) if said.alone else None)
    return found or (lambda turn: None)
