"""What belongs together, told by hand: outfits by occasion, set-ups by what they are for, gifts.

The files beside name kinds of the lexicon. Which of them a shop has is for others to see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Optional

import yaml

FOLDER = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
OUTFIT, SETUP = "outfit", "setup"
#: The outfit for any day, whose parts stand in where an occasion is not told.
EVERYDAY = "everyday"


@dataclass(frozen=True)
class SetPart:
    """One part of a set: its name, the kinds of product that will do, the likeliest first."""

    name: str
    kinds: tuple[str, ...]
    each: bool = False
    """Whether everyone needs one."""


@dataclass(frozen=True)
class NamedSet:
    """One outfit or set-up."""

    name: str
    form: str
    """``outfit`` or ``setup``."""
    label: Mapping[str, str]
    said: re.Pattern[str]
    """Finds the words that name it."""
    values: Mapping[str, str]
    """Attribute → value that speaks for a product, though it need not have it."""
    parts: Mapping[str, tuple[SetPart, ...]]
    """By the gender whom it is for; a set-up has one list, under an empty text."""


@dataclass(frozen=True)
class Person:
    """Someone who is given something."""

    name: str
    label: Mapping[str, str]
    gender: str = ""
    age: str = ""
    child: bool = False
    gifts: str = "anyone"
    """Which list of gifts suits."""


class Sets:
    """All that the files tell."""

    def __init__(
        self, outfits: Mapping[str, Any], setups: Mapping[str, Any], gifts: Mapping[str, Any]
    ) -> None:
        self.labels: dict[str, dict[str, str]] = {
            name: {"en": part["en"], "zh": part["zh"]} for name, part in outfits["parts"].items()
        }
        self.any: dict[str, tuple[str, ...]] = {
            name: tuple(part["any"]) for name, part in outfits["parts"].items()
        }
        self.needless: dict[str, tuple[str, ...]] = {
            name: tuple(part.get("beside", ())) for name, part in outfits["parts"].items()
        }
        """Part of an outfit → the parts that are not needed beside it."""
        each = {name for name, part in setups["parts"].items() if part.get("each")}
        self.outfits = {
            name: _named(name, OUTFIT, data, {sex: _outfit(data[sex]) for sex in _sexes(data)})
            for name, data in outfits["sets"].items()
        }
        self.setups = {
            name: _named(name, SETUP, data, {"": _setup(data["parts"], each)})
            for name, data in setups["sets"].items()
        }
        self.gifts: dict[str, tuple[str, ...]] = {
            name: tuple(kinds) for name, kinds in gifts["gifts"].items()
        }
        self.people: dict[str, Person] = {}
        self.pairs: dict[str, tuple[str, ...]] = {}
        words: dict[str, str] = {}
        for name, data in gifts["people"].items():
            words.update(dict.fromkeys(data["words"].split("|"), name))
            if "pair" in data:
                self.pairs[name] = tuple(data["pair"])
                continue
            self.people[name] = Person(
                name=name,
                label={"en": data["en"], "zh": data["zh"]},
                gender=data.get("gender", ""),
                age=data.get("age", ""),
                child=bool(data.get("child")),
                gifts=data.get("gifts", "anyone"),
            )
        self.person_words = words
        """What somebody is called (a pattern) → who it is."""

    def outfit(self, text: str) -> Optional[NamedSet]:
        """The outfit whose occasion a text names."""
        return _first_said(self.outfits, text)

    def setup(self, text: str) -> Optional[NamedSet]:
        """The set-up that a text names."""
        return _first_said(self.setups, text)

    def set_of(self, form: str, name: str) -> Optional[NamedSet]:
        """A set by its form and its name."""
        return (self.outfits if form == OUTFIT else self.setups).get(name)

    def kinds_of(self, part: str) -> frozenset[str]:
        """All kinds that some outfit has for a part, and the wider ones that stand in for it."""
        told = (p for one in self.outfits.values() for parts in one.parts.values() for p in parts)
        kinds = {kind for p in told if p.name == part for kind in p.kinds}
        return frozenset(kinds) | frozenset(self.any.get(part, ()))

    def label(self, part: str, language: str) -> str:
        """What a part of an outfit is called; empty where it has no name of its own."""
        return self.labels.get(part, {}).get(language, "")


def pattern(spec: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern that finds words of both languages: English ones whole, Chinese ones anywhere."""
    parts = []
    if spec.get("en"):
        parts.append(rf"(?<![a-z])(?:{spec['en']})(?![a-z])")
    if spec.get("zh"):
        parts.append(f"(?:{spec['zh']})")
    return re.compile("|".join(parts), re.IGNORECASE)


@lru_cache(maxsize=1)
def told_sets() -> Sets:
    """The sets of the files beside, read once."""
    return Sets(*(_read(name) for name in ("outfits", "setups", "gifts")))


def _read(name: str) -> dict[str, Any]:
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=_LOADER)
    return data


def _named(
    name: str, form: str, data: Mapping[str, Any], parts: Mapping[str, tuple[SetPart, ...]]
) -> NamedSet:
    label = {"en": data["en"], "zh": data["zh"]}
    return NamedSet(name, form, label, pattern(data["words"]), data.get("values", {}), parts)


def _sexes(data: Mapping[str, Any]) -> list[str]:
    return [sex for sex in ("female", "male") if sex in data]


def _outfit(parts: Mapping[str, Any]) -> tuple[SetPart, ...]:
    return tuple(SetPart(name, tuple(kinds)) for name, kinds in parts.items())


def _setup(parts: Any, each: set[str]) -> tuple[SetPart, ...]:
    return tuple(SetPart(kinds[0], tuple(kinds), kinds[0] in each) for kinds in parts)


def _first_said(sets: Mapping[str, NamedSet], text: str) -> Optional[NamedSet]:
    """The set whose words are the longest in the text: a home office is more than an office."""
    found = [
        (max(len(m.group()) for m in one.said.finditer(text)) * (one.name != EVERYDAY), -n, one)
        for n, one in enumerate(sets.values())
        if one.said.search(text)
    ]
    return max(found, key=lambda pair: pair[:2])[2] if found else None
