"""What a clause does with what was shown: compare, ask, like, reject, choose, show more like it.

Each reader looks at one clause, puts the changes it makes of it and marks the pieces it has used
up, so that "is the second one cotton?" is a question and not a wish for cotton.
"""

from __future__ import annotations

from typing import Callable

from actions.request import cues as cue
from actions.request.choices import choose, judge, refer, unchoose
from actions.request.clauses import Clause
from actions.request.critiques import count, more, relative, similar, sort
from actions.request.keeping import keep
from actions.request.questions import ask, compare, details, why
from actions.request.turns import Turn, acted, first_of, only, referents_of


def _reset(turn: Turn) -> bool:
    if turn.clause.has(cue.RESET) and not turn.clause.has(cue.ASIDE):
        turn.put(first_of(turn, cue.RESET), "start_over")
        return True
    return False


def _back(turn: Turn) -> bool:
    if turn.clause.has(cue.BACK) and only(turn, cue.BACK, cue.UNTAKE, cue.TAKE):
        turn.put(first_of(turn, cue.BACK), "back")
        return True
    return False


def _list_shown(turn: Turn) -> bool:
    clause = turn.clause
    if not clause.has(cue.LIST) or clause.content or referents_of(turn):
        return False
    k = first_of(turn, cue.LIST)
    if clause.has(cue.UNTAKE, cue.NOT, cue.NOT_AFTER) or _takes(turn):
        return False
    mine = turn.norm(k) not in ("list", "列表", "the list")
    if mine and (
        clause.has(cue.FIND, cue.QUESTION, cue.EXIST)
        or only(turn, cue.LIST, cue.TAKE, cue.WANT, cue.LIKE)
    ):
        turn.put(k, "show_list")
        return True
    return False


def _takes(turn: Turn) -> bool:
    return any(
        turn.norm(k) != "收藏" and k != first_of(turn, cue.LIST)
        for k in turn.clause.where(cue.TAKE)
    )


Reader = Callable[[Turn], bool]


_WHOLE: tuple[Reader, ...] = (_reset, _back, _list_shown, compare, why)


_PARTIAL: tuple[Callable[[Turn], None], ...] = (keep, similar, relative)


_ON_SHOWN: tuple[Reader, ...] = (ask, details, unchoose, choose, judge, refer)


def read_acts(clause: Clause) -> Turn:
    """The acts of one clause."""
    turn = Turn(clause)
    for reader in _WHOLE:
        if reader(turn):
            return turn
    for change in _PARTIAL:
        change(turn)
    if not acted(turn):
        for reader in _ON_SHOWN:
            if reader(turn):
                break
    sort(turn)
    count(turn)
    more(turn)
    return turn
