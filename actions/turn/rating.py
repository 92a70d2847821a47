"""Explicit feedback on a product or the chat: stars, a comment, a link to pass on, "it helped"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional

from actions.request.types import Change, Referent
from actions.turn import plan as p
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED, ASKED, UNCLEAR, TurnInput
from actions.turn.plan import Plan
from actions.turn.pointing import FOCUS, pointed_at
from catalog.masking import masked

RATE, SHARE, HELPED_YES, HELPED_NO = "rate", "share", "yes", "no"
#: Most stars there are.
MOST = 5
_N = r"(?P<{0}>[0-5](?:\.5)?|one|two|three|four|five|[一二两三四五])"
_RATES = re.compile(
    r"\b(?:rate|rating|give|gave|giving|it'?s? gets?|gets?)\b[^.?!]{0,40}?"
    + _N.format("en")
    + r"\s*(?:stars?|/\s*5|out of (?:5|five)|points?)\b|"
    r"(?:给|我给|打|评)[^。？！]{0,12}?" + _N.format("zh") + r"\s*(?:颗)?[星分](?!钟|之)",
    re.I,
)
_FIRST = re.compile(r"\bfirst\b|第一", re.I)
_SEARCHES = re.compile(r"\b(?:at least|above|over|or more|with|rated)\b|以上|至少|不低于", re.I)
_SHARES = re.compile(
    r"\b(?:share|forward)\s+(?:it|this|that|them|these|the|number|no\.?)\b|"
    r"\b(?:send|text|mail|give|have|get)\b[^.?!]{0,20}\b(?:link|url)\b|"
    r"\bwhat(?:'s| is) the (?:link|url)\b|"
    r"分享(?!价)|(?:发|给|要|求)[^。？！]{0,8}链接|链接[^。？！]{0,4}发|转发",
    re.I,
)
_HELPED_YES = re.compile(
    r"(?:yes|yeah|yep|sure|it (?:did|helped)|very much|a lot|有帮助|有用|有的?|是的?|帮到了|挺好)"
    r"(?:\W|$|了|，)",
    re.I,
)
_HELPED_NO = re.compile(
    r"(?:no|nope|not (?:really|much|at all)|it did ?n[o']t|没有?|没什么帮助|没用|不太|一般)"
    r"(?:\W|$|，|.{0,4}$)",
    re.I,
)
_WORDS = {
    **{w: n for n, w in enumerate("zero one two three four five".split())},
    **{w: n for n, w in enumerate("〇一二三四五")},
    "两": 2,
}


def plan(turn: TurnInput) -> Optional[Plan]:
    """What explicit feedback does; None where the message is none."""
    wishes = any(change.constraint for change in turn.changes)
    if turn.memory.helped == turn.memory.turn and turn.memory.turn and not wishes:
        if _HELPED_YES.match(turn.text.strip()):
            return Plan(p.RATED, (), HELPED_YES)
        if _HELPED_NO.match(turn.text.strip()):
            return Plan(p.RATED, (), HELPED_NO)
    if not turn.request.last_list:
        return None
    if _RATES.search(turn.text) and not _SEARCHES.search(turn.text):
        return Plan(p.RATED, _pointing(turn), RATE)
    if _SHARES.search(turn.text) and not wishes:
        return Plan(p.RATED, _pointing(turn), SHARE)
    return None


def ask_whether_it_helped(draft: Draft) -> None:
    """Once a conversation that showed something ends: one tap says whether it helped."""
    memory = draft.memory
    if memory.helped or not (draft.request.shown or draft.request.chosen):
        return
    draft.lines.append(draft.say("helped_ask"))
    draft.offer("quick_helped_yes", "quick_helped_no")
    draft.memory = replace(memory, helped=memory.turn)
    draft.did.add(ASKED)


def answer(draft: Draft) -> None:
    """Log the feedback and thank for it."""
    topic, log = draft.plan.topic, draft.log
    draft.did.add(ANSWERED)
    if log is None:
        return
    if topic in (HELPED_YES, HELPED_NO):
        log.add("helped", None, value=int(topic == HELPED_YES))
        draft.memory = replace(draft.memory, helped=-1)
        draft.lines.append(draft.say("helped_thanks" if topic == HELPED_YES else "helped_sorry"))
        if topic == HELPED_NO:
            draft.offer("quick_start_over", "quick_person")
        return
    focus = draft.request.focus
    product = draft.context.product(focus[0]) if len(focus) == 1 else None
    if product is None:
        draft.did.add(UNCLEAR)
        draft.lines.append(draft.say("rated_which", have=draft.have()))
        return
    title = product.title_in(draft.language)
    if draft.language == "zh":
        title = f"《{title}》"
    if topic == SHARE:
        log.add("shared", product.id, rank=_rank(draft, product.id))
        key = "shared" if product.link else "shared_no_link"
        draft.lines.append(draft.say(key, title=title, link=product.link, id=product.id))
        return
    stars = _stars(draft.turn.text)
    log.add("rated", product.id, rank=_rank(draft, product.id), value=stars)
    draft.lines.append(draft.say("rated", stars=f"{stars:g}", title=title))
    if comment := _comment(draft.turn.text):
        log.add("commented", product.id, rank=_rank(draft, product.id), text=masked(comment))
        draft.lines.append(draft.say("commented"))
    if draft.known is not None:
        draft.known.take(log.events)


def _rank(draft: Draft, product_id: str) -> Optional[int]:
    shown = draft.turn.request.last_list
    return shown.index(product_id) + 1 if product_id in shown else None


def _stars(text: str) -> float:
    found = _RATES.search(text)
    said = (found["en"] or found["zh"]).lower() if found else "0"
    return float(_WORDS[said]) if said in _WORDS else min(float(said), MOST)


def _comment(text: str) -> str:
    """What is said besides the stars; empty where that is next to nothing."""
    found = _RATES.search(text)
    rest = text[found.end() :].strip(" ,.;:!，。；：！—-") if found else ""
    rest = re.sub(r"^(?:because|as|since|for|but|and|因为|但是?|而且)\s*", "", rest, flags=re.I)
    return rest if len(rest) >= 4 else ""


def _pointing(turn: TurnInput) -> tuple[Change, ...]:
    found = _RATES.search(turn.text)
    # "The first 4 stars" are no first four products.
    first = _FIRST.search(found[0]) if found else None
    referents = (Referent("ordinal", n=1),) if first else pointed_at(turn) or FOCUS
    return (Change("refer", referents=referents),)
