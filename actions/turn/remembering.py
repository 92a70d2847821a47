""" "What do you know about me?": told in words, and every line of it can be corrected."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional, Sequence

from actions.interest.model import Line
from actions.interest.said import Heard, hear
from actions.interest.shopper import EVERYTHING
from actions.request.types import IS, Constraint, Request
from actions.turn import plan as p
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED, UNCLEAR, TurnInput
from actions.turn.plan import Plan
from actions.turn.usual import told

#: Lines that are told at most, and that are looked through for them.
LINES, READ = 6, 24
#: Attributes whose values say by themselves what they are …
PLAIN = ("color", "material", "pattern")
#: … and those that say what things are for.
FOR_WHOM = ("gender", "age_group", "occasion")
#: The words for how sure a line is, from this strength on.
SURELY = 0.6


def plan(turn: TurnInput) -> Optional[Plan]:
    """What a message about what is known does; None where it is none."""
    heard = hear(turn.text, bool(turn.memory.listed))
    return Plan(p.KNOWN) if heard else None


def speak(draft: Draft) -> None:
    """List what is known, or forget what is named."""
    draft.did.add(ANSWERED)
    heard = hear(draft.turn.text, bool(draft.turn.memory.listed))
    if heard.asks:
        _list(draft)
        return
    known, log = draft.known, draft.log
    if known is None or log is None:
        draft.lines.append(draft.say("known_nothing"))
        return
    lines = known.lines(READ)
    if heard.forgets_all:
        event = log.add("corrected", None, about="interest", forget=EVERYTHING)
        known.take([event] if event else [])
        draft.request = replace(draft.request, liked=())
        draft.lines.append(draft.say("known_forgotten_all"))
        return
    meant = _meant(draft, heard, lines)
    if not meant:
        draft.did.add(UNCLEAR)
        draft.lines.append(draft.say("known_which"))
        _list(draft)
        return
    for line in meant:
        how = {"wants": line.key, "strength": -1} if heard.dislikes else {"forget": line.key}
        event = log.add("corrected", None, named=line.key, about="interest", **how)
        known.take([event] if event else [])
    what = ("、" if draft.language == "zh" else ", ").join(words(draft, line) for line in meant)
    key = "known_disliked" if heard.dislikes else "known_forgotten"
    draft.lines.append(draft.say(key, what=what))
    draft.offer("quick_known")


def _list(draft: Draft) -> None:
    """What is known, a line each, with the sizes that were told."""
    lines = _telling(draft.known.lines(READ))[:LINES] if draft.known is not None else []
    sizes = _sizes(draft)
    if not lines and not sizes:
        draft.lines.append(draft.say("known_nothing"))
        return
    draft.lines.append(draft.say("known_intro"))
    for n, line in enumerate(lines, 1):
        draft.lines.append(f"{n}. {_line(draft, line)}")
    draft.lines += [f"· {size}" for size in sizes]
    if lines:
        draft.lines.append(draft.say("known_how"))
        draft.buttons.append(draft.say("quick_forget_first"))
        draft.offer("quick_forget_all")
    draft.memory = replace(draft.memory, listed=tuple(line.key for line in lines))
    draft.custom = {
        "type": "profile",
        "lines": [
            {
                "attribute": line.attribute,
                "value": line.value,
                "strength": round(line.strength, 3),
                "events": line.events,
                "text": _line(draft, line),
            }
            for line in lines
        ],
    }


def words(draft: Draft, line: Line) -> str:
    """What a line is about, in words."""
    describer, language = draft.context.describer, draft.language
    if line.attribute == "product_type":
        request = Request((Constraint("product_type", IS, line.value),))
        return describer.noun(request, language)
    if line.attribute == "price":
        return draft.say(f"known_price_{line.value}")
    if line.attribute in FOR_WHOM:
        said = describer.constraint(Constraint(line.attribute, IS, line.value), language)
        return draft.say("known_things", what=said)
    value = describer.value(line.attribute, line.value, language)
    if line.attribute == "brand":
        return value
    if language == "en":
        value = value.lower()
    if line.attribute in PLAIN:
        return value
    return draft.say(
        "known_of", what=value, attribute=describer.attribute(line.attribute, language)
    )


def _telling(lines: Sequence[Line]) -> list[Line]:
    """Without what another line says already: "mini" beside mini dresses."""
    kinds = [line.value for line in lines if line.attribute == "product_type"]
    return [
        line
        for line in lines
        if line.attribute == "product_type" or not any(line.value in kind for kind in kinds)
    ]


def _line(draft: Draft, line: Line) -> str:
    if line.strength < 0:
        key = "known_line_against"
    else:
        key = "known_line_sure" if line.strength >= SURELY else "known_line"
    return draft.say(key, what=words(draft, line), n=line.events)


def _sizes(draft: Draft) -> list[str]:
    return [told(draft, one, f"size_{one.how}") for one in draft.memory.sizes.taken]


def _meant(draft: Draft, heard: Heard, lines: Sequence[Line]) -> list[Line]:
    """The lines that a message names, by their places in the list before or by words."""
    listed = draft.turn.memory.listed
    by_key = {line.key: line for line in lines}
    if heard.places:
        keys = [listed[n - 1] for n in heard.places if n <= len(listed)]
        return [by_key[key] for key in keys if key in by_key]
    resolve, said = draft.context.index.vocabulary.resolve, heard.words.casefold()
    found = []
    for line in lines:
        told = words(draft, line).casefold()
        value = resolve(line.attribute, heard.words)
        if value == line.value or (told and (told in said or said in told)):
            found.append(line)
    return found
