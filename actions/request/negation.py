"""What a "no" covers: "not red or black", 不要红色的也不要黑的, "polyester-free"."""

from __future__ import annotations

from typing import Optional

from actions.request import cues as cue
from actions.request.clauses import Clause

_LATIN_NP_END = frozenset("i we you he she they show find give want need 我 我要 我想".split())


_SKIPPED = frozenset("a an the my your his her our for with of 的".split())


def norm_at(clause: Clause, index: int) -> str:
    """The words of the piece at ``index`` of the reading, "" beyond its ends."""
    if not 0 <= index < len(clause.reading.pieces):
        return ""
    return clause.reading.norm(clause.reading.pieces[index])


def denied_values(clause: Clause) -> set[int]:
    """Indexes of the values that a negation covers."""
    pieces = clause.reading.pieces
    denied: set[int] = set()
    active = False
    last: Optional[str] = None
    for index, piece in clause.indexes():
        norm = norm_at(clause, index)
        if _opens(clause, index):
            active, last = True, None
        elif piece.value:
            if active:
                denied.add(index)
                last = piece.value.attribute
        elif active and last and cue.AND in piece.cues:
            following = _next_value(clause, index + 1)
            active = following is not None and following == last
        elif active and last and piece.break_ == 1:
            active = _list_goes_on(clause, index)
        elif active and (piece.cues.intersection((cue.WANT, cue.FIND)) or norm in _LATIN_NP_END):
            active = cue.EXIST in piece.cues
    for index, piece in clause.indexes():
        if cue.NOT_AFTER not in piece.cues or index == clause.first:
            continue
        if _next_value(clause, index + 1) is not None and cue.NOT in piece.cues:
            continue
        k = index - 1
        while k >= clause.first:
            before = pieces[k]
            if before.value:
                denied.add(k)
            elif not (
                before.plain or before.break_ == 1 or before.cues.intersection((cue.OR, cue.AND))
            ):
                break
            k -= 1
    return denied


def _opens(clause: Clause, index: int) -> bool:
    """Whether a negation begins at ``index``."""
    cues = clause.reading.pieces[index].cues
    if cue.THAN in cues:
        return _other_before(clause, index)
    return cue.NOT in cues and not _negates_nothing(clause, index)


def _other_before(clause: Clause, index: int) -> bool:
    """Whether "than" excludes: "any other brand than …"."""
    return any(norm_at(clause, k).startswith("other") for k in range(clause.first, index)) or any(
        norm_at(clause, k) in ("any other", "different") for k in range(clause.first, index)
    )


def _negates_nothing(clause: Clause, index: int) -> bool:
    """A "no" that answers ("no, red"), and 没有…吗, which asks."""
    norm = norm_at(clause, index)
    if norm in ("no", "not", "不") and index + 1 < clause.stop:
        following = clause.reading.pieces[index + 1]
        if norm == "no" and (following.break_ or following.cues.intersection((cue.WANT, cue.FIND))):
            return True
        if norm == "no" and norm_at(clause, index + 1) in ("i", "im", "we", "it", "the"):
            return True
    if norm in ("没有", "没") and index == clause.first:
        return clause.question or norm_at(clause, clause.stop - 1) in ("吗", "么")
    return False


def _next_value(clause: Clause, index: int) -> Optional[str]:
    """The attribute of the value that comes next, small words aside."""
    while index < clause.stop:
        piece = clause.reading.pieces[index]
        if piece.value:
            return piece.value.attribute
        if not piece.plain and not piece.cues.intersection((cue.OR, cue.AND)):
            return None
        if norm_at(clause, index) not in _SKIPPED and not piece.cues:
            return None
        index += 1
    return None


def _list_goes_on(clause: Clause, index: int) -> bool:
    """Whether "or" or "nor" closes the list begun before the comma: "not red, blue or black"."""
    for piece in clause.reading.pieces[index + 1 : clause.stop]:
        if cue.OR in piece.cues:
            return True
        if not (piece.value or piece.break_ == 1 or piece.plain):
            return False
    return norm_at(clause, index) == "、"
