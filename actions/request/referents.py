"""Words that point at shown products: "the second", #2, 最后一个, "the first two", it, 这些."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional, Sequence

from actions.request.tokens import HAN, MARK, NUMBER, WORD, Phrases, Token
from actions.request.types import Referent

FOCUS = (Referent("focus"),)
SHOWN = (Referent("shown"),)
OTHER = (Referent("other"),)

#: Things whose names begin like a classifier: 那台灯呢 is "and lamps?", not "that light?".
_NO_CLASSIFIERS = frozenset("台灯 双肩 条纹 盒子 袋子 瓶子 根茎 块茎".split())
#: Chinese words that count products.
CLASSIFIERS = "个款件条双种套只张台部本瓶盒项把支顶块组位样幅辆副盏床枚对根包袋罐桶箱号"
ORDINALS = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1
    )
}
#: Between ranks that share one 第: 第1、3个.
_LISTED = frozenset(("、", ",", "和", "跟", "与", "及", "/"))
#: Nobody counts further down a list than this; the 19th is a date.
_MOST = 12
_SUFFIXED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_DETERMINERS = frozenset("the my that your this number no option and or".split())
_NOUNS = frozenset(
    "one ones option options item items product products choice choices pick".split()
)
#: Beside these, "one" is a number and not a pronoun.
_LISTING = frozenset("and or vs versus compare with between".split())
_BEFORE_FIRST = frozenset("like why than compare about not".split())
#: After these, "first" and "last" are no ranks.
_NOT_AFTER = frozenset(
    "time times order orders parcel package delivery shipment "
    "week month year night purchase aid of all name class day thing things "
    "place price size phone person hand floor birthday anniversary "
    "grade visit try user".split()
)
#: "that last at least 40 hours", "should last for years".
_BEFORE_VERB = frozenset("that which to will should must can would they it".split())
_AFTER_LAST = frozenset("at for a an long longer more over up all until around about".split())
#: "the first 5 km" is a stretch, not five products.
_SPANS = frozenset("km miles mile hours days weeks months years minutes pages times meters".split())
_MONTHS = frozenset(
    "january february march april may june july august september october november december".split()
)
#: What people say while they think.
_HEMS = frozenset("嗯 呃 额 就是 请问 麻烦 我想 帮我 那个".split())
_PLAIN = {
    FOCUS: (
        "it|its|this one|that one|the one|this item|that item|this product|that product|"
        "它|这个|那个|这一个|那一个|这玩意|那款的|这个产品|这个商品|这东西|该款"
    ),
    SHOWN: (
        "these|those|them|they|all of them|all of these|all of those|both|both of them|any of them|"
        "any of these|any of those|none of these|none of them|none of those|neither|"
        "neither of them|all three|all five|the two|these two|those two|these ones|those ones|"
        "each of them|everything|the lot|all these|all those|none|"
        "这些|那些|它们|全部|所有的|这几个|那几个|这几款|那几款|这几件|两个都|这两个|那两个|这三个|这俩|"
        "这两款|这三款|这两件|这三件|这几条|这几双|一个都|全都|几个都|哪个都"
    ),
    OTHER: (
        "the other one|the other|that other one|"
        "另一个|另外一个|另外那个|另一款|另外一款|另一件|另一条|另一双|另外那款"
    ),
}
_TABLE = Phrases(_PLAIN)
_NUMBERED = Phrases({True: "number|#|no .|nr|no|option|item|product|choice|num|nbr|编号|序号"})
#: What may follow "this" or "that" when it stands for a product by itself.
_AFTER_BARE = frozenset(
    "is one please then though now looks look to in but and from off instead too better up vs with "
    "or than for has have does seems isnt was would cheaper smaller bigger larger".split()
)
#: After "is that" they say something of it.
_PREDICATES = frozenset(
    "real genuine pure made all only safe suitable good ok okay any also".split()
)
#: What may stand before it.
_BEFORE_BARE = frozenset(
    "order have grab reserve purchase see show think "
    "like than about with add buy take to as love is are vs versus and want get keep remove save "
    "choose pick prefer hate not for similar why compare does did dislike of".split()
)


@dataclass(frozen=True)
class Pointing:
    """Referents at a token, and how many tokens name them."""

    length: int
    referents: tuple[Referent, ...]
    sure: bool = True
    """False for a bare number, which is a rank only beside an act."""


def referent_at(tokens: Sequence[Token], i: int) -> Optional[Pointing]:
    """What the tokens at ``i`` point at, if anything."""
    token = tokens[i]
    if token.kind == HAN or token.norm in "#号":
        found = _chinese(tokens, i)
        if found:
            return None if _hesitates(tokens, i, i + found.length) else found
    at = _TABLE.at(tokens, i)
    if at and at[0] == 1 and token.norm in ("none", "neither", "both", "everything"):
        closed = i + 1 >= len(tokens) or tokens[i + 1].kind == MARK
        if not closed and _norm(tokens, i + 1) not in ("are", "is", "please", "look", "to"):
            at = None
    if at and token.norm == "那" and _hesitates(tokens, i, i + at[0]):
        at = None
    if at and not (token.norm == "none" and at[0] == 1 and i > 0):
        return Pointing(at[0], at[1])
    return _english(tokens, i)


def _hesitates(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether 那个 only fills a pause: 那个就是我想要…, 嗯那个…."""
    if "".join(t.norm for t in tokens[i:stop]) not in ("那个", "这个"):
        return False
    opens = i == 0 or tokens[i - 1].kind == MARK or tokens[i - 1].norm in _HEMS
    if _norm(tokens, stop) == "第":
        return True
    after = "".join(_norm(tokens, k) for k in range(stop, stop + 2))
    return opens and (after[:1] in _HEMS or after in _HEMS or _norm(tokens, i - 1) in _HEMS)


