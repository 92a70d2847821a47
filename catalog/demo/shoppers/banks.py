"""Reads what simulated shoppers say and are: the words, personas and companions beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Optional, TypeVar

from catalog.demo.definitions import read_yaml

FOLDER = Path(__file__).resolve().parent
T = TypeVar("T")
Both = Mapping[str, tuple[str, ...]]
"""Language → ways to say something."""


@dataclass(frozen=True)
class Need:
    """What something is for, said without naming it."""

    said: Both
    types: tuple[str, ...]
    want: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Recipient:
    """Whom a gift is for, whose taste that is, and what is given."""

    said: Both
    persona: str
    gender: str
    types: tuple[str, ...]


@dataclass(frozen=True)
class Persona:
    """A kind of person: what they buy, and what they like about it."""

    name: str
    buys: Mapping[str, float]
    likes: Mapping[str, tuple[str, ...]]
    dislikes: Mapping[str, tuple[str, ...]]
    colors: tuple[str, ...]
    price: float


@dataclass(frozen=True)
class Banks:
    """Everything that is written down about shoppers."""

    types: Mapping[str, Both]
    families: Mapping[str, Both]
    colors: Mapping[str, str]
    """Color → its family."""
    said: Mapping[str, Mapping[str, Both]]
    needs: tuple[Need, ...]
    recipients: Mapping[str, Recipient]
    asking: Both
    giving: Both
    limits: Both
    cheaper: Both
    genders: Mapping[str, Both]
    slips: Mapping[str, str]
    personas: tuple[Persona, ...]
    companions: Mapping[str, tuple[str, ...]]

    def persona(self, name: str) -> Persona:
        """The persona of this name."""
        return next(persona for persona in self.personas if persona.name == name)


def load_banks(folder: Path = FOLDER) -> Banks:
    """Read the three files."""
    words = read_yaml(folder / "words.yml")
    return Banks(
        types={name: _both(entry) for name, entry in words["types"].items()},
        families={name: _both(entry) for name, entry in words["families"].items()},
        colors={c: name for name, entry in words["families"].items() for c in entry["colors"]},
        said={
            attribute: {value: _both(entry) for value, entry in values.items()}
            for attribute, values in words["said"].items()
        },
        needs=tuple(
            Need(_both(e), tuple(e["types"]), _tuples(e.get("want", {}))) for e in words["needs"]
        ),
        recipients={
            name: Recipient(_both(e), e["taste"], e["gender"], tuple(e["types"]))
            for name, e in words["recipients"].items()
        },
        asking=_both(words["asking"]),
        giving=_both(words["giving"]),
        limits=_both(words["limits"]),
        cheaper=_both(words["cheaper"]),
        genders={name: _both(entry) for name, entry in words["gender"].items()},
        slips=words["slips"],
        personas=tuple(_persona(n, e) for n, e in read_yaml(folder / "personas.yml").items()),
        companions=_tuples(read_yaml(folder / "companions.yml")),
    )


def longest_prefix(path: str, entries: Mapping[str, T]) -> Optional[T]:
    """The entry of the longest beginning of a product type that has one."""
    steps = path.split(" > ")
    for end in range(len(steps), 0, -1):
        found = entries.get(" > ".join(steps[:end]))
        if found is not None:
            return found
    return None


@lru_cache(maxsize=1024)
def beginning_with(prefixes: tuple[str, ...], paths: tuple[str, ...]) -> tuple[str, ...]:
    """The product types that begin with one of these, in the order of the prefixes."""
    return tuple(
        path
        for prefix in prefixes
        for path in paths
        if path == prefix or path.startswith(f"{prefix} > ")
    )


def _both(entry: Mapping[str, Any]) -> Both:
    return {language: tuple(entry[language]) for language in ("en", "zh")}


def _tuples(entry: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in entry.items()}


def _persona(name: str, entry: Mapping[str, Any]) -> Persona:
    return Persona(
        name=name,
        buys={path: float(weight) for path, weight in entry["buys"].items()},
        likes=_tuples(entry["likes"]),
        dislikes=_tuples(entry["dislikes"]),
        colors=tuple(entry["colors"]),
        price=float(entry["price"]),
    )
