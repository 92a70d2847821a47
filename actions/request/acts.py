"""What a clause does with what was shown: compare, ask, like, reject, choose, show more like it.

Each reader looks at one clause, returns the changes it makes of it and marks the pieces it has
used up, so that "is the second one cotton?" is a question and not a wish for cotton.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Callable

from actions.request.clauses import Clause
from actions.request.constraints import Placed
from actions.request.cues import (
    AND, ANY, AS, ASIDE, BACK, CARELESS, COMPARE, DETAILS, DISLIKE, EXIST, FIND, LIKE, LIST, MORE, NO,
    NOT, NOT_AFTER, POLITE, QUESTION, RESET, SAME, SHIELD, TAKE, THAN, UNTAKE, WANT, WHY, WIDEN,
)  # fmt: skip
from actions.request.pieces import Piece
from actions.request.referents import FOCUS, SHOWN
from actions.request.stopwords import STOPWORDS
from actions.request.types import Change, Referent

_AUXILIARIES = frozenset("is are does do can has was were isnt doesnt will did could".split())
_SUBJECTS = frozenset(
    "i we you he she they really also do did dont didnt not mom dad wife and would".split()
)
_OFF = frozenset("off out from 出 里".split())
_CLASSIFIERS = frozenset("个 款 件 条 双 种 套 只 张 台 部 本 瓶 盒 支 把 项 组 样".split())
_COUNTED = frozenset("options option items products ones choices results suggestions pairs".split())
_COLORFUL = frozenset("color colour shade tone blue green pink grey gray brown red".split())


#: An attribute asked for by its own words: 多少钱, how heavy.
_ASKING = re.compile("how |who |where |什么|多|几|吗|哪|怎么|啥|不")


@dataclass
class Turn:
    """What reading a clause has come to so far."""

    clause: Clause
    used: set[int] = field(default_factory=set)
    placed: list[Placed] = field(default_factory=list)

    def put(self, index: int, kind: str, **fields: object) -> None:
        """Add a change that begins at the piece ``index``."""
        piece = self.clause.reading.pieces[index]
        start = self.clause.reading.tokens[piece.first].start
        self.placed.append((start, Change(kind, **fields)))  # type: ignore[arg-type]

    def use_referents(self) -> None:
        self.used.update(k for k, p in self.clause.indexes() if p.referents)

    def norm(self, index: int) -> str:
        if not self.clause.first <= index < self.clause.stop:
            return ""
        return self.clause.reading.norm(self.clause.reading.pieces[index])


def read_acts(clause: Clause) -> Turn:
    """The acts of one clause."""
    turn = Turn(clause)
    for reader in _WHOLE:
        if reader(turn):
            return turn
    for reader in _PARTIAL:
        reader(turn)
    if not _acted(turn):
        for reader in _ON_SHOWN:
            if reader(turn):
                break
    _sort(turn)
    _count(turn)
    _more(turn)
    return turn


def _acted(turn: Turn) -> bool:
    return any(change.referents for _, change in turn.placed)


def _first(turn: Turn, *cues: str) -> int:
    places = turn.clause.where(*cues)
    return places[0] if places else turn.clause.first


def _referents(turn: Turn, loose: bool = False) -> tuple[Referent, ...]:
    return turn.clause.referents(loose)


def _extreme(turn: Turn) -> tuple[Referent, ...]:
    """ "the cheapest one" as something to act on."""
    for k, piece in turn.clause.indexes():
        if piece.sort and not piece.referents:
            turn.used.add(k)
            end = "min" if piece.sort[1] == "asc" else "max"
            return (Referent("extreme", 0, piece.sort[0], end),)
    return ()


def _definite(turn: Turn) -> tuple[Referent, ...]:
    """ "the red dress" as something to act on: a value after "the"."""
    for k, piece in turn.clause.indexes():
        if piece.value and turn.norm(k - 1) in ("the", "that", "this"):
            run = [k]
            while run[-1] + 1 < turn.clause.stop and turn.clause.reading.pieces[run[-1] + 1].value:
                run.append(run[-1] + 1)
            turn.used.update(run)
            values = [v for j in run if (v := turn.clause.reading.pieces[j].value)]
            best = next((v for v in values if v.attribute != "product_type"), values[0])
            return (Referent("value", 0, best.attribute, best.value),)
    return ()


def _only(turn: Turn, *kinds: str) -> bool:
    """Whether the clause says nothing beside these cues and small talk."""
    allowed = {*kinds, POLITE, FIND, AND, SHIELD, WANT}
    for piece in turn.clause.pieces:
        if piece.content or piece.referents or piece.relative or piece.sort or piece.attribute:
            return False
        if piece.cues and not piece.cues & allowed:
            return False
        if piece.plain and not _small(turn, piece):
            return False
    return True


def _small(turn: Turn, piece: Piece) -> bool:
    norm = turn.clause.reading.norm(piece)
    return norm in STOPWORDS or not norm.isalnum() or len(norm) == 1


def _reset(turn: Turn) -> bool:
    if turn.clause.has(RESET) and not turn.clause.has(ASIDE):
        turn.put(_first(turn, RESET), "start_over")
        return True
    return False


def _back(turn: Turn) -> bool:
    if turn.clause.has(BACK) and _only(turn, BACK, UNTAKE, TAKE):
        turn.put(_first(turn, BACK), "back")
        return True
    return False


def _list_shown(turn: Turn) -> bool:
    clause = turn.clause
    if not clause.has(LIST) or clause.content or _referents(turn):
        return False
    k = _first(turn, LIST)
    if clause.has(UNTAKE, NOT, NOT_AFTER) or _takes(turn):
        return False
    mine = turn.norm(k) not in ("list", "列表", "the list")
    if mine and (clause.has(FIND, QUESTION, EXIST) or _only(turn, LIST, TAKE, WANT, LIKE)):
        turn.put(k, "show_list")
        return True
    return False


def _takes(turn: Turn) -> bool:
    return any(turn.norm(k) != "收藏" and k != _first(turn, LIST) for k in turn.clause.where(TAKE))


def _compare(turn: Turn) -> bool:
    clause = turn.clause
    if not clause.has(COMPARE):
        return False
    found = _referents(turn, loose=True)
    rather = turn.norm(_first(turn, COMPARE)) == "比较"
    several = len(found) > 1 or found == SHOWN
    if not several and (clause.content or any(p.relative for p in clause.pieces)):
        return False
    if not found and rather and not _only(turn, COMPARE, TAKE, QUESTION):
        return False
    if len(found) == 1 and found not in (SHOWN, FOCUS):
        found = (*FOCUS, *found)
    turn.put(_first(turn, COMPARE), "compare", referents=() if found == SHOWN else found)
    return True


def _why(turn: Turn) -> bool:
    clause = turn.clause
    if not clause.has(WHY) or clause.has(ASIDE):
        return False
    found = _referents(turn, loose=True) or _extreme(turn) or _definite(turn)
    if not found and clause.content:
        return False
    turn.put(_first(turn, WHY), "ask", attribute="why", referents=found or FOCUS)
    return True


def _similar(turn: Turn) -> None:
    clause = turn.clause
    found = _referents(turn, loose=True)
    place = next((k for k in clause.where(AS, SAME, LIKE) if _is_alike(turn, k)), None)
    if place is not None and found and not clause.has(COMPARE):
        turn.put(place, "similar", referents=found)
        turn.use_referents()
        turn.used.add(place)
        return
    same = clause.where(SAME)
    if same and not found and (clause.content or len(clause.pieces) <= 2):
        turn.put(same[0], "similar", referents=FOCUS)
        return
    for k, piece in clause.indexes():
        said = turn.norm(k + 1) == "in" and k + 2 < clause.stop
        if piece.referents and said and clause.reading.pieces[k + 2].value:
            if not clause.has(LIKE, TAKE) or clause.has(EXIST):
                turn.put(k, "similar", referents=piece.referents)
                turn.used.add(k)
            return


def _is_alike(turn: Turn, k: int) -> bool:
    """Whether "like" at ``k`` means resemblance."""
    if turn.norm(k) != "like":
        return bool(turn.clause.reading.pieces[k].cues & {AS, SAME})
    if turn.norm(k - 1) in _SUBJECTS or k + 1 >= turn.clause.stop:
        return False
    return not turn.clause.reading.pieces[k - 1].cues & {NOT} or k == turn.clause.first


def _relative(turn: Turn) -> None:
    clause = turn.clause
    for k, piece in clause.indexes():
        if piece.relative is None:
            continue
        attribute, way = piece.relative
        following = turn.norm(k + 1)
        if attribute == "weight" and following.split(" ")[0] in _COLORFUL:
            continue
        if way == "more" and any(j > k for j in clause.where(WIDEN, CARELESS)):
            turn.put(k, "relax", attribute=attribute)
            continue
        if turn.norm(k) in ("便宜", "贵") and clause.has(QUESTION) and _referents(turn):
            continue
        if clause.has(COMPARE):
            continue
        found = () if turn.used else _referents(turn, loose=clause.has(THAN))
        if found in (SHOWN, FOCUS) and not clause.has(THAN):
            found = ()
        turn.put(k, "relative", attribute=attribute, value=way, referents=found)
        if found or _referents(turn):
            turn.use_referents()


def _ask(turn: Turn) -> bool:
    """A question about a property of a shown product."""
    clause = turn.clause
    found = _referents(turn)
    asked = [(k, p.attribute) for k, p in clause.indexes() if p.attribute]
    asking = clause.question or clause.has(QUESTION)
    asking = asking or any(_ASKING.search(turn.norm(k)) for k, _ in asked)
    if clause.has(TAKE, LIST, LIKE) and not asking:
        return False
    if clause.has(CARELESS, ANY) or clause.has(ASIDE):
        return False
    if asked and (found or _definite_if(turn, asking)):
        found = found or _definite(turn)
        for k, attribute in asked:
            turn.put(k, "ask", attribute=attribute, referents=found)
            turn.used.add(k)
        _use_content(turn)
        return True
    if found and _yes_no(turn):
        properties = [(k, _property(p)) for k, p in clause.indexes() if p.content]
        for k, attribute in properties:
            turn.put(k, "ask", attribute=attribute, referents=found)
        _use_content(turn)
        return bool(properties)
    bare = not clause.content and not any(p.relative or p.sort for p in clause.pieces)
    if asked and bare and (asking or _elliptic(turn)):
        exists = clause.has(EXIST)
        for k, attribute in asked:
            referents = () if exists and attribute != "price" else FOCUS
            turn.put(k, "ask", attribute=attribute, referents=referents)
            turn.used.add(k)
        return True
    return False


def _definite_if(turn: Turn, asking: bool) -> bool:
    if not asking or turn.clause.has(EXIST):
        return False
    probe = Turn(turn.clause)
    return bool(_definite(probe))


def _elliptic(turn: Turn) -> bool:
    """ "and the price" and the like: an attribute and small words."""
    pieces = turn.clause.pieces
    return turn.norm(turn.clause.first) in ("what about", "how about") or (
        len(pieces) <= 3 and "about_it" in pieces[-1].cues
    )


def _use_content(turn: Turn) -> None:
    turn.used.update(k for k, p in turn.clause.indexes() if p.content or p.referents)


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
    if lead[-1:] == ["have"] or clause.has(WANT, FIND) and not clause.question:
        return False
    ends = turn.norm(clause.stop - 1)
    between = "".join(turn.norm(k) for k in range(pointing[0] + 1, content[0]))
    han = ends in ("吗", "么", "嘛") or between.startswith(("是不是", "有没有", "能不能", "是否"))
    return han and not between.startswith(("要", "想"))


def _details(turn: Turn) -> bool:
    clause = turn.clause
    if not clause.has(DETAILS):
        return False
    found = _referents(turn, loose=True) or _extreme(turn) or _definite(turn)
    if not found and not _only(turn, DETAILS, QUESTION, MORE, TAKE):
        return False
    turn.put(_first(turn, DETAILS), "ask", attribute="details", referents=found or FOCUS)
    turn.use_referents()
    return True


def _unchoose(turn: Turn) -> bool:
    clause = turn.clause
    if not clause.has(UNTAKE):
        return False
    place = _first(turn, UNTAKE)
    off = any(w in _OFF for w in clause.norms())
    if turn.norm(place) == "take" and not off:
        return False
    found = _referents(turn, loose=True) or _extreme(turn) or _definite(turn)
    saved = "收藏" in turn.norm(place)
    if not (found or clause.has(LIST) or saved) or clause.content and not found:
        return False
    if not (clause.has(LIST) or off or saved or found):
        return False
    turn.put(place, "unchoose", referents=found or FOCUS)
    turn.use_referents()
    return True


def _choose(turn: Turn) -> bool:
    clause = turn.clause
    if clause.has(NOT, DISLIKE, ASIDE) or not clause.has(TAKE, WANT):
        return False
    taking = clause.has(TAKE)
    if taking and not clause.has(LIST) and _referents(turn) in (FOCUS, ()) and clause.content:
        return False
    found = _referents(turn, loose=taking)
    if not found and taking:
        found = (_extreme(turn) or _definite(turn)) if not _plain_want(turn) else ()
    if not found and not (taking and clause.has(LIST) and not clause.content):
        return False
    if clause.question and not taking:
        return False
    turn.put(_first(turn, TAKE, WANT), "choose", referents=found or FOCUS)
    turn.use_referents()
    return True


def _plain_want(turn: Turn) -> bool:
    """Whether the verb may as well look for something: "buy the best rated shoes"."""
    verbs = {turn.norm(k) for k in turn.clause.where(TAKE)}
    return verbs <= {"get", "buy", "买", "order", "选", "choose", "pick", "keep", "put"} and not (
        turn.clause.has(LIST)
    )


def _judge(turn: Turn) -> bool:
    """Likes and dislikes of what was shown."""
    clause = turn.clause
    found = _referents(turn, loose=clause.has(LIKE, DISLIKE))
    everything = "都" in clause.norms()
    disliked = clause.where(DISLIKE, NOT, NOT_AFTER)
    none = any(turn.norm(k).startswith(("none", "neither", "一个都")) for k in _pointing(turn))
    if disliked and not found and everything and not clause.content:
        found = SHOWN
    if not found:
        return False
    if not any(p.sure and p.referents for p in clause.pieces) and len(clause.pieces) > 4:
        return False
    if disliked and clause.where(NOT) == disliked and clause.has(LIKE) is False:
        first = min(disliked)
        if clause.content and first > _pointing(turn)[-1]:
            return False
    if disliked or none or (clause.has(NO) and not clause.has(LIKE) and turn.norm(clause.first) != "no"):
        turn.put(clause.first if none else disliked[0] if disliked else clause.first, "reject", referents=found)
        turn.use_referents()
        return True
    if clause.has(LIKE):
        turn.put(_first(turn, LIKE), "like", referents=found)
        turn.use_referents()
        return True
    return False


def _pointing(turn: Turn) -> list[int]:
    return [k for k, p in turn.clause.indexes() if p.referents] or [turn.clause.first]


def _refer(turn: Turn) -> bool:
    clause = turn.clause
    found = tuple(r for r in _referents(turn) if r.by != "focus" or not clause.content)
    whole = [p for p in clause.reading.pieces if not p.break_]
    alone = all(p.referents or p.cues & {AND, POLITE} for p in whole)
    if alone:
        found = _referents(turn, loose=True)
    if not found or found in (FOCUS, SHOWN):
        return False
    turn.put(_pointing(turn)[0], "refer", referents=found)
    turn.use_referents()
    return True


def _sort(turn: Turn) -> None:
    for k, piece in turn.clause.indexes():
        if piece.sort and k not in turn.used and not piece.referents:
            shown = _referents(turn) == SHOWN
            if shown and not _acted(turn):
                turn.put(k, "refer", referents=_extreme(turn))
                continue
            turn.put(k, "sort", attribute=piece.sort[0], value=piece.sort[1])


def _count(turn: Turn) -> None:
    clause = turn.clause
    for k, piece in clause.indexes():
        if piece.sure or not piece.referents or k in turn.used:
            continue
        token = clause.reading.tokens[piece.first]
        n = int(token.number.value) if token.number else 0
        following = turn.norm(k + 1)
        next_piece = clause.reading.pieces[k + 1] if k + 1 < clause.stop else None
        counted = following in _CLASSIFIERS or following in _COUNTED
        thing = next_piece is not None and bool(next_piece.value or next_piece.sort)
        before = {c for j in range(clause.first, k) for c in clause.reading.pieces[j].cues}
        asked = FIND in before or turn.norm(k - 1) in ("top", "just", "only", "再", "最多")
        ordered = counted and any(p.sort for p in clause.pieces)
        plain = following in _COUNTED and WANT not in before
        if n >= 2 and ((asked and (counted or thing or next_piece is None)) or ordered or plain):
            turn.put(k, "count", value=n)
            turn.used.add(k)
            return
        if n >= 2 and asked and turn.norm(k - 1) in ("top", "just", "only"):
            turn.put(k, "count", value=n)
            return


def _more(turn: Turn) -> None:
    clause = turn.clause
    place = _first(turn, MORE)
    if not clause.has(MORE) or _acted(turn) or clause.has(DETAILS, COMPARE, ASIDE):
        return
    if any(p.relative for p in clause.pieces) and turn.norm(place) in ("more", "another"):
        return
    following = clause.reading.pieces[place + 1] if place + 1 < clause.stop else None
    if following is not None and following.attribute:
        if not any(c.kind in ("ask", "drop") for _, c in turn.placed):
            turn.put(place + 1, "ask", attribute=following.attribute, referents=FOCUS)
        return
    if following is not None and following.plain and not _small(turn, following):
        if turn.norm(place) in ("more", "other", "another", "next", "其他", "更多", "再来"):
            return
    turn.put(place, "more")


Reader = Callable[[Turn], bool]
_WHOLE: tuple[Reader, ...] = (_reset, _back, _list_shown, _compare, _why)
_PARTIAL: tuple[Callable[[Turn], None], ...] = (_similar, _relative)
_ON_SHOWN: tuple[Reader, ...] = (_ask, _details, _unchoose, _choose, _judge, _refer)

