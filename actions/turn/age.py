"""What is only for people of some age: left out until the shopper has said to be of that age."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Optional

from actions.turn.draft import Draft
from actions.turn.model import ASKED, Memory, TurnInput
from actions.turn.plan import RECOMMEND, UNDER_AGE, Plan

#: Among the questions of a search, the one about the shopper's age.
QUESTION = "age_limit"
_ANSWER = r"(?:(?:yes|no|yeah|yep|nope|是的?|对|不是?|没有?)[\W_]+)?"
_I_AM = r"(?:i\s*['’]?\s*a?m\s+)?"
_STATED = re.compile(
    rf"{_ANSWER}({_I_AM}|我?(?:今年)?刚?满?)(\d{{1,3}})\s*(years?(?:\s+old)?|yo|周?岁了?|了)?", re.I
)
_OF_AGE = re.compile(
    rf"{_ANSWER}{_I_AM}(?:already\s+)?"
    r"(?:(?:over|above|older)(?:\s+than)?(?:\s+(\d+))?|of age|an adult)"
    r"|我?(?:已经?|早就?)?(?:满|超过|过)(?:(\d+)岁?)?了|我?(?:已经?)?(?:是?成年人?|[满过](\d+)岁)了?",
    re.I,
)
_UNDER_AGE = re.compile(
    rf"{_ANSWER}{_I_AM}(?:not\s+yet|under\s?age|under\s+\d+|a\s+minor|(?:too\s+)?young(?:er)?)"
    r"|我?(?:还?[没未]有?[满到]?(?:成年|\d+岁?)?|不满(?:\d+岁?)?|不到\d+岁?)呢?",
    re.I,
)
_YES = re.compile(r"\s*(?:(?:yes|yeah|yep|sure)\b|是的|对的|嗯)", re.I)
#: A bare number below this is a place in the list, not an age.
_LEAST_BARE = 10


@dataclass(frozen=True)
class Said:
    """What a message says to the question: the age asked about, and whether it is reached."""

    age: int
    reached: bool
    alone: bool
    """Whether the message says nothing else."""


def answer(turn: TurnInput) -> Optional[Said]:
    """The answer to the question that is open, or None: a yes, a no, or an age."""
    asked = turn.memory.age_asked
    if not asked:
        return None
    reached = _in_words(turn.text, asked)
    if reached is not None:
        return Said(asked, reached, alone=True)
    kinds = {change.kind for change in turn.changes}
    if kinds == {"deny"} or (not kinds and turn.intent == "deny"):
        return Said(asked, reached=False, alone=True)
    if "affirm" in kinds or turn.intent == "affirm" or _YES.match(turn.text):
        return Said(asked, reached=True, alone=kinds <= {"affirm"})
    return None


def _in_words(text: str, asked: int) -> Optional[bool]:
    """Whether a message that states an age, or to be of age, says that the age is reached."""
    text = text.strip().rstrip(".!。！~ ")
    if stated := _STATED.fullmatch(text):
        years = int(stated[2])
        bare = not (stated[1] or stated[3])
        return None if bare and years < _LEAST_BARE else years >= asked
    if _UNDER_AGE.fullmatch(text):
        return False
    of_age = _OF_AGE.fullmatch(text)
    if of_age is None or any(int(years) < asked for years in of_age.groups() if years):
        return None
    return True


def shown_again(turn: TurnInput, said: Optional[Said]) -> TurnInput:
    """After a yes the list is made anew: what was in the last one may be in it."""
    if said is None or not said.reached:
        return turn
    last = set(turn.request.last_list)
    shown = tuple(id_ for id_ in turn.request.shown if id_ not in last)
    return replace(turn, request=replace(turn.request, shown=shown))


def remembered(memory: Memory, said: Optional[Said]) -> Memory:
    """What is known of the shopper's age from now on."""
    if said is None:
        return memory
    if said.reached:
        return replace(memory, of_age=max(memory.of_age, said.age), under_age=0)
    return replace(memory, under_age=said.age)


def plan(said: Optional[Said]) -> Optional[Plan]:
    """What to do with a message that says nothing but the answer; None for any other."""
    if said is None or not said.alone:
        return None
    return Plan(RECOMMEND if said.reached else UNDER_AGE)


def ask(draft: Draft) -> bool:
    """Ask below a list, once in a search, where something was left out of it."""
    return QUESTION not in draft.memory.asked and _ask(draft)


def ask_instead(draft: Draft) -> bool:
    """Ask where all that fits was left out; say so where the shopper is too young for it.

    Returns
    -------
    Whether the shopper was asked.
    """
    if _ask(draft):
        draft.custom = {
            "type": "products",
            "strategy": "explore",
            "request": draft.request.to_json(),
            "relaxed": [],
            "items": [],
            "drift": {"drifted": False, "probability": 0.0},
            **draft.custom,
        }
        return True
    if draft.context.filters.held_back(draft.request).count:
        draft.lines.append(draft.say("age_only", age=draft.memory.under_age))
    return False


def declined(draft: Draft) -> None:
    """The shopper is not of age: what was left out stays out."""
    draft.lines.append(draft.say("age_declined"))
    draft.offer("quick_more", "quick_start_over")


def _ask(draft: Draft) -> bool:
    memory = draft.memory
    held = draft.context.filters.held_back(draft.request, memory.under_age)
    if not held.count:
        return False
    text = draft.say("age_ask", n=held.count, age=held.age)
    options = [draft.say("age_yes"), draft.say("age_no")]
    draft.lines.append(text)
    draft.buttons += options
    draft.did.add(ASKED)
    draft.custom["question"] = {
        "attribute": "age",
        "text": text,
        "options": [{"title": o, "payload": o} for o in options],
    }
    asked = tuple(dict.fromkeys((*memory.asked, QUESTION)))
    draft.memory = replace(memory, age_asked=held.age, asked=asked, in_row=0)
    return True
