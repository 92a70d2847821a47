from __future__ import annotations

import json
import time
from decimal import Decimal
from typing import Any, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.request.extract import Utterance, extract
from actions.request.types import Change
from catalog.lexicon import Lexicon
from catalog.product import Money, Product
from catalog.vocabulary import Vocabulary

Read = Callable[[str], Utterance]


def _product(n: int, brand: str, color: str) -> Product:
    return Product(
        id=str(n),
        title={"en": f"{brand} dress"},
        language="en",
        price=Money(Decimal(100), "CNY"),
        brand=brand,
        product_type=("Dresses",),
        attributes={
            "color": (color,),
            "material": ("Cotton",),
            "gender": ("Women",),
            "size": ("M", "L"),
        },
    )


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    products = [_product(1, "Nike", "Red"), _product(2, "Adidas", "Blue")]
    return Vocabulary.build(products, Lexicon.load())


@pytest.fixture(scope="module")
def reads(vocabulary: Vocabulary) -> Read:
    extract("warm up: red dress under 50, 红色", vocabulary)
    return lambda text: extract(text, vocabulary)


def _plain(change: Change) -> dict[str, Any]:
    data = change.to_json()
    data.pop("words", None)
    return data


def is_(attribute: str, value: Any, op: str = "is", **more: Any) -> dict[str, Any]:
    return {"kind": "add", "attribute": attribute, "op": op, "value": value, **more}


def price(op: str, value: Any, **more: Any) -> dict[str, Any]:
    return is_("price", value, op, **more)


