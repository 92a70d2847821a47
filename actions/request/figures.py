"""Prices and measures as constraints, and the figures that only say how much cheaper."""

from __future__ import annotations

from typing import Optional

from actions.request import cues as cue
from actions.request.clauses import Clause
from actions.request.measure_cues import OF_BODY
from actions.request.negation import leads, norm_at
from actions.request.piece import Piece
from actions.request.types import ABOUT, AT_LEAST, AT_MOST, IS, IS_NOT, Constraint

_BARELY_CHEAPER = frozenset(("便宜", "贵", "cheaper", "more expensive", "pricier", "less"))
_TOO_MUCH = frozenset(
    ("too much", "too expensive", "too pricey", "too dear", "too costly", "太贵", "太贵了")
)
_FLIPPED = {AT_LEAST: AT_MOST, AT_MOST: AT_LEAST}


def figure_at(clause: Clause, index: int, piece: Piece, hard: bool) -> Optional[Constraint]:
    """The constraint of the price or measure at ``index``, None where it asks for nothing."""
    words = clause.reading.surface(piece.first, piece.stop)
    if piece.price and _is_difference(clause, index):
        return None
    if piece.price:
        p = piece.price
        op = _FLIPPED.get(p.op, p.op) if _turned_down(clause, index) else p.op
        return Constraint("price", op, p.value, hard, currency=p.currency, words=words)
    if piece.measure and piece.measure.attribute != OF_BODY:
        m = piece.measure
        op = IS_NOT if m.op == IS and index > clause.first and _refused(clause, index) else m.op
        return Constraint(m.attribute, op, m.value, hard, unit=m.unit, words=words)
    return None


def _is_difference(clause: Clause, index: int) -> bool:
    """Whether the money is how much cheaper: 比第一个便宜一百块, "at least 100 cheaper"."""
    price = clause.reading.pieces[index].price
    if price is None or price.op not in (ABOUT, AT_LEAST):
        return False
    before = index - 1 - (norm_at(clause, index - 1) == "by")
    beside = [k for k in (before, index + 1) if clause.first <= k < clause.stop]
    return any(norm_at(clause, k) in _BARELY_CHEAPER for k in beside)


def _turned_down(clause: Clause, index: int) -> bool:
    """Whether such prices are what is not wanted: 超过一千的不要, "over 500 is too much".

    In 五百以内不要黑的 the 不要 is about what comes after it.
    """
    after = index + 1 + (norm_at(clause, index + 1) in ("的", "is", "are"))
    if after >= clause.stop:
        return False
    words = norm_at(clause, after)
    if words in _TOO_MUCH or f"{words} {norm_at(clause, after + 1)}" in _TOO_MUCH:
        return True
    return cue.NOT_AFTER in clause.reading.pieces[after].cues and not leads(clause, after)


def _refused(clause: Clause, index: int) -> bool:
    before = clause.reading.pieces[index - 1]
    return cue.NOT in before.cues and not before.value
