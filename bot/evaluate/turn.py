"""How long a turn takes: over REST, with everything that a shopper's message passes through."""

from __future__ import annotations

import random
import statistics
import uuid
from typing import Any, Sequence

import numpy as np
import psutil

from bot.cli.conversation import Conversation, Exchange
from bot.cli.processes import Servers, free_port, log_folder
from catalog.errors import ShoptalkError
from catalog.index import CatalogueIndex
from catalog.settings import Settings
from catalog.shop import Shop

#: One conversation in each language; {type}, {color}, {other} and {price} come from the shop.
CONVERSATIONS = (
    (
        "I am looking for a {color} {type} under {price}",
        "not the first one. something cheaper",
        "compare the first two",
        "why the second?",
        "like that one but in {other}",
        "back",
        "I like the second, add it to my list",
        "show me more",
    ),
    (
        "我想买{color}的{type}，价格不超过{price}",
        "第一个不要，便宜一点的",
        "第一个和第二个有什么区别？",
        "为什么推荐第二个？",
        "类似的，但是要{other}的",
        "上一步",
        "我喜欢第二个，加入清单",
        "还有吗",
    ),
)
#: Early and late turns of the long conversation whose medians are compared.
EARLY, LATE = range(3, 12), range(96, 105)
#: What is repeated in the long conversation: it finds, refines and shows products every time.
REPEATED = ("{color} {type}", "under {price}", "show me more")


def evaluate_turn(settings: Settings, turns: int, seed: int) -> dict[str, Any]:
    """Time ``turns`` messages of short conversations and one conversation of 105.

    Returns
    -------
    ``p50_ms`` and ``p95_ms`` of a whole turn; ``stages``: the median of each part, in
    milliseconds; ``turn_100_over_5``: the median of turns 96–104 over that of turns 3–11;
    ``memory_mb``: resident memory of the servers.

    Raises
    ------
    ShoptalkError
        Where a turn fails.
    """
    words = _words(settings)
    random_ = random.Random(seed)
    servers = Servers(settings, free_port(), free_port(), log=log_folder(settings))
    with servers:
        servers.wait_until_ready(lambda message: None)
        warm = _converse(servers, [s.format(**w) for s, w in _script(words, random_)])
        timed: list[Exchange] = []
        while len(timed) < turns:
            timed += _converse(servers, [s.format(**w) for s, w in _script(words, random_)])
        timed = timed[:turns]
        repeated = [
            REPEATED[n % len(REPEATED)].format(**words["en"][(n // 3) % len(words["en"])])
            for n in range(max(LATE) + 1)
        ]
        long = _converse(servers, repeated)
        memory = sum(
            psutil.Process(child.pid).memory_info().rss for child in servers.children.values()
        )
    total = [e.ms for e in timed]
    early = statistics.median(long[n].ms for n in EARLY)
    late = statistics.median(long[n].ms for n in LATE)
    return {
        "shop": settings.shop_dir.name,
        "turns": len(timed),
        "warm_up_turns": len(warm),
        "seed": seed,
        "p50_ms": _percentile(total, 50),
        "p95_ms": _percentile(total, 95),
        "stages": _stages(timed),
        "turn_5_ms": round(early, 1),
        "turn_100_ms": round(late, 1),
        "turn_100_over_5": round(late / early, 2),
        "memory_mb": round(memory / 2**20),
    }


def _converse(servers: Servers, messages: Sequence[str]) -> list[Exchange]:
    conversation = Conversation(servers.bot_port, f"evaluate-{uuid.uuid4().hex}")
    exchanges = []
    try:
        for message in messages:
            exchange = conversation.say(message)
            if exchange.error is not None:
                raise ShoptalkError(f"The turn {message!r} failed: {exchange.error}")
            exchanges.append(exchange)
    finally:
        conversation.close()
    return exchanges


def _script(
    words: dict[str, list[dict[str, str]]], random_: random.Random
) -> list[tuple[str, dict[str, str]]]:
    n = random_.randrange(len(CONVERSATIONS))
    language = ("en", "zh")[n]
    chosen = random_.choice(words[language])
    return [(sentence, chosen) for sentence in CONVERSATIONS[n]]


def _words(settings: Settings) -> dict[str, list[dict[str, str]]]:
    """What the shop sells most of, in both languages, with colours and a price it has."""
    shop = Shop.open(settings.shop_dir)
    index = CatalogueIndex.open(shop)
    types = _frequent(index, "product_type", 8)
    colors = [*_frequent(index, "color", 4), "red", "blue"]
    price = f"{float(np.nanmedian(index.price)):.0f}"
    shop.close()
    show = index.vocabulary.display
    return {
        language: [
            {
                "type": show("product_type", value, language).lower(),
                "color": show("color", colors[n % len(colors)], language).lower(),
                "other": show("color", colors[(n + 1) % len(colors)], language).lower(),
                "price": price,
            }
            for n, value in enumerate(types)
        ]
        for language in ("en", "zh")
    }


def _frequent(index: CatalogueIndex, attribute: str, n: int) -> list[str]:
    counts = index.facets.values(attribute)
    return [value for value, _count in sorted(counts.items(), key=lambda c: (-c[1], c[0]))[:n]]


def _stages(timed: Sequence[Exchange]) -> dict[str, float]:
    """Median milliseconds of each stage, over the turns that had it; ``rasa`` is the rest."""
    collected: dict[str, list[float]] = {}
    for exchange in timed:
        custom = exchange.messages[0].get("custom", {})
        stages = {**custom.get("ms", {})}
        inner = stages.get("turn", 0.0) + stages.get("intent", 0.0) + stages.get("request", 0.0)
        stages["rasa"] = exchange.ms - inner
        for name, ms in stages.items():
            collected.setdefault(name, []).append(ms)
    return {name: round(statistics.median(values), 1) for name, values in collected.items()}


def _percentile(values: Sequence[float], q: float) -> float:
    return round(float(np.percentile(values, q)), 1)
