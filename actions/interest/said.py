"""What a message says of what is known about the shopper: 你知道我喜欢什么, "forget the second"."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: A message is read this far.
_LENGTH = 300

#: Answers to "you seem to be looking at something else now".
CHANGED, GIFT, NO = "changed", "gift", "no"

_ASKS = re.compile(
    r"\bwhat (?:all )?(?:do|have|did) you (?:already )?(?:know|learn|learnt|learned|remember|keep|"
    r"remembered|store|stored|noted)\b[^.?!]{0,20}\b(?:about|of|on) (?:me|my)\b|"
    r"\bwhat (?:do|did) you (?:think|believe) (?:that )?i (?:like|am into|prefer)\b|"
    r"\bwhat(?:'s| is| are) my (?:taste|tastes|profile|preferences|interests|likes)\b|"
    r"\b(?:show|tell|list)(?: me)? (?:my (?:profile|taste|tastes|interests|preferences)|"
    r"what you (?:know|remember)(?: (?:about|of) me)?)\b|"
    r"\bhow well do you know me\b|"
    r"你(?:都|现在|已经)?(?:知道|了解|记得|记住|记着|学到|掌握|保存)(?:了|的)?(?:关于)?我"
    r"(?:的)?(?:什么|哪些|多少|啥|喜欢(?:什么|啥|哪))|"
    r"你(?:觉得|认为|以为|知道)我(?:会|都|平时)?(?:喜欢|爱|偏好)(?:什么|啥|哪)|"
    r"你(?:对我|关于我)(?:都|有)?(?:了解|知道|记)(?:得|了|着)?(?:些)?(?:什么|哪些|多少|啥)|"
    r"我的(?:喜好|偏好|兴趣|口味|画像)(?:都)?(?:是|有)(?:什么|哪些|啥|哪)|"
    r"(?:看看|列出|告诉我)(?:你记的|我的)(?:喜好|偏好|兴趣|口味|画像)",
    re.I,
)
_EVERYTHING = re.compile(
    r"\b(?:forget|delete|erase|clear|reset|drop) (?:all|everything|whatever)\b[^.?!]{0,30}"
    r"\b(?:me|my|know|learned|like|taste|interests?|preferences)\b|"
    r"\b(?:forget|reset|clear|erase) (?:about )?(?:my|all my) (?:taste|tastes|profile|interests?|"
    r"preferences|likes)\b|"
    r"(?:忘掉|忘记|忘了|清空|清除|删掉|删除|重置)(?:所有|全部|一切)?(?:关于)?我的?(?:所有|全部|一切)?(?:的)?"
    r"(?:喜好|偏好|兴趣|口味|画像|一切|全部)",
    re.I,
)
_FORGETS = re.compile(
    r"\b(?:forget|delete|erase|remove|drop|strike)\b(?: about)?(?: that)?(?: i (?:like|liked|"
    r"prefer|wanted|am into))?\s*(?P<what>[^.?!]{1,60})|"
    r"\b(?:don'?t|do not|stop) (?:remember|remembering|keep|keeping) (?:that )?(?:i like )?"
    r"(?P<kept>[^.?!]{1,60})|"
    r"(?:忘掉|忘记|忘了|别记|不要记|别再记|不用记|删掉|删除|去掉|划掉)(?:着|住)?(?:我)?(?:喜欢|爱|想要|偏好)?"
    r"(?P<zh>[^。？！?!]{1,30})|把(?P<ba>[^。？！?!]{1,20})(?:忘掉|忘了|删掉|删除|去掉|划掉)",
    re.I,
)
#: Said of a liking by name, so that it is clear without the list before it.
_OF_A_LIKING = re.compile(
    r"\b(?:forget|remember(?:ing)?|keep(?:ing)?)\b(?: about)?(?: that)? (?:i (?:like|liked|prefer|"
    r"am into)|my (?:love|liking|interest|taste)(?: (?:of|for|in))?)\b|"
    r"(?:忘掉|忘记|忘了|别记|不要记|别再记|不用记)(?:着|住)?我(?:喜欢|爱|偏好)",
    re.I,
)
_WRONG = re.compile(
    r"\b(?:is|are|was)(?: not|n'?t) (?:right|true|correct)\b|"
    r"\b(?:is|are|was|that'?s) (?:all )?wrong\b|"
    r"不对|不准|错了|不是这样",
    re.I,
)
_DISLIKES = re.compile(
    r"\bi (?:really |actually )?(?:don'?t|do not|never|no longer) (?:really |actually |even )?"
    r"(?:like|want|care for|wear|use|need)\b\s*(?P<what>[^.?!]{1,60}?)(?: any ?more| at all)?$|"
    r"\bi (?:hate|dislike|can'?t stand)\b\s*(?P<hates>[^.?!]{1,60})|"
    r"我(?:其实|真的|现在|已经)?(?:不|不再|并不|从不|讨厌)(?:太|怎么|是很)?(?:喜欢|爱|想要|要|穿|用)?"
    r"(?P<zh>[^。？！?!]{1,30}?)(?:了)?$",
    re.I,
)
_ORDINALS = {
    **dict.fromkeys(("first", "1st", "one"), 1),
    **dict.fromkeys(("second", "2nd", "two"), 2),
    **dict.fromkeys(("third", "3rd", "three"), 3),
    **dict.fromkeys(("fourth", "4th", "four"), 4),
    **dict.fromkeys(("fifth", "5th", "five"), 5),
    **dict.fromkeys(("sixth", "6th", "six"), 6),
}
_CHINESE = {c: n for n, c in enumerate("一二三四五六", 1)}
_PLACE = re.compile(
    r"\b(?:no\.?|number|nr\.?|line|point|item|#)\s*(?P<number>[1-6])\b|\b(?P<word>"
    + "|".join(_ORDINALS)
    + r")\b|(?<![\d.])(?P<digit>[1-6])(?![\d.%元块])|第\s*(?P<zh>[一二三四五六1-6])",
    re.I,
)
_GIFT = re.compile(
    r"\b(?:gift|present)s?\b|\bnot for me\b|\bfor (?:some(?:one|body) else|other people)\b|"
    r"\b(?:it|that|they|those|these|this)(?:'s|'re| is| are| was| were)? (?:just |only )?for "
    r"(?:an? |my |our |the )?(?!me\b|myself\b|now\b|today\b)\w+|"
    r"^(?:no,? )?(?:just )?for (?:an? |my |our )\w+|\bon behalf of\b|"
    r"送(?:人|给|朋友|礼|我)|礼物|不是(?:给)?我(?:自己)?(?:要|穿|用|买|看|的|$)|"
    r"(?:帮|替|给|为)(?:我的?)?(?:一个)?(?:朋友|同事|同学|别人|家人|爸|妈|父|母|老公|老婆|男友|女友|男朋友|"
    r"女朋友|孩子|儿子|女儿|哥|姐|弟|妹|奶奶|爷爷|外婆|外公|室友|闺蜜|老师|客户)",
    re.I,
)
_YES = re.compile(
    r"^(?:yes|yeah|yep|sure|ok(?:ay)?|right|correct|exactly|please do|go ahead|"
    r"forget (?:them|it|those)|是的?|对的?|好的?|可以|没错|嗯+|行|忘了吧|换了)(?=$|[\s,.!，。！])",
    re.I,
)
_NO = re.compile(
    r"^(?:no|nope|nah|don'?t|not really|keep (?:both|them|it|those))(?=$|[\s,.!])|"
    r"^(?:不是?|没有|别|不用|还要|留着)(?=$|[^的错])",
    re.I,
)


@dataclass(frozen=True)
class Heard:
    """What a message says of what is known about the shopper."""

    asks: bool = False
    """Whether it asks what is known."""
    forgets_all: bool = False
    places: tuple[int, ...] = ()
    """Lines, from 1, that are to be forgotten."""
    words: str = ""
    """What is to be forgotten, in the shopper's words."""
    named: bool = False
    """Whether it is clear without a list of lines before it."""
    dislikes: bool = False
    """Whether ``words`` are what the shopper does not like, rather than what is to be forgotten."""

    def __bool__(self) -> bool:
        return self != Heard()


