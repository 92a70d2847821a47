"""What customer service makes of a message: before anything else is planned, and after.

Before: what an open question, an offer, anger or a whole proof decides by itself. After: what was
not understood is looked for among the shop's answers, and somebody who is not understood, or not
content, again and again comes to a person, or is offered one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional

from actions.request.types import Change
from actions.service.mood import ANNOYED, FURIOUS, anger
from actions.service.proof import hidden, is_number
from actions.service.proof import read as read_proof
from actions.service.quoting import asked
from actions.service.words import plain, says
from actions.turn import plan as p
from actions.turn import service_handoff as handoff
from actions.turn.context import Context
from actions.turn.draft import Draft
from actions.turn.intents import ABOUT_ITSELF, ASIDE, SERVICE, SURE, UNKNOWN
from actions.turn.model import UNCLEAR, TurnInput
from actions.turn.plan import Plan
from actions.turn.service_reading import groping, intents, is_question, meant

#: Topics of the body: a proof was told; what was asked for is let be, is not there, is asked again.
PROOF, LEFT, LACKING, AGAIN = "proof", "left", "lacking", "again"
#: So many messages in a row that were not understood, so many complaints about the assistant.
MISSES, BLAMES = 3, 2
#: How surely one of the shop's answers is meant by what else would be a search.
SURELY = 0.9
#: The same by what seems to be none of a shop's business and is no question.
LIKELY = 0.8
#: Bodies that answer nothing.
LOST = frozenset({p.FALLBACK, p.CLARIFY, p.OUT_OF_SCOPE})
#: Bodies that answer a bare word which may be meant for an open question of ours.
VAGUE = LOST | {p.AFFIRM, p.DENY, p.EMPTY}
#: Intents about an order that somebody has.
_ORDERS = frozenset({"order_status", "order_change", "returns"})
#: Intents that a question about what a product is like may be taken for.
_MISTAKEN = frozenset({"warranty", "complaint", "returns"})
#: The words of a message; a Chinese one has about two characters.
_WORDS = re.compile(r"[\u4e00-\u9fff]{1,2}|[^\s\u4e00-\u9fff]+")
#: So many beside a contact are next to nothing.
_FEW = 5
#: Intents in which a proof is read by whoever answers them.
_BY_OTHERS = frozenset({"complaint", "person"})
#: Intents that a question for opinions may be taken for.
_ASKING_OPINIONS = UNKNOWN | {"details", "like", "why", "complaint", "reject", "more", "similar"}
#: Intents that let an open question be.
_LEAVING = frozenset({"deny", "undo", "dont_care"})


def before(turn: TurnInput, context: Context) -> Optional[Plan]:
    """What is decided before the message is read as any other; None where it is not."""
    wishes = any(change.constraint is not None for change in turn.changes)
    if anger(turn.text, wishes) >= FURIOUS and turn.desk:
        return Plan(p.HANDOFF, (), handoff.ANGER)
    state = turn.memory.service
    if decided := _of_order(turn, wishes, context):
        return decided
    if state.offered and (decided := _of_offer(turn, wishes)):
        return decided
    return _of_reviews(turn, wishes)


def after(decided: Plan, turn: TurnInput, context: Context) -> Plan:
    """The plan, with what customer service changes about it."""
    state = turn.memory.service
    if decided.body == p.PERSON and says("hours", plain(turn.text)):
        return replace(decided, body=p.BESIDE, beside=("store_info",))
    if decided.body == p.PERSON and turn.desk:
        return replace(decided, body=p.HANDOFF, topic=handoff.ASKED)
    if decided.body == p.FEEDBACK and turn.desk and state.blamed + 1 >= BLAMES:
        return Plan(p.HANDOFF, (), handoff.NOT_CONTENT)
    gropes = decided.body == p.RECOMMEND and groping(decided.changes, turn)
    if state.pending and (decided.body in VAGUE or gropes):
        return Plan(p.SERVICE, (), AGAIN)
    decided = _without_twice(decided)
    aside = decided.body in LOST and not SERVICE.isdisjoint(decided.beside)
    if aside or (decided.topic in ABOUT_ITSELF and "complaint" in decided.beside):
        return replace(decided, body=p.BESIDE, topic="")
    decided = _about_shown(decided, turn, context) or decided
    if _about_order(decided, turn):
        return Plan(p.BESIDE, (), beside=("order_status",))
    if answer := _own_answer(decided, turn, context):
        return answer
    lost = decided.body in (p.FALLBACK, p.CLARIFY)
    if lost and turn.desk and state.missed + 1 >= MISSES:
        return Plan(p.HANDOFF, (), handoff.NOT_UNDERSTOOD)
    return decided


def watch(draft: Draft) -> None:
    """Count what was not understood, and how often somebody was not content, in a row."""
    if draft.custom.get("type") == handoff.TYPE:
        return
    decided, state, turn = draft.plan, draft.memory.service, draft.turn
    gropes = decided.body == p.RECOMMEND and groping(decided.changes, turn)
    lost = decided.body in LOST or gropes or UNCLEAR in draft.did
    wishes = any(change.constraint is not None for change in turn.changes)
    blamed = decided.body == p.FEEDBACK or "feedback" in decided.beside
    blamed = blamed or anger(turn.text, wishes) >= ANNOYED
    state = replace(
        state,
        missed=state.missed + 1 if lost else 0,
        blamed=state.blamed + 1 if blamed else 0,
    )
    if lost:
        state = state.went_wrong("not_understood")
    if blamed:
        state = state.went_wrong("not_content")
    draft.memory = replace(draft.memory, service=state)
    if lost and state.missed % MISSES == 0:
        draft.lines += handoff.offered(draft, handoff.NOT_UNDERSTOOD)


def _of_order(turn: TurnInput, wishes: bool, context: Context) -> Optional[Plan]:
    """What a message says of an order that is asked about, or by itself."""
    state = turn.memory.service
    said = plain(turn.text)
    if not state.pending:
        alone = is_number(turn.text) and context.shop.store.service.counts()["orders"] > 0
        if alone:
            return Plan(p.SERVICE, (), PROOF)
        return Plan(p.SERVICE, (), PROOF) if _proves_unasked(turn, wishes) else None
    named = any(c.constraint and c.constraint.attribute == "product_type" for c in turn.changes)
    told = read_proof(turn.text, expected=not named, has_number=bool(state.number))
    other = SERVICE.intersection(intents(turn)) and turn.confidence >= SURE
    if told and not (other and not told.contact and not told.cued):
        return Plan(p.SERVICE, (), PROOF)
    if named:
        return None
    if says("lacks", said):
        return Plan(p.SERVICE, (), LACKING)
    if says("never_mind", said) or turn.intent in _LEAVING:
        return Plan(p.SERVICE, (), LEFT)
    return None


def _proves_unasked(turn: TurnInput, wishes: bool) -> bool:
    """Whether a message tells of an order though nothing was asked."""
    said_of = intents(turn)
    if not _BY_OTHERS.isdisjoint(said_of):
        return False
    contact = read_proof(turn.text).contact
    tracked = not wishes and says("about_order", plain(turn.text))
    told = read_proof(turn.text, expected=tracked or bool(contact and not wishes))
    if told.number and told.contact:
        return True
    if not SERVICE.isdisjoint(said_of):
        return False
    if contact and not wishes and len(_WORDS.findall(hidden(turn.text))) <= _FEW:
        return True
    return not wishes and (told.cued or (tracked and is_number(told.number)))


def _of_offer(turn: TurnInput, wishes: bool) -> Optional[Plan]:
    """Yes or no to the offer to ask a person."""
    if wishes or turn.memory.offers or turn.memory.question:
        return None
    said = plain(turn.text)
    if says("no", said) or turn.intent == "deny":
        return Plan(p.SERVICE, (), LEFT)
    if says("yes", said) or turn.intent == "affirm":
        return Plan(p.HANDOFF, (), turn.memory.service.offered)
    return None


def _of_reviews(turn: TurnInput, wishes: bool) -> Optional[Plan]:
    """ "Do people like it?" asks what is said of a shown product; the best rated is looked for."""
    said = plain(turn.text)
    if wishes or not turn.request.last_list or not says("reviews", said) or says("most", said):
        return None
    if not is_question(turn.text) or not _ASKING_OPINIONS.issuperset(intents(turn)):
        return None
    return Plan(p.ASK, (Change("ask", attribute="rating", referents=meant(turn)),))


def _about_shown(decided: Plan, turn: TurnInput, context: Context) -> Optional[Plan]:
    """ "Will the colour fade?", "does the zip break easily?": about a shown product, and neither
    about its stock nor about what somebody received."""
    if not turn.request.last_list or not is_question(turn.text):
        return None
    stock = decided.body == p.ASK and turn.intent in ("availability", "nlu_fallback")
    service = decided.body == p.BESIDE and _MISTAKEN.issuperset(decided.beside)
    wished = decided.body == p.RECOMMEND and turn.intent == "details" and bool(meant(turn))
    if not (stock or service or wished) or not asked(turn.text, "").topics:
        return None
    said = plain(turn.text)
    if says("stock", said) or says("received", said) or says("wants", said):
        return None
    if service and context.faq is not None and context.faq.find(turn.text, turn.language):
        return None
    return Plan(p.ASK, (Change("ask", attribute="details", referents=meant(turn)),))


def _without_twice(decided: Plan) -> Plan:
    """What is complained about, and what shall be done about it, is one matter."""
    if "complaint" not in decided.beside or _ORDERS.isdisjoint(decided.beside):
        return decided
    return replace(decided, beside=tuple(i for i in decided.beside if i != "complaint"))


def _about_order(decided: Plan, turn: TurnInput) -> bool:
    """ "When did it leave?" after an order was told is about that."""
    asks_stock = decided.body == p.ASK and turn.intent == "availability"
    if not turn.memory.service.proven:
        return False
    delivery = decided.body == p.BESIDE and set(decided.beside) == {"shipping"}
    if not (asks_stock or delivery) and decided.body not in (*LOST, p.RECOMMEND, p.MORE):
        return False
    words = asks_stock or delivery or all(c.kind in ("text", "refer", "more") for c in turn.changes)
    return words and is_question(turn.text) and says("about_order", plain(turn.text))


def _own_answer(decided: Plan, turn: TurnInput, context: Context) -> Optional[Plan]:
    """One of the shop's answers to a question that nothing else answers."""
    if context.faq is None:
        return None
    surely = 0.0
    claimed = not (UNKNOWN | ASIDE).issuperset(intents(turn))
    if decided.body not in LOST or claimed:
        if decided.body not in LOST and not _hardly_shopping(decided, turn):
            return None
        if not is_question(turn.text):
            return None
        surely = SURELY
    elif decided.body == p.OUT_OF_SCOPE and not is_question(turn.text):
        surely = LIKELY
    found = context.faq.find(turn.text, turn.language)
    if found is None or found.score < surely:
        return None
    return Plan(p.FAQ, (), beside=decided.beside, found=found)


def _hardly_shopping(decided: Plan, turn: TurnInput) -> bool:
    """Whether a question that seems to look for something names nothing to look for: "can you wrap
    it as a gift?"."""
    seems = decided.body in (p.RECOMMEND, p.MORE, p.BUY) or decided.topic == "capabilities"
    named = [c.constraint for c in turn.changes if c.constraint is not None]
    present = all(c.attribute in ("occasion", "gender", "age_group") for c in named)
    nothing_shown = decided.body == p.ASK and not turn.request.last_list
    return (nothing_shown or (seems and present)) and is_question(turn.text)
