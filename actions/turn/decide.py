"""What to do with an understood message: the changes in it decide, the intent where there are none.

An utterance can do several things at once. The acts on shown products (like, reject, choose) are
carried out and acknowledged; one act decides what the body of the reply is; service questions,
greetings and thanks get a sentence of their own beside it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional

from actions.request.apply import SEARCHING
from actions.request.roles import THING
from actions.request.types import IS_NOT, Change
from actions.turn import plan as p
from actions.turn.acting import buy
from actions.turn.intents import (
    ABOUT_ITSELF,
    ABOUT_SHOWN,
    ASIDE,
    ASKABLE,
    ASKED_FOR,
    NAMING,
    OF_A_PRODUCT,
    SEARCHING_WORDS,
    SERVICE,
    SHORT_TALK,
    SURE,
    TELLING,
    sorted_out,
)
from actions.turn.model import Memory, TurnInput
from actions.turn.pairing import still_going_with
from actions.turn.plan import Plan
from actions.turn.pointing import is_on
from actions.turn.special import budget, special_for

#: Asks to see something after something else was told.
_ASKS = re.compile(
    r"[,.;!?]\s*(?:\w+,?\s+){0,3}?(?:(?:please\s+)?(?:show|find|get|recommend)\s+me|"
    r"i(?:['’]m| am)\s+(?:after|looking\s+for)|i(?:['’]d like|\s+want)\s+to\s+see)\b|"
    r"[，。；！？,.;!?]\s*(?:\w{0,4})(?:要买|要换|想换|给我(?:看|找|推荐)|帮我(?:看|找)|我想(?:看|买|找)|想看看)",
    re.I,
)
#: Changes that say nothing about products beside a greeting.
WEAK = frozenset({"add", "text", "affirm", "deny", "dont_care", "refer"})


def decide(turn: TurnInput) -> Plan:
    """Plan the answer to one message."""
    if not turn.text.strip():
        return Plan(p.EMPTY)
    said = sorted_out(turn)
    shopping, asides = said.shopping, said.asides
    aside = _aside(turn, asides) if asides and not shopping else None
    special = special_for(said)
    given_up = TELLING.isdisjoint(asides) and _gives_up(turn)
    if shopping:
        turn = replace(turn, intent=shopping)
    elif aside is not None:
        turn = replace(turn, intent=asides[0], changes=_meant(turn, asides))
    elif turn.between and ASIDE.issuperset(turn.between):
        turn = replace(turn, changes=_meant(turn, turn.between))
    elif turn.intent == "out_of_scope" and not _in_scope(turn):
        turn = replace(turn, changes=())
    decided = special(turn) if turn.changes else None
    if given_up:
        decided = Plan(p.START_OVER)
    decided = decided or _by_changes(turn) or _by_doubt(turn) or aside or _by_intent(turn)
    if shopping == "gift" or _names_another_thing(turn, decided):
        decided = _anew(turn, decided)
    decided = still_going_with(turn, decided)
    if decided.body == p.RECOMMEND and turn.confidence < SURE and not shopping:
        # "What about books" is not also a question about the assistant.
        asides = tuple(i for i in asides if i not in ABOUT_ITSELF)
    beside = dict.fromkeys((*decided.beside, *_beside(decided, asides)))
    return replace(decided, beside=tuple(beside))


def _meant(turn: TurnInput, asides: tuple[str, ...]) -> tuple[Change, ...]:
    """What a message without a search in it changes nevertheless.

    "Hi, I need a kettle" looks for one; "the kettle you sent leaks" does not. Where a question
    about delivery comes with several wishes, these are wishes.
    """
    changes = turn.changes
    if SERVICE.isdisjoint(asides) and TELLING.isdisjoint(asides):
        sure = turn.confidence >= SURE
        if sure and "goodbye" in asides:
            return ()
        # A list of what can be done names acts: "can you sort things?" is no order.
        weak = sure and "capabilities" in asides
        strong = any(_names_wish(c) or not (weak or c.kind in WEAK) for c in changes)
        # "What about for gaming" may be a question about the assistant, but hardly is one.
        doubted = not sure and not ABOUT_ITSELF.isdisjoint(asides)
        strong = strong or (doubted and any(c.constraint is not None for c in changes))
        return changes if strong else ()
    wishes = [c for c in changes if c.constraint is not None]
    if TELLING.intersection(asides) == {"feedback"} and any(_refuses(c) for c in wishes):
        # "Not leather, I said": it is said in anger, and what it says is clear.
        return changes
    if TELLING.isdisjoint(asides) and wishes and len(changes) > 1:
        return changes
    if any(is_on(c, "product_type") and not _refuses(c) for c in wishes) and _ASKS.search(
        turn.text
    ):
        # "Your last parcel was late; anyway, show me red shoes."
        return tuple(wishes)
    return ()


def _in_scope(turn: TurnInput) -> bool:
    """Whether what seems to be out of scope is about products after all.

    A colour word in a question about the weather does not make it so.
    """
    strong = any(c.kind not in WEAK or _names_wish(c) for c in turn.changes)
    return strong and turn.confidence < 0.9


def _refuses(change: Change) -> bool:
    return change.constraint is not None and change.constraint.op == IS_NOT


def _names_wish(change: Change) -> bool:
    constraint = change.constraint
    return constraint is not None and constraint.attribute in ("product_type", "price")


def _by_changes(turn: TurnInput) -> Optional[Plan]:
    """What the changes in the message ask for."""
    changes = turn.changes
    kinds = {c.kind for c in changes}
    if "start_over" in kinds:
        return Plan(p.START_OVER, tuple(c for c in changes if c.kind in SEARCHING))
    if "back" in kinds:
        return Plan(p.UNDO)
    changes = _with_answers(changes, kinds, turn.memory)
    if not changes and turn.memory.question == "price" and turn.intent not in ASIDE:
        return None if turn.residual else budget(turn)
    body = _body({c.kind for c in changes})
    return None if body is None else Plan(body, _with_text(turn, changes))


def _gives_up(turn: TurnInput) -> bool:
    """Whether the thing that is looked for is wanted no more: "never mind the mug", 不要杯子了.

    What else was said of it, its colour or its price, goes with it. What is on the list may be
    meant to be taken off.
    """
    if turn.intent == "list_remove" and turn.request.chosen:
        return False
    named = set()
    for change in turn.changes:
        constraint = change.constraint
        if change.kind == "drop" and change.attribute == "product_type" and change.value:
            named.add(str(change.value))
        elif constraint and constraint.attribute == "product_type" and _refuses(change):
            named.update(map(str, constraint.values))
        elif change.kind != "deny":
            return False
    wanted = set(turn.request.category)
    return bool(wanted) and wanted <= named


def _with_answers(
    changes: tuple[Change, ...], kinds: set[str], memory: Memory
) -> tuple[Change, ...]:
    """ "Yes" to an offer becomes what was offered."""
    if kinds == {"affirm"} and memory.offers:
        return memory.offers[0]
    return changes


def _body(kinds: set[str]) -> Optional[str]:
    if "compare" in kinds:
        return p.COMPARE
    if "ask" in kinds:
        return p.ASK
    if "show_list" in kinds:
        return p.LIST
    if kinds & SEARCHING:
        return p.RECOMMEND
    if "more" in kinds or "dont_care" in kinds:
        return p.MORE
    if "reject" in kinds:
        return p.RECOMMEND
    if kinds & {"like", "choose", "unchoose"}:
        return p.ACKNOWLEDGE
    if "refer" in kinds:
        return p.ASK
    if "affirm" in kinds:
        return p.AFFIRM
    if "deny" in kinds:
        return p.DENY
    return None


def _with_text(turn: TurnInput, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Words that fit no attribute become free text where something is being looked for."""
    if not turn.residual or turn.intent not in NAMING or any(c.kind == "text" for c in changes):
        return changes
    if any(c.kind in ("relative", "reject", "similar", "ask", "compare") for c in changes):
        return changes
    return (*changes, Change("text", value=turn.residual))