def act(kind: str, *referents: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": kind, **more, **({"referents": list(referents)} if referents else {})}


def nth(n: int) -> dict[str, Any]:
    return {"by": "ordinal", "n": n}


FOCUS, SHOWN = {"by": "focus"}, {"by": "shown"}
BLUE_ONE = {"by": "value", "attribute": "color", "value": "blue"}
CHEAPER = {"kind": "relative", "attribute": "price", "value": "less"}

CASES: list[tuple[str, list[dict[str, Any]]]] = [
    # constraints
    (
        "我想买一件红色的连衣裙，价格不超过500元",
        [is_("color", "red"), is_("product_type", "dress"), price("at_most", 500, currency="CNY")],
    ),
    ("150块以内有吗", [price("at_most", 150, currency="CNY")]),
    (
        "looking for black or white sneakers, size 42, max 80 euros",
        [
            is_("color", ["black", "white"]),
            is_("product_type", "sneakers"),
            is_("size", "42"),
            price("at_most", 80, currency="EUR"),
        ],
    ),
    ("no i would like a red dress", [is_("color", "red"), is_("product_type", "dress")]),
    ("color should be red", [is_("color", "red")]),
    ("DrEsS UNDER 5K", [is_("product_type", "dress"), price("at_most", 5000)]),
    (
        "我要一条red的dress，under 500",
        [is_("color", "red"), is_("product_type", "dress"), price("at_most", 500)],
    ),
    ("i want to keep it under 50 dollars", [price("at_most", 50, currency="USD")]),
    ("Nike or Adidas", [is_("brand", ["Nike", "Adidas"])]),
    ("make it blue", [is_("color", "blue")]),
    ("有红色的吗", [is_("color", "red")]),
    ("没有红色的吗", [is_("color", "red")]),
    # negation
    (
        "not red, and under 300, and do you ship to Canada?",
        [is_("color", "red", "is_not"), price("at_most", 300)],
    ),
    ("不要红色的也不要黑的", [is_("color", "red", "is_not"), is_("color", "black", "is_not")]),
    ("anything but red or black", [is_("color", "red", "is_not"), is_("color", "black", "is_not")]),
    ("neither red nor blue", [is_("color", "red", "is_not"), is_("color", "blue", "is_not")]),
    ("not red, blue please", [is_("color", "red", "is_not"), is_("color", "blue")]),
    (
        "not red, blue or black",
        [is_("color", c, "is_not") for c in ("red", "blue", "black")],
    ),
    ("I don't want a red dress", [is_("color", "red", "is_not")]),
    ("polyester-free", [is_("material", "polyester", "is_not")]),
    ("除了红色都行", [is_("color", "red", "is_not")]),
    ("红色的就算了，蓝色的可以", [is_("color", "red", "is_not"), is_("color", "blue")]),
    ("红色的不要", [is_("color", "red", "is_not")]),
    ("i want blue instead of red", [is_("color", "blue")]),
    # soft, dropped, widened
    ("要便宜一点的，最好是棉的", [CHEAPER, is_("material", "cotton", hard=False)]),
    ("ideally under 50", [price("at_most", 50, hard=False)]),
    ("任何颜色都行", [act("drop", attribute="color")]),
    ("price doesn't matter", [act("drop", attribute="price")]),
    ("budget is not a problem", [act("drop", attribute="price")]),
    ("颜色不限，价格200以内", [act("drop", attribute="color"), price("at_most", 200)]),
    ("doesn't have to be red", [act("drop", attribute="color", value="red")]),
    ("不一定要红色", [act("drop", attribute="color", value="red")]),
    ("黑色也行", [{**is_("color", "black"), "kind": "widen"}]),
    ("or black", [{**is_("color", "black"), "kind": "widen"}]),
    ("更贵一点的也可以", [act("relax", attribute="price")]),
    # critiques
    (
        "not the first one. something cheaper, and no polyester",
        [act("reject", nth(1)), CHEAPER, is_("material", "polyester", "is_not")],
    ),
    (
        "is there anything bigger than the second?",
        [{**act("relative", nth(2)), "attribute": "size", "value": "more"}],
    ),
    ("something cheeper than the frist one", [{**CHEAPER, "referents": [nth(1)]}]),
    ("比第二个便宜的", [{**CHEAPER, "referents": [nth(2)]}]),
    ("第二个太贵了，有没有便宜点的", [{**CHEAPER, "referents": [nth(2)]}]),
    ("别太贵", [CHEAPER]),
    ("Too expensive", [CHEAPER]),
    ("再大一点的", [{"kind": "relative", "attribute": "size", "value": "more"}]),
    ("less formal", [{"kind": "relative", "attribute": "formality", "value": "less"}]),
    ("like that one but in blue", [act("similar", FOCUS), is_("color", "blue")]),
    ("和第一个差不多的，便宜点", [act("similar", nth(1)), CHEAPER]),
    ("more like this", [act("similar", FOCUS)]),
    # referents and acts
    ("第二个和第三个有什么区别？", [act("compare", nth(2), nth(3))]),
    ("compare 1 and 3", [act("compare", nth(1), nth(3))]),
    ("which one is better?", [act("compare")]),
    ("why the second?", [act("ask", nth(2), attribute="why")]),
    ("为什么推荐这个", [act("ask", FOCUS, attribute="why")]),
    ("那个蓝色的多少钱", [act("ask", BLUE_ONE, attribute="price")]),
    ("多少钱", [act("ask", FOCUS, attribute="price")]),
    ("is the second one cotton?", [act("ask", nth(2), attribute="material")]),
    ("第二个是棉的吗", [act("ask", nth(2), attribute="material")]),
    ("第二个什么材质", [act("ask", nth(2), attribute="material")]),
    ("tell me more about 2", [act("ask", nth(2), attribute="details")]),
    ("最后一个怎么样", [act("ask", nth(-1), attribute="details")]),
    ("I like the second, add it to my list", [act("like", nth(2)), act("choose", FOCUS)]),
    ("就要第二个", [act("choose", nth(2))]),
    ("add the blue one to my list", [act("choose", BLUE_ONE)]),
    (
        "add the cheapest one to my list",
        [act("choose", {"by": "extreme", "attribute": "price", "value": "min"})],
    ),
    ("take the second one off my list", [act("unchoose", nth(2))]),
    ("the last two", [act("refer", nth(-2), nth(-1))]),
    ("1和3", [act("refer", nth(1), nth(3))]),
    ("第一个和第二个都不喜欢", [act("reject", nth(1), nth(2))]),
    ("都不要", [act("reject", SHOWN)]),
    ("not the red one, the blue one", [
        act("reject", {"by": "value", "attribute": "color", "value": "red"}),
        act("refer", BLUE_ONE),
    ]),
    ("show my list", [act("show_list")]),
    ("清单里有什么", [act("show_list")]),
    # the list as a whole
    (
        "来三个评分最高的",
        [act("count", value=3), act("sort", attribute="rating", value="desc")],
    ),
    ("cheapest first", [act("sort", attribute="price", value="asc")]),
    ("show me three", [act("count", value=3)]),
    ("还有吗", [act("more")]),
    ("something else", [act("more")]),
    ("back", [act("back")]),
    ("my back hurts, i need a backpack", [is_("product_type", "backpack")]),
    ("上一步", [act("back")]),
    ("重新开始", [act("start_over")]),
    # answers
    ("whatever", [act("dont_care")]),
    ("随便", [act("dont_care")]),
    ("yes please", [act("affirm")]),
    ("no thanks", [act("deny")]),
    ("不用了", [act("deny")]),
    # nothing for the request
    ("你好", []),
    ("what is your return policy", []),
    ("can I talk to a human", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "changes"), CASES, ids=[text for text, _ in CASES])
def test_changes(reads: Read, text: str, changes: list[dict[str, Any]]) -> None:
    assert [_plain(c) for c in reads(text).changes] == changes


def test_a_service_question_is_left_to_the_intent(reads: Read) -> None:
    utterance = reads("not red, and under 300, and do you ship to Canada?")
    assert utterance.residual == "ship Canada"
    assert utterance.free_text == ""
    assert utterance.asides == ("do you ship to Canada",)


def test_who_a_gift_is_for_is_only_a_hint(reads: Read) -> None:
    changes = [_plain(c) for c in reads("a gift for my mom under 200, she likes green tea").changes]
    assert price("at_most", 200) in changes
    assert is_("gender", "female", hard=False) in changes


def test_unknown_words_are_residual(reads: Read) -> None:
    assert reads("please show me a quxly red dress").residual == "quxly"
    assert reads("有没有红色的花哨连衣裙").residual == "花哨"


def test_small_talk_leaves_no_residual(reads: Read) -> None:
    assert reads("hi there, could you please help me find something?").residual == ""
    assert reads("你好，请问可以帮我推荐一下吗").residual == ""


def test_words_are_the_shoppers_own(reads: Read) -> None:
    added = [c.constraint for c in reads("想要紅色的，３００元以内").changes if c.constraint]
    assert [c.words for c in added] == ["紅色", "３００元以内"]


@pytest.mark.parametrize(
    ("text", "language"), [("red dress", "en"), ("红色连衣裙", "zh"), ("我要red的dress", "zh")]
)
def test_language(reads: Read, text: str, language: str) -> None:
    assert reads(text).language == language


def test_the_language_may_be_given(vocabulary: Vocabulary) -> None:
    assert extract("ok", vocabulary, language="zh").language == "zh"


_PARTS = st.sampled_from(
    "red 红色 dress 连衣裙 not no 不要 except 除了 , . ? 。 、 and or 和 或 the second 第二个 it "
    "它 cheaper 便宜点 under 50 300 元 以内 more back compare why add to my list "
    "like don't any colour 都行 for mom size m 三 五百 k % # the 最 first one".split()
)


def seconds(call: Callable[[], Any]) -> float:
    """Processor time of one call in this thread."""
    start = time.thread_time()
    call()
    return time.thread_time() - start


@given(st.one_of(st.text(max_size=120), st.lists(_PARTS, max_size=25).map(" ".join)))
@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_is_read_quickly_and_survives_json(reads: Read, text: str) -> None:
    utterance = reads(text)
    # The best of three: the garbage of other tests is collected in whichever call comes then.
    assert min(seconds(lambda: reads(text)) for _ in range(3)) < 0.05
    for change in utterance.changes:
        data = json.loads(json.dumps(change.to_json()))
        assert Change.from_json(data).to_json() == change.to_json()


def test_a_very_long_message_is_read_quickly(reads: Read) -> None:
    text = "red dress under 50, not blue 不要红色的 " * 500
    assert min(seconds(lambda: reads(text)) for _ in range(3)) < 0.5
