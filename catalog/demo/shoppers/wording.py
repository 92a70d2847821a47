"""What a simulated shopper types: part of what they want, as people type it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional, Sequence

import numpy as np

from catalog.demo.definitions import Text
from catalog.demo.shoppers.banks import Banks, Recipient, longest_prefix

_SLIP = {"en": 0.06, "zh": 0.3}
_SHOUT = 0.15
_PLURAL = ("s", "wear", "clothes", "luggage", "coffee", "tea", "bedding")
_ORDER = ("style", "pattern", "family", "material", "design")
Facets = Mapping[str, str]


@dataclass(frozen=True)
class Wish:
    """What someone asks for. What they do not say is not in it."""

    types: tuple[str, ...]
    """The product types that the words stand for."""
    text: str
    facets: tuple[tuple[str, str], ...] = ()
    """Attribute and value of what is said."""
    limit: Optional[int] = None
    """The most it may cost, CNY."""


class Wording:
    """Puts wishes into words.

    Parameters
    ----------
    banks
        The phrases.
    materials, designs
        What values are called that are not in the banks: value → text.
    types
        All product types.
    titles
        Titles in lower case, which no request repeats.
    """

    def __init__(
        self,
        banks: Banks,
        materials: Mapping[str, Text],
        designs: Mapping[str, Text],
        types: Sequence[str],
        titles: frozenset[str],
    ) -> None:
        self._banks = banks
        self._materials = materials
        self._designs = designs
        self._titles = titles
        self._nouns = {name: longest_prefix(name, banks.types) or {} for name in types}
        self._called: dict[tuple[str, str], tuple[str, ...]] = {}
        for name, words in self._nouns.items():
            for language, nouns in words.items():
                for noun in nouns:
                    known = self._called.get((language, noun), ())
                    self._called[language, noun] = (*known, name)

    def noun(self, kind: str, language: str, rng: np.random.Generator) -> str:
        """A word for a product type."""
        return _pick(self._nouns[kind][language], rng)

    def called(self, noun: str, language: str) -> tuple[str, ...]:
        """The product types that a word may mean."""
        return self._called[language, noun]

    def phrase(
        self,
        noun: str,
        facets: Facets,
        limit: Optional[int],
        language: str,
        rng: np.random.Generator,
        recipient: Optional[Recipient] = None,
    ) -> str:
        """The whole request in words; never the title of a product."""
        thing = self._thing(noun, facets, language, rng)
        forms = self._banks.asking if recipient is None else self._banks.giving
        who = _pick(recipient.said[language], rng) if recipient else ""
        form = _pick(forms[language], rng)
        article = _article(thing)
        if limit is not None:
            said = _pick(self._banks.limits[language], rng).format(n=limit)
            if "{x}" not in form:
                form = f"{form} {said}"
            elif language == "zh" and rng.random() < 0.3:
                thing = f"{said}的{thing}"
            else:
                thing = f"{thing} {said}"
        text = form.format(x=thing, a=article, who=who)
        text = self._slip(" ".join(text.split()), language, rng)
        if text.lower() in self._titles:
            return self.phrase(noun, {}, limit, language, rng, recipient)
        return text

    def need(self, said: str, language: str, rng: np.random.Generator) -> str:
        """A need as it is typed."""
        return self._slip(said, language, rng)

    def sayable(self, attribute: str, value: str) -> bool:
        """Whether there are words for a value in both languages."""
        if attribute == "family":
            return value in self._banks.families
        if attribute in ("material", "design"):
            known = self._materials if attribute == "material" else self._designs
            return value in known and all(known[value])
        return value in self._banks.said.get(attribute, {})

    def _thing(self, noun: str, facets: Facets, language: str, rng: np.random.Generator) -> str:
        words = [self._said(name, facets[name], language, rng) for name in _ORDER if name in facets]
        if "design" in facets and _names(words[-1], noun, language):
            noun = words.pop()
        if "gender" in facets:
            words.insert(0, _pick(self._banks.genders[facets["gender"]][language], rng))
        if "cheap" in facets:
            words.insert(0, _pick(self._banks.cheaper[language], rng))
        occasion = facets.get("occasion")
        when = self._said("occasion", occasion, language, rng) if occasion else ""
        if language == "en":
            words = [word for word in words if word not in noun.split()]
            return " ".join([*words, noun, *(["for", when] if when else [])])
        joint = "的" if words and rng.random() < 0.35 else ""
        separator = " " if rng.random() < 0.12 else ""
        words = [f"适合{when}的"] * bool(when) + words
        return separator.join([*words, joint + noun])

    def _said(self, attribute: str, value: str, language: str, rng: np.random.Generator) -> str:
        if attribute in ("material", "design"):
            text = (self._materials if attribute == "material" else self._designs)[value]
            return text.en.lower() if language == "en" else text.zh
        bank = (
            self._banks.families if attribute == "family" else self._banks.said.get(attribute, {})
        )
        return _pick(bank[value][language], rng)

    def _slip(self, text: str, language: str, rng: np.random.Generator) -> str:
        """The text with a typing mistake now and then, or with a capital at its start."""
        if language == "zh":
            for right, wrong in self._banks.slips.items():
                if right in text and rng.random() < _SLIP["zh"] / 3:
                    return text.replace(right, wrong, 1)
            return text
        words = text.split(" ")
        long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
        if long and rng.random() < _SLIP["en"]:
            at = long[rng.integers(len(long))]
            words[at] = _mistyped(words[at], rng)
        text = " ".join(words)
        return text[:1].upper() + text[1:] if rng.random() < _SHOUT else text


def _mistyped(word: str, rng: np.random.Generator) -> str:
    """Two letters the wrong way round, one left out, or one typed twice."""
    at = int(rng.integers(1, len(word) - 1))
    way = rng.integers(3)
    if way == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + (word[at] * 2 if way == 1 else "") + word[at + 1 :]


def _names(design: str, noun: str, language: str) -> bool:
    """Whether a design's name says already what the thing is: a floor lamp, 落地灯."""
    return design.endswith(noun[-1]) if language == "zh" else noun.split()[-1] in design.split()


def _article(thing: str) -> str:
    words = thing.split(" for ")[0]
    if words.endswith(_PLURAL):
        return ""
    return "an" if words[:1] in "aeiou" else "a"


def _pick(choices: Sequence[str], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]
