"""Sizes in a turn: what a message says about them, whose they are, and what is kept of that."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from actions.request.resolve import EVIDENCE
from actions.request.types import IS, Change, Constraint
from actions.sizing.kinds import ME, kind_of
from actions.sizing.memory import ASKED, SAID, Sizes, Taken
from actions.sizing.said import Heard, hear, with_system
from actions.sizing.systems import read as written
from actions.turn import plan as p
from actions.turn.context import Context
from actions.turn.model import Memory, TurnInput
from actions.turn.plan import Plan
from actions.turn.pointing import FOCUS, VARYING, is_on, only_one, pointed_at

#: What the plan of a turn about sizes is to say.
FORGOTTEN, NOTED, WHICH = "forgotten", "noted", "which"
_QUESTION = re.compile(
    r"[?？]\s*$|[吗么嘛没]\s*[?？。]?\s*$|有没有|^\s*(?:and |ok |so )?(?:do|"
    r"does|is|are|have|has|got|"
    r"any|can|could|would|what about|how about)\b",
    re.I,
)
#: A correction is so near to the size before, and so many products are looked at.
_NEAR, _LOOKED_AT = 3.0, 200
#: Said of all that is shown.
_ALL = re.compile(
    r"\b(?:any|all|either|both) of|\bthese\b|\bthose\b|\bany in\b|这几|这些|哪[个款件双]", re.I
)
_MEASURES = ("length", "width", "height", "diameter", "depth", "body", "weight")


@dataclass(frozen=True)
class SizeTurn:
    """What a message says about sizes, with what the conversation adds to it."""

    heard: Heard
    person: str = ME
    kind: str = ""
    """The kind that the message speaks of."""
    current: str = ""
    """The kind that is looked for, or talked about."""


def read(turn: TurnInput, context: Context) -> tuple[TurnInput, SizeTurn]:
    """The message with the sizes in it as wishes, and what it says about sizes."""
    current = _current(turn, context)
    answering = turn.memory.question == "size"
    # A bare number answers what was asked, be it a price.
    open_ = bool(turn.memory.question) and not answering
    shown = bool(turn.request.last_list and current and not open_)
    heard = hear(turn.text, answering=answering, shown=shown)
    if heard.bare and not answering and not context.filters.sizes.evidence(heard.size).any():
        heard = Heard(person=heard.person)
    if heard.bare and turn.memory.turn:
        # "L" and "42" are of no language.
        turn = replace(turn, language=turn.memory.language)
    named = [
        str(value)
        for c in turn.changes
        if c.constraint and is_on(c, "product_type") and c.constraint.op == IS
        for value in c.constraint.values
    ]
    if heard.measure:
        named = [value for value in named if value != "chest of drawers"]
    in_message = kind_of(named, context.index.vocabulary) if named else ""
    kind = heard.kind or in_message or ("" if named else current)
    if answering and not heard.size and heard.kind == "":
        kind = kind or current
    person = heard.person or turn.memory.sizes.person
    if heard.states and not heard.kind and not in_message:
        kind = _of_another_kind(turn.memory.sizes, person, heard.size, kind, context)
    said = SizeTurn(heard, person, kind, current)
    return _completed(turn, said), said


def _current(turn: TurnInput, context: Context) -> str:
    """The kind of the products that are talked about."""
    request, index = turn.request, context.index
    if request.category and (kind := kind_of(request.category, index.vocabulary)):
        return kind
    for product_id in (*request.focus, *request.last_list)[:1]:
        return product_kind(context, product_id)
    return ""


def product_kind(context: Context, product_id: str) -> str:
    """The kind of one product; empty where it has no sizes of a person."""
    position = context.index.position.get(product_id)
    if position is None:
        return ""
    facets = context.index.facets.of(position).get("product_type", [])
    types = [value for value, confidence, _ in facets if confidence >= EVIDENCE]
    return kind_of(types, context.index.vocabulary)


def _of_another_kind(sizes: Sizes, person: str, size: str, kind: str, context: Context) -> str:
    """The kind that a correction is of: "I'm a 43 now" among shirts is of the shoes before."""
    new = written(size)
    if new is None or new.letter or not kind:
        return kind
    index, mask = context.index, context.filters.sizes.evidence(size) >= EVIDENCE
    if any(product_kind(context, index.ids[i]) == kind for i in np.flatnonzero(mask)[:_LOOKED_AT]):
        return kind
    for taken in reversed(sizes.taken):
        old = written(taken.sizes[0])
        if taken.person != person or old is None or old.letter or old.system != new.system:
            continue
        if abs(old.low - new.low) <= _NEAR:
            return taken.kind
    return kind


def _completed(turn: TurnInput, said: SizeTurn) -> TurnInput:
    """The message with the size that was said as a wish, and without what only measures a body."""
    heard, changes = said.heard, list(turn.changes)
    if heard.measure:
        changes = [c for c in changes if not (is_on(c, *_MEASURES) or _is_chest(c))]
    if heard.equal:
        changes = [c for c in changes if not is_on(c, "size")]
    sized = [c for c in changes if is_on(c, "size")]
    for n, change in enumerate(changes):
        constraint = change.constraint
        if constraint is None or constraint.attribute != "size" or constraint.op != IS:
            continue
        if isinstance(constraint.value, str):
            value = with_system(constraint.value, heard.words or constraint.words)
            changes[n] = replace(change, constraint=replace(constraint, value=value))
    if _another(turn, said) and turn.request.on("size") and not (sized or heard.size):
        # What one person takes says nothing about another one.
        changes.append(Change("drop", attribute="size"))
    residual = turn.residual
    if heard.size and not heard.forgets:
        if not sized and (said.kind or heard.states):
            wish = Constraint("size", IS, heard.size, words=heard.words)
            changes.append(Change("add", constraint=wish))
        gone = {w.casefold() for w in heard.words.split()}
        residual = " ".join(w for w in residual.split() if w.casefold() not in gone)
    if said.kind and (heard.measure or heard.states or heard.asks):
        residual = ""
    return replace(turn, changes=tuple(changes), residual=residual)


def _another(turn: TurnInput, said: SizeTurn) -> bool:
    """Whether it is for somebody else from now on."""
    return bool(said.heard.person) and said.heard.person != turn.memory.sizes.person


def _is_chest(change: Change) -> bool:
    constraint = change.constraint
    return constraint is not None and constraint.value == "chest of drawers"


def plan(turn: TurnInput, said: SizeTurn) -> Optional[Plan]:
    """What to do with a message that is about sizes; None where it is read as any other."""
    heard, request = said.heard, turn.request
    if heard.forgets:
        drop = (Change("drop", attribute="size"),) if request.on("size") else ()
        return Plan(p.SIZES, drop, FORGOTTEN)
    answering = turn.memory.question == "size"
    wishes = [c for c in turn.changes if c.constraint and not is_on(c, "size", "product_type")]
    if heard.asks and said.kind and not (wishes and _searches(turn)):
        return Plan(p.SIZES, _pointing(turn), WHICH)
    if heard.measure and said.kind and (answering or not _searches(turn)):
        return Plan(p.SIZES, (), WHICH)
    if answering and heard.size and not _searches(turn):
        return Plan(p.SIZES, (), WHICH)
    if heard.states:
        if not said.kind or said.kind != said.current or not request.category:
            looks = _searches(turn) and (_asks_to_see(turn) or not heard.kind)
            return None if looks else Plan(p.SIZES, (), NOTED)
        size = tuple(c for c in turn.changes if is_on(c, "size"))
        others = [c for c in turn.changes if not is_on(c, "size", "product_type")]
        return Plan(p.RECOMMEND, size) if not others else None
    return _of_variants(turn)


def _of_variants(turn: TurnInput) -> Optional[Plan]:
    """ "Do you have it in 42?", 这件有蓝色的吗, "take the first in 43"."""
    if not turn.request.last_list:
        return None
    kinds = {c.kind for c in turn.changes}
    wishes = [c for c in turn.changes if is_on(c, *VARYING)]
    asked = [c for c in turn.changes if c.kind == "ask" and c.attribute in VARYING]
    adds = [c for c in turn.changes if c.kind == "add"]
    acts = "choose" in kinds and kinds <= {"choose", "add", "refer"}
    if acts and wishes and len(adds) == len(wishes):
        body = p.BUY if turn.intent == "buy" else p.ACKNOWLEDGE
        return Plan(body, tuple(c for c in turn.changes if c.kind == "choose"))
    rest = [c for c in turn.changes if c not in wishes and c.kind not in ("ask", "refer")]
    if rest or not (wishes or asked) or not _QUESTION.search(turn.text):
        return None
    pointed = pointed_at(turn) or (FOCUS if only_one(turn.request) else ())
    if _ALL.search(turn.text) and len(turn.request.last_list) > 1 and pointed == FOCUS and wishes:
        return Plan(p.RECOMMEND, tuple(wishes))
    if not pointed or not (wishes or _names_value(turn)):
        return None
    return Plan(p.ASK, (Change("ask", attribute="availability", referents=pointed),))


def _names_value(turn: TurnInput) -> bool:
    """Whether a colour is named rather than asked for: 有蓝色的吗, not 什么颜色的."""
    return not re.search(r"什么|哪些|几种|多少|which|what|how many", turn.text, re.I)


def _pointing(turn: TurnInput) -> tuple[Change, ...]:
    referents = pointed_at(turn)
    return (Change("refer", referents=referents),) if referents else ()


def _searches(turn: TurnInput) -> bool:
    return any(is_on(c, "product_type") for c in turn.changes)


def _asks_to_see(turn: TurnInput) -> bool:
    """Whether products are asked for: 我穿42码的鞋 tells, "show me shoes, I take 42" asks."""
    return bool(
        re.search(
            r"\b(?:show|find|want|need|looking|search|see|buy|get)\b|想要|想买|"
            r"我要|给我|找|看看|推荐|买",
            turn.text,
            re.I,
        )
    )


def remembered(memory: Memory, turn: TurnInput, said: SizeTurn, asked: bool) -> Memory:
    """The memory with the sizes and measures of this message.

    Parameters
    ----------
    asked
        Whether it is only asked whether something is there in a size.
    """
    heard, memory_open = said.heard, turn.memory.question
    sizes = replace(memory.sizes, person=said.person)
    if heard.forgets:
        return replace(memory, sizes=sizes.without(heard.person or said.person, heard.kind))
    if heard.measure:
        sizes = sizes.with_measure(said.person, heard.measure, heard.cm)
    values: tuple[str, ...] = ()
    for change in turn.changes:
        constraint = change.constraint
        if change.kind == "add" and constraint and constraint.op == IS and is_on(change, "size"):
            values = tuple(str(v) for v in constraint.values)[:4]
    if values and said.kind:
        asked = asked or bool(_QUESTION.search(turn.text) and not _searches(turn))
        how = ASKED if asked and not heard.states and memory_open != "size" else SAID
        sizes = sizes.with_size(Taken(said.person, said.kind, values, how))
    return replace(memory, sizes=sizes)


def started_over(sizes: Sizes) -> Sizes:
    """After a new start it is for the shopper again; what is known of everybody stays."""
    return replace(sizes, person=ME)
