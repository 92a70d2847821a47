"""One-to-one folding: full width, capitals and traditional characters, every offset kept."""

from __future__ import annotations

import re
from functools import lru_cache

from catalog.text import fold


@lru_cache(maxsize=8192)
def _one(character: str) -> str:
    folded = fold(character)
    return folded if len(folded) == 1 else character


#: What is typed for another word of the same sound, and what was meant; of equal length.
_TYPED = {
    **dict.fromkeys(("便易", "便谊", "便益", "偏宜", "变宜", "遍宜"), "便宜"),
    **dict.fromkeys(("无所为", "无所位", "无所味"), "无所谓"),
    **dict.fromkeys(("多少前", "多小钱", "多少签"), "多少钱"),
    **dict.fromkeys(("价各", "价个", "驾格"), "价格"),
    **dict.fromkeys(("推建", "推存", "推件"), "推荐"),
    **dict.fromkeys(("颜涩", "盐色", "颜se"), "颜色"),
    **dict.fromkeys(("评份", "平分高", "评奋"), "评分"),
    **dict.fromkeys(("清但", "请单"), "清单"),
    **dict.fromkeys(("对笔", "队比"), "对比"),
    **dict.fromkeys(("不药", "布要", "步要", "不耀"), "不要"),
    **dict.fromkeys(("一内", "以类", "已内"), "以内"),
    **dict.fromkeys(("左又", "作右", "座右"), "左右"),
    **dict.fromkeys(("超国", "朝过"), "超过"),
    **dict.fromkeys(("牌字", "排子"), "牌子"),
    **dict.fromkeys(("材制", "才质", "材值"), "材质"),
    **dict.fromkeys(("尺马", "尺玛", "池码"), "尺码"),
    **dict.fromkeys(("预祘", "遇算", "预蒜"), "预算"),
    **dict.fromkeys(("最变宜", "最偏宜"), "最便宜"),
    "在便宜": "再便宜",
    "有每有": "有没有",
    "还有马": "还有吗",
}
_TYPED_FOR = {typed: meant for typed, meant in _TYPED.items() if len(typed) == len(meant)}
_MISTYPED = re.compile("|".join(sorted(map(re.escape, _TYPED_FOR), key=len, reverse=True)))
_RANKS = re.compile("[地弟帝](?=[一二三四五六七八九十][个款件条双])")


def narrow(text: str) -> str:
    """``text`` in half width, lower case and simplified characters, of the same length.

    Words typed for others of the same sound are put right: 便易 is 便宜, 地二个 is 第二个.
    """
    if text.isascii():
        return text.lower()
    plain = "".join(map(_one, text))
    plain = _MISTYPED.sub(lambda m: _TYPED_FOR[m.group()], plain)
    return _RANKS.sub("第", plain)
