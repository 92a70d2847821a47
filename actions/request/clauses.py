"""Clauses: the stretches of an utterance within which an act finds what it is about.

Punctuation and "and", "but", 也 … end a clause, except inside a list: "red, blue or black" and
"第一个、第三个" stay together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Sequence

from actions.request.cues import (
    AND,
    BUT,
    CORRECT,
    DISLIKE,
    LIKE,
    NO,
    NOT,
    NOT_AFTER,
    OR,
    START,
)
from actions.request.piece import Piece
from actions.request.pieces import Reading
from actions.request.referents import FOCUS
from actions.request.stopwords import STOPWORDS
from actions.request.types import Referent

#: Small words that may stand between a joint and the next item of a list.
_BEFORE_ITEM = frozenset("a an the in with my of also and or is be 的 那 个 是 or".split())
_AFTER_ITEM = frozenset("的 色 one ones 款 那个 件 码 style styles color colour colored".split())
#: What follows these is said about the rest, not asked for with it.
_REASONS = frozenset(("because", "since"))
#: What a question about "it" begins with.
_ASKING = frozenset("is does are do can has will".split())
_JUDGED = frozenset((LIKE, DISLIKE, NOT_AFTER))
#: Chinese words that start a clause of their own.
_STARTERS = frozenset("也 但 还 并 再 然 另 而 同".split())


@dataclass(frozen=True)
class Clause:
    """Pieces ``first`` to ``stop`` of a reading."""

    reading: Reading
    first: int
    stop: int
    contrast: bool = False
    """Whether "but" or the like led into it."""
    corrects: bool = False
    """Whether it puts right what was said before it."""
    question: bool = False
    """Whether a question mark closes it."""

    @property
    def pieces(self) -> Sequence[Piece]:
        return self.reading.pieces[self.first : self.stop]

    def indexes(self) -> Iterator[tuple[int, Piece]]:
        """Pieces with their indexes in the reading."""
        return ((k, self.reading.pieces[k]) for k in range(self.first, self.stop))

    def has(self, *cues: str) -> bool:
        """Whether any of the cues is in the clause."""
        return any(p.cues.intersection(cues) for p in self.pieces)

    def where(self, *cues: str) -> list[int]:
        """Indexes of the pieces with any of the cues."""
        return [k for k, p in self.indexes() if p.cues.intersection(cues)]

    def norms(self) -> list[str]:
        """The normalised words of each piece."""
        return [self.reading.norm(p) for p in self.pieces]

    def referents(self, loose: bool = False) -> tuple[Referent, ...]:
        """What is pointed at; ``loose`` takes bare numbers as ranks too."""
        found: list[Referent] = []
        for k, piece in self.indexes():
            counts = piece.sure or (loose and not self._is_quantity(k))
            if piece.referents and counts:
                found += [r for r in piece.referents if r not in found]
        return tuple(found)

    def _is_quantity(self, k: int) -> bool:
        """Whether the number at ``k`` counts what follows it: 三个, two shirts."""
        if k + 1 >= self.stop:
            return False
        following = self.reading.pieces[k + 1]
        norm = self.reading.norm(following)
        noun = following.plain and norm.isascii() and norm.isalpha() and norm not in STOPWORDS
        return bool(following.value) or norm in _COUNTED or noun

    @property
    def content(self) -> bool:
        """Whether a value, price or measure is in it."""
        return any(p.content for p in self.pieces)


_COUNTED = frozenset(
    "个 款 件 条 双 种 套 只 张 台 部 本 瓶 盒 支 options option items products ones choices "
    "results pairs pieces more different other of".split()
)


def clauses(reading: Reading) -> list[Clause]:
    """The clauses of a reading, in order; empty ones are left out."""
    pieces = reading.pieces
    out: list[Clause] = []
    first = 0
    contrast = corrects = False

    def close(stop: int, question: bool = False) -> None:
        if stop > first:
            out.append(Clause(reading, first, stop, contrast, corrects, question))

    k = 0
    while k < len(pieces):
        piece = pieces[k]
        norm = reading.norm(piece)
        if piece.break_ == 2:
            close(k, question=norm == "?")
            first, contrast, corrects = k + 1, False, corrects and first == k
        elif CORRECT in piece.cues:
            close(k)
            first, contrast, corrects = k + 1, False, True
        elif BUT in piece.cues or (piece.plain and norm in _REASONS):
            close(k)
            first, contrast, corrects = k + 1, BUT in piece.cues, False
        elif k > first and _speaks_anew(reading, k, first):
            close(k)
            first, contrast, corrects = k, False, False
        elif _parts(reading, k, first) and not _in_list(reading, k):
            close(k)
            denied = first == k - 1 and bool(out) and NO in pieces[first].cues
            corrects = denied or (corrects and first == k)
            first, contrast = k + (norm not in _STARTERS), False
        k += 1
    close(len(pieces))
    return out


def _parts(reading: Reading, k: int, first: int) -> bool:
    """Whether a clause may end at ``k``."""
    piece = reading.pieces[k]
    return piece.break_ == 1 or AND in piece.cues or _starts(reading, k, first)


def _speaks_anew(reading: Reading, k: int, first: int) -> bool:
    """Whether a sentence begins without a stop before it: "not the first one can you show …"."""
    piece = reading.pieces[k]
    if START in piece.cues:
        return _acts(reading, first, k) and _acts_next(reading, k + 1)
    if reading.norm(piece) == "就是":
        return any(p.cues & {LIKE} for p in reading.pieces[first:k])
    return _asks_on(reading, k, first) or _judges_next(reading, k, first)


def _asks_on(reading: Reading, k: int, first: int) -> bool:
    """Whether a question follows about what was named: "tell me about the third is it warm"."""
    if reading.norm(reading.pieces[k]) not in _ASKING or k + 1 >= len(reading.pieces):
        return False
    about = reading.pieces[k + 1].referents == FOCUS
    return about and any(p.referents and p.sure for p in reading.pieces[first:k])


def _judges_next(reading: Reading, k: int, first: int) -> bool:
    """Whether another product is judged after one was: 第一个不好看第二个还可以."""
    pieces = reading.pieces
    if not (pieces[k].referents and pieces[k].sure) or pieces[k].referents == FOCUS:
        return False
    named = next((j for j in range(first, k) if pieces[j].referents and pieces[j].sure), None)
    if named is None:
        return False
    return any(p.cues & _JUDGED for p in pieces[named + 1 : k]) and any(
        p.cues & _JUDGED for p in pieces[k + 1 : k + 4]
    )


def _acts(reading: Reading, first: int, stop: int) -> bool:
    """Whether something is already denied or judged of what is pointed at, without a stop."""
    pieces = reading.pieces[first:stop]
    said = any(p.cues & {NOT, DISLIKE, LIKE} for p in pieces)
    return said and any(p.referents and p.sure for p in pieces)


def _acts_next(reading: Reading, k: int) -> bool:
    """Whether a wish or another referent follows soon."""
    near = reading.pieces[k : k + 4]
    return any(p.referents or p.content or p.relative or p.sort for p in near)


def _starts(reading: Reading, k: int, first: int) -> bool:
    """Whether 也 begins a new clause: "不要红的也不要黑的"."""
    piece = reading.pieces[k]
    if not piece.plain or k == first or reading.norm(piece) not in ("也", "还", "再"):
        return False
    if k + 2 >= len(reading.pieces) or reading.pieces[k + 2].break_:
        return False
    return "not" in reading.pieces[k + 1].cues


def _in_list(reading: Reading, k: int) -> bool:
    """Whether the joint at ``k`` stands between two items of a list."""
    if _joins_numbers(reading, k):
        return True
    left, right = _neighbour(reading, k, -1), _neighbour(reading, k, +1)
    if left is None or right is None:
        return False
    if left.referents and right.referents:
        denied = any("not" in p.cues for p in reading.pieces[max(0, k - 3) : k])
        return not (denied and reading.pieces[k].break_)
    if left.sort and right.sort:
        return reading.pieces[k].break_ == 0
    if left.value and right.value:
        same = left.value.attribute == right.value.attribute
        return same or bool(OR in reading.pieces[k].cues)
    return False


def _joins_numbers(reading: Reading, k: int) -> bool:
    """Whether two bare numbers are joined at ``k``: "100 and 300"."""
    if not 0 < k < len(reading.pieces) - 1 or reading.pieces[k].break_:
        return False
    beside = (reading.pieces[k - 1], reading.pieces[k + 1])
    return all(p.plain and reading.tokens[p.first].number for p in beside)


def _neighbour(reading: Reading, k: int, step: int) -> Piece | None:
    skipped = _BEFORE_ITEM if step > 0 else _AFTER_ITEM
    j = k + step
    while 0 <= j < len(reading.pieces):
        piece = reading.pieces[j]
        if piece.value or piece.referents or piece.sort:
            return piece
        norm = reading.norm(piece)
        joint = step > 0 and piece.cues.intersection((OR, AND))
        if norm not in skipped and not joint:
            return None
        j += step
    return None
