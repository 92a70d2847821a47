"""What a message changes about several products that are wanted together, once they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Callable, Optional, Sequence

from actions.request.bundle import GIFTS, OUTFIT, Bundle, Part
from actions.request.bundles.money import Money, money
from actions.request.bundles.opening import place_of
from actions.request.bundles.people import Named, people
from actions.request.bundles.wishes import SETTING, told_of
from actions.request.bundles.wording import chunks, words
from actions.request.extract import Utterance, extract
from actions.request.pieces import Matcher
from actions.request.types import IS, IS_NOT, Change, Constraint
from catalog.sets.sets import told_sets

#: Kinds of step.
CHANGE, REPLACE, REMOVE, ADD, ADD_PERSON = "change", "replace", "remove", "add", "add_person"
BUDGET, NO_BUDGET, SHARED, CHEAPER, AGAIN, SHOW = (
    "budget",
    "no_budget",
    "shared",
    "cheaper",
    "again",
    "show",
)
#: Acts on what is shown that are none of these.
ACTS = frozenset("ask compare choose unchoose show_list back start_over like goes_with".split())
#: What can be wished of all parts at once.
OF_ALL = frozenset((*SETTING, "gender", "age_group", "color", "material", "brand", "pattern"))

IsOf = Callable[[Part, Sequence[str]], bool]
"""Whether the product of a part is of one of some kinds, or they are wider or narrower."""


@dataclass(frozen=True)
class Step:
    """One change of a bundle."""

    kind: str
    part: str = ""
    """The name of the part it is about."""
    changes: tuple[Change, ...] = ()
    """What is wished of it."""
    kinds: tuple[str, ...] = ()
    """Kinds of product named for it."""
    text: str = ""
    money: Optional[Money] = None
    named: Optional[Named] = None
    """Whom it is for, where someone new is."""
    words: str = ""


def steps(
    text: str, bundle: Bundle, vocabulary: Matcher, is_of: IsOf, focus: str = ""
) -> tuple[Step, ...]:
    """Read the changes of a bundle in a message; none where it is about something else.

    ``focus`` is the name of the part that was changed last, if it was one: "in brown" is about it.
    """
    cues = words()
    if cues.said("sum", text):
        return (Step(SHOW),)
    acts = {change.kind for change in extract(text, vocabulary).changes}
    if acts & ACTS and "relative" not in acts and not _firm(text):
        return ()
    if cues.said("again", text) and not _targets_in(text, bundle, vocabulary, is_of):
        return (Step(AGAIN),)
    if swap := _swap(text, bundle, vocabulary, is_of):
        return (swap,)
    if focus and money(text, extract(text, vocabulary).changes) is not None:
        # "Too expensive, 400 at most" is about all of it.
        focus = ""
    found: list[Step] = []
    for chunk in _joined(text, bundle, vocabulary, is_of):
        read = _read(chunk, bundle, vocabulary, is_of, focus)
        kinds = _kinds(extract(chunk, vocabulary))
        if not read and kinds and cues.said("replace", chunk):
            # "No suit, a kurta instead": what goes makes room for it.
            gone = found.pop().part if found and found[-1].kind == REMOVE else focus
            one = (
                Step(CHANGE, gone, kinds=kinds) if gone else Step(ADD, kinds=kinds, words=kinds[0])
            )
            read = [one]
        found += read
    return tuple(found)


def only_asks(text: str) -> bool:
    """Whether a message may be a question about what is shown rather than a wish."""
    asks = text.rstrip().endswith(("?", "？", "吗", "么"))
    return asks and not words().said("please", text) and not _firm(text)


def _firm(text: str) -> bool:
    return any(words().said(what, text) for what in ("replace", "add", "remove"))


def _joined(text: str, bundle: Bundle, vocabulary: Matcher, is_of: IsOf) -> list[str]:
    """The message cut so that what is said of one part stays together.

    "A cheaper shoe and another shirt" is two; "make the bag black and small" is one.
    """
    out: list[str] = []
    for chunk in chunks(text):
        own = bool(_targets_in(chunk, bundle, vocabulary, is_of)) or _names_more(chunk, vocabulary)
        alone = own or words().said("total", chunk) or words().said("all", chunk)
        alone = alone or money(chunk, extract(chunk, vocabulary).changes) is not None
        if out and not alone:
            out[-1] = f"{out[-1]}, {chunk}"
        elif (
            out
            and own
            and not _targets_in(out[-1], bundle, vocabulary, is_of)
            and not _whole(out[-1], vocabulary)
        ):
            out[-1] = f"{out[-1]} and {chunk}"
        else:
            out.append(chunk)
    return out


def _whole(chunk: str, vocabulary: Matcher) -> bool:
    """Whether a piece of a message says something by itself, and is not "black" of "black and
    white shoes"."""
    changes = extract(chunk, vocabulary).changes
    only = [c.constraint for c in changes if c.kind == "add" and c.constraint]
    return not only or len(chunk.split()) > 2 or money(chunk, changes) is not None


