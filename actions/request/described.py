"""Products pointed at by what they are like: "the blue one", 那个蓝色的, "the cheaper one"."""

from __future__ import annotations

from typing import Optional, Sequence

from actions.request.cues import AND, OR
from actions.request.piece import Piece
from actions.request.referents import FOCUS
from actions.request.tokens import HAN, Token
from actions.request.types import Referent

#: Of what is not there yet.
_SEEKING = frozenset(
    "找 帮我找 给我找 推荐 给我推荐 想买 我想买 要买 我要买 有没有 搜 想找".split()
)
_DETERMINERS = ("the", "that", "this")


def joined(tokens: Sequence[Token], pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with every description joined into one that refers."""
    out: list[Piece] = []
    k = 0
    while k < len(pieces):
        read = _forward(tokens, pieces, k) or _having(tokens, pieces, k)
        if read is not None:
            out = _with_partner(tokens, out, read[0])
            out.append(read[0])
            k = read[1]
            continue
        if _names_kind(tokens, pieces, k):
            k += 2
            continue
        run, _ = _values(tokens, pieces, k + 1)
        if run and _demonstrates(tokens, pieces[k]) and _sought(tokens, pieces, k, run):
            k += 1
            continue
        back = _backward(tokens, out, pieces[k])
        if back is not None:
            out = back
        else:
            out.append(pieces[k])
        k += 1
    return out


def _norm(tokens: Sequence[Token], pieces: Sequence[Piece], k: int) -> str:
    return tokens[pieces[k].first].norm if 0 <= k < len(pieces) else ""


def _demonstrates(tokens: Sequence[Token], piece: Piece) -> bool:
    return piece.referents == FOCUS and tokens[piece.first].norm in "这那"


def _names_kind(tokens: Sequence[Token], pieces: Sequence[Piece], k: int) -> bool:
    """Whether "this" at ``k`` only takes up what was named: 耐克这个牌子, 红色这种颜色."""
    if not k or k + 1 >= len(pieces) or not _demonstrates(tokens, pieces[k]):
        return False
    value = pieces[k - 1].value
    return value is not None and value.attribute == pieces[k + 1].attribute


def _sought(tokens: Sequence[Token], pieces: Sequence[Piece], k: int, run: Sequence[Piece]) -> bool:
    """Whether "that" at ``k`` belongs to what is looked for: 帮我找那个蓝牙耳机."""
    if not any(p.value and p.value.attribute == "product_type" for p in run):
        return False
    before = pieces[max(0, k - 3) : k]
    words = {"".join(t.norm for t in tokens[p.first : p.stop]) for p in before}
    return bool(words & _SEEKING)


def _forward(
    tokens: Sequence[Token], pieces: Sequence[Piece], k: int
) -> Optional[tuple[Piece, int]]:
    """ "the blue one", "the cheaper one", 那个蓝色的, 那个最便宜的."""
    piece = pieces[k]
    demonstrative = _demonstrates(tokens, piece)
    determiner = piece.stop - piece.first == 1 and tokens[piece.first].norm in _DETERMINERS
    if not demonstrative and not determiner:
        return None
    run, stop = _values(tokens, pieces, k + 1)
    if run and demonstrative and _sought(tokens, pieces, k, run):
        return None
    closed = _norm(tokens, pieces, stop) == "one"
    if run and (demonstrative or closed):
        stop += closed
        return _by_value(piece.first, pieces[stop - 1].stop, run), stop
    following = pieces[k + 1] if k + 1 < len(pieces) else None
    if following is None:
        return None
    if following.sort and demonstrative:
        return _by_extreme(piece.first, following.stop, following.sort), k + 2
    if following.relative and _norm(tokens, pieces, k + 2) in ("one", "of"):
        attribute, way = following.relative
        stop = k + 3
        if _norm(tokens, pieces, k + 2) == "of" and stop < len(pieces) and pieces[stop].referents:
            stop += 1
        end = (attribute, "asc" if way == "less" else "desc")
        return _by_extreme(piece.first, pieces[stop - 1].stop, end), stop
    return None


def _having(
    tokens: Sequence[Token], pieces: Sequence[Piece], k: int
) -> Optional[tuple[Piece, int]]:
    """ "the one with stripes"."""
    piece = pieces[k]
    words = [t.norm for t in tokens[piece.first : piece.stop]]
    if words != ["the", "one"] or _norm(tokens, pieces, k + 1) not in ("with", "in"):
        return None
    run, stop = _values(tokens, pieces, k + 2)
    return (_by_value(piece.first, pieces[stop - 1].stop, run), stop) if run else None


def _backward(tokens: Sequence[Token], out: Sequence[Piece], piece: Piece) -> Optional[list[Piece]]:
    """蓝色的那个, 最便宜的那个: what was said before the demonstrative."""
    if not out or not _demonstrates(tokens, piece):
        return None
    before = list(out[:-1] if tokens[out[-1].first].norm == "的" else out)
    if not before:
        return None
    last = before[-1]
    if last.sort:
        return [*before[:-1], _by_extreme(last.first, piece.stop, last.sort)]
    if last.value and last.value.attribute != "product_type":
        return [*before[:-1], _by_value(last.first, piece.stop, [last])]
    return None


def _with_partner(tokens: Sequence[Token], out: list[Piece], described: Piece) -> list[Piece]:
    """ "the red and the blue one" are two: the first shares the "one" of the second."""
    if len(out) < 3 or not described.referents or described.referents[0].by != "value":
        return out
    determiner, value, joint = out[-3:]
    alike = value.value and value.value.attribute == described.referents[0].attribute
    if alike and joint.cues & {AND, OR} and tokens[determiner.first].norm == "the":
        return [*out[:-3], _by_value(determiner.first, value.stop, [value]), joint]
    return out


def _values(tokens: Sequence[Token], pieces: Sequence[Piece], k: int) -> tuple[list[Piece], int]:
    """The values in a row from ``k`` on, and where they end; of two things only the first."""
    run: list[Piece] = []
    while k < len(pieces):
        value = pieces[k].value
        if value:
            things = [p for p in run if p.value and p.value.attribute == "product_type"]
            if things and value.attribute == "product_type":
                break
            if things and _says_of_it(tokens, pieces, k):
                break
            run.append(pieces[k])
        elif not (run and _norm(tokens, pieces, k) == "的" and pieces[k].plain):
            break
        k += 1
    return run, k


def _says_of_it(tokens: Sequence[Token], pieces: Sequence[Piece], k: int) -> bool:
    """Whether what comes after a thing in Chinese is said of it: 这双鞋防水吗."""
    return tokens[pieces[k].first].kind == HAN and _norm(tokens, pieces, k + 1) != "的"


def _by_value(first: int, stop: int, run: Sequence[Piece]) -> Piece:
    values = [p.value for p in run if p.value]
    best = next((v for v in values if v.attribute != "product_type"), values[0])
    return Piece(first, stop, referents=(Referent("value", 0, best.attribute, best.value),))


def _by_extreme(first: int, stop: int, sort: tuple[str, str]) -> Piece:
    end = "min" if sort[1] == "asc" else "max"
    return Piece(first, stop, referents=(Referent("extreme", 0, sort[0], end),), sort=sort)
