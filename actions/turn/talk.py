"""Replies that show no products."""

from __future__ import annotations

from dataclasses import replace

from actions.request.types import Request
from actions.turn import rating, recommend
from actions.turn.draft import Draft
from actions.turn.model import UNCLEAR


def smalltalk(draft: Draft) -> None:
    """Greeting, thanks, goodbye, and what this is."""
    topic = draft.plan.topic or "greet"
    draft.lines.append(draft.say(topic, example=draft.say("example")))
    if topic in ("greet", "capabilities", "bot_challenge"):
        _departments(draft)
    elif topic == "thanks" and draft.request.chosen:
        draft.offer("quick_list")
    if topic in ("thanks", "goodbye"):
        rating.ask_whether_it_helped(draft)


def person(draft: Draft) -> None:
    """Somebody wants a human being."""
    draft.lines.append(draft.say("person"))
    if draft.request.chosen:
        draft.offer("quick_list")


def feedback(draft: Draft) -> None:
    """The answer before was not what was wanted: ways on."""
    draft.lines.append(draft.say("feedback"))
    if draft.memory.past:
        draft.offer("quick_back")
    draft.offer("quick_start_over", "quick_person")


def beside_only(draft: Draft) -> None:
    """Service questions alone: what is said beside a body is the whole reply."""


def out_of_scope(draft: Draft) -> None:
    """Nothing a shop can answer."""
    draft.lines.append(draft.say("out_of_scope"))
    if not _lead_on(draft):
        _departments(draft)


def fallback(draft: Draft) -> None:
    """Not understood: ask, with something to hold on to."""
    if _lead_on(draft):
        return
    draft.did.add(UNCLEAR)
    if draft.request.constraints:
        draft.lines.append(draft.say("fallback_context", what=draft.what()))
        draft.offer("quick_cheaper", "quick_more", "quick_start_over")
    else:
        draft.lines.append(draft.say("fallback"))
        _departments(draft)


def clarify(draft: Draft) -> None:
    """One of two things was meant: which?"""
    draft.did.add(UNCLEAR)
    one, other = draft.turn.between or ("find", "browse")
    a, b = draft.say(f"intent_{one}"), draft.say(f"intent_{other}")
    draft.lines.append(draft.say("clarify", a=a, b=b))
    draft.offer(f"message_{one}", f"message_{other}")


def budget(draft: Draft) -> None:
    """Money matters, but how much was not said."""
    draft.lines.append(draft.say("budget_ask"))
    draft.memory = replace(draft.memory, question="price")


def affirm(draft: Draft) -> None:
    """A yes that nothing was offered for."""
    if draft.request.last_list:
        draft.did.add(UNCLEAR)
        draft.lines.append(draft.say("affirm_what"))
        draft.offer("quick_details", "quick_cheaper", "quick_more")
    else:
        fallback(draft)


def deny(draft: Draft) -> None:
    """A no: whatever was open is closed with this turn."""
    draft.lines.append(draft.say("deny_ok"))
    if draft.request.last_list:
        draft.offer("quick_cheaper", "quick_more", "quick_start_over")


def empty(draft: Draft) -> None:
    """A message without words."""
    draft.did.add(UNCLEAR)
    draft.lines.append(draft.say("empty"))


def _lead_on(draft: Draft) -> bool:
    """Show products where words alone would lead in circles.

    So it is after a question that was not answered: the search goes on without the answer.
    """
    before = draft.turn.memory
    draft.memory = replace(draft.memory, astray=before.astray + 1)
    if not before.question and not before.astray:
        return False
    if not draft.request.constraints and not draft.request.text:
        recommend.recommend(draft)
        return True
    said, offered = len(draft.lines), len(draft.buttons)
    for request in _ways_on(draft):
        draft.request = request
        del draft.lines[said:], draft.buttons[offered:]
        recommend.more(draft)
        if draft.custom.get("items"):
            break
    return True


def _ways_on(draft: Draft) -> list[Request]:
    """What is looked for; the same from the beginning, where all was seen; what was looked for
    before, where a thing that was named in passing is not for sale."""
    before = [Request.from_json(p) for p in reversed(draft.memory.past) if p.get("last_list")]
    return [draft.request, *(replace(r, shown=()) for r in (draft.request, *before[:1]))]


def _departments(draft: Draft) -> None:
    """The shop's most frequent product types as quick replies."""
    draft.buttons += draft.context.departments(draft.language)
