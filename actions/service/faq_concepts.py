"""What a text of customer service is about: concepts, the same in English and in Chinese.

``faq_concepts.yml`` has for each concept the phrases that name it. Of phrases that overlap in a
text the longest counts, so that a "gift card" is no gift; a concept stands for its wider ones, too.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterator, Mapping

import yaml

from catalog.product import LANGUAGES
from catalog.text import fold

FILE = Path(__file__).with_name("faq_concepts.yml")
GAP = ".."
_MOST_WORDS, _MOST_CHARACTERS = 4, 8
WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*")
HAN = re.compile(r"[㐀-鿿]")
_ENDINGS = ("ings", "ing", "ies", "ed", "es", "s")
_LEAST_STEM = 3
_VOWELS = "aeiou"


@dataclass(frozen=True)
class _Phrase:
    """A phrase in pieces with gaps between, and the concept that it names."""

    concept: str
    pieces: tuple[tuple[str, ...], ...]
    """English: stems of words; Chinese: one text a piece."""


@dataclass(frozen=True)
class _Found:
    concept: str
    spans: tuple[tuple[int, int], ...]

    @property
    def size(self) -> int:
        return sum(end - start for start, end in self.spans)


class Concepts:
    """Reads concepts out of texts.

    Parameters
    ----------
    data
        Concept → ``is``: wider concepts; ``en``, ``zh``: phrases; ``other``: whether hardly any
        answer of a shop is about it.
    """

    def __init__(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        self._data = data
        self.names = tuple(data)
        self.others = frozenset(name for name, spec in data.items() if spec.get("other"))
        self._wider = {name: tuple(spec.get("is") or ()) for name, spec in data.items()}
        for name, wider in self._wider.items():
            for one in wider:
                if one not in data:
                    raise ValueError(
                        f"The concept {name!r} is said to be a {one!r}: there is none."
                    )
        self._english: dict[str, list[_Phrase]] = {}
        self._chinese: list[_Phrase] = []
        for name, spec in data.items():
            for text in (*(spec.get("en") or ()), *(spec.get("zh") or ())):
                self._add(name, fold(str(text)))

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Concepts:
        """Those of ``faq_concepts.yml``."""
        return cls(yaml.safe_load(FILE.read_text("utf-8")))

    def of(self, text: str) -> frozenset[str]:
        """The concepts of a text, wider ones included.

        >>> sorted(Concepts.load().of("can I pay with a gift card?"))
        ['gift_card', 'pay']
        """
        return self.read(fold(text))[0]

    def read(self, folded: str) -> tuple[frozenset[str], tuple[tuple[int, int], ...]]:
        """The concepts of a folded text, and the spans of it that name them."""
        found = sorted((*self._in_english(folded), *self._in_chinese(folded)), key=_longest_first)
        taken: list[tuple[int, int]] = []
        names: set[str] = set()
        same: set[tuple[tuple[int, int], ...]] = set()
        for one in found:
            if one.spans not in same and any(_overlap(s, t) for s in one.spans for t in taken):
                continue
            same.add(one.spans)
            taken.extend(one.spans)
            names.add(one.concept)
        return frozenset(self._with_wider(names)), tuple(taken)

    def thinned(self, share: float, chance: random.Random, others: float = 0.0) -> Concepts:
        """The same without some of the phrases, as if fewer ways to say things were known.

        Parameters
        ----------
        share
            How many phrases are left out of each concept.
        others
            How many concepts that no answer is about have no phrase at all.
        """
        thin = {}
        for name, spec in self._data.items():
            gone = 1.0 if name in self.others and chance.random() < others else share
            thin[name] = {
                key: [one for one in value if chance.random() >= gone]
                if key in LANGUAGES
                else value
                for key, value in spec.items()
            }
        return Concepts(thin)

    def _with_wider(self, names: set[str]) -> Iterator[str]:
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            yield name
            waiting.extend(self._wider[name])

    def _add(self, concept: str, text: str) -> None:
        pieces = [piece.strip() for piece in text.split(GAP)]
        if HAN.search(text):
            self._chinese.append(_Phrase(concept, tuple((piece,) for piece in pieces)))
            return
        stems = tuple(tuple(stem(word) for word in WORD.findall(piece)) for piece in pieces)
        self._english.setdefault(stems[0][0], []).append(_Phrase(concept, stems))

    def _in_english(self, text: str) -> Iterator[_Found]:
        words = [(stem(match[0]), match.start(), match.end()) for match in WORD.finditer(text)]
        stems = [word[0] for word in words]
        for place, first in enumerate(stems):
            for phrase in self._english.get(first, ()):
                spans = []
                at, slack = place, 0
                for piece in phrase.pieces:
                    at = _find(stems, piece, at, slack)
                    if at < 0:
                        break
                    spans.append((words[at][1], words[at + len(piece) - 1][2]))
                    at, slack = at + len(piece), _MOST_WORDS
                else:
                    yield _Found(phrase.concept, tuple(spans))

    def _in_chinese(self, text: str) -> Iterator[_Found]:
        if not HAN.search(text):
            return
        for phrase in self._chinese:
            (first,), *rest = phrase.pieces
            start = text.find(first)
            while start >= 0:
                spans = [(start, start + len(first))]
                for (piece,) in rest:
                    end = spans[-1][1]
                    at = text.find(piece, end, end + _MOST_CHARACTERS + len(piece))
                    if at < 0:
                        break
                    spans.append((at, at + len(piece)))
                if len(spans) == len(phrase.pieces):
                    yield _Found(phrase.concept, tuple(spans))
                start = text.find(first, start + 1)


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """An English word without its ending; crude, the same for all forms of most words.

    >>> stem("wrapping"), stem("returned"), stem("policies"), stem("sized")
    ('wrap', 'return', 'policy', 'siz')
    """
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        left = word[: -len(ending)]
        if word.endswith(ending) and len(left) >= _LEAST_STEM and not word.endswith("ss"):
            if ending == "ies":
                return left + "y"
            word = left
            if ending != "s" and word[-1] == word[-2] and word[-1] not in "lsz" + _VOWELS:
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > _LEAST_STEM else word


def _find(stems: list[str], piece: tuple[str, ...], at: int, slack: int) -> int:
    """Where a piece stands, at a place or so many words behind it; -1 where it does not."""
    for place in range(at, min(at + slack, len(stems) - len(piece)) + 1):
        if tuple(stems[place : place + len(piece)]) == piece:
            return place
    return -1


def _longest_first(found: _Found) -> tuple[int, tuple[tuple[int, int], ...], str]:
    return -found.size, found.spans, found.concept


def _overlap(left: tuple[int, int], right: tuple[int, int]) -> bool:
    return left[0] < right[1] and right[0] < left[1]