def _by_doubt(turn: TurnInput) -> Optional[Plan]:
    """Two intents are about equally likely: ask which, unless it makes no difference."""
    if turn.between is None or not ASKABLE.issuperset(turn.between):
        return None
    possible = [i for i in turn.between if turn.request.last_list or i not in ABOUT_SHOWN]
    plans = [decide(replace(turn, intent=i, intents=(), between=None)) for i in possible]
    if len(plans) == 2 and plans[0] != plans[1]:
        return Plan(p.CLARIFY)
    return next(iter(plans), None)


def _by_intent(turn: TurnInput) -> Plan:
    """No change was understood: the intent decides."""
    intent, request, changes = turn.intent, turn.request, turn.changes
    anywhere = {
        "start_over": Plan(p.START_OVER),
        "undo": Plan(p.UNDO),
        "list_show": Plan(p.LIST),
        "affirm": Plan(p.AFFIRM),
        "deny": Plan(p.DENY),
        "out_of_scope": Plan(p.OUT_OF_SCOPE),
    }
    if intent in anywhere:
        return anywhere[intent]
    if intent == "buy" and (decided := buy(turn)) is not None:
        return decided
    if intent == "budget":
        return budget(turn) or Plan(p.BUDGET)
    if request.last_list and (decided := _on_shown(intent)) is not None:
        return decided
    if intent in SEARCHING_WORDS | {"nlu_fallback", "more", *ASKED_FOR} and turn.residual:
        return Plan(p.RECOMMEND, (*changes, Change("text", value=turn.residual)))
    if intent in ASKED_FOR:
        return Plan(p.ASK, (Change("ask", attribute=ASKED_FOR[intent]),))
    if intent in ("find", "gift", "browse", "dont_care", "more"):
        if request.last_list:
            return Plan(p.MORE, changes)
        if not request.constraints or intent in ("gift", "browse"):
            # "Just looking": what sells best, and a question what kind of thing it may be.
            return Plan(p.RECOMMEND, changes)
    if intent == "refine" and request.constraints:
        return Plan(p.DENY)
    return Plan(p.FALLBACK)


