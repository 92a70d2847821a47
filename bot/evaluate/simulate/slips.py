"""Misspellings: slips on an English keyboard, and of a Chinese input method."""

from __future__ import annotations

import random
import re

#: Neighbours of a key on a QWERTY keyboard.
_KEYS = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnm",
        "wa qes wrd etf ryg tuh yij uok ipl ol sqz adwx sfec dgrv fhtb gjyn hkum jlio kop xas "
        "zcsd xvdf cbfg vngh bmhj njk".split(),
        strict=True,
    )
)
#: Characters that sound alike, and are taken for each other on a pinyin keyboard.
_ALIKE = {
    "连衣裙": "莲衣裙",
    "衬衫": "衬杉",
    "裤": "库",
    "蓝色": "兰色",
    "黄色": "皇色",
    "橙色": "成色",
    "牛仔": "牛崽",
    "外套": "外讨",
    "卫衣": "为衣",
    "毛衣": "毛依",
    "凉鞋": "凉些",
    "便宜": "便易",
    "休闲": "修闲",
    "纯色": "唇色",
    "条纹": "条文",
    "格子": "鸽子",
    "长袖": "常袖",
    "短袖": "端袖",
    "手表": "手标",
    "双肩包": "双间包",
    "钱包": "前包",
    "窗帘": "窗连",
    "耳环": "耳还",
    "以内": "已内",
    "以下": "一下",
    "颜色": "颜se",
    "帮我": "邦我",
    "最多": "醉多",
    "品牌": "品排",
}
_WORD = re.compile(r"[a-z]{4,}", re.IGNORECASE)


def misspelt(text: str, language: str, random_: random.Random) -> str:
    """The text with one slip in it, where there is a word for one."""
    if language == "zh":
        there = [w for w in _ALIKE if w in text]
        if not there:
            return text
        word = random_.choice(there)
        return text.replace(word, _ALIKE[word], 1)
    words = list(_WORD.finditer(text))
    if not words:
        return text
    chosen = random_.choice(words)
    # The first letter is the one that people get right.
    at = random_.randrange(chosen.start() + 1, chosen.end() - 1)
    return text[:at] + _slip(text[at : at + 2], random_) + text[at + 2 :]


def _slip(two: str, random_: random.Random) -> str:
    first, second = two[0], two[1]
    near = random_.choice(_KEYS.get(first.lower(), first))
    return random_.choice((second, second + first, first + first + second, near + second))
