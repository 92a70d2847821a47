"""Whether the words around a term support one of its meanings."""

from __future__ import annotations

from typing import NamedTuple, Optional

from catalog.lexicon.matcher import Entry, Span, Token

_DETERMINERS = frozenset(
    "a an any some my another new nice good best cute cheap cheaper other these those your this "
    "that the no own big bigger small smaller".split()
)
_VERBS = frozenset("want need buy find get show see me purchase wear sell for of only".split())
_CLAUSE = frozenset("this that it he she which what who one they you i".split())
_COLOR_BEFORE = frozenset("in colour color shade".split())
_COLOR_AFTER = frozenset("colour color coloured colored shade one ones tone toned".split())
_MATERIAL_BEFORE = frozenset("of pure real genuine % no without in".split())
_MATERIAL_AFTER = frozenset("fabric material blend".split())
#: After the word that opens a message they show that it is a thing: "watch by …", "belt under 50".
_AFTER_THING = frozenset("by for under below over in with from at to around less between".split())
#: What is counted or measured before it: "27 inch monitor".
_MEASURED = frozenset("inch inches cm mm ml gb tb mah w piece pack person seater".split())
_STOPS = frozenset(". , ! ? : ; 。 ， ！ ？ ： ； 、".split())
_SIZE_WORDS = frozenset("small medium large".split())
_SOURCE_BEFORE = frozenset("from 自 产".split())
_FOR = frozenset("for during".split())
_OWNERS = frozenset("my his her our your their for to".split())
_TO = frozenset("for to at in".split())
_WHEN = frozenset("in this next the coming for during".split())
_JOINTS = frozenset("or and & / , not nor 或 和 跟 与 、 ，".split())
_DENYING = frozenset("no not without nor 不 要 也 别 是".split())
_FILLERS = frozenset(
    "a an the some any please pls thanks in only just ok okay yes maybe 的 吧 呢 吗 要 我 想 "
    ". , ! ? ~ 。 ， ！ ？".split()
)
_DESCRIBES = frozenset(
    "color material pattern style fit length season occasion gender neckline sleeve_length brand "
    "size feature age_group".split()
)
_QUOTES = "\"'“”‘’「」『』《》"
_BRAND_BEFORE = frozenset("brand from by 品牌 牌子".split())
_BRAND_AFTER = frozenset("brand brands 牌 家".split())
_ZH_AFTER_COLOR = frozenset("的色款系调")
_ZH_BEFORE = frozenset("个条件双只款块张盏支的把顶副台种套要买找看卖有是床份些件枚辆对本瓶盒袋")
_DEGREES = frozenset("不很太微超怕")
_ZH_NUMERALS = frozenset("一二两三四五六七八九十几半多0123456789")
_ZH_AFTER = frozenset(
    "吗呢吧啊呀的和或跟与有多要不可以适给送贵便价，、。！？吃好哪怎我想也都还在推"
)


class Surroundings(NamedTuple):
    """A span and what stands directly beside it."""

    tokens: list[Token]
    span: Span
    left: Optional[Span]
    """The span that ends where this one begins."""
    right: Optional[Span]
    linked: tuple[Span, ...]
    """The spans on the other side of an "or", "and" or comma."""
    alone: bool
    """Nothing but fillers beside it in the message."""
    describes: bool = False
    """Whether the spans that follow it without a gap lead to a thing."""

    @property
    def before(self) -> str:
        return self.tokens[self.span.first - 1].text if self.span.first else ""

    @property
    def after(self) -> str:
        last = self.span.last
        return self.tokens[last].text if last < len(self.tokens) else ""


def around(tokens: list[Token], found: list[Span], index: int) -> Surroundings:
    """The surroundings of the span ``found[index]``."""
    span = found[index]
    left = found[index - 1] if index and found[index - 1].last == span.first else None
    right = found[index + 1] if index + 1 < len(found) else None
    if right is not None and right.first != span.last:
        right = None
    linked = [
        other
        for other in found[max(index - 1, 0) : index + 2]
        if _joint(tokens, other.last, span.first) or _joint(tokens, span.last, other.first)
    ]
    outside = (t.text for t in (*tokens[: span.first], *tokens[span.last :]))
    alone = all(text in _FILLERS for text in outside)
    describes = _leads_to_thing(found, index)
    return Surroundings(tokens, span, left, right, tuple(linked), alone, describes)


def _joint(tokens: list[Token], first: int, stop: int) -> bool:
    """Whether the tokens between two spans join them: "red or blue", "no pink, no orange"."""
    words = [t.text for t in tokens[first:stop]]
    if not words or len(words) > 3 or words[0] not in _JOINTS:
        return False
    return all(w in _JOINTS or w in _DENYING for w in words[1:])


def _leads_to_thing(found: list[Span], index: int) -> bool:
    """Whether a run of spans after ``found[index]`` reaches a product type: "plain white tee"."""
    stop = found[index].last
    for span in found[index + 1 :]:
        if span.first != stop:
            return False
        if _has(span, "product_type"):
            return True
        stop = span.last
    return False


