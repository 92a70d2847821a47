"""Shops, indexes and settings that are missing, damaged or wrong: one sentence that helps."""

from __future__ import annotations

import pytest

from catalog.index.manifest import current_build
from catalog.shop import Shop

RECOMMEND = ("recommend", "--query", "red dress")


@pytest.fixture
def unindexed(tmp_path):
    """A shop with a product and no index."""
    from catalog.feeds import import_products

    feed = tmp_path / "feed.csv"
    feed.write_text("id,title,price\n1,Red Dress,399.00 CNY\n", encoding="utf-8")
    shop = Shop.create(tmp_path / "shop", name="New")
    import_products(shop, feed)
    shop.close()
    return shop.path


@pytest.mark.parametrize(
    "command",
    [
        RECOMMEND,
        ("index",),
        ("parse", "red dress"),
        ("chat", "--script", "-"),
        ("evaluate", "turn", "--turns", "20"),
    ],
    ids=lambda c: c[0],
)
def test_a_shop_that_does_not_exist_is_named(shoptalk, model, tmp_path, monkeypatch, command):
    monkeypatch.setattr("sys.stdin", (tmp_path / "empty").open("w+"))
    assert str(tmp_path / "nowhere") in shoptalk(*command, "--shop", tmp_path / "nowhere").sentence
    assert not (tmp_path / "nowhere").exists()


def test_a_shop_without_an_index_says_what_to_run(shoptalk, unindexed):
    said = shoptalk(*RECOMMEND, "--shop", unindexed).sentence
    assert f"run `shoptalk index --shop {unindexed}`" in said


def test_a_chat_without_an_index_says_what_to_run(shoptalk, model, unindexed, tmp_path):
    script = tmp_path / "script.txt"
    script.write_text("hello\n")
    ran = shoptalk("chat", "--script", script, "--json", "--shop", unindexed)
    assert (ran.code, ran.out) == (1, "")
    assert f"run `shoptalk index --shop {unindexed}`" in ran.err
    assert "Traceback" not in ran.err


def test_index_makes_a_new_shop_answer(shoptalk, unindexed):
    (built,) = shoptalk("index", "--shop", unindexed, "--json").objects
    assert (built["products"], built["changed"]) == (1, True)
    (again,) = shoptalk("index", "--shop", unindexed, "--json").objects
    assert (again["build"], again["changed"]) == (built["build"], False)
    assert "Red Dress" in shoptalk(*RECOMMEND, "--shop", unindexed).out


@pytest.mark.parametrize("how", ["cut short", "gone", "overwritten"])
def test_a_damaged_index_says_how_to_mend_it(shoptalk, little_copy, how):
    build = current_build(little_copy / "index")
    assert build is not None
    file = build / "facets.npz"
    if how == "gone":
        file.unlink()
    else:
        content = file.read_bytes()
        file.write_bytes(content[:100] if how == "cut short" else b"\0" * len(content))
    said = shoptalk(*RECOMMEND, "--shop", little_copy).sentence
    assert "damaged" in said
    assert "shoptalk index --force" in said
    assert "damaged" in shoptalk("index", "--verify", "--shop", little_copy).sentence
    assert shoptalk("index", "--force", "--shop", little_copy).code == 0
    assert "Red Cotton Dress" in shoptalk(*RECOMMEND, "--shop", little_copy).out


def test_damaged_shop_settings_are_named(shoptalk, little_copy):
    (little_copy / "shop.json").write_text("{")
    assert "shop.json is not valid JSON" in shoptalk(*RECOMMEND, "--shop", little_copy).sentence


@pytest.mark.parametrize("command", [RECOMMEND, ("index",), ("chat",), ("serve",), ("train",)])
def test_a_setting_that_does_not_exist_is_named(shoptalk, command):
    said = shoptalk(*command, SHOPTALK_TYPO="1").sentence
    assert "no setting SHOPTALK_TYPO" in said
    assert "SHOPTALK_SHOP" in said


def test_a_setting_of_the_wrong_kind_is_named(shoptalk):
    said = shoptalk("serve", SHOPTALK_BOT_PORT="five").sentence
    assert said == "SHOPTALK_BOT_PORT must be a whole number, not 'five'."


def test_the_option_beats_the_setting(shoptalk, little_shop, tmp_path):
    ran = shoptalk(*RECOMMEND, "--shop", little_shop, SHOPTALK_SHOP=tmp_path / "nowhere")
    assert "Red Cotton Dress" in ran.out
    ran = shoptalk(*RECOMMEND, SHOPTALK_SHOP=little_shop)
    assert "Red Cotton Dress" in ran.out
