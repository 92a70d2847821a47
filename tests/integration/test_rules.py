"""``shoptalk import rules`` and ``shoptalk rules``: from a file to what shoppers are shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Callable

import pytest

from actions.request.types import Request
from actions.runtime import Runtime
from actions.turn.opening import opening
from bot.nlu.shop_vocabulary import ShopVocabulary
from catalog.index.manifest import current_build, verify

RULES = """\
synonyms:
  - words: [gownlet, 小礼裙]
    means: 连衣裙
rules:
  - name: no reds
    exclude: {where: {color: 红色}}
  - name: kettle first
    pin: {products: kettle}
"""


@pytest.fixture
def file(tmp_path) -> Callable[[str], Path]:
    """Text → a file of rules with it."""

    def write(text: str) -> Path:
        path = tmp_path / "rules.yml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def shown(runtime: Runtime, text: str) -> list[str]:
    """Ids of what the action server shows for a message, understood as the bot understands it."""
    words = ShopVocabulary(runtime.context.shop.path).current()
    turn = opening(text, words, Request(), "s")
    custom = runtime.answer(turn).reply.custom or {}
    return [item["id"] for item in custom.get("items", ())]


def test_rules_are_followed_without_a_restart(shoptalk, little_copy, base_settings, file):
    runtime = Runtime(replace(base_settings, shop=little_copy))
    before = shown(runtime, "dress")
    assert set(before) == {"dress", "wine"}
    assert set(shown(runtime, "gownlet")) != {"dress", "wine"}
    ran = shoptalk("import", "rules", file(RULES), "--shop", little_copy, "--json")
    assert ran.code == 0
    (facts,) = ran.objects
    assert facts["changed"] is True
    assert (facts["rules"], facts["synonyms"], facts["errors"]) == (2, 1, [])
    matches = {match["name"]: match["examples"] for match in facts["matches"]}
    assert matches == {"no reds": ["dress", "wine"], "kettle first": ["kettle"]}
    assert shown(runtime, "something nice")[0] == "kettle"
    assert not {"dress", "wine"} & set(shown(runtime, "dress"))
    only_words = RULES[: RULES.index("rules:")]
    assert shoptalk("import", "rules", file(only_words), "--shop", little_copy).code == 0
    assert set(shown(runtime, "gownlet")) == set(shown(runtime, "小礼裙")) == {"dress", "wine"}
    assert shoptalk("import", "rules", file("# none\n"), "--shop", little_copy).code == 0
    assert shown(runtime, "dress") == before
    assert not (little_copy / "rules.json").exists()
    verify(little_copy / "index")


def test_the_same_file_again_changes_nothing(shoptalk, little_copy, file):
    command = ("import", "rules", file(RULES), "--shop", little_copy)
    assert "in force" in shoptalk(*command).out
    build, content = current_build(little_copy / "index"), (little_copy / "rules.json").read_bytes()
    assert "as they were before" in shoptalk(*command).out
    assert current_build(little_copy / "index") == build
    assert (little_copy / "rules.json").read_bytes() == content


def test_with_one_mistake_nothing_is_changed(shoptalk, little_copy, file):
    shoptalk("import", "rules", file(RULES), "--shop", little_copy)
    content = (little_copy / "rules.json").read_bytes()
    wrong = RULES + "  - exclude: {where: {colr: red}}\n  - boost: {products: wine, by: 3}\n"
    ran = shoptalk("import", "rules", file(wrong), "--shop", little_copy)
    assert ran.code == 1
    assert "line 9: " in ran.err
    assert "'color'" in ran.err
    assert "line 10: " in ran.err
    assert "Nothing was changed" in ran.out
    assert (little_copy / "rules.json").read_bytes() == content


def test_checking_changes_nothing(shoptalk, little_copy, file):
    ran = shoptalk("import", "rules", file(RULES), "--shop", little_copy, "--check")
    assert ran.code == 0
    assert "exclude “no reds”: 2 products (dress, wine)" in ran.out
    assert not (little_copy / "rules.json").exists()


def test_rules_in_force_are_listed_and_stale_ones_told(shoptalk, little_copy, file):
    assert "has no rules" in shoptalk("rules", "--shop", little_copy).out
    shoptalk("import", "rules", file(RULES), "--shop", little_copy)
    feed = little_copy.parent / "smaller.csv"
    feed.write_text("id,title,price,color\ntee,Black Tee,79.00 CNY,black\n", encoding="utf-8")
    command = ("import", "products", feed, "--shop", little_copy, "--allow-shrink")
    assert shoptalk(*command).code == 0
    assert shoptalk("index", "--shop", little_copy).code == 0
    ran = shoptalk("rules", "--shop", little_copy)
    assert ran.code == 0
    assert "pin “kettle first”: 0 products" in ran.out
    assert "no product 'kettle'" in ran.err
    ran = shoptalk("recommend", "--query", "tee", "--json", "--shop", little_copy)
    assert [item["id"] for item in ran.objects[0]["items"]] == ["tee"]


def test_a_shop_has_to_be_named(shoptalk, file):
    assert "--shop" in shoptalk("import", "rules", file(RULES)).sentence


def test_a_shop_without_an_index_says_what_to_do(shoptalk, tmp_path, file):
    feed = tmp_path / "feed.csv"
    feed.write_text("id,title,price\na,Tee,79.00 CNY\n", encoding="utf-8")
    shoptalk("import", "products", feed, "--shop", tmp_path / "new")
    ran = shoptalk("import", "rules", file(RULES), "--shop", tmp_path / "new")
    assert "shoptalk index" in ran.sentence


def test_a_rule_shows_in_scores_and_reasons(shoptalk, little_copy, file):
    text = "rules: [{name: summer push, pin: {products: wine}}]"
    shoptalk("import", "rules", file(text), "--shop", little_copy)
    plain = shoptalk("recommend", "--query", "dress", "--json", "--shop", little_copy).objects[0]
    first = plain["items"][0]
    assert first["id"] == "wine"
    assert first["scores"]["rule:summer push"] == 1.0
    kinds = [reason["kind"] for reason in first["reasons"]]
    shoptalk("import", "rules", file(""), "--shop", little_copy)
    before = shoptalk("recommend", "--query", "dress", "--json", "--shop", little_copy).objects[0]
    assert ("rule" in kinds) is (before["items"][0]["id"] != "wine")
