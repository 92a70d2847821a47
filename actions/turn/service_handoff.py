"""Asking a person: where one can take over it is done, elsewhere it is said who can help."""

from __future__ import annotations

from dataclasses import replace

from actions.service.proof import hidden
from actions.service.summary import Case, summary
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED
from actions.turn.service_proven import proven
from catalog.product import LANGUAGES
from catalog.service import Order

#: How much is remembered of the words that an offer or a complaint began with.
SAID = 240
#: The ``type`` of a reply's data that asks for a person.
TYPE = "handoff"
#: Why a person is asked for.
ASKED, ANGER, COMPLAINT, ORDER_CHANGE = "asked", "anger", "complaint", "order_change"
NOT_UNDERSTOOD, NOT_CONTENT = "not_understood", "not_content"
UNKNOWN, NO_PROOF = "unknown", "no_proof"
REASONS = (
    ASKED, ANGER, COMPLAINT, ORDER_CHANGE, NOT_UNDERSTOOD, NOT_CONTENT, UNKNOWN, NO_PROOF,
)  # fmt: skip


def body(draft: Draft) -> None:
    """The reply that hands over; the plan's topic is the reason."""
    reason = draft.plan.topic or ASKED
    if reason in (ANGER, NOT_CONTENT, NOT_UNDERSTOOD):
        draft.lines.append(draft.say("service_sorry"))
    draft.lines.append(hand_over(draft, reason))


def hand_over(draft: Draft, reason: str, order: Order | None = None, wish: str = "") -> str:
    """Ask a person to take over, and say so; where there is none, the words for that.

    Parameters
    ----------
    reason
        One of ``REASONS``.
    order, wish
        What was proven, and what shall be done about it: one of the kinds of requests.
    """
    draft.did.add(ANSWERED)
    if not draft.turn.desk:
        if draft.request.chosen:
            draft.offer("quick_list")
        return draft.say("person")
    text = _summary(draft, reason, order, wish)
    draft.custom = {"type": TYPE, "reason": reason, "summary": text}
    draft.buttons.clear()
    draft.memory = replace(draft.memory, service=draft.memory.service.handed_over())
    return draft.say("service_handoff")


def offered(draft: Draft, reason: str) -> list[str]:
    """The offer to ask a person, to be taken with a yes; nothing where there is none, or it was
    made in this reply already."""
    if not draft.turn.desk or draft.memory.service.offered:
        return []
    draft.offer("quick_service_yes", "quick_service_no")
    remember_offer(draft, reason)
    return [draft.say("service_offer")]


def remember_offer(draft: Draft, reason: str) -> None:
    """Remember what was offered, and the words that it is about."""
    said = draft.turn.memory.service.said if reason == NO_PROOF else ""
    state = draft.memory.service
    state = replace(state, offered=reason, said=said or hidden(draft.turn.text)[:SAID])
    draft.memory = replace(draft.memory, service=state)


def staff_language(draft: Draft) -> str:
    """The shop's first language of those that sentences are written in, or English."""
    languages = draft.context.shop.settings.languages
    return languages[0] if languages and languages[0] in LANGUAGES else "en"


def _summary(draft: Draft, reason: str, order: Order | None, wish: str) -> str:
    context, language = draft.context, staff_language(draft)
    request, state = draft.request, draft.turn.memory.service
    ids = list(dict.fromkeys((*request.focus, *request.chosen, *request.last_list)))[:3]
    titles = [p.title_in(language) for p in context.shop.store.products(ids)]

    def say(key: str, **fields: object) -> str:
        return context.texts.say(language, key, turn=0, **fields)

    told, order = "", order or proven(draft)
    if order is not None:
        told = f"{order.number} ({say(f'service_state_{order.status}')})"
    case = Case(
        reason=reason,
        wanted=context.describer.request(request, language) if request.constraints else "",
        products=titles,
        order=told,
        wish=wish,
        wrongs=state.wrongs,
        trouble=draft.memory.service.trouble or state.trouble,
        words=state.said,
        last_words=hidden(draft.turn.text, bool(state.pending)),
    )
    return summary(case, say)