def supports(entry: Entry, here: Surroundings) -> bool:
    """Whether the surroundings speak for this meaning."""
    if _has(here.span, "gender") and _has(here.span, "fit"):
        return _is_person(here) == (entry.attribute == "gender")
    if here.alone:
        # "In cream" is no jar of it.
        return entry.attribute != "product_type" or here.before not in _COLOR_BEFORE
    if entry.attribute == "origin" and (here.before in _SOURCE_BEFORE or here.after == "产"):
        return True
    if here.tokens[here.span.first].han:
        return _supports_zh(entry, here)
    if "&" in (here.before, here.after) and len(here.tokens[here.span.first].text) == 1:
        return False
    if _has(here.left, entry.attribute) or joined(entry, here):
        return True
    if entry.attribute == "product_type":
        return _is_noun(here)
    if here.describes:
        return True
    if entry.attribute == "color":
        if _has(here.left, "pattern") or _has(here.right, "pattern", "material"):
            return True
        return here.before in _COLOR_BEFORE or here.after in _COLOR_AFTER
    if entry.attribute == "pattern" and here.before in ("nothing", "anything", "something"):
        return True
    if entry.attribute == "material":
        return here.before in _MATERIAL_BEFORE or here.after in _MATERIAL_AFTER
    if entry.attribute == "size":
        named = here.before in ("size", "sized") or here.after == "size"
        placed = here.before in ("in", "a", ",") or _has(here.left, "product_type")
        of_someone = _has(here.left, "gender") and (not here.after or here.after in _STOPS)
        return named or of_someone or (_is_size_word(here) and placed)
    if entry.attribute == "season":
        return here.before in _WHEN
    if entry.attribute == "occasion":
        first = here.span.first
        led = here.before == "the" and first > 1 and here.tokens[first - 2].text in _TO
        return led or here.before in _FOR
    return False


def _is_person(here: Surroundings) -> bool:
    """Whether somebody is meant: not in "boyfriend shirt" and "mom jeans", which name a cut."""
    return here.before in _OWNERS or not here.describes


def _is_size_word(here: Surroundings) -> bool:
    """Whether a size said in full closes what is said: "a jacket, medium", "in large please"."""
    word = here.tokens[here.span.first].text
    return word in _SIZE_WORDS and here.after in ("", "please", *_STOPS)


def _is_noun(here: Surroundings) -> bool:
    if _has(here.right, "product_type"):
        return False
    after = here.after
    if not here.before and (after in _AFTER_THING or after.isdigit() or after in _STOPS):
        return True
    if here.before in _MEASURED or here.before[:1].isdigit():
        return True
    if here.left is not None and any(e.attribute in _DESCRIBES for e in here.left.entries):
        return True
    if here.before in _CLAUSE and here.tokens[here.span.last - 1].text.endswith("s"):
        return False
    return here.before in _DETERMINERS or here.before in _VERBS


def _supports_zh(entry: Entry, here: Surroundings) -> bool:
    if entry.attribute == "color":
        return (
            here.after in _ZH_AFTER_COLOR
            or here.right is not None
            or joined(entry, here)
            or (here.before in _ZH_BEFORE and (not here.after or here.after in _ZH_AFTER))
            or (_has(here.left, "product_type") and (not here.after or here.after in _STOPS))
            or (_has(here.left, "color") and here.after in _ZH_AFTER)
        )
    if here.after == "的" and entry.attribute in ("material", "flavor"):
        return True
    if entry.attribute == "flavor" and here.before in _DEGREES:
        return True
    ends = not here.after or here.after in _ZH_AFTER or not here.tokens[here.span.last].han
    if entry.attribute == "product_type":
        if here.before in _ZH_NUMERALS or here.before.isdigit():
            return False
        if not here.before and here.after in ("，", ",", "、"):
            return True
        return (here.left is not None or here.before in _ZH_BEFORE) and (
            ends or here.right is not None
        )
    beside = here.left is not None or here.right is not None or here.before in _ZH_BEFORE
    return beside or joined(entry, here)


def _has(span: Optional[Span], *attributes: str) -> bool:
    return span is not None and any(e.attribute in attributes for e in span.entries)


def joined(entry: Entry, here: Surroundings) -> bool:
    """Whether what it is listed with has a meaning of the same attribute."""
    return any(_has(span, entry.attribute) for span in here.linked)


def names_brand(here: Surroundings, text: str, start: int, end: int) -> bool:
    """Whether something says that these words are a brand."""
    if here.before in _BRAND_BEFORE or here.after in _BRAND_AFTER:
        return True
    if start and text[start - 1] in _QUOTES and text[end : end + 1] in tuple(_QUOTES):
        return True
    surface = text[start:end]
    if "&" in surface or _beside_han(here):
        return True
    rest = text[:start] + text[end:]
    if "'" in surface or "’" in surface:
        return False
    if not any(c.islower() for c in rest):
        return False
    if surface.isupper() and (len(surface) > 1 or here.right is not None):
        return True
    opens = not here.before or here.before in (".", "!", "?", ":", "。", "！", "？")
    part_of_name = text[end:].lstrip()[:1].isupper() and here.right is None
    return surface[:1].isupper() and not opens and not part_of_name


def _beside_han(here: Surroundings) -> bool:
    """A Latin word in a Chinese sentence."""
    if here.tokens[here.span.first].han:
        return False
    return any(t.han for t in here.tokens)
