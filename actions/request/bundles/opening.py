"""Reads that several products are wanted together: an outfit, a set-up, presents, a list."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional, Sequence

from actions.request.apply import add_constraint
from actions.request.bundle import GIFTS, LISTED, OUTFIT, SETUP, Bundle, Part
from actions.request.bundles.money import money
from actions.request.bundles.people import Named, age_groups_of, people
from actions.request.bundles.presents import presents
from actions.request.bundles.wishes import (
    MOST,
    SETTING,
    Opening,
    is_own,
    unique,
    wishes_in,
    with_money,
)
from actions.request.bundles.wording import chunks, words
from actions.request.extract import extract
from actions.request.numbers import parse_numbers
from actions.request.pieces import Matcher
from actions.request.types import IS, IS_NOT, Change, Constraint, Request
from catalog.sets.sets import EVERYDAY, NamedSet, SetPart, told_sets

#: Who is surely a child, whatever the age.
OWN_CHILDREN = frozenset(("daughter", "son", "niece", "nephew"))
#: What is said of whom it is for; it holds for every part.
FOR_WHOM = frozenset(("gender", "age_group"))


#: What stands between people who are each given something.
_AND = re.compile(
    r"[,，、;；\n/&+]|\b(?:and|plus|another|one|also)\b|和|跟|与|及|还有|再|也|另", re.I
)


def opening(text: str, vocabulary: Matcher, gender: str = "") -> Optional[Opening]:
    """Several products wanted together, or None where a message wants no such thing.

    Parameters
    ----------
    gender
        Whom the shopper looked for before, if that is known.
    """
    told, cues = told_sets(), words()
    who = people(text)
    given = any(cues.said(what, text) for what in ("gift", "total", "each"))
    if given and _for_several(who, text):
        return presents(text, who, vocabulary)
    said = [what for what in ("outfit", "setup", "total") if cues.said(what, text)]
    if not said:
        return None
    named = _named_parts(text, vocabulary)
    if "outfit" in said:
        return _outfit(text, told.outfit(text), named, vocabulary, gender)
    setup = told.setup(text) if "setup" in said else None
    worn = told.outfit(text) if setup is not None and _for_whom(text, vocabulary) else None
    if worn is not None:
        # A gym kit for men is what men wear there.
        return _outfit(text, worn, named, vocabulary, gender)
    if setup is not None and not _is_one_thing(text, setup, named):
        return _setup(text, setup, named, vocabulary)
    listed = "total" in said and len(named) > 1
    if listed and money(text, extract(text, vocabulary).changes):
        return _listed(text, named, vocabulary)
    return None


def _for_several(who: Sequence[Named], text: str) -> bool:
    """Whether everybody who is named gets something: parents may well get one present."""
    cues = words()
    if cues.said("one_gift", text):
        return False
    ends = [one.end for one in who]
    gaps = (text[end : one.start] for end, one in zip(ends, who[1:], strict=False))
    if any(_AND.search(gap) for gap in gaps) or any(one.count > 1 for one in who):
        return True
    # 爸爸妈妈 names both, 爸妈 the two of them.
    both = any(not text[one.start : one.end].isascii() and one.end - one.start > 3 for one in who)
    several = both or cues.said("several_gifts", text) or cues.said("total", text)
    return len(who) > 1 and several


def _for_whom(text: str, vocabulary: Matcher) -> bool:
    return any(c.attribute == "gender" for c in wishes_in(extract(text, vocabulary).changes))


def opening_beside(text: str, bundle: Bundle, vocabulary: Matcher) -> Optional[Opening]:
    """Other things wanted together while some are shown already; None for changes of these.

    It takes the name of an occasion or a set, or new people: "make the outfit cheaper" is none.
    """
    told, cues = told_sets(), words()
    gender = [str(c.value) for c in bundle.constraints if c.attribute == "gender"]
    found = opening(text, vocabulary, "" if bundle.assumed else "".join(gender[:1]))
    if found is None:
        return None
    if found.bundle.form == LISTED:
        there = {kind for part in bundle.parts for kind in (part.name, *part.kinds)}
        return None if any(there & set(part.kinds) for part in found.bundle.parts) else found
    if cues.said("again", text) or cues.said("add", text) or cues.said("remove", text):
        return None
    if found.bundle.form == GIFTS:
        known = {part.person for part in bundle.parts}
        new = {part.person for part in found.bundle.parts} - known
        return found if len(new) > 1 or (new and cues.said("gift", text)) else None
    named = told.outfit(text) if found.bundle.form == OUTFIT else told.setup(text)
    return found if named is not None else None


def _outfit(
    text: str, named_set: Optional[NamedSet], named: list[Part], vocabulary: Matcher, gender: str
) -> Opening:
    said = extract(text, vocabulary)
    shared = _of_wearer(text, _shared(said.changes, named))
    genders = [c for c in shared if c.attribute == "gender" and isinstance(c.value, str)]
    kinds = {kind for part in named for kind in part.kinds}
    if kinds and gender and not genders:
        # A saree is not for the one who was looked for before.
        gender = gender if _suits(kinds, named_set, gender) == gender else ""
    sex = str(genders[-1].value) if genders else gender
    if not genders and gender:
        shared = (*shared, Constraint("gender", IS, gender))
    assumed = "" if sex in ("female", "male") else _suits(kinds, named_set)
    if assumed:
        shared = (*shared, Constraint("gender", IS, assumed))
    chosen = named_set or told_sets().outfits[EVERYDAY]
    sex = sex if sex in chosen.parts else assumed or "female"
    parts = _worn_together(_filled(chosen.parts[sex], named), named, sex)
    name = named_set.name if named_set else EVERYDAY
    bundle = Bundle(OUTFIT, name, tuple(parts[:MOST]), shared, assumed=assumed)
    return Opening(with_money(bundle, money(text, said.changes)))


def _of_wearer(text: str, shared: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    """What is said of all parts, with the sex and age of the one who is to wear them."""
    who = people(text)
    if len(who) != 1:
        return shared
    person, request = told_sets().people[who[0].person], Request(shared)
    if person.gender:
        # Whether things for children are meant stands in the words.
        called = f"{who[0].words} child" if person.child else who[0].words
        request = add_constraint(request, Constraint("gender", IS, person.gender, words=called))
    # A girls' night out is for no children.
    child = person.child and person.name in OWN_CHILDREN
    group = age_groups_of(who[0], 0) or ("kids" if child else "")
    if group and group != "adult":
        request = add_constraint(request, Constraint("age_group", IS, group))
    return request.constraints


def _worn_together(parts: list[Part], named: Sequence[Part], sex: str) -> list[Part]:
    """Without what is not worn beside what was named: no trousers where a dress is wanted.

    A shirt instead of the dress takes something to wear with it.
    """
    sets = told_sets()
    asked = [part.name for part in parts if any(part.kinds == n.kinds for n in named)]
    places = {place_of(n.kinds) or n.name for n in named} | set(asked)
    needless = {other for place in places for other in sets.needless.get(place, ())} - places
    kept = [part for part in parts if part.name not in needless]
    if "dress" in needless and len(kept) < len(parts):
        there = {place_of(part.kinds) or part.name for part in kept}
        everyday = sets.outfits[EVERYDAY].parts[sex]
        kept += [
            Part(p.name, p.kinds)
            for p in everyday
            if p.name in ("top", "bottom") and p.name not in there | needless
        ]
    return kept


def place_of(kinds: Sequence[str]) -> str:
    """The part of an outfit that things of some kinds are; empty where none is."""
    for place, others in told_sets().any.items():
        if set(kinds) & set(others):
            return place
    told = [
        p for one in told_sets().outfits.values() for parts in one.parts.values() for p in parts
    ]
    return next((p.name for p in told if set(kinds) & set(p.kinds)), "")


def _suits(kinds: set[str], named_set: Optional[NamedSet], before: str = "female") -> str:
    """The sex whose outfit has most of some kinds; the one before where that does not tell."""
    outfit = named_set or told_sets().outfits[EVERYDAY]
    counts = {
        sex: sum(bool(kinds & set(part.kinds)) for part in parts)
        for sex, parts in outfit.parts.items()
    }
    return max(sorted(counts), key=lambda sex: (counts[sex], sex == before))


def _setup(text: str, setup: NamedSet, named: list[Part], vocabulary: Matcher) -> Opening:
    said = extract(text, vocabulary)
    shared = tuple(c for c in _shared(said.changes, named) if c.attribute not in FOR_WHOM)
    n = _for_how_many(text)
    parts = _filled(setup.parts[""], [p for p in named if not _names_set(p, setup)], n)
    bundle = Bundle(SETUP, setup.name, tuple(parts[:MOST]), shared, people=n)
    return Opening(with_money(bundle, money(text, said.changes)))


def _is_one_thing(text: str, setup: NamedSet, named: list[Part]) -> bool:
    """Whether the set is only read in the name of one thing that belongs to it: 一套床品四件套."""
    if len(named) != 1 or not any(set(named[0].kinds) & set(p.kinds) for p in setup.parts[""]):
        return False
    return not setup.said.search(text.replace(named[0].words, " "))


def _names_set(part: Part, setup: NamedSet) -> bool:
    """Whether the kind of a part was only read in the name of the set: "a coffee corner"."""
    return bool(setup.said.search(part.words)) and not any(
        set(part.kinds) & set(p.kinds) for p in setup.parts[""]
    )


def _listed(text: str, named: list[Part], vocabulary: Matcher) -> Opening:
    said = extract(text, vocabulary)
    shared = tuple(c for c in _shared(said.changes, named) if c.attribute in FOR_WHOM)
    bundle = Bundle(LISTED, parts=tuple(named[:MOST]), constraints=shared)
    return Opening(with_money(bundle, money(text, said.changes)), max(0, len(named) - MOST))


def _named_parts(text: str, vocabulary: Matcher) -> list[Part]:
    """The things that a message names one by one, each with what is said of it."""
    parts: list[Part] = []
    for chunk in chunks(text):
        wishes = wishes_in(extract(chunk, vocabulary).changes)
        kinds = [c for c in wishes if c.attribute == "product_type" and c.op == IS]
        names = [str(v) for c in kinds for v in c.values]
        if not names or set(names) & words().generic or words().said("remove", chunk):
            continue
        own = tuple(c for c in wishes if is_own(c) and c.attribute not in FOR_WHOM)
        count = _counted(chunk)
        name = unique(names[0], [p.name for p in parts])
        parts.append(Part(name, tuple(names), words=kinds[0].words, constraints=own, count=count))
    return parts


def _filled(told: Sequence[SetPart], named: Sequence[Part], n: int = 1) -> list[Part]:
    """The parts of a set; where the shopper named things, these are in their places."""
    sets, waiting = told_sets(), list(named)
    parts: list[Part] = []
    for one in told:
        fitting = [p for p in waiting if set(p.kinds) & {*one.kinds, *sets.any.get(one.name, ())}]
        if fitting:
            waiting = [p for p in waiting if p is not fitting[0]]
            parts.append(replace(fitting[0], name=one.name))
            continue
        parts.append(Part(one.name, one.kinds, count=n if one.each else 1))
    taken = [p.name for p in parts]
    return [*parts, *(replace(p, name=unique(p.name, taken)) for p in waiting)]


def _shared(changes: Sequence[Change], named: Sequence[Part]) -> tuple[Constraint, ...]:
    """What is said of all parts: not what is said of one of them, nor money."""
    own = {(c.attribute, c.value) for part in named for c in part.constraints}
    request = Request()
    for constraint in wishes_in(changes):
        if constraint.attribute in ("product_type", "price", "seats", "capacity"):
            continue
        if (constraint.attribute, constraint.value) in own:
            continue
        if constraint.attribute in SETTING and constraint.op != IS_NOT:
            constraint = replace(constraint, hard=False)
        if constraint.attribute == "gender":
            constraint = replace(constraint, hard=True)
        request = add_constraint(request, constraint)
    return request.constraints


def _counted(chunk: str) -> int:
    """How many of a thing: "two sleeping bags"."""
    numbers = parse_numbers(chunk)
    first = numbers[0] if numbers else None
    leading = first is not None and not chunk[: first.start].strip(" a-z要来买")
    whole = first is not None and first.high is None and 1 < first.value <= 10
    return int(first.value) if first is not None and leading and whole else 1


def _for_how_many(text: str) -> int:
    """For how many a set-up is: "for two", 四人."""
    for number in parse_numbers(text):
        before, after = text[: number.start].casefold(), text[number.end :].casefold()
        counts = before.rstrip().endswith(("for", "of")) and not after.lstrip().startswith(
            ("$", "usd", "dollar", "buck", "yuan", "rupee", "rmb", "eur")
        )
        people_after = after.lstrip().startswith(("people", "persons", "of us", "人", "个人"))
        if (counts or people_after) and number.high is None and 1 <= number.value <= 12:
            return int(number.value)
    return 1
