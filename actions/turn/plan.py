"""What to do with an understood message: the changes in it decide, the intent where there are none.

An utterance can do several things at once. The acts on shown products (like, reject, choose) are
carried out and acknowledged; one act decides what the body of the reply is.
"""

from __future__ import annotations

from dataclasses import dataclass

from actions.request.apply import SEARCHING
from actions.request.types import Change
from actions.turn.model import Memory, TurnInput

#: Bodies of a reply.
RECOMMEND = "recommend"
MORE = "more"
COMPARE = "compare"
ASK = "ask"
LIST = "list"
UNDO = "undo"
START_OVER = "start_over"
ACKNOWLEDGE = "acknowledge"
SMALLTALK = "smalltalk"
PERSON = "person"
SERVICE = "service"
OUT_OF_SCOPE = "out_of_scope"
FALLBACK = "fallback"
DENY = "deny"
AFFIRM = "affirm"
EMPTY = "empty"

#: Intents whose words that fit no attribute are worth searching for.
SEARCH_INTENTS = frozenset({"find", "refine", "similar", "critique"})
#: Intents that mean nothing was asked of the catalogue.
ASIDE = frozenset({"greet", "goodbye", "thanks", "capabilities", "person", "service"})


@dataclass(frozen=True)
class Plan:
    """The body of the reply, and the changes to make first."""

    body: str
    changes: tuple[Change, ...]
    service: bool = False
    """Whether a question about delivery, returns, … came along."""


def plan(turn: TurnInput) -> Plan:
    """Decide on one message."""
    memory = turn.memory
    changes = turn.changes
    kinds = {c.kind for c in changes}
    if not turn.text.strip():
        return Plan(EMPTY, ())
    if "start_over" in kinds or (turn.intent == "start_over" and not changes):
        rest = tuple(c for c in changes if c.kind in SEARCHING)
        return Plan(START_OVER, rest)
    if "back" in kinds or (turn.intent == "undo" and not changes):
        return Plan(UNDO, ())
    service = turn.intent == "service"
    if turn.intent in ASIDE | {"out_of_scope"} and not _is_about_products(turn):
        return Plan(_aside(turn.intent), (), service)
    changes = _with_answers(changes, kinds, memory)
    kinds = {c.kind for c in changes}
    body = _body(kinds)
    if body is not None:
        return Plan(body, _with_text(turn, changes), service)
    return _by_intent(turn, changes)


def _is_about_products(turn: TurnInput) -> bool:
    """Whether a message with an intent aside from shopping also says something about products.

    "Hi, I need a kettle" does; a colour word in a question about the weather does not.
    """
    strong = [
        c
        for c in turn.changes
        if c.kind not in ("add", "text", "affirm", "deny", "dont_care", "refer")
        or (
            c.constraint is not None
            and (
                c.constraint.attribute in ("product_type", "price") or turn.intent != "out_of_scope"
            )
        )
    ]
    if turn.intent == "out_of_scope":
        return bool(strong) and turn.confidence < 0.9
    return bool(strong)


def _aside(intent: str) -> str:
    return {"person": PERSON, "service": SERVICE, "out_of_scope": OUT_OF_SCOPE}.get(
        intent, SMALLTALK
    )


def _with_answers(
    changes: tuple[Change, ...], kinds: set[str], memory: Memory
) -> tuple[Change, ...]:
    """ "Yes" to an offer becomes what was offered."""
    if kinds == {"affirm"} and memory.offers:
        return memory.offers[0]
    return changes


def _body(kinds: set[str]) -> str | None:
    if "compare" in kinds:
        return COMPARE
    if "ask" in kinds:
        return ASK
    if "show_list" in kinds:
        return LIST
    if kinds & SEARCHING:
        return RECOMMEND
    if "more" in kinds or "dont_care" in kinds:
        return MORE
    if "reject" in kinds:
        return RECOMMEND
    if kinds & {"like", "choose", "unchoose"}:
        return ACKNOWLEDGE
    if "refer" in kinds:
        return ASK
    if "affirm" in kinds:
        return AFFIRM
    if "deny" in kinds:
        return DENY
    return None


def _with_text(turn: TurnInput, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Words that fit no attribute become free text where something is being looked for."""
    if not turn.residual or turn.intent != "find" or any(c.kind == "text" for c in changes):
        return changes
    if any(c.kind in ("relative", "reject", "similar", "ask", "compare") for c in changes):
        return changes
    return (*changes, Change("text", value=turn.residual))


def _by_intent(turn: TurnInput, changes: tuple[Change, ...]) -> Plan:
    """No change was understood: the intent decides."""
    intent, request = turn.intent, turn.request
    searched = (*changes, Change("text", value=turn.residual)) if turn.residual else changes
    acts = {
        "compare": Plan(COMPARE, (Change("compare"),)),
        "why": Plan(ASK, (Change("ask", attribute="why"),)),
        "details": Plan(ASK, (Change("ask", attribute="details"),)),
        "list_show": Plan(LIST, ()),
        "list_add": Plan(ACKNOWLEDGE, (Change("choose"),)),
        "list_remove": Plan(ACKNOWLEDGE, (Change("unchoose"),)),
        "more": Plan(MORE, ()),
        "dont_care": Plan(MORE, ()),
        "similar": Plan(RECOMMEND, (Change("similar"),)),
        "affirm": Plan(AFFIRM, ()),
        "deny": Plan(DENY, ()),
    }
    if intent in acts and (request.last_list or intent in ("list_show", "affirm", "deny")):
        return acts[intent]
    if intent == "reject" and request.last_list:
        return Plan(RECOMMEND, (Change("reject"),))
    if intent == "like" and request.last_list:
        return Plan(ACKNOWLEDGE, (Change("like"),))
    if intent in SEARCH_INTENTS | {"nlu_fallback", "more", "details"} and turn.residual:
        return Plan(RECOMMEND, searched)
    if intent in ("find", "dont_care", "more") and request.last_list:
        return Plan(MORE, changes)
    if intent in ("find", "dont_care", "more") and not request.constraints:
        # "Just looking": what sells best, and a question what kind of thing it may be.
        return Plan(RECOMMEND, changes)
    return Plan(FALLBACK, ())
