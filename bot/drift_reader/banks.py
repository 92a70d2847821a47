"""What pairs of windows are composed from: missions, wordings and people, from ``nlu_data``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Mapping, Sequence

import yaml

from catalog.errors import ShoptalkError

LANGUAGES = ("en", "zh")
FILE = "windows.yml"
#: Fields of a mission that are lists.
LISTS = ("names", "products", "beside", "opening", "narrowing")
WORDINGS = ("drift", "refinement", "gift", "return", "more")


@dataclass(frozen=True)
class Mission:
    """Something a shopper may be after, in one language."""

    key: str
    department: str
    names: tuple[str, ...]
    """What it is called in a sentence."""
    products: tuple[str, ...]
    """Titles."""
    beside: tuple[str, ...] = ()
    """Titles of what is bought for the same purpose."""
    opening: tuple[str, ...] = ()
    """What shoppers begin with."""
    narrowing: tuple[str, ...] = ()
    """What they go on with."""
    related: frozenset[str] = frozenset()
    """Keys of missions that may serve the same purpose."""


@dataclass(frozen=True)
class Bank:
    """Everything of one language."""

    wordings: Mapping[str, tuple[str, ...]]
    people: tuple[str, ...]
    missions: tuple[Mission, ...]


def read_bank(path: Path) -> Bank:
    """Read one language's file.

    Raises
    ------
    ShoptalkError
        Where something is missing in it.
    """
    try:
        whole = yaml.safe_load(path.read_text("utf-8"))["windows"]
        near = _related(map(_list, whole["related"]))
        return Bank(
            {kind: tuple(map(str, whole["wordings"][kind])) for kind in WORDINGS},
            tuple(map(str, whole["people"])),
            tuple(_mission(key, entry, near[key]) for key, entry in whole["missions"].items()),
        )
    except (OSError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise ShoptalkError(f"{path} cannot be read: {error!r}.") from error


def read_banks(folder: Path) -> dict[str, Bank]:
    """The banks of all languages below ``nlu_data``."""
    return {language: read_bank(folder / language / FILE) for language in LANGUAGES}


def _mission(key: str, entry: Mapping[str, Any], related: set[str]) -> Mission:
    return Mission(
        key=key,
        department=str(entry["department"]),
        related=frozenset(related),
        **{name: _list(entry[name]) for name in LISTS},
    )


def _related(groups: Iterable[Sequence[str]]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        for key in group:
            found[key] |= {*group} - {key}
    return found


def _list(text: Any) -> tuple[str, ...]:
    return tuple(one.strip() for one in str(text).split(";") if one.strip())
