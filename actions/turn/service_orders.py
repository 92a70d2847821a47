"""Orders: whose one is has to be proven before anything is told or asked about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from actions.service import received
from actions.service.proof import Told, hidden
from actions.service.proof import read as read_proof
from actions.service.sealing import opened, seal
from actions.service.state import COMPLAINT, STATUS
from actions.service.words import first, plain, says
from actions.turn import service_handoff as handoff
from actions.turn import service_status as status
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED, ASKED, TurnInput
from actions.turn.service_handoff import SAID
from actions.turn.service_proven import proven
from actions.turn.service_reading import intents
from catalog.service import CANCEL, CHANGE_ADDRESS, OTHER, RETURN, Order
from catalog.service_proof import normal_contact, order_key

#: Wrong proofs of one shopper, or one conversation, within an hour …
WRONGS, HOUR = 5, timedelta(hours=1)
#: … and proofs that are tried of one order within a day, whoever tries.
TRIES, DAY = 10, timedelta(days=1)
#: How long a number waits for its contact.
WAITING = timedelta(minutes=30)
#: What of an order was changed is said so often in vain, then a person is offered.
ASKED_AGAIN = 2


def known(draft: Draft) -> bool:
    """Whether the shop's orders are known here."""
    return draft.context.shop.store.service.counts()["orders"] > 0


def purpose(intent: str, text: str) -> str:
    """What a message about an order wants: one of the purposes of a state."""
    if intent == "complaint":
        return COMPLAINT
    said = plain(text)
    if intent == "returns":
        return RETURN
    if intent == "order_change":
        key = first(("cancel", "address", "exchange"), said)
        return {"cancel": CANCEL, "address": CHANGE_ADDRESS, "exchange": RETURN}.get(key, OTHER)
    return STATUS


def wanted_of(turn: TurnInput) -> str:
    """What a message that tells a number or a contact wants: of itself, or what was pending."""
    said = [i for i in intents(turn) if i in ("order_change", "returns", "complaint")]
    pending = turn.memory.service.pending
    if said and (not pending or says("wants", plain(turn.text))):
        return purpose(said[0], turn.text)
    return pending or STATUS


def ask(draft: Draft, wanted: str) -> str:
    """Tell or take up what is wanted of an order, or ask for what proves whose it is."""
    sorry = _sorry(draft) if wanted != COMPLAINT else ""
    return sorry + _asked(draft, wanted)


def _asked(draft: Draft, wanted: str) -> str:
    told = read_proof(draft.turn.text)
    if told.contact and not told.number:
        told = read_proof(draft.turn.text, expected=True)
    if not told and not says("other_order", plain(draft.turn.text)):
        order = proven(draft)
        if order is not None:
            return _settled(draft, order, wanted)
    return prove(draft, wanted, told)


def _sorry(draft: Draft) -> str:
    """A word for what is complained about beside what is wanted."""
    if "complaint" not in intents(draft.turn):
        return ""
    state = replace(draft.memory.service, trouble=received.kind(draft.turn.text))
    draft.memory = replace(draft.memory, service=state)
    return draft.say("service_sorry_received") + ("" if draft.language == "zh" else " ")


def prove(draft: Draft, wanted: str, told: Told) -> str:
    """Take what was told of an order; answer where it is proven, ask for what is missing."""
    service, now = draft.context.shop.store.service, draft.context.now()
    secret, before = service.secret(), draft.turn.memory.service
    number = told.number or opened(before.number, secret, now, WAITING)
    contact = told.contact or opened(before.contact, secret, now, WAITING)
    if not order_key(number):
        number = ""
    if not normal_contact(contact):
        contact = ""
    draft.memory = replace(
        draft.memory,
        service=replace(
            draft.memory.service,
            pending=wanted,
            number=seal(number, secret, now) if number else "",
            contact=seal(contact, secret, now) if contact else "",
            asked=before.asked + 1 if before.pending == wanted and not told else 0,
            said=before.said if before.pending == wanted else hidden(draft.turn.text, True)[:SAID],
        ),
    )
    if not (number and contact):
        return _ask_for(draft, wanted, bool(number), bool(contact))
    return _tried(draft, wanted, number, contact)


def again(draft: Draft) -> str:
    """Ask once more for what is missing; a person is offered where that was in vain."""
    before = draft.turn.memory.service
    answer = prove(draft, before.pending, Told())
    if draft.memory.service.asked >= ASKED_AGAIN:
        return lacking(draft)
    return answer


