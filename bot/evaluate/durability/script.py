"""Who says what, and when which server is killed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Sequence

#: What a shopper says, one list a language; each is answered from the request and what was shown.
MESSAGES = {
    "en": (
        "I am looking for a red dress",
        "something cheaper",
        "under 300",
        "compare the first two",
        "why the second?",
        "not the first one",
        "like the second but in blue",
        "back",
        "show me more",
        "add the first one to my list",
        "what material is the first one?",
        "start over",
        "black shoes for women",
        "size 38",
        "the cheapest one",
        "show me more",
        "compare the first two",
        "what is on my list?",
        "thank you",
        "a blue shirt for men",
    ),
    "zh": (
        "我想买一条红色连衣裙",
        "便宜一点的",
        "300 元以内",
        "比较前两个",
        "为什么推荐第二个？",
        "第一个不要",
        "类似第二个，但是要蓝色的",
        "上一步",
        "还有吗",
        "把第一个加入清单",
        "第一个是什么材质的？",
        "重新开始",
        "女款黑色鞋子",
        "38 码",
        "最便宜的",
        "还有吗",
        "比较前两个",
        "我的清单里有什么？",
        "谢谢",
        "男款蓝色衬衫",
    ),
}
SERVERS = ("bot", "actions")


@dataclass(frozen=True)
class Talk:
    """One conversation."""

    channel: str
    number: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Kill:
    """The end of a server."""

    server: str
    turns: int
    """After so many messages of all conversations were acknowledged …"""
    delay: float
    """… and so many seconds more."""


def talks(channels: Sequence[str], turns: int) -> list[Talk]:
    """Conversations with so many messages altogether, of the channels in turn.

    Languages change with each round of channels, so that every channel has both.
    """
    length = max(len(texts) for texts in MESSAGES.values())
    found: list[Talk] = []
    while turns > 0:
        number = len(found)
        language = tuple(MESSAGES)[number // len(channels) % len(MESSAGES)]
        texts = MESSAGES[language][: min(length, turns)]
        found.append(Talk(channels[number % len(channels)], number, texts))
        turns -= len(texts)
    return found


def kills(count: int, turns: int, seed: int, longest: float = 0.2) -> list[Kill]:
    """Kills spread over the turns, at moments that a seed chooses; servers change by chance."""
    chance = random.Random(seed)
    step = turns / (count + 1)
    return [
        Kill(
            server=chance.choice(SERVERS) if n >= len(SERVERS) else SERVERS[n],
            turns=max(1, round(step * (n + chance.uniform(0.6, 1.4)))),
            delay=chance.uniform(0.0, longest),
        )
        for n in range(count)
    ]
