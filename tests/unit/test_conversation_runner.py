"""The judge of conversations judges rightly: it passes a good shop and catches a bad one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.conversations.facts import Catalogue, Facts, has_color, has_gender, has_material, is_type
from tests.conversations.runner import Script, Turn, load, play


def fact(id_, title, price="100", description="", available=True, **labels):
    return Facts(
        id=id_,
        titles=(title,),
        description=description,
        price=Decimal(price),
        currency="CNY",
        labels={k: (v,) for k, v in labels.items()},
        available=available,
    )


RED = fact("r", "Women Red Linen Dress", "300")
WINE = fact("w", "Wine Red Wrap Dress", "200", "Made of chiffon.")
POLY = fact("p", "Red Midi Dress", "150", "Smooth polyester.")
PEACH = fact("x", "Women Peach-Coloured Dress", "250", color="Red")
BLUE = fact("b", "Blue Dress", "220")
GONE = fact("g", "Red Maxi Dress", "90", available=False)
SHOP = Catalogue({f.id: f for f in (RED, WINE, POLY, PEACH, BLUE, GONE)}, "CNY")


def shown(*facts, text=None, relaxed=(), request=None, kind="products"):
    items = [
        {
            "rank": n,
            "id": f.id,
            "title": f.titles[0],
            "price": {"amount": str(f.price), "currency": "CNY"},
        }
        for n, f in enumerate(facts, 1)
    ]
    lines = [f"{n}. {f.titles[0]} ¥{f.price}" for n, f in enumerate(facts, 1)]
    custom = {"type": kind, "items": items, "relaxed": list(relaxed), "request": request or {}}
    return {"messages": [{"text": "\n".join([text or "Here you are, have a look:", *lines])},
                         {"custom": custom}]}  # fmt: skip


def judge(*pairs):
    """Failures of a conversation given as (expectation, reply) of each turn."""
    replies = iter([reply for _expect, reply in pairs])
    script = Script("t", "demo", "", tuple(Turn("…", expect) for expect, _reply in pairs))
    return play(script, lambda _text: next(replies), SHOP)


DRESS = {"type": "dress", "color": "red", "price_at_most": 300}


def test_a_right_list_passes():
    assert (
        judge(({"type": "products", "language": "en", "every_item": DRESS}, shown(RED, WINE))) == []
    )


@pytest.mark.parametrize("wrong", [PEACH, BLUE])
def test_an_item_of_another_color_is_caught(wrong):
    failures = judge(({"every_item": DRESS}, shown(RED, wrong)))
    assert len(failures) == 1
    assert wrong.titles[0] in failures[0]
    assert "color" in failures[0]


def test_a_material_that_is_not_wanted_is_caught():
    failures = judge(({"every_item": {**DRESS, "not_material": "polyester"}}, shown(POLY)))
    assert "material is polyester" in failures[0]


def test_a_price_over_the_limit_is_caught():
    assert judge(({"every_item": {"price_at_most": 250}}, shown(RED)))


def test_a_wrong_price_is_caught():
    reply = shown(RED)
    reply["messages"][1]["custom"]["items"][0]["price"]["amount"] = "299"
    assert "costs 300" in judge(({}, reply))[0]


def test_an_invented_product_is_caught():
    assert "no product 'zz'" in judge(({}, shown(fact("zz", "Red Dress"))))[0]


def test_an_empty_answer_and_a_failed_turn_are_caught():
    assert judge(({}, {"messages": []}))
    assert judge(({}, {"messages": [{"text": "Sorry.", "custom": {"type": "error"}}]}))
    assert judge(({}, {"messages": [{"text": "Traceback (most recent call last)"}]}))


def test_what_was_rejected_must_not_come_back():
    request = {"rejected": ["r"]}
    first, second = shown(RED, WINE), shown(WINE, request=request)
    assert judge(({}, first), ({"rejected": {"turn": 1, "item": 1}}, second)) == []
    again = shown(RED, request=request)
    assert "is back" in judge(({}, first), ({}, second), ({}, again))[0]
    assert judge(({}, first), ({"none_of": {"turn": 1, "item": 1}}, again))


def test_undo_restores_the_list_in_its_order():
    assert judge(({}, shown(RED, WINE)), ({"same_items_as": 1}, shown(RED, WINE))) == []
    assert judge(({}, shown(RED, WINE)), ({"same_items_as": 1}, shown(WINE, RED)))


def test_cheaper_is_cheaper_than_the_named_one():
    expect = {"every_item": DRESS, "cheaper_than": {"turn": 1, "item": 1}}
    assert judge(({}, shown(RED)), (expect, shown(WINE, POLY))) == []
    assert judge(({}, shown(WINE)), (expect, shown(RED)))


def test_relaxing_is_right_only_where_nothing_fits():
    relaxed = [{"attribute": "price", "from": 100, "to": 150}]
    nothing = {"every_item": {**DRESS, "price_at_most": 100}}
    assert judge((nothing, shown(POLY, relaxed=relaxed))) == []
    assert judge((nothing, shown(POLY)))
    assert judge((nothing, shown(BLUE, relaxed=relaxed)))
    assert judge(({"every_item": DRESS}, shown(BLUE, relaxed=[{"attribute": "color"}])))


def test_relaxed_must_be_named():
    relaxed = [{"attribute": "price"}]
    assert judge(({"relaxed": ["price"]}, shown(POLY, relaxed=relaxed))) == []
    assert judge(({"relaxed": ["price"]}, shown(POLY)))
    assert judge(({"relaxed": ["price"]}, {"messages": [{"text": "We have none."}]})) == []


def test_fewer_items_are_right_where_the_shop_has_fewer():
    expect = {"at_least_items": 5, "every_item": DRESS}
    assert judge((expect, shown(RED, WINE, POLY))) == []
    assert judge((expect, shown(RED, WINE)))


def test_comparison_focus_and_list():
    first: tuple[dict, dict] = ({}, shown(RED, WINE, POLY))
    places = [{"turn": 1, "item": 2}, {"turn": 1, "item": 3}]
    assert judge(first, ({"compares": places}, shown(WINE, POLY, kind="comparison"))) == []
    assert judge(first, ({"compares": places}, shown(RED, POLY, kind="comparison")))
    focus = {"focus_on": {"turn": 1, "item": -1}, "type": "explanation"}
    assert judge(first, (focus, shown(POLY, kind="explanation"))) == []
    assert judge(first, (focus, shown(WINE, kind="explanation")))
    kept = {"list_contains": {"turn": 1, "item": 2}, "list_size": 1}
    assert judge(first, (kept, shown(WINE, kind="list"))) == []
    assert judge(first, (kept, shown(RED, kind="list")))


def test_language_is_that_of_the_replys_own_words():
    zh = shown(RED, text="给你找了这些，先看看：")
    assert judge(({"language": "zh"}, zh)) == []
    assert judge(({"language": "en"}, zh))
    assert judge(({"language": "zh"}, shown(RED)))


def test_a_price_in_another_currency_needs_a_rate():
    assert judge(({"every_item": {"price_at_most": "40 USD"}}, shown(WINE)))
    ask = {"messages": [{"text": "What is a dollar in yuan?"}]}
    assert judge(({"every_item": {"price_at_most": "40 USD"}}, ask)) == []


def test_a_place_that_was_never_shown_is_a_failure():
    assert (
        "showed 1 products"
        in judge(({}, shown(RED)), ({"none_of": {"turn": 1, "item": 3}}, shown(WINE)))[0]
    )


def test_a_script_with_an_unknown_expectation_is_refused(tmp_path):
    file = tmp_path / "x.yml"
    file.write_text("about: x\nshop: demo\nturns: [{say: hi, expect: {colour: red}}]\n")
    with pytest.raises(ValueError, match="colour"):
        load(file)


@pytest.mark.parametrize(
    ("product", "color", "truth"),
    [
        (fact("1", "Women Peach-Coloured Dress", color="Red"), "red", False),
        (fact("1", "Women Multicoloured Dress", color="Red"), "red", False),
        (fact("1", "Women Embellished Dress", color="Red"), "red", False),
        (fact("1", "Women Dress", description="A red dress", color="Red"), "red", True),
        (fact("1", "Women Maroon & White Dress", color="Red"), "red", True),
        (fact("1", "Men Navy Blue Jeans", color="Navy"), "blue", True),
        (fact("1", "Gold-Toned Earrings"), "red", False),
        (fact("1", "酒红色连衣裙"), "red", True),
        (fact("1", "红茶礼盒"), "red", None),
        (fact("1", "绿茶蛋黄酥"), "green", None),
        (fact("1", "纯棉四件套", 颜色="灰紫/ 蓝色"), "blue", True),
    ],
)
def test_colors(product, color, truth):
    assert has_color(product, color) is truth


@pytest.mark.parametrize(
    ("title", "kind", "truth"),
    [
        ("Women Red A-Line Dress", "dress", True),
        ("Unstitched Dress Material", "dress", False),
        ("Men Solid Dress Shirt", "dress", False),
        ("Men Polo T-shirt", "shirt", False),
        ("Girls Shirt Dress", "dress", True),
        ("Laptop Backpack", "laptop", False),
        ("升级款护颈波浪记忆枕", "pillow", True),
        ("日式条纹抱枕", "pillow", False),
        ("绿茶蛋黄酥", "green tea", False),
        ("碎花半身裙", "dress", False),
    ],
)
def test_types(title, kind, truth):
    assert is_type(fact("1", title), kind) is truth


def test_materials_after_a_negation_do_not_count():
    assert has_material(fact("1", "Bag", description="Polyester-free cotton"), "polyester") is False
    assert has_material(fact("1", "Bag", description="contains no polyester"), "polyester") is None
    assert has_material(fact("1", "枕头", 填充物="100%聚酯纤维"), "polyester") is True


def test_girls_things_are_not_for_women():
    assert has_gender(fact("1", "Girls Pink Dress", gender="Girls"), "female") is False
    assert has_gender(fact("1", "Black Backpack", gender="Unisex"), "female") is True
    assert has_gender(fact("1", "Men & Women Socks"), "male") is True
