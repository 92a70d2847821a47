"""Which kind of product a size is of: nobody's shoe size says what trousers they take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterable, Mapping, Protocol

import yaml

from actions.sizing.systems import CHILDREN, MEN, WOMEN, tables

_WORDS = Path(__file__).with_name("words.yml")
ME = "me"


class Narrower(Protocol):
    """What knows which values are narrower than another one."""

    def narrower(self, attribute: str, value: str) -> Iterable[str]:
        """The value itself and all narrower ones."""


@dataclass(frozen=True)
class Kind:
    """A kind of product with sizes of its own."""

    name: str
    types: tuple[str, ...]
    family: str = ""
    measure: str = ""


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Kind]:
    """All kinds, by name."""
    return {
        name: Kind(name, tuple(d["types"]), d.get("family", ""), d.get("measure", ""))
        for name, d in tables()["kinds"].items()
    }


def kind_of(types: Iterable[str], vocabulary: Narrower) -> str:
    """The kind that product types belong to; empty where they have no sizes of a person."""
    types = {str(t) for t in types}
    for kind in kinds().values():
        for root in kind.types:
            if types & {root, *vocabulary.narrower("product_type", root)}:
                return kind.name
    return ""


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The words beside this file."""
    data: dict[str, Any] = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return data


@lru_cache(maxsize=2)
def _patterns(table: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    out = []
    for name, listed in words()[table].items():
        parts = sorted(listed.split("|"), key=len, reverse=True)
        latin = "|".join(re.escape(p) for p in parts if p.isascii() or "é" in p)
        han = "|".join(re.escape(p) for p in parts if not (p.isascii() or "é" in p))
        either = "|".join(filter(None, (rf"\b(?:{latin})(?:'s|s)?\b" if latin else "", han)))
        out.append((name, re.compile(either, re.I)))
    return tuple(out)


def person_in(text: str) -> str:
    """Whom a text names, the last one named; empty where it names nobody."""
    found = [(m.start(), name) for name, p in _patterns("persons") for m in p.finditer(text)]
    return max(found)[1] if found else ""


def kind_in(text: str) -> str:
    """The kind that words for a size name; empty where none does."""
    return next((name for name, p in _patterns("kinds") if p.search(text)), "")


def group_of(person: str, genders: Iterable[str], ages: Iterable[str]) -> str:
    """Men, women or children: by who it is, else by what the products say."""
    for group, persons in words()["groups"].items():
        if person in persons:
            return str(group)
    if {"kids", "toddler", "infant", "newborn"} & set(ages):
        return CHILDREN
    found = set(genders)
    return WOMEN if "female" in found and "male" not in found else MEN