def _names_more(chunk: str, vocabulary: Matcher) -> bool:
    said = extract(chunk, vocabulary)
    return bool(_kinds(said)) or bool(people(chunk))


def _targets_in(chunk: str, bundle: Bundle, vocabulary: Matcher, is_of: IsOf) -> list[Part]:
    return _targets(chunk, extract(chunk, vocabulary), bundle, is_of)


def _targets(chunk: str, said: Utterance, bundle: Bundle, is_of: IsOf) -> list[Part]:
    """The parts that a piece of a message is about."""
    parts = bundle.parts
    found: list[Part] = []
    for referent in (r for c in said.changes for r in c.referents):
        if referent.by == "ordinal" and referent.n:
            n = referent.n - 1 if referent.n > 0 else len(parts) + referent.n
            found += parts[n : n + 1] if n >= 0 else []
        elif referent.by == "value" and referent.attribute == "product_type":
            found += [p for p in parts if is_of(p, (referent.value,))][:1]
    if found:
        return found
    if bundle.form == GIFTS:
        for named in people(chunk):
            own = [p for p in parts if p.person == named.person]
            exact = [p for p in own if p.words.casefold() == named.words.casefold()]
            found += (exact or own)[:1]
        if found:
            return found
    kinds = _kinds(said, named_only=False)
    if kinds:
        found = [p for p in parts if is_of(p, kinds)][:1]
        found = found or [p for p in parts if p.name in kinds][:1]
        if not found and bundle.form == OUTFIT:
            place = place_of(kinds)
            found = [p for p in parts if place and place in (p.name, place_of(p.kinds))][:1]
    return found or _labelled(chunk, bundle)


def _labelled(chunk: str, bundle: Bundle) -> list[Part]:
    """The part that is called by its name in the list."""
    sets = told_sets()
    low = chunk.casefold()
    for part in bundle.parts:
        chinese, english = sets.label(part.name, "zh"), sets.label(part.name, "en") or part.name
        own = part.words if not part.words.isascii() else ""
        said = any(name and name in chunk for name in (chinese, own))
        if said or f" {english} " in f" {low} ":
            return [part]
    return []


def _kinds(said: Utterance, named_only: bool = True) -> tuple[str, ...]:
    """The kinds of product that are named, in so many words or to be left out."""
    found: list[str] = []
    for change in said.changes:
        c = change.constraint
        if c is not None and c.attribute == "product_type" and (c.op == IS or not named_only):
            found += [str(v) for v in c.values]
        elif change.kind == "drop" and change.attribute == "product_type" and not named_only:
            found += [str(change.value)] if change.value else []
    return tuple(k for k in dict.fromkeys(found) if k not in words().generic or k == "stationery")


def _swap(text: str, bundle: Bundle, vocabulary: Matcher, is_of: IsOf) -> Optional[Step]:
    """ "Swap the trousers for a skirt": another kind in the place of a part."""
    swapped = words().swapped(text)
    if swapped is None:
        return None
    old, new = swapped
    parts = _targets_in(old, bundle, vocabulary, is_of)
    said = extract(new, vocabulary)
    kinds, wishes = _kinds(said), _own(said)
    if not kinds:
        kinds = _called(new, vocabulary)
        wishes = tuple(c for c in wishes if not (kinds and c.kind == "relative"))
    if len(parts) != 1 or not (kinds or wishes):
        return None
    return Step(CHANGE, parts[0].name, wishes, kinds, words=new)


def _called(text: str, vocabulary: Matcher) -> tuple[str, ...]:
    """The kind of thing that a text is the name of: a cooler is no cooler table."""
    resolve = getattr(vocabulary, "resolve", None)
    name = re.sub(r"^(?:an?|the|some|my|one)\s+", "", text.strip(" .。!！?？"), flags=re.IGNORECASE)
    kind = resolve("product_type", name) if resolve is not None else None
    return (kind,) if kind else ()


def _own(said: Utterance) -> tuple[Change, ...]:
    """What is wished of the thing itself."""
    return tuple(
        c
        for c in said.changes
        if c.kind in ("add", "widen", "drop", "relax", "relative")
        and not (
            c.constraint and c.constraint.attribute == "product_type" and c.constraint.op == IS
        )
        and c.attribute != "product_type"
    )


