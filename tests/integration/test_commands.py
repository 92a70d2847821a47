"""``shoptalk recommend`` and ``shoptalk parse``: what they print is what was promised."""

from __future__ import annotations

from decimal import Decimal

import pytest

ITEM = {
    *("rank", "id", "title", "price", "regular_price", "availability", "stock", "rating"),
    *("url", "image", "attributes", "reasons", "scores"),
}
REPLY = {"type", "strategy", "request", "relaxed", "items", "question", "drift"}


@pytest.mark.parametrize(
    ("query", "language"), [("red dress under 500", "en"), ("500元以内的红色连衣裙", "zh")]
)
def test_recommend_gives_the_reply_as_one_object(shoptalk, shops, query, language):
    ran = shoptalk("recommend", "--query", query, "--json", "--shop", shops("demo").shop_dir)
    (reply,) = ran.objects
    assert ran.code == 0
    assert set(reply) >= REPLY
    assert (reply["type"], reply["language"]) == ("products", language)
    assert [item["rank"] for item in reply["items"]] == list(range(1, len(reply["items"]) + 1))
    for item in reply["items"]:
        assert set(item) == ITEM
        assert Decimal(item["price"]["amount"]) <= 500
        assert item["price"]["currency"] == "CNY"
        assert {"kind", "text"} == set(item["reasons"][0])
    held = {(c["attribute"], c["op"]) for c in reply["request"]["constraints"]}
    assert held == {("product_type", "is"), ("color", "is"), ("price", "at_most")}


def test_recommend_shows_as_many_as_asked_for(shoptalk, shops):
    shop = shops("demo").shop_dir
    for count in (1, 7):
        command = ("recommend", "--query", "dress", "--count", count, "--json", "--shop", shop)
        (reply,) = shoptalk(*command).objects
        assert len(reply["items"]) == count


def test_recommend_for_people_is_text(shoptalk, shops):
    ran = shoptalk("recommend", "--query", "red dress", "--shop", shops("demo").shop_dir)
    assert ran.code == 0
    assert "\n1. " in ran.out
    assert "¥" in ran.out


def test_recommend_needs_a_query(shoptalk):
    ran = shoptalk("recommend", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "--query" in ran.err


def test_parse_gives_one_object_a_text(shoptalk, shops, model):
    texts = ("红色的连衣裙，不超过500元", "something cheaper, and no polyester")
    ran = shoptalk("parse", *texts, "--json", "--shop", shops("demo").shop_dir)
    first, second = ran.objects
    assert [first["text"], second["text"]] == list(texts)
    assert [first["language"], second["language"]] == ["zh", "en"]
    found = {(c["kind"], c["attribute"], c.get("op"), c.get("value")) for c in first["changes"]}
    assert found >= {
        ("add", "color", "is", "red"),
        ("add", "product_type", "is", "dress"),
        ("add", "price", "at_most", 500),
    }
    found = {(c["kind"], c["attribute"], c.get("op"), c.get("value")) for c in second["changes"]}
    assert found == {
        ("relative", "price", None, "less"),
        ("add", "material", "is_not", "polyester"),
    }
    for result in (first, second):
        confidences = [i["confidence"] for i in result["intents"]]
        assert result["intents"]
        assert confidences == sorted(confidences, reverse=True)
        assert all(0 <= c <= 1 for c in confidences)


def test_parse_without_json_is_for_people(shoptalk, shops, model):
    ran = shoptalk("parse", "cheaper", "--shop", shops("demo").shop_dir)
    assert ran.code == 0
    assert "critique" in ran.out
    assert "less" in ran.out
