"""Correcting misspelt English words and mistyped Chinese characters towards known terms."""

from __future__ import annotations

from collections import defaultdict
from typing import Iterable, Mapping, Optional, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog.lexicon.matcher import DECOY, Span, Token, Trie

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
        near = process.extract(
            word,
            self._words.get(word[0], ()),
            scorer=OSA.distance,
            score_cutoff=1 if len(word) < 9 else 2,
            limit=None if len(word) == 4 else 1,
        )
        if len(word) == 4:
            near = [candidate for candidate in near if _slip(word, candidate[0])]
        if not near:
            return None
        best = str(near[0][0])
        if any(word.endswith(e) and not best.endswith(e) for e in _ENDINGS):
            return None
        return best


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


#: No Chinese term that is corrected to is longer than this.
_LONGEST = 6


def alike(groups: Iterable[str]) -> dict[str, str]:
    """Character → the characters that it may have been typed for, from groups of such.

    >>> alike(["裙群", "包抱"])["群"]
    '裙'
    """
    found: dict[str, str] = {}
    for group in groups:
        for character in group:
            others = group.replace(character, "")
            found[character] = found.get(character, "") + others
    return found


def retyped(
    tokens: Sequence[Token],
    found: Sequence[Span],
    tries: Iterable[Trie],
    characters: Mapping[str, str],
) -> dict[int, str]:
    """Index of a mistyped Chinese character → the one that makes a term: 连衣群 → 连衣裙.

    ``found`` are the terms that are there as it is; one of them may only become part of a longer
    term (羽绒福), never be taken apart.
    """
    taken = {i: span for span in found for i in range(span.first, span.last)}
    tries = tuple(tries)
    out: dict[int, str] = {}
    for i, token in enumerate(tokens):
        if i in taken or token.text not in characters:
            continue
        best: Optional[tuple[int, str]] = None
        for character in characters[token.text]:
            spelled = [*tokens[:i], token._replace(text=character), *tokens[i + 1 :]]
            length = _longest_over(spelled, i, taken, tries)
            if length > (best[0] if best else 1):
                best = (length, character)
        if best:
            out[i] = best[1]
    return out


def _longest_over(
    tokens: list[Token], i: int, taken: Mapping[int, Span], tries: Sequence[Trie]
) -> int:
    """The length of the longest sure term over the token ``i``, 0 without one."""
    longest = 0
    for first in range(max(0, i - _LONGEST + 1), i + 1):
        for trie in tries:
            span = trie.longest(tokens, first)
            if span is None or span.last <= i or all(e == DECOY or e.weak for e in span.entries):
                continue
            cut = {taken[k] for k in (first, span.last - 1) if k in taken}
            if all(first <= s.first and s.last <= span.last for s in cut):
                longest = max(longest, span.last - first)
    return longest