def hear(text: str, listed: bool) -> Heard:
    """Read a message.

    Parameters
    ----------
    listed
        Whether what is known was listed just before, so that "the second" is a line of it.
    """
    text = text.strip()[:_LENGTH]
    if _EVERYTHING.search(text):
        return Heard(forgets_all=True, named=True)
    if _ASKS.search(text):
        return Heard(asks=True)
    if found := _FORGETS.search(text):
        named = bool(_OF_A_LIKING.search(text))
        if named or listed:
            what = next(g for g in found.groups() if g is not None).strip()
            if listed and re.fullmatch(
                r"(?:all|everything|them all|it all|全部|所有|都)(?: of (?:it|them|that))?",
                what,
                re.I,
            ):
                return Heard(forgets_all=True)
            places = _places(what) if listed else ()
            return Heard(places=places, words="" if places else what, named=named)
    if listed and _WRONG.search(text) and (places := _places(text)):
        return Heard(places=places)
    if listed and (found := _DISLIKES.search(text)):
        what = next(g for g in found.groups() if g is not None).strip()
        return Heard(words=what, dislikes=True)
    return Heard()


def verdict(text: str) -> str:
    """What an answer says to "you seem to be looking at something else now".

    Returns
    -------
    ``CHANGED``, ``GIFT``, ``NO``, or empty where it is no answer to that.
    """
    text = text.strip()[:_LENGTH]
    if _GIFT.search(text):
        return GIFT
    if _YES.search(text):
        return CHANGED
    return NO if _NO.search(text) else ""


def _places(text: str) -> tuple[int, ...]:
    found = []
    for match in _PLACE.finditer(text):
        if word := match["word"]:
            found.append(_ORDINALS[word.lower()])
        elif zh := match["zh"]:
            found.append(_CHINESE.get(zh) or int(zh))
        else:
            found.append(int(match["number"] or match["digit"]))
    return tuple(dict.fromkeys(found))
