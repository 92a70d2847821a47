"""Adjectives that can be compared, and the ways to compare them: cheaper, 再大一点, too long.

A scale has two poles. Every frame ("too …", 更…, "less …") turns a pole into a wish for more or
less of the attribute, so a new adjective is one line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator

LESS, MORE = "less", "more"


@dataclass(frozen=True)
class Pole:
    """One end of a scale: words separated by ``|``."""

    plain: str = ""
    comparative: str = ""
    superlative: str = ""
    chinese: str = ""


#: Attribute → what there is much of it, what there is little of it.
SCALES: dict[str, tuple[Pole, Pole]] = {
    "price": (
        Pole("expensive|pricey|costly|dear", "pricier|costlier|dearer", "priciest|costliest", "贵"),
        Pole(
            "cheap|affordable|inexpensive|economical|budget friendly",
            "cheaper",
            "cheapest",
            "便宜|实惠|划算|平价",
        ),
    ),
    "size": (
        Pole("big|large|roomy|spacious", "bigger|larger|roomier", "biggest|largest", "大|宽敞"),
        Pole("small|compact|tiny|little", "smaller|tinier", "smallest|tiniest", "小|小巧"),
    ),
    "length": (
        Pole("long", "longer", "longest", "长"),
        Pole("short", "shorter", "shortest", "短"),
    ),
    "width": (
        Pole("wide|broad", "wider|broader", "widest", "宽"),
        Pole("narrow", "narrower", "narrowest", "窄"),
    ),
    "height": (Pole("tall|high", "taller|higher", "tallest", "高"), Pole("low", "", "", "矮")),
    "weight": (
        Pole("heavy|bulky", "heavier|bulkier", "heaviest", "重"),
        Pole("light|lightweight", "lighter", "lightest", "轻|轻便"),
    ),
    "thickness": (
        Pole("thick", "thicker", "thickest", "厚"),
        Pole("thin", "thinner|slimmer", "thinnest|slimmest", "薄"),
    ),
    "warmth": (
        Pole("warm", "warmer", "warmest", "暖|暖和|保暖"),
        Pole("", "cooler", "coolest", "凉快|凉爽"),
    ),
    "formality": (
        Pole("formal|dressy|elegant", "dressier", "dressiest", "正式|隆重"),
        Pole("casual|relaxed", "", "", "休闲|随意|日常"),
    ),
    "fit": (
        Pole("loose|baggy", "looser|baggier", "loosest", "宽松|松"),
        Pole("tight", "tighter", "tightest", "紧|紧身"),
    ),
    "softness": (Pole("soft", "softer", "softest", "软|柔软"), Pole("stiff", "", "", "硬")),
    "comfort": (
        Pole("comfortable|comfy", "comfier", "comfiest", "舒服|舒适"),
        Pole("uncomfortable", "", "", ""),
    ),
    "power": (
        Pole("powerful|strong", "stronger", "strongest", "强|强劲"),
        Pole("weak", "weaker", "", "弱"),
    ),
    "speed": (
        Pole("fast|quick", "faster|quicker", "fastest|quickest", "快"),
        Pole("slow", "", "", "慢"),
    ),
    "sturdiness": (Pole("sturdy|durable", "sturdier", "sturdiest", "结实|耐用"), Pole("flimsy")),
    "added": (
        Pole("recent|modern|up to date", "newer", "newest|latest", "新"),
        Pole("outdated", "older", "oldest", "旧|老"),
    ),
    "popularity": (
        Pole("popular", "", "", "热门|火|受欢迎|畅销"),
        Pole("obscure", "", "", "小众"),
    ),
    "rating": (
        Pole("", "better rated|higher rated|better reviewed|better", "", ""),
        Pole("", "worse", "", ""),
    ),
}
#: Comparisons that no frame makes.
SPECIAL = {
    ("price", LESS): (
        "再低点|再低一点|低一点|价格再低点|价格再低一点|价格再低一些|价位低一点|价位低点|"
        "价位再低一点|更低的价格|更低价|低价位|"
        "half the price|half as much|half price|cheaper alternative|cheaper alternatives|"
        "better on price|better on the price|better deal|less money|lower price|lower priced|"
        "lower prices|lower in price|better price|over budget|"
        "over my budget|out of my budget|beyond my budget|out of budget|cant afford|too much money|"
        "costs too much|cost less|costs less|fit my wallet|on a budget|cheap|expensive|"
        "价格低一点|价格低点|价格更低|价格低一些|价格低的|低价|超预算|超出预算|买不起|性价比高|"
        "降点价|便宜|"
        "便宜的|平啲|平d|便宜啲|抵啲|实惠|平价|有点贵|好贵|贵了|偏贵|价格太高|贵了点|预算不够|价格高了|价格有点高"
    ),
    ("price", MORE): (
        "higher end|high end|more premium|more luxurious|fancier|higher price|高档一点|高档|更高档|"
        "高端|高端一点|更高端|档次高一点|价格高一点|价格高点"
    ),
    (
        "size",
        MORE,
    ): (
        "twice as big|twice the size|double the size|a size up|size up|one size up|more room|"
        "more space|大一号|大一码"
    ),
    ("size", LESS): "half the size|half as big|a size down|size down|小一号|小一码",
    ("rating", MORE): (
        "good reviews|good ratings|great reviews|well reviewed|well rated|highly rated|"
        "higher rating|better reviews|better rating|better ratings|better quality|higher quality|"
        "评分高一点|评分更高|评价更好|评价好一点|口碑更好|口碑好|质量好一点|质量更好|更好一点|"
        "好一点|更好|"
        "好评的|评价好的|评价好|口碑好的|质量好的|质量好|质量好点|"
        "好一些|评分高一些|评分高的|好评多的"
    ),
    ("storage", MORE): "more storage|bigger storage|更大内存|内存更大|内存大一点",
    ("battery", MORE): "longer battery|better battery|续航更长|续航久一点|续航更久",
}
#: Of a thing that is named, what "not too long" and its like exclude.
EXCLUDED = {
    ("length", LESS): ("length", "long"),
    ("length", MORE): ("length", "short"),
    ("fit", LESS): ("fit", "loose"),
    ("fit", MORE): ("fit", "slim"),
}
#: How such a phrase begins.
MODERATE = (
    "not too", "not so", "not very", "isnt too", "nothing too",
    "别太", "不要太", "不太", "不那么", "别那么", "不要那么", "不会太", "不能太", "不要很",
)  # fmt: skip
#: An order of the results said outright.
SORTS = {
    ("price", "asc"): (
        "sort by 价格|order by 价格|按price|"
        "by price ascending|by ascending price|by price low to high|"
        "lowest price|lowest priced|lowest prices|lowest cost|price low to high|low to high|"
        "by price|"
        "sort by price|cheapest to most expensive|price ascending|ascending price|best price|"
        "从低价到高价|低价到高价|价格优先|低价优先|便宜的优先|便宜优先|从便宜的开始|便宜的在前|便宜的排前面|先看便宜的|"
        "cheapest ones first|start with the cheapest|by lowest price|"
        "价格最低|从低到高|从便宜到贵|由低到高|按价格|价格升序|最低价|价格从低到高|按照价格|"
        "最低的价格"
    ),
    ("price", "desc"): (
        "by price descending|by descending price|by price high to low|by highest price|"
        "highest price|highest priced|high to low|price high to low|price descending|"
        "descending price|"
        "most premium|价格最高|从高到低|由高到低|从贵到便宜|价格降序|价格从高到低"
    ),
    ("rating", "desc"): (
        "best rated|top rated|highest rated|best reviewed|best reviews|best rating|highest rating|"
        "highest ratings|best ratings|by rating|sort by rating|by ratings|highest reviews|"
        "highest reviewed|评分最高|评价最好|评价最高|口碑最好|好评最多|好评率最高|按评分|"
        "评分高到低|按好评|按好评率|按口碑|好评优先|评分优先|高分优先|口碑优先|评分高的优先|"
        "好评在前|"
        "按评价|最高分|分数最高|评分从高到低|按照评分"
    ),
    ("popularity", "desc"): (
        "best selling|bestselling|best seller|best sellers|bestseller|bestsellers|top selling|"
        "trending|hottest|by popularity|sort by popularity|most bought|most sold|"
        "sort by 销量|"
        "most loved|most liked|销量高的|销量高|卖得好的|卖得好|销量优先|按热度|热度最高|"
        "最热门的|"
        "销量最高|卖得最好|卖的最好|最热销|热销|爆款|人气最高|按销量|销量最好|按人气|卖得最多|"
        "最多人买|最受欢迎"
    ),
    ("added", "desc"): (
        "新品优先|最新优先|按最新|newest first|latest first|what is new|whats new|"
        "new arrivals|new arrival|by date|by newest|just in|most recent|最新上架|刚上架|上新|"
        "最新款|新上架|"
        "最新|按时间|按上架时间|新款|新品|当季新款"
    ),
}


def comparisons() -> Iterator[tuple[tuple[str, str], str]]:
    """((attribute, more or less), phrases) of every frame over every scale."""
    for attribute, (much, little) in SCALES.items():
        for pole, way, other in ((much, MORE, LESS), (little, LESS, MORE)):
            toward, away = _frames(pole)
            yield (attribute, way), "|".join(toward)
            yield (attribute, other), "|".join(away)
    for (attribute, way), phrases in SPECIAL.items():
        yield (attribute, way), phrases


def adjectives() -> Iterator[tuple[tuple[str, str], str]]:
    """((attribute, more or less), Chinese words) as they stand after 比: 比这个大."""
    for attribute, (much, little) in SCALES.items():
        for pole, way in ((much, MORE), (little, LESS)):
            if pole.chinese:
                yield (attribute, way), pole.chinese


def superlatives() -> Iterator[tuple[tuple[str, str], str]]:
    """((attribute, asc or desc), phrases)."""
    yield from SORTS.items()
    for attribute, (much, little) in SCALES.items():
        for pole, order in ((much, "desc"), (little, "asc")):
            phrases = [*_words(pole.superlative)]
            phrases += [f"most {w}" for w in _words(pole.plain)]
            phrases += [f"最{w}" for w in _words(pole.chinese)]
            yield (attribute, order), "|".join(phrases)
        for pole, order in ((much, "asc"), (little, "desc")):
            yield (attribute, order), "|".join(f"least {w}" for w in _words(pole.plain))


def _frames(pole: Pole) -> tuple[list[str], list[str]]:
    toward = [*_words(pole.comparative)]
    away: list[str] = []
    for word in _words(pole.plain):
        toward.append(f"more {word}")
        away += [f"{much} {word}" for much in ("too", "way too", "a bit too", "a little too")]
        away += [f"{be} so {word}" for be in ("is", "are", "its", "theyre", "was", "looks", "not")]
        away += [f"{no} {word}" for no in ("less", "not too", "not so", "not that", "not as")]
        away += [f"not very {word}", f"isnt too {word}", f"nothing too {word}", f"quite {word}"]
    for word in _words(pole.comparative):
        away.append(f"not {word}")
    for word in _words(pole.chinese):
        for tail in ("一点", "点", "一些", "些", "点儿", "一点儿", "一点点"):
            toward += [f"{word}{tail}", f"再{word}{tail}", f"更{word}{tail}", f"稍微{word}{tail}"]
        toward += [
            f"更{word}",
            f"再{word}",
            f"比较{word}",
            f"{word}一点的",
            f"更加{word}",
            f"偏{word}一点",
        ]
        away += [f"{much}{word}" for much in ("太", "有点", "有些", "偏", "过于", "有点太", "那么")]
        away += [
            f"{no}{word}"
            for no in ("别太", "不要太", "不太", "不那么", "没那么", "别那么", "不是很")
        ]
        away += [
            f"{no}{word}" for no in ("不很", "不是太", "不要那么", "不会太", "不能太", "不要很")
        ]
        away += [f"太{word}了", f"{word}了点", f"{word}了一点", f"有点{word}了"]
    return toward, away


def _words(phrases: str) -> list[str]:
    return [word for word in phrases.split("|") if word]
