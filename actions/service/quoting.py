"""Which sentence of a text answers a question about a product: by its words, then by its sense.

A sentence is only ever quoted. That it mentions what was asked says neither yes nor no.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Callable, Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt
import yaml

from actions.request.stopwords import STOPWORDS
from actions.service.words import plain
from catalog.text import detect_language, fold, has_han

DESCRIPTION, REVIEW = "description", "review"
#: Vectors of texts, one a row, of length one.
Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]
#: Sentences whose sense is compared with the question's, at most and at least.
_COMPARED, _ENOUGH = 24, 4
#: A sentence has the sense of a question from this cosine on, where it is so much above the others
#: in its language: unrelated sentences of one language lie close to each other.
_ALIKE, _ABOVE = 0.85, 0.055
_SHORTEST, _LONGEST = 6, 220
_SPLIT = re.compile(r"(?<=[。！？!?…])\s*|(?<=[.;])\s+|\n+")
_TOPICS = Path(__file__).with_name("topics.yml")


@dataclass(frozen=True)
class Sentence:
    """One sentence that may be quoted."""

    text: str
    source: str
    """``DESCRIPTION`` or ``REVIEW``."""
    language: str
    rating: Optional[float] = None


@dataclass(frozen=True)
class Asked:
    """What a question is about."""

    topics: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.topics or self.words)


@lru_cache(maxsize=1)
def topics() -> Mapping[str, re.Pattern[str]]:
    """Topic → words for it in both languages, looked for in folded text."""
    data = yaml.safe_load(_TOPICS.read_text(encoding="utf-8"))
    return {
        name: re.compile(rf"\b(?:{words['en']})\b|{words['zh']}") for name, words in data.items()
    }


def asked(text: str, left: str, named: str = "") -> Asked:
    """What a question is about.

    Parameters
    ----------
    left
        Words of the question that fit no attribute.
    named
        What the product is called: its name is not what is asked.
    """
    said, name = plain(text), fold(named)
    found = {t for t, p in topics().items() if (m := p.search(said)) and m[0] not in name}
    words = {w for w in fold(left).split() if _tells(w) and w not in name}
    return Asked(frozenset(found), frozenset(words))


def sentences(text: str, source: str, rating: Optional[float] = None) -> list[Sentence]:
    """The sentences of a text that are long enough to say something."""
    found = []
    for part in _SPLIT.split(text):
        part = " ".join(part.split())
        if len(part) >= (_SHORTEST if not has_han(part) else 4):
            part = part if len(part) <= _LONGEST else part[: _LONGEST - 1].rstrip() + "…"
            found.append(Sentence(part, source, detect_language(part), rating))
    return found


def best(
    question: str,
    about: Asked,
    among: Sequence[Sentence],
    encode: Encode,
    language: str,
    n: int = 2,
) -> list[Sentence]:
    """The sentences that come nearest to a question; none where none does.

    Those with its words go first.

    Parameters
    ----------
    language
        Of the shopper: of two sentences that are as near, the one in it goes first.
    """
    scored = [(_shared(about, sentence), sentence) for sentence in among]
    hits = [(score, sentence) for score, sentence in scored if score > 0]
    hits.sort(key=lambda hit: (-hit[0], hit[1].language != language))
    if hits:
        return _apart([sentence for _score, sentence in hits], n)
    return _by_sense(question, [s for s in among if s.language == language], encode)


def _shared(about: Asked, sentence: Sentence) -> int:
    said = fold(sentence.text)
    topical = sum(bool(topics()[topic].search(said)) for topic in about.topics)
    worded = sum(_stem(word) in said for word in about.words)
    return 2 * topical + worded


def _apart(found: Sequence[Sentence], n: int) -> list[Sentence]:
    """The first of each source, then the next, no text twice."""
    unique = list({sentence.text: sentence for sentence in found}.values())
    first = [
        next((s for s in unique if s.source == source), None) for source in (DESCRIPTION, REVIEW)
    ]
    order = [s for s in first if s is not None]
    order += [s for s in unique if s not in order]
    return order[:n]


def _by_sense(question: str, among: Sequence[Sentence], encode: Encode) -> list[Sentence]:
    among = list({s.text: s for s in among}.values())[:_COMPARED]
    if len(among) < _ENOUGH:
        return []
    vectors = encode([question, *(s.text for s in among)])
    cosines = vectors[1:] @ vectors[0]
    place = int(np.argmax(cosines))
    near = float(cosines[place])
    if near < _ALIKE or near - float(np.median(cosines)) < _ABOVE:
        return []
    return [among[place]]


def _tells(word: str) -> bool:
    if has_han(word):
        return len(word) >= 2
    return len(word) >= 4 and word.isalpha() and word not in STOPWORDS


def _stem(word: str) -> str:
    """A word without its ending, so that "shrinking" finds "shrink"."""
    if has_han(word):
        return word
    return re.sub(r"(?:ing|ed|es|s|y|ly)$", "", word) if len(word) > 5 else word
