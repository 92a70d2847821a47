"""Replies that show no products."""

from __future__ import annotations

from actions.turn.draft import Draft


def smalltalk(draft: Draft) -> None:
    """Greeting, thanks, goodbye, and what this is."""
    key = (
        draft.turn.intent if draft.turn.intent in ("goodbye", "thanks", "capabilities") else "greet"
    )
    draft.lines.append(draft.say(key, example=draft.say("example")))
    if key in ("greet", "capabilities"):
        _departments(draft)
    elif key == "thanks" and draft.request.chosen:
        draft.offer("quick_list")


def person(draft: Draft) -> None:
    """Somebody wants a human being."""
    draft.lines.append(draft.say("person"))
    if draft.request.chosen:
        draft.offer("quick_list")


def service(draft: Draft) -> None:
    """Delivery, returns, payment, orders."""
    draft.lines.append(draft.say("service"))


def out_of_scope(draft: Draft) -> None:
    """Nothing a shop can answer."""
    draft.lines.append(draft.say("out_of_scope"))
    _departments(draft)


def fallback(draft: Draft) -> None:
    """Not understood: ask, with something to hold on to."""
    if draft.request.constraints:
        draft.lines.append(draft.say("fallback_context", what=draft.what()))
        draft.offer("quick_cheaper", "quick_more", "quick_start_over")
    else:
        draft.lines.append(draft.say("fallback"))
        _departments(draft)


def affirm(draft: Draft) -> None:
    """A yes that nothing was offered for."""
    if draft.request.last_list:
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
    draft.lines.append(draft.say("empty"))


def _departments(draft: Draft) -> None:
    """The shop's most frequent product types as quick replies."""
    draft.buttons += draft.context.departments(draft.language)
