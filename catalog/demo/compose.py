"""Composes the demo shop's products from its definitions: pure, and the same for the same seed."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from random import Random
from typing import Iterator, Mapping

from catalog.demo.definitions import SEASONS, Brand, Definitions, Design, Kind, Text, Word

_SMALL_WORDS = frozenset("a an and as at by for from in of on or the to with".split())
_UNITS = frozenset("g kg ml mm cm m pieces".split())
_ATTEMPTS = 400


@dataclass(frozen=True)
class Group:
    """One product with all its variants: what its rows have in common."""

    id: str
    kind: Kind
    design: Design
    brand: Brand
    titles: Mapping[str, Text]
    """Color → title; the key is empty where the product has no colors."""
    description: Text
    attributes: Mapping[str, tuple[str, ...]]
    price_factor: float

    @property
    def colors(self) -> tuple[str, ...]:
        """The colors it comes in; one empty name where it has none."""
        return tuple(self.titles)


def compose(definitions: Definitions, seed: int) -> Iterator[Group]:
    """Every product of the shop, kind by kind.

    Kinds have random numbers of their own, so that an edit to one leaves the others alone.
    No two products have the same title in either language.

    Raises
    ------
    ValueError
        If a kind's definitions do not allow for as many products as it asks for.
    """
    taken: set[str] = set()
    for kind in definitions.kinds:
        rng = Random(f"{seed}/{kind.id}")
        deck: list[Design] = []
        for number in range(1, kind.count + 1):
            if not deck:
                deck = [design for design in kind.designs for _ in range(design.weight)]
                rng.shuffle(deck)
            yield _group(definitions, kind, deck, number, taken, rng)


def _group(
    definitions: Definitions,
    kind: Kind,
    deck: list[Design],
    number: int,
    taken: set[str],
    rng: Random,
) -> Group:
    """The next product: the design on top of the deck, in a form that is not taken yet."""
    designs = [deck.pop(), *kind.designs]
    brands = [brand for brand in definitions.brands if kind.brands in brand.sells]
    for attempt in range(_ATTEMPTS):
        design = designs[0] if attempt < _ATTEMPTS // 2 else rng.choice(designs)
        words = _draw(definitions, kind, design, rng)
        if words is None:
            continue
        brand = rng.choice(brands)
        model = f"{rng.choice('ACEGKMNPRSTVX')}{rng.randrange(2, 90)}"
        slots = {
            "brand": Text(brand.name, brand.name),
            "model": Text(model, model),
            "design": design.name,
            "noun": design.noun,
            **{axis: _unsaid(word.text, design) for axis, word in words.items()},
        }
        template = rng.choice(kind.titles)
        _check_words(words, template)
        bare = _title(template, {**slots, "color": Text("", "")})
        if bare.en in taken or bare.zh in taken:
            continue
        taken.update(bare)
        return Group(
            id=f"{kind.id}-{number:03d}",
            kind=kind,
            design=design,
            brand=brand,
            titles={
                color: _title(template, {**slots, "color": definitions.colors[color]})
                if color
                else bare
                for color in _colors(kind, design, rng)
            },
            description=_description(kind, design, words, slots, rng),
            attributes=_attributes(kind, design, words),
            price_factor=_product([design.price, *(word.price for word in words.values())]),
        )
    raise ValueError(f"{kind.id}: no {number} different products can be made of its designs.")


def _draw(
    definitions: Definitions, kind: Kind, design: Design, rng: Random
) -> dict[str, Word] | None:
    """A value for every axis, or None where two of them contradict each other."""
    words = {
        axis: definitions.word(kind, axis, rng.choice(values))
        for axis, values in design.axes.items()
        if values
    }
    for word in words.values():
        for axis, values in word.without.items():
            if axis in words and words[axis].value in values:
                return None
    if kind.seasonal and not _seasons(words):
        return None
    return words


def _seasons(words: Mapping[str, Word]) -> tuple[str, ...]:
    return tuple(s for s in SEASONS if all(s in word.season for word in words.values()))


def _colors(kind: Kind, design: Design, rng: Random) -> list[str]:
    """Some of the design's colors; one that its palette names twice comes twice as often."""
    if not design.colors:
        return [""]
    wanted = min(rng.randint(*kind.shades), len(set(design.colors)))
    chosen: list[str] = []
    while len(chosen) < wanted:
        color = rng.choice(design.colors)
        if color not in chosen:
            chosen.append(color)
    return chosen


def _check_words(words: Mapping[str, Word], template: Text) -> None:
    for axis, word in words.items():
        if word.text.en and not word.text.zh and f"{{{axis}}}" in template.zh:
            raise ValueError(f"The {axis} {word.value!r} has no Chinese word.")


def _unsaid(text: Text, design: Design) -> Text:
    """The words, without what the design's name says already."""
    said = design.name
    return Text("" if text.en in said.en else text.en, "" if text.zh in said.zh else text.zh)


def _title(template: Text, slots: Mapping[str, Text]) -> Text:
    """The template filled in; what the product has no value for is left out."""
    en = template.en.format_map(defaultdict(str, {n: text.en for n, text in slots.items()}))
    zh = template.zh.format_map(defaultdict(str, {n: text.zh for n, text in slots.items()}))
    return Text(_title_case(_tidy(en)), _tidy(zh))


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace(" ,", ",").strip(" ,")


def _title_case(text: str) -> str:
    words = text.split(" ")
    return " ".join(
        word
        if i and (word in _SMALL_WORDS or (before[-1:].isdigit() and word in _UNITS))
        else _capital(word)
        for i, (before, word) in enumerate(zip(["", *words], words, strict=False))
    )


def _capital(word: str) -> str:
    """Capitals at the start and after hyphens, but not after a number: ``3-in-1``."""
    if any(letter.isdigit() for letter in word) or word.startswith("("):
        return word
    parts = word.split("-")
    return "-".join(p if p in _SMALL_WORDS else p[:1].upper() + p[1:] for p in parts)


def _description(
    kind: Kind, design: Design, words: Mapping[str, Word], slots: Mapping[str, Text], rng: Random
) -> Text:
    """What the design is, what follows from its values, and a closing remark of its kind."""
    sentences = [rng.choice(design.say)]
    sentences += [rng.choice(words[a].say) for a in kind.tell if a in words and words[a].say]
    if design.close:
        sentences.append(rng.choice(design.close))
    en = " ".join(s.en.format_map({n: t.en for n, t in slots.items()}) for s in sentences)
    zh = "。".join(s.zh.format_map({n: t.zh for n, t in slots.items()}) for s in sentences)
    return Text(en, zh + "。")


def _attributes(
    kind: Kind, design: Design, words: Mapping[str, Word]
) -> dict[str, tuple[str, ...]]:
    found = dict(design.facts)
    features = list(found.pop("feature", ()))
    for axis, word in words.items():
        found[axis] = (word.value,)
        found.update(word.facts)
        if word.feature:
            features.append(word.feature)
    if kind.seasonal:
        found.setdefault("season", _seasons(words))
    if features:
        found["feature"] = tuple(dict.fromkeys(features))
    return found


def _product(factors: list[float]) -> float:
    result = 1.0
    for factor in factors:
        result *= factor
    return result
