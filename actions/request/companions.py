"""Things that are named only because the wanted one has them or goes with them."""

from __future__ import annotations

from actions.request import cues as cue
from actions.request.clauses import Clause
from actions.request.negation import norm_at
from actions.request.piece import Piece
from actions.request.stopwords import STOPWORDS

_FOR = frozenset(("for", "with", "like", "in", "makes", "holds", "fits", "that makes"))
_HAVING = frozenset(("with", "带", "带有", "附带", "含"))
_OWNERS = frozenset(("my", "our", "his", "her", "their", "your"))
_ARTICLES = _OWNERS | {"a", "an", "the", "我"}


def is_companion(clause: Clause, index: int, named: bool) -> bool:
    """Whether the thing is only what the wanted one has or goes with.

    "a case for my phone", "a phone with a decent camera", 配西装的皮鞋. ``named`` says that the
    clause names a thing before it.
    """
    if _goes_with(clause, index) or _is_sized_bed(clause, index):
        return True
    k = _past_modifiers(clause, index - 1)
    if k < clause.first:
        return False
    if norm_at(clause, k) == "的":
        return False
    joins = cue.TO in clause.reading.pieces[k].cues
    if named:
        return joins or norm_at(clause, k) in _FOR | _HAVING
    owned = norm_at(clause, k + 1) in _OWNERS or norm_at(clause, k) in ("for my", "for the")
    head = clause.reading.pieces[k - 1] if k > clause.first else None
    return bool(
        owned
        and (joins or norm_at(clause, k) == "for")
        and head
        and head.plain
        and norm_at(clause, k - 1) not in STOPWORDS
    )


def with_parts(clause: Clause, index: int) -> int:
    """The last piece of what the thing at ``index`` has: the palazzos of a kurta with palazzos."""
    k = index + 1
    if norm_at(clause, k) not in _HAVING:
        return index
    while k < clause.stop and not _is_thing(clause.reading.pieces[k]):
        piece = clause.reading.pieces[k]
        if not (piece.value or piece.plain or norm_at(clause, k) in _HAVING):
            return index
        k += 1
    return k if k < clause.stop else index


def _is_sized_bed(clause: Clause, index: int) -> bool:
    """Whether a bed only says what size the linen has: "a sheet for a 1.8 m bed", 1米5床的床单."""
    pieces = clause.reading.pieces
    value = pieces[index].value
    if value is None or value.value != "bed" or index == clause.first:
        return False
    before = pieces[index - 1] if norm_at(clause, index - 1) != "的" else pieces[index - 2]
    others = [p for k, p in clause.indexes() if k != index and _is_thing(p)]
    return before.measure is not None and bool(others)


def _past_modifiers(clause: Clause, k: int) -> int:
    """The piece left of articles, values and at most two unread adjectives."""
    unread = 0
    while k >= clause.first:
        piece, norm = clause.reading.pieces[k], norm_at(clause, k)
        if not (piece.value or norm in _ARTICLES):
            unread += 1
            if unread > 2 or not piece.plain or norm in _FOR or not norm.isascii():
                break
        k -= 1
    return k


def _goes_with(clause: Clause, index: int) -> bool:
    """Whether 的 leads from the thing to the one that is wanted: 配西装的皮鞋, 给手机配的充电器."""
    pieces = clause.reading.pieces
    k = index + 1
    to = k < clause.stop and cue.TO in pieces[k].cues
    k += to
    if not (k + 1 < clause.stop and norm_at(clause, k) == "的" and _is_thing(pieces[k + 1])):
        return False
    return to or (index > clause.first and cue.TO in pieces[index - 1].cues)


def _is_thing(piece: Piece) -> bool:
    return bool(piece.value and piece.value.attribute == "product_type")
