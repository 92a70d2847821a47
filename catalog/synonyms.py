"""The words that a merchant says shoppers use, and what is found by them."""

from __future__ import annotations

from typing import Callable, Mapping, Optional, Sequence

from catalog.lexicon.matcher import Entry, Span, Trie, plural, spans, tokenize
from catalog.rules.model import Synonym
from catalog.text import fold

#: Attributes whose English names are nouns that people put in the plural.
_NOUNS = ("product_type", "pattern")
Resolve = Callable[[str, str], Optional[tuple[str, str]]]
"""Words and an attribute (or ``""``) → the attribute and the value that they name."""


class Synonyms:
    """Synonyms of one shop. Those that mean a value are terms; all of them widen a word search.

    Parameters
    ----------
    resolve
        What the catalogue makes of words; a synonym of which it makes nothing only stands for
        other words.
    """

    def __init__(self, synonyms: Sequence[Synonym], resolve: Resolve) -> None:
        self.all = tuple(synonyms)
        self.entries: dict[tuple[str, ...], Entry] = {}
        """Tokens of a term → the value it stands for."""
        self._means: dict[tuple[str, ...], str] = {}
        self._trie = Trie()
        meanings = [resolve(synonym.means, synonym.attribute) for synonym in self.all]
        for synonym, meaning in zip(self.all, meanings, strict=True):
            noun = meaning is not None and meaning[0] in _NOUNS
            for word in synonym.words:
                for term in terms(word, noun):
                    self._means.setdefault(term, synonym.means)
                    self._trie.add(" ".join(term), Entry("", synonym.means))
                    if meaning is not None:
                        self.entries.setdefault(term, Entry(*meaning))

    def widened(self, text: str) -> str:
        """``text`` followed by what the synonyms in it mean."""
        if not self._means:
            return text
        tokens = tokenize(fold(text))
        found: Sequence[Span] = list(spans(tokens, (self._trie,)))
        meant = (self._means[tuple(t.text for t in tokens[s.first : s.last])] for s in found)
        return " ".join(dict.fromkeys([text, *meant]))


def terms(word: str, noun: bool = False) -> list[tuple[str, ...]]:
    """The tokens of a synonym, and of its plural where it is an English noun."""
    folded = " ".join(fold(word).replace("-", " ").split())
    forms = [folded, plural(folded)] if noun and folded.isascii() else [folded]
    found = [tuple(token.text for token in tokenize(form)) for form in forms]
    return [form for form in dict.fromkeys(found) if form]


def clashing(synonyms: Sequence[Synonym]) -> Mapping[str, tuple[Synonym, Synonym]]:
    """Words that two synonyms explain differently → the two."""
    first: dict[tuple[str, ...], Synonym] = {}
    found: dict[str, tuple[Synonym, Synonym]] = {}
    for synonym in synonyms:
        for word in synonym.words:
            for term in terms(word):
                other = first.setdefault(term, synonym)
                if (other.means, other.attribute) != (synonym.means, synonym.attribute):
                    found[word] = (other, synonym)
    return found
