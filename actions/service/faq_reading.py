"""A text of customer service as it is compared: its concepts, and the words that name none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from actions.service.faq_concepts import HAN, WORD, Concepts, stem
from catalog.text import fold

FILLERS = Path(__file__).with_name("faq_fillers.yml")
_CUT = "\0"


@dataclass(frozen=True)
class Reading:
    """What is in one text."""

    concepts: frozenset[str]
    words: tuple[str, ...]
    """Stems of the English words that neither name a concept nor are fillers."""
    pieces: tuple[str, ...]
    """What is left of the Chinese characters, in pieces that stood together."""

    @property
    def pairs(self) -> tuple[str, ...]:
        """Each two Chinese characters that stand side by side in a piece."""
        return tuple(p[i : i + 2] for p in self.pieces for i in range(len(p) - 1))

    @property
    def unexplained(self) -> float:
        """How much names no concept, in words; two Chinese characters are one."""
        return len(self.words) + sum(map(len, self.pieces)) / 2


class Reader:
    """Reads texts.

    Parameters
    ----------
    concepts
        Those that are known.
    """

    def __init__(self, concepts: Concepts) -> None:
        self.concepts = concepts
        english, chinese = _fillers()
        self._english, self._chinese = english, chinese

    def read(self, text: str) -> Reading:
        """What is in a text."""
        folded = fold(text)
        names, taken = self.concepts.read(folded)
        named = bytearray(len(folded))
        for start, end in taken:
            named[start:end] = b"\1" * (end - start)
        words = tuple(
            found
            for match in WORD.finditer(folded)
            if not any(named[match.start() : match.end()])
            and (found := stem(match[0])) not in self._english
            and match[0] not in self._english
            and len(found) > 1
        )
        left = "".join(
            char if HAN.match(char) and not named[i] else _CUT for i, char in enumerate(folded)
        )
        for filler in self._chinese:
            left = left.replace(filler, _CUT)
        return Reading(names, words, tuple(piece for piece in left.split(_CUT) if piece))


@lru_cache(maxsize=1)
def _fillers() -> tuple[frozenset[str], tuple[str, ...]]:
    """Stems of English fillers, and Chinese ones, the longest first."""
    data = yaml.safe_load(FILLERS.read_text("utf-8"))
    english = data["en"].split()
    chinese = sorted(data["zh"].split(), key=len, reverse=True)
    return frozenset((*english, *map(stem, english))), tuple(chinese)
