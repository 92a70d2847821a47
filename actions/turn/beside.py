"""What is said beside the body of a reply: a word of courtesy, an answer to a service question."""

from __future__ import annotations

from actions.turn.desk import ANSWERERS
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED, ASKED, OFFERED, SHOWN
from actions.turn.service_handoff import ASKED as ASKED_FOR_ONE
from actions.turn.service_handoff import hand_over


def speak(draft: Draft) -> None:
    """Words before the body and sentences behind it, for each intent beside it."""
    before, behind, last = [], [], []
    if draft.plan.topic == "size_help" and draft.act in (ASKED, OFFERED, SHOWN, ANSWERED):
        behind.append(draft.say("size_note"))
    for intent in draft.plan.beside:
        if intent in ANSWERERS:
            behind.append(ANSWERERS[intent](draft))
            draft.did.add(ANSWERED)
        elif intent == "greet":
            before.append(draft.say("hello_short"))
        elif intent == "thanks":
            before.append(draft.say("thanks_short"))
        elif intent == "person" and draft.turn.desk:
            behind.append(hand_over(draft, ASKED_FOR_ONE))
        elif intent == "feedback":
            before.append(draft.say("sorry_short"))
        elif intent == "goodbye":
            last.append(draft.say("goodbye_short"))
        else:
            # The assistant itself, or a person instead of it: these sentences are named alike.
            behind.append(draft.say(intent))
    draft.lines = [*before, *draft.lines, *behind, *last]
