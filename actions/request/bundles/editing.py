"""What steps do to a bundle: pure, and every part that nothing is said of stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Optional, Sequence

from actions.request.apply import Kin, add_constraint, apply
from actions.request.bundle import OUTFIT, Bundle, Part
from actions.request.bundles import steps as s
from actions.request.bundles.opening import place_of
from actions.request.bundles.presents import new_person
from actions.request.bundles.steps import Step, soft
from actions.request.bundles.wishes import MOST, unique
from actions.request.pieces import Matcher
from actions.request.resolve import ShownFacts
from actions.request.types import AT_MOST, Constraint, Request
from catalog.sets.sets import EVERYDAY, told_sets

#: The next cent.
CENT = 0.01


@dataclass(frozen=True)
class Edited:
    """A bundle after a message, and what the message was about."""

    bundle: Bundle
    touched: frozenset[str] = frozenset()
    """Parts that may change, because something was said of them."""
    removed: tuple[Part, ...] = ()
    added: tuple[str, ...] = ()
    said: frozenset[str] = field(default_factory=frozenset)
    """The kinds of step."""
    beyond: int = 0
    """Parts for which there was no room."""
    anew: bool = False
    """Whether every part may change."""


def edited(
    bundle: Bundle,
    changes: Sequence[Step],
    facts: ShownFacts,
    kin: Kin,
    vocabulary: Matcher,
    total: Optional[float],
) -> Edited:
    """The bundle after some steps.

    Parameters
    ----------
    total
        What all cost now.
    """
    touched: set[str] = set()
    removed: list[Part] = []
    added: list[str] = []
    beyond, anew = 0, False
    for step in changes:
        part = bundle.part(step.part)
        if step.kind == s.REMOVE and part is not None:
            bundle, removed = bundle.without(part.name), [*removed, part]
        elif step.kind in (s.CHANGE, s.REPLACE) and part is not None:
            bundle = bundle.with_part(_changed(part, step, facts, kin))
            touched.add(part.name)
            if step.kinds and bundle.form == OUTFIT:
                bundle, gone, more = _worn_with(bundle, part.name, place_of(part.kinds))
                removed, added = [*removed, *gone], [*added, *more]
        elif step.kind in (s.ADD, s.ADD_PERSON):
            new = _new(bundle, step, vocabulary)
            room = max(0, MOST - len(bundle.parts))
            beyond += max(0, len(new) - room)
            for one in new[:room]:
                bundle, added = bundle.with_part(one), [*added, one.name]
        elif step.kind == s.BUDGET and step.money is not None:
            bundle = _with_limit(bundle, step.money.limit, step.money.each)
        elif step.kind == s.NO_BUDGET:
            bundle = replace(bundle, budget=None)
        elif step.kind == s.CHEAPER and total is not None:
            limit = Constraint("price", AT_MOST, round(total - CENT, 2), words="relative")
            bundle = replace(bundle, budget=limit)
        elif step.kind == s.SHARED:
            bundle = _shared(bundle, step)
            touched.update(p.name for p in bundle.parts)
        elif step.kind == s.AGAIN:
            anew = True
            parts = tuple(
                replace(p, refused=_plus(p.refused, p.product), product="") for p in bundle.parts
            )
            bundle = replace(bundle, parts=parts)
    kinds = frozenset(step.kind for step in changes)
    return Edited(bundle, frozenset(touched), tuple(removed), tuple(added), kinds, beyond, anew)


def _changed(part: Part, step: Step, facts: ShownFacts, kin: Kin) -> Part:
    """One part after what was wished of it, in the algebra of requests."""
    scene = Request(
        constraints=part.constraints,
        last_list=(part.product,) if part.product else (),
        focus=(part.product,) if part.product else (),
    )
    applied = apply(scene, [replace(c, referents=()) for c in step.changes], facts, kin)
    constraints = applied.request.constraints
    text = step.text or part.text
    if step.kinds and step.kinds != part.kinds:
        text = ""
    refused = part.refused
    if step.kind == s.REPLACE or (step.text and step.text != part.text):
        refused = _plus(refused, part.product)
    kinds = step.kinds or (() if step.text else part.kinds)
    words = part.words if part.person or not step.kinds else ""
    return replace(
        part, constraints=constraints, text=text, kinds=kinds, refused=refused, words=words
    )


def _worn_with(bundle: Bundle, name: str, before: str) -> tuple[Bundle, list[Part], list[str]]:
    """The outfit after a part has become another kind of thing: jeans take a top, a dress none.

    Returns
    -------
    The outfit, the parts that are not worn with it, and the names of those that are needed now.
    """
    sets, changed = told_sets(), bundle.part(name)
    place = place_of(changed.kinds) if changed is not None else ""
    if place == before or not place:
        return bundle, [], []
    others = [p for p in bundle.parts if p.name != name]
    gone = [p for p in others if (place_of(p.kinds) or p.name) in sets.needless.get(place, ())]
    bundle = bundle.without(*(p.name for p in gone))
    there = {place_of(p.kinds) or p.name for p in bundle.parts}
    sexes = [str(c.value) for c in bundle.constraints if c.attribute == "gender"]
    everyday = sets.outfits[EVERYDAY].parts
    needed = everyday[sexes[0] if sexes and sexes[0] in everyday else "female"]
    more: list[str] = []
    if place in ("top", "bottom") and "dress" in sets.needless[place]:
        for part in needed:
            if part.name in ("top", "bottom") and part.name not in there:
                own = unique(part.name, [p.name for p in bundle.parts])
                bundle = bundle.with_part(Part(own, part.kinds))
                more.append(own)
    return bundle, gone, more


def _new(bundle: Bundle, step: Step, vocabulary: Matcher) -> list[Part]:
    taken = [part.name for part in bundle.parts]
    if step.kind == s.ADD_PERSON and step.named is not None:
        named = step.named
        about = step.words[: named.start] + " " + step.words[named.end :]
        return new_person(named, vocabulary, about, taken)
    request = Request()
    for change in step.changes:
        if change.constraint is not None and change.constraint.attribute != "product_type":
            request = add_constraint(request, change.constraint)
    name = unique(step.kinds[0], taken)
    return [Part(name, step.kinds, words=step.words, constraints=request.constraints)]


def _with_limit(bundle: Bundle, limit: Constraint, each: bool) -> Bundle:
    if not each:
        return replace(bundle, budget=limit)
    parts = []
    for part in bundle.parts:
        own = tuple(c for c in part.constraints if c.attribute != "price")
        parts.append(replace(part, constraints=(*own, limit)))
    return replace(bundle, parts=tuple(parts))


def _shared(bundle: Bundle, step: Step) -> Bundle:
    """A wish of all parts; for another sex the parts of an outfit are others."""
    request = Request(bundle.constraints)
    sex = ""
    for change in step.changes:
        constraint = soft(change).constraint
        if constraint is None:
            continue
        if constraint.attribute == "gender":
            constraint = replace(constraint, hard=True)
            sex = str(constraint.value)
        request = add_constraint(request, constraint)
    named = {c.constraint.attribute for c in step.changes if c.constraint}
    parts = tuple(
        replace(p, constraints=tuple(c for c in p.constraints if c.attribute not in named))
        for p in bundle.parts
    )
    if not any(p.person for p in bundle.parts):
        bundle = replace(bundle, parts=parts)
    before = [c.value for c in bundle.constraints if c.attribute == "gender"]
    bundle = replace(bundle, constraints=request.constraints)
    told = told_sets().set_of(bundle.form, bundle.name)
    if sex and told and sex in told.parts and before != [sex]:
        parts = tuple(Part(p.name, p.kinds) for p in told.parts[sex])
        bundle = replace(bundle, parts=parts, assumed="")
    return bundle


def _plus(ids: tuple[str, ...], id_: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*ids, id_))) if id_ else ids
