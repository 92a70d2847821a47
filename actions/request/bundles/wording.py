"""The words in which several products are wanted together, read from the file beside."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

import yaml

from catalog.sets.sets import pattern

FILE = Path(__file__).with_name("words.yml")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: Where one thing said ends and the next begins.
BREAKS = re.compile(
    r"(?<!\d)[,，](?!\d{3})|(?<=\d)[,，](?!\d)|[;；。!！\n、]|\.(?=\s|$)"
    r"|(?<![a-z])(?:and|plus|but|with)(?![a-z])|&|(?<!暖)和(?!服)|以及|还有|但是|但",
    re.IGNORECASE,
)


class Words:
    """Patterns by what they tell."""

    def __init__(self) -> None:
        data: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=_LOADER)
        self.generic: frozenset[str] = frozenset(data.pop("generic"))
        """Kinds of thing that only say that several are wanted."""
        swap = data.pop("swap")
        self._swaps = [re.compile(rf"^\W*(?:{swap[k]})$", re.IGNORECASE) for k in ("en", "zh")]
        self._patterns = {name: pattern(spec) for name, spec in data.items()}

    def said(self, what: str, text: str) -> bool:
        """Whether a text has words that tell ``what``: a key of the file."""
        return self._patterns[what].search(text) is not None

    def found(self, what: str, text: str) -> Optional[re.Match[str]]:
        """Where it has them first."""
        return self._patterns[what].search(text)

    def without(self, what: str, text: str) -> str:
        """The text without these words."""
        return self._patterns[what].sub(" ", text)

    def swapped(self, text: str) -> Optional[tuple[str, str]]:
        """What is to go and what is to take its place: "a skirt instead of the trousers"."""
        for swap in self._swaps:
            if found := swap.search(text.strip(" .。!！?？")):
                named = {k.rstrip("23"): v for k, v in found.groupdict().items() if v}
                return named["old"], named["new"]
        return None


@lru_cache(maxsize=1)
def words() -> Words:
    """The words, read once."""
    return Words()


def chunks(text: str) -> list[str]:
    """The text cut where one thing said may end: at marks and conjunctions."""
    return [chunk.strip() for chunk in BREAKS.split(text) if chunk and chunk.strip()]