def _norm(tokens: Sequence[Token], k: int) -> str:
    return tokens[k].norm if 0 <= k < len(tokens) else ""


def _number(tokens: Sequence[Token], k: int) -> int:
    number = tokens[k].number if 0 <= k < len(tokens) else None
    return int(number.value) if number and number.value < 100 and number.value % 1 == 0 else 0


def _rank(norm: str) -> int:
    if norm in ORDINALS:
        return ORDINALS[norm]
    match = _SUFFIXED.fullmatch(norm)
    rank = int(match.group(1)) if match else 0
    return rank if rank <= _MOST else 0


def _english(tokens: Sequence[Token], i: int) -> Optional[Pointing]:
    norm = tokens[i].norm
    k = i + 1 if norm in ("the", "my", "that", "this", "your") else i
    rank, last = _rank(_norm(tokens, k)), _norm(tokens, k) == "last"
    if rank == 2 and _norm(tokens, k + 1) in ("last", "to"):
        length = 2 if _norm(tokens, k + 1) == "last" else 3
        if _norm(tokens, k + length - 1) == "last":
            return _with_noun(tokens, i, k + length, (Referent("ordinal", -2),))
    if (rank == 1 or last or _norm(tokens, k) == "top") and 2 <= _number(tokens, k + 1) <= 10:
        n = _number(tokens, k + 1)
        if _norm(tokens, k + 2) in _SPANS:
            return None
        if _norm(tokens, k) != "top" or k > i:
            ranks = range(-n, 0) if last else range(1, n + 1)
            return _with_noun(tokens, i, k + 2, tuple(Referent("ordinal", r) for r in ranks))
    if rank or last:
        following = _norm(tokens, k + 1)
        dated = _norm(tokens, k + 2) if following == "of" else following
        verb = norm if k > i else _norm(tokens, i - 1)
        if last and verb in _BEFORE_VERB and following in _AFTER_LAST:
            return None
        if dated in _MONTHS or (following in _NOT_AFTER and following != "of"):
            return None
        determined = k > i or _norm(tokens, i - 1) in _DETERMINERS or following in _NOUNS
        if not determined and (last or (rank == 1 and not _is_rank(tokens, i))):
            return None
        referent = Referent("ordinal", rank or -1)
        return _with_noun(tokens, i, k + 1, (referent,))
    named = _NUMBERED.at(tokens, i)
    abbreviated = norm != "no" or _norm(tokens, i + 1) == "."
    if named and abbreviated and 0 < _number(tokens, i + named[0]) <= 50:
        n = _number(tokens, i + named[0])
        return Pointing(named[0] + 1, (Referent("ordinal", n),))
    if tokens[i].kind == NUMBER and 0 < _number(tokens, i) <= _MOST and _is_number_of(tokens, i):
        return Pointing(2, (Referent("ordinal", _number(tokens, i)),), sure=False)
    if tokens[i].kind == NUMBER and 0 < _number(tokens, i) <= 20 and not _counts(tokens, i):
        beside = {_norm(tokens, i - 1), _norm(tokens, i + 1)}
        if norm != "one" or beside & _LISTING:
            return Pointing(1, (Referent("ordinal", _number(tokens, i)),), sure=False)
    if norm in ("this", "that"):
        asked = i == 1 and tokens[0].norm in ("is", "was", "does")
        if asked and _norm(tokens, 2) in _PREDICATES:
            return Pointing(1, FOCUS)
        ends = i + 1 >= len(tokens) or tokens[i + 1].kind in (MARK, HAN)
        free = ends or _norm(tokens, i + 1) in _AFTER_BARE
        begins = i == 0 or tokens[i - 1].kind in (MARK, HAN) or _norm(tokens, i - 1) in _BEFORE_BARE
        if free and begins:
            return Pointing(1, FOCUS)
    return None