def _on_shown(intent: str) -> Optional[Plan]:
    """What an intent does with the products that were shown."""
    if intent in ASKED_FOR:
        topic = intent if intent == "size_help" else ""
        return Plan(p.ASK, (Change("ask", attribute=ASKED_FOR[intent]),), topic)
    return {
        "compare": Plan(p.COMPARE, (Change("compare"),)),
        "list_add": Plan(p.ACKNOWLEDGE, (Change("choose"),)),
        "list_remove": Plan(p.ACKNOWLEDGE, (Change("unchoose"),)),
        "more": Plan(p.MORE),
        "dont_care": Plan(p.MORE),
        "similar": Plan(p.RECOMMEND, (Change("similar"),)),
        "goes_with": Plan(p.RECOMMEND, (Change("goes_with"),)),
        "reject": Plan(p.RECOMMEND, (Change("reject"),)),
        "like": Plan(p.ACKNOWLEDGE, (Change("like"),)),
    }.get(intent)


def _names_another_thing(turn: TurnInput, decided: Plan) -> bool:
    """Whether a thing is looked for that the catalogue has no word for: "a theremin" after kettles.

    What is only a word of the wish before ("with a lid") is none.
    """
    if turn.intent != "find" or not any(c.kind == "text" for c in decided.changes):
        return False
    unread = turn.residual.casefold().split()
    things = [role.text.casefold() for role in turn.roles if role.role == THING]
    return any(word in thing for thing in things for word in unread)


def _anew(turn: TurnInput, decided: Plan) -> Plan:
    """What is given to somebody, or is a thing nobody spoke of, is another matter than before."""
    typed = any(c.constraint and c.constraint.attribute == "product_type" for c in turn.changes)
    if typed or not turn.request.category or decided.body not in (p.RECOMMEND, p.MORE):
        return decided
    return replace(decided, body=p.RECOMMEND, anew=True)


def _aside(turn: TurnInput, asides: tuple[str, ...]) -> Plan:
    """Nothing was asked of the catalogue: the weightiest of the rest is the body."""
    for body in (p.PERSON, p.FEEDBACK):
        if body in asides:
            return Plan(body)
    for topic in asides:
        if topic in ABOUT_ITSELF:
            return Plan(p.SMALLTALK, topic=topic)
    if not SERVICE.isdisjoint(asides):
        about = () if OF_A_PRODUCT.isdisjoint(asides) else _pointed_at(turn)
        return Plan(p.BESIDE, about)
    topic = next(t for t in ("goodbye", "greet", "thanks") if t in asides)
    return Plan(p.SMALLTALK, topic=topic)


def _pointed_at(turn: TurnInput) -> tuple[Change, ...]:
    """ "Does the second come with a guarantee": from now on "it" is the second."""
    referring = (c for c in turn.changes if c.kind == "refer" and turn.request.last_list)
    return tuple(c for c in referring if all(r.by in ("ordinal", "focus") for r in c.referents))


def _beside(decided: Plan, asides: tuple[str, ...]) -> tuple[str, ...]:
    """What gets a sentence of its own: all that the body does not answer, and no word twice."""
    answered = {decided.topic, decided.body}
    if decided.topic in SHORT_TALK:
        answered |= SHORT_TALK
    if "goodbye" in asides or decided.body in (p.AFFIRM, p.DENY):
        answered.add("thanks")
    return tuple(i for i in asides if i not in answered)