def _read(chunk: str, bundle: Bundle, vocabulary: Matcher, is_of: IsOf, focus: str) -> list[Step]:
    cues, said = words(), extract(chunk, vocabulary)
    targets = _targets(chunk, said, bundle, is_of)
    kinds, wishes = _kinds(said), _own(said)
    firm = _firm(chunk) or any(c.kind in ("relative", "reject") for c in said.changes)
    if not firm and any(c.kind in ACTS for c in said.changes):
        return []
    if cues.said("keep", chunk) and not firm and not wishes:
        return []
    who = people(chunk) if bundle.form == GIFTS else []
    new = [n for n in who if not any(p.person == n.person for p in bundle.parts)]
    if new:
        return [Step(ADD_PERSON, named=n, words=chunk) for n in new]
    if cues.said("add", chunk) and kinds and not cues.said("remove", chunk) and not who:
        name = next(iter(_constraint_words(said)), kinds[0])
        return [Step(ADD, changes=wishes, kinds=kinds, words=name)]
    if targets:
        return [_of_part(chunk, part, said, kinds, wishes, is_of) for part in targets][:3]
    last = bundle.part(focus) if focus else None
    if last is not None and not kinds and _about_it(chunk, said, wishes):
        return [_of_part(chunk, last, said, kinds, wishes, is_of)]
    denied = _kinds(said, named_only=False)
    if denied and not kinds and not wishes[len(denied) :]:
        return [Step(REMOVE, words=denied[0])]
    return _of_all(chunk, said, kinds, wishes)


def _about_it(chunk: str, said: Utterance, wishes: tuple[Change, ...]) -> bool:
    """Whether what is wished is about the part that was spoken of last."""
    cues = words()
    if not wishes or cues.said("all", chunk) or money(chunk, said.changes) is not None:
        return False
    attributes = {c.constraint.attribute if c.constraint else c.attribute for c in wishes}
    return not attributes & {*SETTING, "gender", "age_group", "product_type"}


def _constraint_words(said: Utterance) -> list[str]:
    return [
        c.constraint.words
        for c in said.changes
        if c.constraint and c.constraint.attribute == "product_type" and c.constraint.words
    ]


def _of_part(
    chunk: str,
    part: Part,
    said: Utterance,
    kinds: tuple[str, ...],
    wishes: tuple[Change, ...],
    is_of: IsOf,
) -> Step:
    cues = words()
    positive = tuple(
        c
        for c in wishes
        if not (c.constraint and c.constraint.attribute == "product_type")
        and not (c.constraint and part.person and c.constraint.attribute in ("gender", "age_group"))
        and not (c.constraint and c.constraint.attribute == "occasion" and part.person)
    )
    text = ""
    if part.person and not kinds:
        text = told_of(said)
    replaced = cues.said("replace", chunk) or any(c.kind == "reject" for c in said.changes)
    denied = any(
        c.constraint and c.constraint.attribute == "product_type" and c.constraint.op == IS_NOT
        for c in said.changes
    )
    if denied and part.person and people(chunk):
        # "No perfume for mum": something else, then.
        kind = REPLACE if _another(chunk) else CHANGE
        return Step(kind, part.name, wishes, words=chunk)
    if cues.said("remove", chunk) and not replaced and not positive:
        return Step(REMOVE, part.name)
    own = (
        kinds if kinds and (part.person or not is_of(part, kinds) or _narrows(part, kinds)) else ()
    )
    anew = bool(cues.found("replace", chunk)) and not positive and not own and not text
    if anew or (replaced and _another(chunk)):
        return Step(REPLACE, part.name, positive, own if own != part.kinds else (), text)
    if positive or own or text:
        return Step(CHANGE, part.name, positive, own, text, words=chunk)
    return Step(SHOW, part.name) if not replaced else Step(REPLACE, part.name)


def _another(chunk: str) -> bool:
    low = chunk.casefold()
    return any(w in low for w in ("another", "different", "other", "else", "另", "别的", "其他"))


def _narrows(part: Part, kinds: tuple[str, ...]) -> bool:
    """Whether the kinds named are some of those that would do, and not a name of the whole."""
    return bool(set(kinds) & set(part.kinds)) and set(kinds) != set(part.kinds)


def _of_all(
    chunk: str, said: Utterance, kinds: tuple[str, ...], wishes: tuple[Change, ...]
) -> list[Step]:
    """What is said of no part in particular."""
    cues = words()
    if cues.said("unlimited", chunk):
        return [Step(NO_BUDGET)]
    if kinds:
        return []
    found: list[Step] = []
    if amount := money(chunk, said.changes):
        found.append(Step(BUDGET, money=amount))
    elif any(c.kind == "drop" and c.attribute == "price" for c in wishes):
        found.append(Step(NO_BUDGET))
    elif any(c.kind == "relative" and c.attribute == "price" and c.value == "less" for c in wishes):
        found.append(Step(CHEAPER))
    shared = tuple(c for c in wishes if _for_all(c.constraint))
    if shared and not found:
        found.append(Step(SHARED, changes=shared))
    if not found and any(c.kind == "more" for c in said.changes):
        found.append(Step(AGAIN))
    return found


def _for_all(constraint: Optional[Constraint]) -> bool:
    return constraint is not None and constraint.attribute in OF_ALL


def soft(change: Change) -> Change:
    """What is said of the setting is a wish of the things."""
    c = change.constraint
    if c is None or c.attribute not in SETTING or c.op == IS_NOT:
        return change
    return replace(change, constraint=replace(c, hard=False))