def _is_number_of(tokens: Sequence[Token], i: int) -> bool:
    """Whether 号 makes the number a rank: 一号和五号."""
    glued = i + 1 < len(tokens) and tokens[i].end == tokens[i + 1].start
    return glued and tokens[i + 1].norm == "号" and _norm(tokens, i + 2) not in ("的", "码", "电")


def _counts(tokens: Sequence[Token], i: int) -> bool:
    """Whether the number says how many: 加两份, 来3件."""
    following = _norm(tokens, i + 1)
    return tokens[i].norm in ("两", "俩") or (
        following != "号" and following in [*CLASSIFIERS, "份"]
    )


def _is_rank(tokens: Sequence[Token], i: int) -> bool:
    """Whether a bare "first" at ``i`` is a rank: "why first?", not "first I want …"."""
    if i == 0 or _norm(tokens, i + 1) not in ("", "?", "and", ",", "or"):
        return False
    return tokens[i - 1].kind != WORD or _norm(tokens, i - 1) in _BEFORE_FIRST


def _with_noun(
    tokens: Sequence[Token], i: int, stop: int, referents: tuple[Referent, ...]
) -> Pointing:
    if _norm(tokens, stop) in _NOUNS:
        stop += 1
    return Pointing(stop - i, referents)


def _chinese(tokens: Sequence[Token], i: int) -> Optional[Pointing]:
    norm = tokens[i].norm
    if norm == "第" and 0 < _number(tokens, i + 1) <= 50:
        following = _norm(tokens, i + 2)
        if following and following in "次天季代集章步":
            return None
        listed, k = [_number(tokens, i + 1)], i + 2
        while _norm(tokens, k) in _LISTED and 0 < _number(tokens, k + 1) <= 50:
            listed.append(_number(tokens, k + 1))
            k += 2
        stop = _past_classifier(tokens, k)
        if len(listed) > 1 and stop == k:
            listed, stop = listed[:1], i + 2
        return Pointing(stop - i, tuple(Referent("ordinal", n) for n in listed))
    if norm == "倒" and _norm(tokens, i + 1) == "数":
        k = i + 2 + (_norm(tokens, i + 2) == "第")
        n = _number(tokens, k)
        if n:
            return Pointing(_past_classifier(tokens, k + 1) - i, (Referent("ordinal", -n),))
    if norm == "最" and _norm(tokens, i + 1) == "后":
        n = _number(tokens, i + 2)
        k = i + 2 + bool(n)
        if k < len(tokens) and tokens[k].norm in CLASSIFIERS:
            ranks = range(-(n or 1), 0)
            refs = tuple(Referent("ordinal", r) for r in ranks)
            return Pointing(_past_classifier(tokens, k) - i, refs)
    several = 1 < _number(tokens, i + 1) <= 10 and _past_classifier(tokens, i + 2) > i + 2
    if norm in "前头后" and several:
        n = _number(tokens, i + 1)
        ranks = range(-n, 0) if norm == "后" else range(1, n + 1)
        refs = tuple(Referent("ordinal", r) for r in ranks)
        return Pointing(_past_classifier(tokens, i + 2) - i, refs)
    if norm == "首" and _norm(tokens, i + 1) in ("个", "款"):
        return Pointing(2, (Referent("ordinal", 1),))
    if norm in "这那":
        k = i + 1
        many = _number(tokens, k)
        if many or _norm(tokens, k) == "几":
            k += 1
        if _norm(tokens, k) + _norm(tokens, k + 1) in _NO_CLASSIFIERS:
            return None
        if _norm(tokens, k) and _norm(tokens, k) in CLASSIFIERS:
            if _norm(tokens, k) == "种" and not many and _is_kind(tokens, k + 1):
                return None
            plural = many > 1 or _norm(tokens, k - 1) == "几"
            return Pointing(k + 1 - i, SHOWN if plural else FOCUS)
    return None


def _is_kind(tokens: Sequence[Token], k: int) -> bool:
    """Whether 那种 leads to what is described: 那种棉的."""
    return k < len(tokens) and tokens[k].kind != MARK and tokens[k].norm not in "的呢吗吧有"


def _past_classifier(tokens: Sequence[Token], k: int) -> int:
    norm = _norm(tokens, k)
    return k + 1 if norm and norm in CLASSIFIERS else k
