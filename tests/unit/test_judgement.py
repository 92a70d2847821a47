"""Rules that say which products a query is about."""

from __future__ import annotations

import pytest

from bot.evaluate.judgement import Row, colors, grades, judge_of
from catalog.errors import ShoptalkError
from tests.little_catalogue import product


def row(name: str, description: str = "", **columns: object) -> Row:
    values = {"brand": "", "gender": "", "color": "", "price": float("nan"), **columns}
    return Row(id="x", name=name, description=description, **values)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (row("navy blue kurta", color="red"), {"navy", "blue"}),
        (row("olive green & white shirt"), {"olive", "green", "white"}),
        (row("gold-toned ring"), {"gold"}),
        (row("pack of 2 bras", "one red and one black bra", color="blue"), {"red", "black"}),
        (row("a bag", "x" * 200 + " black", color="green"), {"green"}),
        (row("peach-coloured top", color="red"), {"peach"}),
        (row("printed top", "multicoloured print", color="red"), {"multi"}),
        (row("embroidered top", "tricoloured", color="red"), set()),
        (row("tiered layered top"), set()),
    ],
)
def test_the_name_tells_the_color_then_the_text_then_the_column(columns, expected):
    assert colors(columns) == expected


@pytest.mark.parametrize(
    ("part", "met", "unmet"),
    [
        ({"name": r"\bkurta\b"}, row("a Kurta".lower()), row("top", "with a kurta")),
        ({"text": "zip"}, row("bag", "has a zip"), row("bag")),
        ({"brand": "levi"}, row("x", brand="levis"), row("x", brand="levito")),
        ({"brand": "w"}, row("x", brand="w"), row("x", brand="wrogn")),
        ({"gender": "men"}, row("x", gender="unisex"), row("x", gender="women")),
        ({"gender": "kids"}, row("x", gender="girls"), row("x", gender="unisex")),
        ({"color": "blue"}, row("navy top"), row("grey top")),
        ({"price": {"at_most": 500}}, row("x", price=500.0), row("x", price=500.5)),
        ({"price": {"at_most": 500}}, row("x", price=1.0), row("x")),
        ({"price": {"at_least": 5, "at_most": 9}}, row("x", price=7.0), row("x", price=4.0)),
        ({"not": {"color": "black"}}, row("red top"), row("black & red top")),
        ({"any": [{"name": "rug"}, {"name": "carpet"}]}, row("a carpet"), row("a chair")),
    ],
)
def test_every_kind_of_part(part, met, unmet):
    judge = judge_of({"all": [part]})
    assert (judge(met), judge(unmet)) == (2, 0)


def test_what_would_be_nice_makes_the_difference_between_grades():
    judge = judge_of({"all": [{"name": "watch"}], "nice": [{"text": "leather"}]})
    assert judge(row("watch", "leather strap")) == 2
    assert judge(row("watch", "steel strap")) == 1
    assert judge(row("belt", "leather")) == 0


def test_a_product_is_judged_by_its_columns_without_the_brand_in_its_name():
    jeans = product("1", "Pepe Jeans Men Blue Shirt", "999", gender="Men", color=" Blue")
    read = Row.of(jeans)
    assert (read.gender, read.color, read.price) == ("men", "blue", 999.0)
    assert "jeans" in read.name
    named = Row.of(type(jeans)(**{**jeans.__dict__, "brand": "Pepe Jeans"}))
    assert named.name == "men blue shirt"
    assert grades({"all": [{"name": "jeans"}]}, [read, named]) == {"1": 2}


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"all": []},
        {"all": [{}]},
        {"all": [{"size": "M"}]},
        {"all": [{"name": "("}]},
        {"all": [{"name": ""}]},
        {"all": [{"color": "blurple"}]},
        {"all": [{"gender": "people"}]},
        {"all": [{"price": 5}]},
        {"all": [{"price": {"below": 5}}]},
        {"all": [{"any": []}]},
        {"all": [{"name": "a", "text": "b"}]},
        {"all": [{"name": "a"}], "none": []},
        "black",
    ],
)
def test_what_is_no_rule_is_told(rule):
    with pytest.raises(ShoptalkError):
        judge_of(rule)
