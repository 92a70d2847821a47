"""Words of customer service in both languages, as ``nlu_data/*/desk.yml`` has them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Mapping, Sequence

import yaml

from catalog.errors import ShoptalkError
from catalog.product import LANGUAGES
from catalog.settings import ROOT
from catalog.text import fold

FILE = "desk.yml"
#: A message is read this far.
LENGTH = 600
_LATIN = re.compile(r"[a-z]")


@lru_cache(maxsize=1)
def patterns() -> Mapping[str, re.Pattern[str]]:
    """Key → what is looked for in folded text, of both languages: messages mix them."""
    return read(ROOT / "nlu_data")


def read(folder: Path) -> dict[str, re.Pattern[str]]:
    """Read ``<folder>/<language>/desk.yml`` of every language.

    Raises
    ------
    ShoptalkError
        Where a file is missing, has other keys than the rest, or a pattern is none.
    """
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        path = folder / language / FILE
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))["desk"]
        except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
            raise ShoptalkError(f"The words of the service cannot be read: {path}.") from error
        if found and set(found) != set(data):
            odd = ", ".join(sorted(set(found) ^ set(data)))
            raise ShoptalkError(f"{path} and the other language differ in {odd}.")
        for key, words in data.items():
            found.setdefault(key, []).extend(map(_whole, words))
    try:
        return {key: re.compile("|".join(words)) for key, words in found.items()}
    except re.error as error:
        raise ShoptalkError(f"A pattern in {FILE} below {folder} is wrong: {error}.") from error


def plain(text: str) -> str:
    """A message as patterns are looked for in it."""
    return " ".join(fold(text[:LENGTH]).split())


def says(key: str, text: str) -> bool:
    """Whether a message has words of a key; ``text`` is plain."""
    return patterns()[key].search(text) is not None


def first(keys: Sequence[str], text: str) -> str:
    """The first of some keys of which a message has words; empty where it has none."""
    return next((key for key in keys if says(key, text)), "")


def _whole(pattern: str) -> str:
    """Latin words are matched whole; a Chinese word has no ends."""
    if not _LATIN.search(re.sub(r"\\.", "", pattern)):
        return f"(?:{pattern})"
    left = "" if pattern.startswith("^") else r"(?<![a-z0-9])"
    right = "" if pattern.endswith("$") else r"(?![a-z0-9])"
    return f"{left}(?:{pattern}){right}"
