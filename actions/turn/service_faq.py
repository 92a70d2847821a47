"""The shop's own answers, quoted with the entry named."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional

from actions.service.ports import Found
from actions.turn import service_handoff as handoff
from actions.turn.draft import Draft
from actions.turn.intents import SURE
from actions.turn.model import ANSWERED

#: How much of an answer is quoted.
LONGEST = 1200
_INVISIBLE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def body(draft: Draft) -> None:
    """One of the shop's answers as the whole reply."""
    found = draft.plan.found
    assert found is not None
    draft.lines.append(quoted(draft, found))


def look_up(draft: Draft, text: str) -> Optional[Found]:
    """The shop's answer to a question for its customer service; None where it has none."""
    faq, turn = draft.context.faq, draft.turn
    sure = len(turn.intents) > 1 or turn.confidence >= SURE
    return faq.find(text, draft.language, of_service=sure) if faq is not None else None


def answered(draft: Draft, text: str, otherwise: str) -> str:
    """The shop's answer to a question, or that it is not known.

    Parameters
    ----------
    otherwise
        Key of what is said where nobody can be asked.
    """
    if found := look_up(draft, text):
        return quoted(draft, found)
    return unknown(draft, otherwise)


def unknown(draft: Draft, otherwise: str) -> str:
    """That a question has no answer here, with the offer to ask a person where there is one."""
    state = draft.memory.service.went_wrong("unknown")
    draft.memory = replace(draft.memory, service=state)
    if not draft.turn.desk:
        return draft.say(otherwise)
    if not state.offered:
        draft.offer("quick_service_yes", "quick_service_no")
        handoff.remember_offer(draft, handoff.UNKNOWN)
    return draft.say("service_unknown")


def quoted(draft: Draft, found: Found) -> str:
    """An answer with the entry that it is from, in the shopper's language where it is there.

    Empty where this reply has it already: two questions may have one answer.
    """
    draft.did.add(ANSWERED)
    entry = found.entry
    if any(told["id"] == entry.id for told in draft.custom.get("faq", ())):
        return ""
    language = draft.language if draft.language in entry.answer else next(iter(entry.answer))
    question = entry.question.get(language) or next(iter(entry.question.values()))
    key = "service_faq" if language == draft.language else f"service_faq_only_{language}"
    if not draft.context.texts.has(draft.language, key):
        key = "service_faq"
    draft.custom.setdefault("faq", []).append(
        {"id": entry.id, "question": question, "language": language}
    )
    answer = shown(entry.answer[language], LONGEST)
    return draft.say(key, question=shown(question, 200), answer=answer)


def shown(text: str, limit: int) -> str:
    """A merchant's text as it is shown: without what cannot be seen, and without blank lines."""
    lines = (" ".join(line.split()) for line in _INVISIBLE.sub(" ", text).splitlines())
    text = "\n".join(line for line in lines if line)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
