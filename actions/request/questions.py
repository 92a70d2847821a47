"""Questions about what was shown: why, which is better, what is it made of, tell me more."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from actions.request import cues as cue
from actions.request.piece import Piece
from actions.request.referents import FOCUS, SHOWN
from actions.request.turns import (
    Turn,
    definite,
    extreme,
    first_of,
    named_of,
    only,
    referents_of,
    unread,
)
from actions.request.types import Referent

_WHICH = frozenset("which what whats 哪 哪个".split())
_AUXILIARIES = frozenset("is are does do can has was were isnt doesnt will did could".split())


#: Of these a bare value is asked about rather than wished for.
_QUALITIES = frozenset("feature material fit closure".split())
#: An attribute asked for by its own words: 多少钱, how heavy.
_ASKING = re.compile("how |who |where |什么|多|几|吗|哪|怎么|啥|不")


def compare(turn: Turn) -> bool:
    """ "compare 1 and 3", 有什么区别."""
    clause = turn.clause
    if clause.has(cue.ASIDE):
        return False
    found = referents_of(turn, loose=True)
    if not clause.has(cue.COMPARE) and not _weighs(turn, found):
        return False
    rather = turn.norm(first_of(turn, cue.COMPARE)) == "比较"
    several = len(found) > 1 or found == SHOWN
    found = _extremes(turn, found) or found
    several = several or len(found) > 1
    relative = any(p.relative for p in clause.pieces) and not _weighs(turn, found)
    if not several and (clause.content or relative):
        return False
    if not found and rather and not only(turn, cue.COMPARE, cue.TAKE, cue.QUESTION):
        return False
    if len(found) == 1 and found not in (SHOWN, FOCUS):
        found = (*FOCUS, *found)
    turn.put(first_of(turn, cue.COMPARE), "compare", referents=() if found == SHOWN else found)
    return True


def _weighs(turn: Turn, found: tuple[Referent, ...]) -> bool:
    """Whether several are set against each other: "which is cheaper, 1 or 3?", A和B比呢."""
    several = len(found) > 1 or found == SHOWN
    if _asks_of_two(turn, found):
        return True
    if any(p.relative for p in turn.clause.pieces):
        which = any(turn.norm(k) in _WHICH for k in turn.clause.where(cue.QUESTION))
        return which and (several or not turn.clause.content) and not turn.clause.has(cue.EXIST)
    return several and turn.clause.has(cue.THAN)


def _asks_of_two(turn: Turn, found: tuple[Referent, ...]) -> bool:
    """Whether one is set against another: "is the second any better than the third?"."""
    opens = turn.norm(turn.clause.first) in (*_AUXILIARIES, "how", "hows")
    return len(found) > 1 and turn.clause.has(cue.THAN) and (opens or turn.clause.question)


def _extremes(turn: Turn, found: tuple[Referent, ...]) -> tuple[Referent, ...]:
    """Ends and ranks where two are named: "the cheapest and the most expensive one"."""
    named: list[Referent] = []
    for piece in turn.clause.pieces:
        if piece.referents and piece.sure:
            named += piece.referents
        elif piece.sort:
            attribute, way = piece.sort
            named.append(Referent("extreme", 0, attribute, "min" if way == "asc" else "max"))
    ends = any(r.by == "extreme" for r in named)
    return tuple(named) if ends and len(named) > 1 and len(named) > len(found) else ()


def _end_of(
    turn: Turn, asked: list[tuple[int, str]]
) -> tuple[tuple[Referent, ...], list[tuple[int, str]]]:
    """The end that a question points at, and what it asks: "which has the longest battery".

    Beside its attribute, "longest" and 最大 are about that and no length or size. Where something
    else is asked, too (屏幕最大的多少钱), the attribute only points.
    """
    found = extreme(turn)
    inside = {k for k, piece in turn.clause.indexes() if piece.sort}
    for k, attribute in asked:
        if found and inside & {k - 1, k + 1}:
            others = [one for one in asked if one[0] != k]
            turn.used.add(k)
            return (replace(found[0], attribute=attribute),), others or [(k, attribute)]
    return found, asked


def why(turn: Turn) -> bool:
    """ "why the second?"."""
    clause = turn.clause
    if not clause.has(cue.WHY) or clause.has(cue.ASIDE):
        return False
    found = referents_of(turn, loose=True) or extreme(turn) or definite(turn)
    if not found and clause.content:
        return False
    turn.put(first_of(turn, cue.WHY), "ask", attribute="why", referents=found or FOCUS)
    _use_content(turn)
    return True


def ask(turn: Turn) -> bool:
    """A question about a property of a shown product."""
    clause = turn.clause
    found = named_of(turn)
    asked = [(k, p.attribute) for k, p in clause.indexes() if p.attribute and k not in turn.used]
    asked = [(k, a) for k, a in asked if turn.norm(k) not in ("budget", "money", "预算")]
    asking = clause.question or clause.has(cue.QUESTION)
    asked = [(k, a) for k, a in asked if not _said_in_passing(turn, k, asked)]
    asking = asking or any(_ASKING.search(turn.norm(k)) for k, _ in asked)
    asked = [(k, a) for k, a in asked if a != "quality" or asking or clause.has(cue.DETAILS)]
    if clause.has(cue.TAKE, cue.LIST, cue.LIKE, cue.DISLIKE) and not asking:
        return False
    if clause.has(cue.CARELESS, cue.ANY, cue.ASIDE, cue.ONLY):
        return False
    if asked and asking and not found and not clause.has(cue.EXIST, cue.FIND):
        found, asked = _end_of(turn, asked)
    if asked and (found or _definite_if(turn, asking)):
        found = found or definite(turn)
        for k, attribute in asked:
            turn.put(k, "ask", attribute=attribute, referents=found)
            turn.used.add(k)
        _use_content(turn)
        return True
    if found and _yes_no(turn) and not _to_go_with(turn):
        properties = [(k, _property(p)) for k, p in clause.indexes() if p.content]
        for k, attribute in properties:
            turn.put(k, "ask", attribute=attribute, referents=found)
        _use_content(turn)
        return bool(properties)
    if not found and not asked and _asks_barely(turn) and not _to_go_with(turn):
        for k, piece in clause.indexes():
            if piece.value:
                turn.put(k, "ask", attribute=piece.value.attribute, referents=FOCUS)
        _use_content(turn)
        return True
    bare = (
        not clause.content
        and not clause.has(cue.MORE)
        and not any(p.relative or p.sort for p in clause.pieces)
    )
    if asked and bare and (_leads(turn) or _elliptic(turn)):
        exists = clause.has(cue.EXIST)
        for k, attribute in asked:
            referents = () if exists and attribute != "price" else FOCUS
            turn.put(k, "ask", attribute=attribute, referents=referents)
            turn.used.add(k)
        return True
    return False


def _said_in_passing(turn: Turn, k: int, asked: list[tuple[int, str]]) -> bool:
    """Whether another attribute is meant: "how much storage", "what colors are available"."""
    if turn.norm(k) in ("how much", "how long"):
        return any(k < j <= k + 3 for j, _ in asked)
    return turn.norm(k) == "available" and len(asked) > 1


def _to_go_with(turn: Turn) -> bool:
    """Whether what is asked for is to go with a shown product: 有配它的杯子吗."""
    pieces = [piece for _, piece in turn.clause.indexes()]
    return any(cue.TO in one.cues and bool(after.referents) for one, after in pairwise(pieces))


def _definite_if(turn: Turn, asking: bool) -> bool:
    if not asking or turn.clause.has(cue.EXIST):
        return False
    probe = Turn(turn.clause)
    return bool(definite(probe))


def _leads(turn: Turn) -> bool:
    """Whether the clause opens like a question about an attribute: "what colors", 多少钱."""
    clause = turn.clause
    first = next((p for p in clause.pieces if not p.cues & {cue.AND, cue.POLITE, cue.SHIELD}), None)
    if first is None:
        return False
    opens = bool(first.cues & {cue.QUESTION, cue.EXIST}) or clause.question
    if first.attribute and not opens:
        opens = bool(_ASKING.search(clause.reading.norm(first))) or not unread(turn)
    return opens and len(clause.pieces) <= 9


def _elliptic(turn: Turn) -> bool:
    """ "and the price" and the like: an attribute and small words."""
    pieces = turn.clause.pieces
    return turn.norm(turn.clause.first) in ("what about", "how about") or (
        len(pieces) <= 3 and "about_it" in pieces[-1].cues
    )


def _use_content(turn: Turn) -> None:
    turn.used.update(k for k, p in turn.clause.indexes() if p.content or p.referents)


def _asks_barely(turn: Turn) -> bool:
    """Whether a value and 吗 are all that is said: 防水吗."""
    pieces = [p for p in turn.clause.pieces if turn.clause.reading.norm(p) != "的"]
    if len(pieces) != 2 or turn.clause.reading.norm(pieces[1]) not in ("吗", "么", "嘛"):
        return False
    return pieces[0].value is not None and pieces[0].value.attribute in _QUALITIES


def _property(piece: Piece) -> str:
    if piece.price:
        return "price"
    if piece.measure:
        return piece.measure.attribute
    return piece.value.attribute if piece.value else ""


def _yes_no(turn: Turn) -> bool:
    """Whether the clause asks if something shown has a property."""
    clause = turn.clause
    pointing = [k for k, p in clause.indexes() if p.referents]
    content = [k for k, p in clause.indexes() if p.content]
    if not pointing or not content or pointing[0] > content[0]:
        return False
    lead = [turn.norm(k) for k in range(clause.first, pointing[0])]
    lead = [w for w in lead if w not in ("and", "so", "but", "ok", "then", "请问", "那")]
    if lead and lead[-1] in _AUXILIARIES:
        return True
    if lead[-1:] == ["have"] or (clause.has(cue.WANT, cue.FIND) and not clause.question):
        return False
    ends = turn.norm(clause.stop - 1)
    between = "".join(turn.norm(k) for k in range(pointing[0] + 1, content[0]))
    han = ends in ("吗", "么", "嘛") or between.startswith(("是不是", "有没有", "能不能", "是否"))
    return han and not between.startswith(("要", "想"))


def details(turn: Turn) -> bool:
    """ "tell me more about 2", 第二个怎么样."""
    clause = turn.clause
    if not clause.has(cue.DETAILS):
        return False
    found = named_of(turn, loose=True) or extreme(turn) or definite(turn)
    if not found and not only(turn, cue.DETAILS, cue.QUESTION, cue.MORE, cue.TAKE):
        return False
    turn.put(first_of(turn, cue.DETAILS), "ask", attribute="details", referents=found or FOCUS)
    turn.use_referents()
    return True
