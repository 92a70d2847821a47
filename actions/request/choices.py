"""What the shopper makes of shown products: like, reject, choose, take off the list, mean."""

from __future__ import annotations

from actions.request import cues as cue
from actions.request.referents import FOCUS, SHOWN
from actions.request.stopwords import STOPWORDS
from actions.request.turns import Turn, definite, extreme, first_of, referents_of

_HOW = frozenset("how where when what which who why 怎么 哪里 哪".split())


_WEAK_WANTS = frozenset("need require 需要 我需要".split())


_ASKING_WHETHER = frozenset(("do i need to", "do i have to", "should i", "are you"))


_BEFORE_NOUN = frozenset("a an the my your our this that was last".split())
_OFF = frozenset("off out from 出 里".split())


def unchoose(turn: Turn) -> bool:
    """ "take the second off my list"."""
    clause = turn.clause
    if not clause.has(cue.UNTAKE):
        return False
    place = first_of(turn, cue.UNTAKE)
    off = any(w in _OFF for w in clause.norms())
    if turn.norm(place) == "take" and not off:
        return False
    found = referents_of(turn, loose=True) or extreme(turn) or definite(turn)
    saved = "收藏" in turn.norm(place)
    if not (found or clause.has(cue.LIST) or saved) or (clause.content and not found):
        return False
    if not (clause.has(cue.LIST) or off or saved or found):
        return False
    turn.put(place, "unchoose", referents=found or FOCUS)
    turn.use_referents()
    return True


def choose(turn: Turn) -> bool:
    """ "I'll take the second", "add it to my list", 就这个."""
    clause = turn.clause
    if clause.has(cue.NOT, cue.DISLIKE, cue.ASIDE) or not clause.has(cue.TAKE, cue.WANT):
        return False
    if any(turn.norm(k) == "免了" for k in clause.where(cue.NOT_AFTER)):
        return False
    taking = any(not _is_noun(turn, k) for k in clause.where(cue.TAKE))
    if any(turn.norm(k) in _HOW for k in clause.where(cue.QUESTION)):
        return False
    if any(w in _ASKING_WHETHER for w in clause.norms()):
        return False
    if not taking and all(turn.norm(k) in _WEAK_WANTS for k in clause.where(cue.WANT)):
        return False
    if taking and not clause.has(cue.LIST) and referents_of(turn) in (FOCUS, ()) and clause.content:
        return False
    found = referents_of(turn, loose=taking or "都" in clause.norms())
    if not found and taking:
        found = (extreme(turn) or definite(turn)) if not _plain_want(turn) else ()
    if not found and taking and clause.has(cue.LIST) and "都" in clause.norms():
        found = SHOWN
    if not found and not (taking and clause.has(cue.LIST) and not clause.content):
        return False
    if not taking and (clause.question or (found == FOCUS and clause.content)):
        return False
    if len(found) > 1 and _onto_it(turn):
        found = tuple(r for r in found if r.by != "focus")
    turn.put(first_of(turn, cue.TAKE, cue.WANT), "choose", referents=found or FOCUS)
    turn.use_referents()
    return True


def _onto_it(turn: Turn) -> bool:
    """Whether "it" is the list: "put the fourth on it"."""
    return any(turn.norm(k) == "it" and turn.norm(k - 1) in ("on", "to") for k in _pointing(turn))


def _is_noun(turn: Turn, k: int) -> bool:
    """Whether "order" at ``k`` is a thing: "that was my order"."""
    if turn.norm(k) != "order" or k == turn.clause.first:
        return False
    before = turn.norm(k - 1)
    unread = turn.clause.reading.pieces[k - 1].plain and before not in STOPWORDS
    return unread or before in _BEFORE_NOUN


def _plain_want(turn: Turn) -> bool:
    """Whether the verb may as well look for something: "buy the best rated shoes"."""
    verbs = {turn.norm(k) for k in turn.clause.where(cue.TAKE)}
    return verbs <= {"get", "buy", "买", "order", "选", "choose", "pick", "keep", "put"} and not (
        turn.clause.has(cue.LIST)
    )


def judge(turn: Turn) -> bool:
    """Likes and dislikes of what was shown."""
    clause = turn.clause
    found = referents_of(turn, loose=clause.has(cue.LIKE, cue.DISLIKE))
    everything = "都" in clause.norms()
    disliked = clause.where(cue.DISLIKE, cue.NOT, cue.NOT_AFTER)
    none = any(turn.norm(k).startswith(("none", "neither", "一个都")) for k in _pointing(turn))
    if disliked and not found and everything and not clause.content:
        found = SHOWN
    if not found or (found == FOCUS and clause.content and _inside(turn)):
        return False
    if not any(p.sure and p.referents for p in clause.pieces) and len(clause.pieces) > 4:
        return False
    if (
        disliked
        and not none
        and not clause.has(cue.DISLIKE)
        and not any(_near(turn, k) for k in disliked)
    ):
        return False
    if (
        disliked
        or none
        or (clause.has(cue.NO) and not clause.has(cue.LIKE) and turn.norm(clause.first) != "no")
    ):
        turn.put(
            clause.first if none else disliked[0] if disliked else clause.first,
            "reject",
            referents=found,
        )
        turn.use_referents()
        return True
    if clause.has(cue.LIKE):
        ranked = tuple(r for r in found if r.by != "focus")
        turn.put(first_of(turn, cue.LIKE), "like", referents=ranked or found)
        turn.use_referents()
        return True
    return False


def _inside(turn: Turn) -> bool:
    """Whether "it" only closes a description: "anything with polyester in it"."""
    return any(turn.norm(k - 1) in ("in", "on", "to") for k in _pointing(turn))


def _near(turn: Turn, k: int) -> bool:
    """Whether the negation at ``k`` is about what is pointed at."""
    if cue.NOT_AFTER in turn.clause.reading.pieces[k].cues:
        return True
    pieces = turn.clause.reading.pieces
    near = any(
        0 < j - k <= 2 and not any(p.content for p in pieces[k + 1 : j]) for j in _pointing(turn)
    )
    return near and not turn.clause.has(cue.THAN)


def _pointing(turn: Turn) -> list[int]:
    return [k for k, p in turn.clause.indexes() if p.referents] or [turn.clause.first]


def refer(turn: Turn) -> bool:
    """ "the third", "what about 2?": only pointed at."""
    clause = turn.clause
    if clause.has(cue.ASIDE):
        return False
    top = next((k for k, p in clause.indexes() if p.referents and "top" in turn.norm(k)), None)
    if top is not None:
        turn.put(top, "count", value=len(clause.reading.pieces[top].referents))
        turn.use_referents()
        return True
    found = tuple(r for r in referents_of(turn) if r.by != "focus" or not clause.content)
    whole = [p for p in clause.reading.pieces if not p.break_]
    alone = all(p.referents or p.cues & {cue.AND, cue.OR, cue.POLITE} for p in whole)
    choice = len(clause.where(cue.OR)) and all(
        p.referents or p.cues & {cue.OR} for p in clause.pieces
    )
    if alone or choice:
        found = referents_of(turn, loose=True)
    if all(r.by in ("focus", "shown") for r in found):
        return False
    turn.put(_pointing(turn)[0], "refer", referents=found)
    turn.use_referents()
    return True
