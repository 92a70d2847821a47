"""Words, Chinese characters, numbers and marks of a text, and tables of phrases over them.

One cutting serves both languages and their mixture: a Latin word, a number or a mark is a token,
and so is every Chinese character. Apostrophes vanish ("don't" is "dont"), hyphens between letters
do not count ("start-over" is two words), so a phrase is found however it is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Generic, Iterable, Mapping, Optional, Sequence, TypeVar

from actions.request.narrow import narrow
from actions.request.numbers import Number, parse_numbers

WORD, HAN, NUMBER, MARK = "word", "han", "number", "mark"

_HAN_RANGE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇"
_PIECE = re.compile(
    rf"(?P<han>[{_HAN_RANGE}])|(?P<word>[^\W_{_HAN_RANGE}]+(?:'[^\W\d_{_HAN_RANGE}]+)*)"
    r"|(?P<mark>\n|[^\w\s]|_)"
)


@dataclass(frozen=True)
class Token:
    """One token; ``norm`` is what phrases are compared with."""

    start: int
    end: int
    norm: str
    kind: str
    number: Optional[Number] = None


def tokenise(text: str) -> list[Token]:
    """Cut ``text`` into tokens; offsets are those of ``text``."""
    low = narrow(text)
    tokens: list[Token] = []
    position = 0
    for number in parse_numbers(text):
        tokens.extend(_pieces(low, position, number.start))
        norm = " ".join(low[number.start : number.end].split())
        tokens.append(Token(number.start, number.end, norm, NUMBER, number))
        position = number.end
    tokens.extend(_pieces(low, position, len(low)))
    return tokens


def _pieces(low: str, start: int, end: int) -> Iterable[Token]:
    for match in _PIECE.finditer(low, start, end):
        kind = match.lastgroup or MARK
        norm = match.group()
        if kind == WORD:
            norm = norm.replace("'", "")
        elif norm == "-" and _joins_letters(low, *match.span()):
            continue
        yield Token(match.start(), match.end(), norm, kind)


def _joins_letters(low: str, start: int, end: int) -> bool:
    return low[start - 1 : start].isalpha() and low[end : end + 1].isalpha()


T = TypeVar("T")


class Phrases(Generic[T]):
    """A table of phrases; finds the longest one that begins at a token.

    ``table`` maps what a phrase means to the phrases, separated by ``|``, of any language.
    """

    def __init__(self, table: Mapping[T, str]):
        self._by_first: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for meaning, phrases in table.items():
            for phrase in phrases.split("|"):
                norms = tuple(token.norm for token in tokenise(phrase.strip()))
                if norms:
                    self._by_first.setdefault(norms[0], []).append((norms, meaning))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def at(self, tokens: Sequence[Token], i: int) -> Optional[tuple[int, T]]:
        """How many tokens the phrase at ``i`` has, and its meaning."""
        for norms, meaning in self._by_first.get(tokens[i].norm, ()):
            if len(norms) == 1:
                return 1, meaning
            if i + len(norms) <= len(tokens) and all(
                tokens[i + k].norm == norms[k] for k in range(1, len(norms))
            ):
                return len(norms), meaning
        return None

    def words(self) -> frozenset[str]:
        """Every Latin word that occurs in a phrase."""
        return frozenset(
            norm
            for entries in self._by_first.values()
            for norms, _ in entries
            for norm in norms
            if norm.isalpha() and norm.isascii()
        )
