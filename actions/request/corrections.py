"""What a shopper takes back in the same breath: "red, no wait, blue", 要M码，等等，L码."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional, Sequence

from actions.request.clauses import Clause
from actions.request.constraints import Placed
from actions.request.measure_cues import LETTER_SIZES
from actions.request.tokens import Token
from actions.request.types import BETWEEN, IS, IS_NOT, Change, Constraint


def put_right(clause: Clause, before: Sequence[Placed], new: Sequence[Placed]) -> list[Placed]:
    """All changes once ``clause`` has corrected what was said ``before`` with ``new``.

    A bare figure takes the place of the last one, bound and currency kept; a bare referent that
    of the last act.
    """
    new = list(new) or _bare(clause, before)
    if before and len(new) == 1 and new[0][1].kind == "refer" and before[-1][1].referents:
        place, act = before[-1]
        return [*before[:-1], (place, replace(act, referents=new[0][1].referents))]
    changes = [change for _, change in new]
    if before and before[-1][1].kind == "refer" and any(c.referents for c in changes):
        before = before[:-1]
    return [p for p in before if not any(_replaces(change, p[1]) for change in changes)] + new


def _replaces(new: Change, old: Change) -> bool:
    if new.kind != old.kind:
        return False
    if new.constraint is None or old.constraint is None:
        return new.kind in ("relative", "sort", "count", "refer", "choose", "like", "reject")
    same = new.constraint.attribute == old.constraint.attribute
    return same and _class(new.constraint) == _class(old.constraint)


def _class(constraint: Constraint) -> str:
    return constraint.op if constraint.op in (IS, IS_NOT) else ""


def _bare(clause: Clause, before: Sequence[Placed]) -> list[Placed]:
    """The last figure said anew: "under 500, actually 600"."""
    pieces = [p for p in clause.pieces if p.plain or not p.sure]
    tokens = [t for p in pieces for t in clause.reading.tokens[p.first : p.stop]]
    if not before:
        return []
    place, last = before[-1]
    both = _both_ends(last, tokens)
    if both is not None:
        return [(place, both)]
    for token in tokens:
        corrected = _again(last, token)
        if corrected is not None:
            return [(place, corrected)]
    return []


def _both_ends(last: Change, tokens: Sequence[Token]) -> Optional[Change]:
    """A range said anew: "between 100 and 200, hang on, 100 and 300"."""
    constraint = last.constraint
    if constraint is None or constraint.op != BETWEEN:
        return None
    ends = [t.number.value for t in tokens if t.number]
    if len(ends) != 2:
        return None
    return replace(last, constraint=replace(constraint, value=(min(ends), max(ends))))


def _again(last: Change, token: Token) -> Optional[Change]:
    number = token.number.value if token.number else None
    if last.kind == "count" and number is not None:
        return replace(last, value=int(number))
    constraint = last.constraint
    if constraint is None or isinstance(constraint.value, tuple):
        return None
    if constraint.attribute == "size":
        size = f"{number:g}" if number is not None else token.norm
        if number is None and size not in LETTER_SIZES:
            return None
        return replace(last, constraint=replace(constraint, value=size))
    if isinstance(constraint.value, float) and number is not None:
        return replace(last, constraint=replace(constraint, value=number))
    return None