def lacking(draft: Draft) -> str:
    """The shopper has not got what proves whose the order is."""
    wanted = draft.turn.memory.service.pending
    if wanted == COMPLAINT and draft.turn.desk:
        return handoff.hand_over(draft, handoff.COMPLAINT)
    state = replace(draft.memory.service.carried(), offered="")
    draft.memory = replace(draft.memory, service=state.went_wrong("no_proof"))
    if draft.turn.desk:
        _offer(draft, handoff.NO_PROOF)
        return draft.say("service_lacking_desk")
    return draft.say("service_lacking")


def _ask_for(draft: Draft, wanted: str, number: bool, contact: bool) -> str:
    draft.did.add(ASKED)
    if number:
        return draft.say("service_ask_contact")
    if contact:
        return draft.say("service_ask_number")
    if wanted == COMPLAINT and draft.turn.desk:
        draft.offer("quick_person")
    if draft.memory.service.asked:
        return draft.say("service_ask_again")
    return draft.say(f"service_ask_{wanted}")


def _tried(draft: Draft, wanted: str, number: str, contact: str) -> str:
    """A number with a contact: the same is done and said for a wrong one as for an unknown one."""
    service, now = draft.context.shop.store.service, draft.context.now()
    turn = draft.turn
    tellers = sorted({f"shopper {turn.shopper_id}", f"conversation {turn.conversation_id}"})
    wrong = max(service.attempts(teller, now - HOUR) for teller in tellers)
    if wrong >= WRONGS or not service.may_try(f"order {order_key(number)}", now - DAY, TRIES):
        return _limited(draft)
    order = service.proved(number, contact)
    if order is None:
        for teller in tellers:
            service.note_attempt(teller)
        state = draft.memory.service.went_wrong("no_proof")
        draft.memory = replace(draft.memory, service=state)
        if turn.desk:
            draft.offer("quick_person")
        draft.did.add(ASKED)
        return draft.say("service_no_match")
    proven = seal(order.number, service.secret(), now)
    state = replace(draft.memory.service.carried(), proven=proven)
    draft.memory = replace(draft.memory, service=state)
    return _settled(draft, order, wanted)


def _limited(draft: Draft) -> str:
    state = draft.memory.service.carried().went_wrong("no_proof")
    draft.memory = replace(draft.memory, service=state)
    draft.did.add(ANSWERED)
    if draft.turn.desk:
        _offer(draft, handoff.NO_PROOF)
        return draft.say("service_limited_desk")
    return draft.say("service_limited")


def _offer(draft: Draft, reason: str) -> None:
    draft.offer("quick_service_yes", "quick_service_no")
    handoff.remember_offer(draft, reason)


def _settled(draft: Draft, order: Order, wanted: str) -> str:
    """What is told, or done, for the one whose order it is."""
    draft.did.add(ANSWERED)
    if wanted == STATUS:
        draft.custom["order"] = status.as_data(order)
        if draft.turn.desk:
            draft.offer("quick_person")
        return status.told(draft, order)
    kind = OTHER if wanted == COMPLAINT else wanted
    turn = draft.turn
    said = dict.fromkeys((turn.memory.service.said, hidden(turn.text, True)))
    words = " / ".join(filter(None, said))
    if trouble := draft.memory.service.trouble or turn.memory.service.trouble:
        words = f"{trouble}: {words}"
    draft.context.shop.store.service.add_request(
        f"{turn.conversation_id}:{order_key(order.number)}:{wanted}",
        kind,
        order_number=order.number,
        conversation_id=turn.conversation_id,
        shopper_id=turn.shopper_id,
        text=words,
    )
    lines = [draft.say(f"service_asked_{wanted}"), draft.say(f"service_order_{order.status}")]
    if turn.desk:
        reason = handoff.COMPLAINT if wanted == COMPLAINT else handoff.ORDER_CHANGE
        lines.append(handoff.hand_over(draft, reason, order, "" if wanted == COMPLAINT else kind))
    else:
        lines.append(draft.say("service_asked_no_desk"))
    return "\n".join(lines)


def complained(draft: Draft, text: str) -> str:
    """Somebody complains about what they received: sorry, which order is it?"""
    trouble = received.kind(text)
    draft.memory = replace(draft.memory, service=replace(draft.memory.service, trouble=trouble))
    if not draft.turn.desk and not known(draft):
        return draft.say("service_complaint")
    if not known(draft):
        return f"{draft.say('service_sorry')}\n{handoff.hand_over(draft, handoff.COMPLAINT)}"
    space = "" if draft.language == "zh" else " "
    return f"{draft.say('service_sorry_received')}{space}{ask(draft, COMPLAINT)}"
