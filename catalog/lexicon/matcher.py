"""Finds the longest known terms in folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Iterable, Iterator, NamedTuple, Optional

_HAN = "㐀-䶿一-鿿豈-﫿"
_TOKEN = re.compile(rf"[{_HAN}]|(?:(?![{_HAN}])[^\W_])+(?:'[a-z]+)*|[^\s\-_'\"]")
_IRREGULAR = {
    "knife": "knives", "shelf": "shelves", "scarf": "scarves", "loaf": "loaves",
    "brush": "brushes", "mouse": "mice", "man": "men", "woman": "women", "foot": "feet",
}  # fmt: skip


class Token(NamedTuple):
    """A word, a Chinese character or a punctuation mark; offsets refer to the folded text."""

    text: str
    start: int
    end: int

    @property
    def han(self) -> bool:
        return "㐀" <= self.text <= "﫿" and len(self.text) == 1


class Entry(NamedTuple):
    """What a term stands for. A weak term needs its surroundings to support it."""

    attribute: str
    value: str
    weak: bool = False


#: Stands for phrases that look like terms and are none: "top rated", "红包".
DECOY = Entry("", "")


@dataclass(frozen=True)
class Span:
    """Tokens ``[first, last)`` and everything that they may stand for."""

    first: int
    last: int
    entries: tuple[Entry, ...]


def tokenize(folded: str) -> list[Token]:
    """Tokens of folded text. Hyphens and apostrophes join nothing and part nothing:

    >>> [t.text for t in tokenize("women's t-shirt, 红裙")]
    ['womens', 't', 'shirt', ',', '红', '裙']
    """
    return [Token(m.group().replace("'", ""), m.start(), m.end()) for m in _TOKEN.finditer(folded)]


def plural(word: str) -> str:
    """The English plural of the last word of a term; terms in -s stay as they are."""
    head, _, last = word.rpartition(" ")
    prefix = f"{head} " if head else ""
    if last in _IRREGULAR:
        return prefix + _IRREGULAR[last]
    if last.endswith("s") and not last.endswith(("ss", "us")):
        return word
    if last.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


class Trie:
    """Terms as a tree of tokens."""

    def __init__(self) -> None:
        self._root: dict[Optional[str], Any] = {}

    def add(self, term: str, entry: Entry) -> None:
        """Add one folded term."""
        node = self._root
        for token in tokenize(term):
            node = node.setdefault(token.text, {})
        if node is not self._root:
            entries = node.setdefault(None, [])
            if entry not in entries:
                entries.append(entry)

    def longest(self, tokens: list[Token], first: int) -> Optional[Span]:
        """The longest term that starts at token ``first``."""
        node: Optional[dict[Optional[str], Any]] = self._root
        found: Optional[Span] = None
        for last in range(first, len(tokens)):
            node = node.get(tokens[last].text)  # type: ignore[union-attr]
            if node is None:
                break
            if None in node:
                found = Span(first, last + 1, tuple(node[None]))
        return found

    def __contains__(self, term: str) -> bool:
        """Whether exactly this folded text is a term or a decoy."""
        tokens = tokenize(term)
        span = self.longest(tokens, 0) if tokens else None
        return span is not None and span.last == len(tokens)

    def get(self, term: str) -> tuple[Entry, ...]:
        """Entries of exactly this folded term."""
        tokens = tokenize(term)
        span = self.longest(tokens, 0) if tokens else None
        return span.entries if span and span.last == len(tokens) else ()


def spans(tokens: list[Token], tries: Iterable[Trie]) -> Iterator[Span]:
    """Longest terms from left to right, none overlapping another; decoys are left out.

    Where a decoy is also a term, it is the term.
    """
    tries = tuple(tries)
    i = 0
    while i < len(tokens):
        best: Optional[Span] = None
        for trie in tries:
            span = trie.longest(tokens, i)
            if span is None:
                continue
            if best is None or span.last > best.last:
                best = span
            elif span.last == best.last:
                extra = tuple(e for e in span.entries if e not in best.entries)
                best = Span(i, span.last, best.entries + extra)
        if best is None:
            i += 1
            continue
        entries = tuple(e for e in best.entries if e != DECOY)
        if entries:
            yield Span(best.first, best.last, entries)
        i = best.last
