"""What a shown product would have to be: "I could live with the first, were it from Acme".

Such a wish is about one like that product. It is said with "but" as well ("the first, but from
Acme"), and that is how it is read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Sequence

from actions.request.constraints import Placed
from actions.request.types import Referent

_IT = r"(?:it|they|that|this|the\s+price)"
_ENGLISH = re.compile(
    rf",?\s*\b(?:(?:but\s+)?(?:if\s+only|if|provided|as\s+long\s+as)\s+{_IT}\s+"
    rf"(?:were|was|came|comes|had|would\s+be|could\s+be)\b(?:\s+(?:only|also|available))?"
    rf"|were\s+{_IT}\b|had\s+it\s+been\b)",
    re.I,
)
_WISHED = re.compile(
    r"\bif\s+only\s+(?P<one>(?:the\s+|number\s+|no\.?\s*)?[\w#]+(?:\s+one)?)\s+"
    r"(?:were|was|came|had|would\s+be)\b",
    re.I,
)
_POINTED = (
    r"(?:第[一二三四五六七八九十\d]+[个款件条双只张台套把]?|\d+号|[一二三四五]号|它|"
    r"这[个款件条]|那[个款件条])"
)
_IF = r"(?:要是|如果|假如|若是|倘若|要)"
_CHINESE = re.compile(
    rf"(?:(?P<one>{_POINTED}){_IF}(?:能)?(?:是|有|换成)?"
    rf"|{_IF}(?P<two>{_POINTED})(?:能)?(?:是|有|换成|也有))"
    r"(?P<wish>[^，。！？,.!?]{1,20}?)"
    r"(?P<end>(?:的话)?[，,]?(?:我|那|那我)?(?:就(?:好了|完美了|可以了|行了|更好了|要了|买了|更完美了|太好了)|多好啊?|才好))"
)
#: Changes that only point at the product.
_POINTING = frozenset({"refer", "choose", "like", "similar"})
_WISHING = frozenset({"add", "relative", "widen"})


def as_contrast(text: str) -> tuple[str, bool]:
    """The text as long as it was, with "but" for what leads to such a wish; whether it has one."""
    if _WISHED.search(text):
        return _WISHED.sub(lambda m: _padded(f"{m['one']} but", m), text), True
    if _ENGLISH.search(text):
        return _ENGLISH.sub(lambda m: _padded(", but", m), text), True
    if _CHINESE.search(text):
        return _CHINESE.sub(_chinese, text), True
    return text, False


def about_one_like_it(placed: Sequence[Placed]) -> list[Placed]:
    """The changes of such a wish: like what is pointed at, but otherwise."""
    pointing = [p for p in placed if p[1].kind in _POINTING and p[1].referents]
    wishes = [p for p in placed if p[1].kind in _WISHING]
    related = [r for _, c in wishes for r in c.referents]
    named = [r for _, c in pointing for r in c.referents] + related
    ranked = tuple(dict.fromkeys(r for r in named if r.by != "focus"))
    if not wishes or not (named or ranked):
        return list(placed)
    start = min(place for place, _ in placed)
    target = ranked or (Referent("focus"),)
    first = pointing[0][1] if pointing else wishes[0][1]
    similar = replace(
        first, kind="similar", attribute="", value=None, constraint=None, referents=target
    )
    wished = [(place, replace(c, referents=())) for place, c in wishes]
    return [(start, similar), *wished]


def _padded(words: str, match: re.Match[str]) -> str:
    return words.ljust(len(match.group()))


def _chinese(match: re.Match[str]) -> str:
    one = match["one"] or match["two"]
    return _padded(f"{one}，但{match['wish']}", match)
