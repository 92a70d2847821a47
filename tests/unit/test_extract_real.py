"""Messages as shoppers type them: each group is a class of language that was once misread."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Callable

import pytest

from actions.request.extract import Utterance, extract
from catalog.lexicon import Lexicon
from catalog.product import Money, Product
from catalog.vocabulary import Vocabulary

Read = Callable[[str], Utterance]


def _product(n: int, brand: str, department: str, **attributes: str) -> Product:
    return Product(
        id=str(n),
        title={"en": f"{brand} thing"},
        language="en",
        price=Money(Decimal(100), "CNY"),
        brand=brand,
        product_type=(department, "Dresses"),
        attributes={name: (value,) for name, value in attributes.items()},
    )


@pytest.fixture(scope="module")
def reads() -> Read:
    products = [
        _product(1, "Nike", "Men", color="Red", gender="Men", size="M", waterproof="yes"),
        _product(2, "Adidas", "Women", color="Blue", gender="Women", roast="Medium"),
        _product(3, "Puma", "Women", material="Cotton", loft="Low", firmness="Medium"),
    ]
    vocabulary = Vocabulary.build(products, Lexicon.load())
    return lambda text: extract(text, vocabulary)


def is_(attribute: str, value: Any, op: str = "is", **more: Any) -> dict[str, Any]:
    return {"kind": "add", "attribute": attribute, "op": op, "value": value, **more}


def no(attribute: str, value: Any) -> dict[str, Any]:
    return is_(attribute, value, "is_not")


def price(op: str, value: Any, **more: Any) -> dict[str, Any]:
    return is_("price", value, op, **more)


def act(kind: str, *referents: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": kind, **more, **({"referents": list(referents)} if referents else {})}


def critique(attribute: str, value: str, *referents: dict[str, Any]) -> dict[str, Any]:
    return act("relative", *referents, attribute=attribute, value=value)


def nth(n: int) -> dict[str, Any]:
    return {"by": "ordinal", "n": n}


def by(attribute: str, value: str, how: str = "value") -> dict[str, Any]:
    return {"by": how, "attribute": attribute, "value": value}


FOCUS, SHOWN = {"by": "focus"}, {"by": "shown"}
DRESS, BAG = is_("product_type", "dress"), is_("product_type", "bag")
CASES: dict[str, list[tuple[str, list[dict[str, Any]]]]] = {
    "words that are also values": [
        ("hey guys, do you have dresses", [DRESS]),
        ("yes", [act("affirm")]),
        ("low", []),
        ("dress for men", [DRESS, is_("gender", "male")]),
        ("a jacket, medium", [is_("product_type", "jacket"), is_("size", "m")]),
        ("连衣裙，女的穿", [DRESS, is_("gender", "female")]),
    ],
    "prices": [
        ("a dress for at most 15 dollars", [DRESS, price("at_most", 15, currency="USD")]),
        ("dress, 200 to 350", [DRESS, price("between", [200, 350])]),
        ("around 100 or 150", [price("between", [100, 150])]),
        ("two or three hundred", [price("between", [200, 300])]),
        ("from 100 up to 200", [price("between", [100, 200])]),
        ("hundred bucks tops", [price("at_most", 100)]),
        ("sub 100", [price("at_most", 100)]),
        ("几百块的", [price("between", [200, 900], currency="CNY")]),
        ("那就放宽到一千", [price("at_most", 1000)]),
        ("有没有 under 300 的 dress", [price("at_most", 300), DRESS]),
        ("how much does the second one cost?", [act("ask", nth(2), attribute="price")]),
        ("what is the price of 1984?", [act("ask", FOCUS, attribute="price")]),
        ("half the price", [critique("price", "less")]),
        ("价格再低点", [critique("price", "less")]),
    ],
    "measures": [
        ("size 7 or 8", [is_("size", ["7", "8"])]),
        ("37或38码", [is_("size", ["37", "38"])]),
        ("jeans waist 32", [is_("product_type", "jeans"), is_("size", "32")]),
        ("一米五的", [is_("length", 1.5, "about", unit="m")]),
        ("bigger than 5 litres", [is_("capacity", 5, "at_least", unit="l")]),
        ("I need it wider than 90 cm", [is_("width", 90, "at_least", unit="cm")]),
        ("16g内存", [is_("memory", 16, "about", unit="gb")]),
        (
            "14 inch laptop",
            [is_("screen_size", 14, "about", unit="in"), is_("product_type", "laptop")],
        ),
        ("3-6岁", [is_("age_group", ["toddler", "kids"])]),
        ("我身高165体重50公斤", []),
        ("I'm 170 cm tall and weigh 65 kg", []),
    ],
    "what a no covers": [
        ("non-leather belt", [no("material", "leather"), is_("product_type", "belt")]),
        ("我不想要皮的包", [no("material", "leather"), BAG]),
        ("no leather 的包", [no("material", "leather"), BAG]),
        ("没有logo的包", [BAG]),
        ("不那么亮的包", [BAG]),
        ("黑色不要，白色也不要", [no("color", "black"), no("color", "white")]),
        ("别给我推荐裙子了", [no("product_type", "dress")]),
        ("裙子 不要白色", [DRESS, no("color", "white")]),
        (
            "I won't wear beige, brown, grey",
            [no("color", c) for c in ("beige", "brown", "grey")],
        ),
        ("nothing too expensive in red", [critique("price", "less"), is_("color", "red")]),
        ("don't show me any more dresses", [no("product_type", "dress")]),
        ("最好不要羊毛", [{**no("material", "wool"), "hard": False}]),
        ("up to 80, not more", [price("at_most", 80)]),
        ("a slip dress, no dresses", [is_("product_type", "slip dress")]),
        ("想看看包，不看裙子了", [BAG, act("drop", attribute="product_type", value="dress")]),
        ("she hates wool when it is hot, but a dress is fine", [no("material", "wool"), DRESS]),
    ],
    "one thing of several": [
        (
            "a wooden dining table or a desk",
            [is_("material", "wood"), is_("product_type", ["table", "desk"])],
        ),
        ("a dress with a nice belt", [DRESS]),
        ("a zorb for my phone", []),
        ("配西装的包", [BAG]),
        ("给手机配的充电器", [is_("product_type", "charger")]),
        ("iPhone 手机壳", [is_("product_type", "phone case")]),
        ("手机壳 iPhone 15", [is_("product_type", "phone case")]),
    ],
    "counts": [
        ("just show me one", [act("count", value=1)]),
        ("就看一个", [act("count", value=1)]),
        ("show me a red one", [is_("color", "red")]),
        ("来俩看看", [act("count", value=2)]),
        ("只看三个", [act("count", value=3)]),
        ("just the top 3", [act("count", value=3)]),
    ],
    "orders": [
        ("按好评排序", [act("sort", attribute="rating", value="desc")]),
        ("便宜的优先", [act("sort", attribute="price", value="asc")]),
        ("销量高的", [act("sort", attribute="popularity", value="desc")]),
        ("order by price descending", [act("sort", attribute="price", value="desc")]),
        ("sort by 价格", [act("sort", attribute="price", value="asc")]),
    ],
    "pointing": [
        ("像第三个那样的，要灰色", [act("similar", nth(3)), is_("color", "grey")]),
        ("第1、3个", [act("refer", nth(1), nth(3))]),
        ("1和2都要", [act("choose", nth(1), nth(2))]),
        ("都加入购物车", [act("choose", SHOWN)]),
        ("the cheaper one", [act("refer", by("price", "min", "extreme"))]),
        ("the red and the blue one", [act("refer", by("color", "red"), by("color", "blue"))]),
        ("the one with stripes", [act("refer", by("pattern", "striped"))]),
        ("let me purchase this then", [act("choose", FOCUS)]),
        ("is that real leather?", [act("ask", FOCUS, attribute="material")]),
        ("neither", [act("reject", SHOWN)]),
        ("we meet on the 11th of may", []),
        ("we ran the first 3 miles", []),
        ("I'll take the first because it suits both", [act("choose", nth(1))]),
        ("I'm back", []),
        (
            "I like the style of the first but the colour of the third",
            [act("like", nth(1)), act("like", nth(3))],
        ),
        ("I don't like the material of the first", [act("reject", nth(1))]),
        ("can I get the first in blue", [act("similar", nth(1)), is_("color", "blue")]),
        ("I want to know whether these run narrow", []),
        ("does the tram pass by your shop?", []),
        ("no that's it", [act("deny")]),
    ],
    "comparing": [
        ("which is better, the first or the second?", [act("compare", nth(1), nth(2))]),
        ("what's cheaper, the second or the third?", [act("compare", nth(2), nth(3))]),
        ("便宜一些的，比第二个", [critique("price", "less", nth(2))]),
        ("比这个大的", [critique("size", "more", FOCUS)]),
        ("比第三个轻的", [critique("weight", "less", nth(3))]),
        ("Is linen cooler?", [is_("material", "linen")]),
    ],
    "questions": [
        ("how much storage does it have", [act("ask", FOCUS, attribute="storage")]),
        ("质量怎么样", [act("ask", FOCUS, attribute="quality")]),
        ("会不会掉色", [act("ask", FOCUS, attribute="quality")]),
        ("what colors are available?", [act("ask", FOCUS, attribute="color")]),
        ("颜色浅一点的", []),
        ("今天天气怎么样", []),
        ("换个牌子", [act("more")]),
    ],
    "what does not matter": [
        ("I don't really care about the brand", [act("drop", attribute="brand")]),
        ("colour: any", [act("drop", attribute="color")]),
        ("take off the price filter", [act("drop", attribute="price")]),
        ("没有别的要求了", [act("dont_care")]),
    ],
    "colours": [
        ("lighter colour please", []),
        ("balck dress", [is_("color", "black"), DRESS]),
        ("too plain", []),
        ("a bit less green", []),
        ("something more colourful", [is_("color", "multicolor")]),
    ],
    "another one": [
        ("我想换个包", [BAG]),
        ("something like that but cheaper", [act("similar", FOCUS), critique("price", "less")]),
        ("有优惠的裙子吗", [DRESS]),
    ],
}  # fmt: skip
_FLAT = [(name, text, changes) for name, cases in CASES.items() for text, changes in cases]


@pytest.mark.parametrize(("name", "text", "changes"), _FLAT, ids=[t for _, t, _ in _FLAT])
def test_read_as_meant(reads: Read, name: str, text: str, changes: list[dict[str, Any]]) -> None:
    got = [c.to_json() for c in reads(text).changes]
    assert [{k: v for k, v in c.items() if k != "words"} for c in got] == changes, name


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("no synthetic stuff", ""),
        ("不要小米的", ""),
        ("太花了", ""),
        ("a zorb for my phone", "zorb"),
        ("a quxly dress, no zorby stuff", "quxly"),
    ],
)
def test_only_what_is_wanted_is_searched_for(reads: Read, text: str, free: str) -> None:
    assert reads(text).free_text == free


@pytest.mark.parametrize("text", ["tea that isn't too bitter", "a quiet fan", "original parts"])
def test_real_words_are_not_corrected_into_cues(reads: Read, text: str) -> None:
    kinds = {c.kind for c in reads(text).changes}
    assert kinds <= {"add"}
