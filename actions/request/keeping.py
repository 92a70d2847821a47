"""What stays as it is although the shopper looks for something else: "same budget, but shoes"."""

from __future__ import annotations

from actions.request import cues as cue
from actions.request.turns import Turn

#: How far apart the words may be: "the budget stays the same".
_REACH = 3
#: Of a likeness alone only the budget is meant: "the same brand" may be that of a product.
_LIKENESS = frozenset(("same", "the same", "同样", "一样", "同样的", "一样的", "相同", "相同的"))


def keep(turn: Turn) -> None:
    """ "keep the budget", 预算不变."""
    clause = turn.clause
    for k, piece in clause.indexes():
        if not piece.attribute or piece.content:
            continue
        near = [
            j
            for j in clause.where(cue.KEEP)
            if abs(j - k) <= _REACH
            and (piece.attribute == "price" or turn.norm(j) not in _LIKENESS)
        ]
        if not near:
            continue
        first, last = min(near[0], k), max(near[0], k)
        between = clause.reading.pieces[first:last]
        if any(p.content or cue.NOT in p.cues for p in between):
            continue
        turn.put(first, "keep", attribute=piece.attribute)
        turn.used.update(range(first, last + 1))
