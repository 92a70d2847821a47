"""Presents for several people: a part for each, with what was said of them."""

from __future__ import annotations

from typing import Sequence

from actions.request.bundle import GIFTS, Bundle, Part
from actions.request.bundles.money import money
from actions.request.bundles.people import Named, age_groups_of
from actions.request.bundles.wishes import (
    MOST,
    Opening,
    is_own,
    told_of,
    unique,
    wishes_in,
    with_money,
)
from actions.request.bundles.wording import chunks, words
from actions.request.extract import extract
from actions.request.pieces import Matcher
from actions.request.types import IS, Constraint
from catalog.sets.sets import told_sets


def new_person(named: Named, vocabulary: Matcher, text: str, taken: Sequence[str]) -> list[Part]:
    """The parts for someone who was named, with what was said of them in ``text``."""
    person = told_sets().people[named.person]
    said = extract(text, vocabulary) if text.strip() else None
    parts: list[Part] = []
    for n in range(min(named.count, MOST + 1)):
        wishes: list[Constraint] = []
        if person.gender:
            # Whether things for children are meant stands in the words.
            called = f"{named.words} child" if person.child else named.words
            wishes.append(Constraint("gender", IS, person.gender, words=called))
        group = age_groups_of(named, n) or person.age or ("kids" if person.child else "adult")
        if group != "adult" and (named.ages or person.age or person.child):
            wishes.append(Constraint("age_group", IS, group, words=named.words))
        own = list(wishes_in(said.changes)) if said else []
        kinds = tuple(
            v for c in own if c.attribute == "product_type" and c.op == IS for v in c.values
        )
        wishes += [c for c in own if is_own(c)]
        name = unique(named.person, [*taken, *(p.name for p in parts)])
        parts.append(
            Part(
                name=name,
                kinds=kinds,
                person=named.person,
                words=named.words,
                constraints=tuple(wishes),
                text=told_of(said) if said and not kinds else "",
            )
        )
    return parts


def presents(text: str, who: Sequence[Named], vocabulary: Matcher) -> Opening:
    """A present for everybody who was named."""
    found = money(text, extract(text, vocabulary).changes)
    parts: list[Part] = []
    for k, one in enumerate(who):
        start = one.end
        stop = who[k + 1].start if k + 1 < len(who) else len(text)
        about = _interest(text[start:stop])
        parts += new_person(one, vocabulary, about, [p.name for p in parts])
    beyond = max(0, sum(max(1, one.count) for one in who) - MOST)
    bundle = Bundle(GIFTS, parts=tuple(parts[:MOST]))
    return Opening(with_money(bundle, found), beyond)


def _interest(text: str) -> str:
    """What is said of someone, without the money and the next one: "who likes fishing"."""
    cues = words()
    kept = []
    for chunk in chunks(text):
        if cues.said("total", chunk) or cues.said("each", chunk) or money(chunk, ()):
            continue
        if any(ch.isdigit() for ch in chunk):
            continue
        kept.append(cues.without("gift", chunk))
    return ", ".join(kept)
