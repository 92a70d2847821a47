"""Titles as feeds have them and words as people type them: not all neat."""

from __future__ import annotations

import random

_BRANDS = (
    "Norvik",
    "LUMEA",
    "Hartwell",
    "Orbis",
    "Kestra",
    "TAKUMO",
    "Belisa",
    "Fennor",
    "Zoya Home",
)
_ENDS = {
    "en": ("(2 pack)", "- Black", "M", "NEW", "2024", "| Free Delivery", "XL/XXL", "- Grey", "set"),
    "zh": ("包邮", "新款", "黑色", "2024款", "家用", "同款", "官方正品", "灰", "两件装"),
}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def messy_title(draw: random.Random, title: str, language: str) -> str:
    """A title, now and then with a maker, an addition or in capitals."""
    if draw.random() < 0.12:
        title = f"{draw.choice(_BRANDS)} {title}"
    if draw.random() < 0.15:
        title = f"{title} {draw.choice(_ENDS[language])}"
    way = draw.random()
    if way < 0.06:
        return title.lower()
    return title.upper() if way < 0.09 else title


def typed(draw: random.Random, words: str, language: str) -> str:
    """Words with the carelessness of a shopper."""
    way = draw.random()
    if language == "en":
        if way < 0.15:
            words = words[:1].upper() + words[1:]
        if draw.random() < 0.08 and len(words) > 6:
            place = draw.randrange(len(words) - 1)
            words = words[:place] + draw.choice(_LETTERS) + words[place + 1 :]
        ends = ("!", ".", "?", " pls", " thx", "...", "")
    else:
        ends = ("！", "。", "？", "啊", "呢", "谢谢", "")
    if draw.random() < 0.25:
        words += draw.choice(ends)
    return words
