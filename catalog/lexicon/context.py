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
_FOR = frozenset("for during".split())
_WHEN = frozenset("in this next the coming for during".split())
_JOINTS = frozenset("or and & / , not nor 或 和 跟 与 、 ，".split())
_FILLERS = frozenset(
    "a an the some any please pls thanks in only just ok okay yes maybe 的 吧 呢 吗 要 我 想 "
    ". , ! ? ~ 。 ， ！ ？".split()
)
_DESCRIBES = frozenset(
    "color material pattern style fit length season occasion gender neckline sleeve_length".split()
)
_QUOTES = "\"'“”‘’「」『』《》"
_BRAND_BEFORE = frozenset("brand from by 品牌 牌子".split())
_BRAND_AFTER = frozenset("brand brands 牌 家".split())
_ZH_AFTER_COLOR = frozenset("的色款系调")
_ZH_BEFORE = frozenset("个条件双只款块张盏支的把顶副台种套要买找看卖有是床份些件枚辆对本瓶盒袋")
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
        if (other.last + 1 == span.first and tokens[other.last].text in _JOINTS)
        or (span.last + 1 == other.first and tokens[span.last].text in _JOINTS)
    ]
    outside = (t.text for t in (*tokens[: span.first], *tokens[span.last :]))
    alone = all(text in _FILLERS for text in outside)
    return Surroundings(tokens, span, left, right, tuple(linked), alone)


def supports(entry: Entry, here: Surroundings) -> bool:
    """Whether the surroundings speak for this meaning."""
    if here.alone:
        return True
    if here.tokens[here.span.first].han:
        return _supports_zh(entry, here)
    if _has(here.left, entry.attribute) or _joined(entry, here):
        return True
    if entry.attribute == "product_type":
        return _is_noun(here)
    if _has(here.right, "product_type"):
        return True
    if entry.attribute == "color":
        if _has(here.left, "pattern") or _has(here.right, "pattern", "material"):
            return True
        return here.before in _COLOR_BEFORE or here.after in _COLOR_AFTER
    if entry.attribute == "material":
        return here.before in _MATERIAL_BEFORE or here.after in _MATERIAL_AFTER
    if entry.attribute == "size":
        return here.before in ("size", "sized") or here.after == "size"
    if entry.attribute == "season":
        return here.before in _WHEN
    if entry.attribute == "occasion":
        return here.before in _FOR
    return False


def _is_noun(here: Surroundings) -> bool:
    if _has(here.right, "product_type"):
        return False
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
            or _joined(entry, here)
            or (here.before in _ZH_BEFORE and (not here.after or here.after in _ZH_AFTER))
        )
    ends = not here.after or here.after in _ZH_AFTER or not here.tokens[here.span.last].han
    if entry.attribute == "product_type":
        if here.before in _ZH_NUMERALS or here.before.isdigit():
            return False
        return (here.left is not None or here.before in _ZH_BEFORE) and (
            ends or here.right is not None
        )
    return here.left is not None or here.right is not None or here.before in _ZH_BEFORE


def _has(span: Optional[Span], *attributes: str) -> bool:
    return span is not None and any(e.attribute in attributes for e in span.entries)


def _joined(entry: Entry, here: Surroundings) -> bool:
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
