"""Correcting misspelt English words towards known terms."""

from __future__ import annotations

from collections import defaultdict
from typing import Iterable, Optional

from rapidfuzz import process
from rapidfuzz.distance import OSA

#: Endings that a misspelt word shares with the word that was meant.
_ENDINGS = ("ed", "ing", "ly", "tion", "tions", "able")
_FORMS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("d", ""), ("ied", "y"), ("ing", ""),
    ("ing", "e"), ("er", ""), ("r", ""), ("ers", ""), ("rs", ""), ("est", ""), ("st", ""),
    ("ly", ""), ("ment", ""), ("able", ""), ("ful", ""), ("al", ""), ("ness", ""),
)  # fmt: skip


class Speller:
    """Knows the words of a vocabulary, and the everyday words that are never corrected."""

    def __init__(self, terms: Iterable[str], common: frozenset[str]) -> None:
        self._common = common
        self._words = _by_initial(terms)

    def correct(self, word: str) -> Optional[str]:
        """The known word that a misspelt one stands for, or None; never for an everyday word."""
        if len(word) < 4 or not word.isalpha() or not word.isascii():
            return None
        if _everyday(word, self._common):
            return None
        best = process.extractOne(
            word,
            self._words.get(word[0], ()),
            scorer=OSA.distance,
            score_cutoff=1 if len(word) < 9 else 2,
        )
        if best is None or (len(word) == 4 and not _slip(word, best[0])):
            return None
        if any(word.endswith(e) and not best[0].endswith(e) for e in _ENDINGS):
            return None
        return str(best[0])


def _by_initial(terms: Iterable[str]) -> dict[str, list[str]]:
    """Words to correct to, whole terms before parts of terms."""
    terms = list(terms)
    parts = (word for term in terms for word in term.split())
    words: dict[str, list[str]] = defaultdict(list)
    for term in dict.fromkeys((*terms, *parts)):
        if len(term) >= 4 and term.isascii() and term.isalpha():
            words[term[0]].append(term)
    return words


def _everyday(word: str, common: frozenset[str]) -> bool:
    """Whether a word is, or is a form of, a word of everyday English."""
    if word in common:
        return True
    for ending, instead in _FORMS:
        if word.endswith(ending) and (ending != "ing" or len(word) > 6):
            stem = word.removesuffix(ending)
            if stem + instead in common or (stem[-1:] == stem[-2:-1] and stem[:-1] in common):
                return True
    return False


def _slip(word: str, term: str) -> bool:
    """In a word of four letters only a letter left out or two exchanged count as a slip."""
    return len(term) > len(word) or sorted(term) == sorted(word)
