"""``shoptalk import products`` on feeds that are not as they should be."""

from __future__ import annotations

import pytest

from catalog.shop import Shop

GOOD = "id,title,price\n1,Red Dress,399.00 CNY\n2,Blue Shirt,99.00 CNY\n3,Hat,50.00 CNY\n"
BROKEN = """\
id,title,price
1,Red Dress,389.00 CNY
2,,99.00 CNY
3,Hat,cheap
4,"Green
Scarf",50.00 CNY
1,Red Dress again,9.00 CNY
"""
MAP = """\
currency: CNY
columns:
  id: id
  title: title
  price: {column: Prize}
"""


@pytest.fixture
def files(tmp_path):
    def write(name: str, text: str):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def catalogue(folder) -> dict[str, str]:
    shop = Shop.open(folder)
    try:
        return {p.id: str(p.price.amount) for p in shop.store.iter_products() if p.price}
    finally:
        shop.close()


def test_broken_rows_are_named_by_line_and_the_good_ones_kept(shoptalk, files, tmp_path):
    ran = shoptalk("import", "products", files("feed.csv", BROKEN), "--shop", tmp_path / "shop")
    assert ran.code == 0
    assert "2 added" in ran.out
    for line, column in ((3, "title"), (4, "price"), (7, "id")):
        assert f"line {line}, column {column}:" in ran.err
    assert "line 5" not in ran.err
    assert catalogue(tmp_path / "shop") == {"1": "389.00", "4": "50.00"}


def test_broken_rows_as_json(shoptalk, files, tmp_path):
    feed = files("feed.csv", BROKEN)
    ran = shoptalk("import", "products", feed, "--shop", tmp_path / "shop", "--json")
    (report,) = ran.objects
    assert [e["line"] for e in report["errors"]] == [3, 4, 7]
    assert (report["added"], report["products"]) == (2, 2)


def test_what_a_broken_row_had_before_stays(shoptalk, files, tmp_path):
    shop = tmp_path / "shop"
    shoptalk("import", "products", files("good.csv", GOOD), "--shop", shop)
    shoptalk("import", "products", files("feed.csv", BROKEN), "--shop", shop)
    assert catalogue(shop) == {"1": "389.00", "2": "99.00", "3": "50.00", "4": "50.00"}


def test_abort_changes_nothing(shoptalk, files, tmp_path):
    shop = tmp_path / "shop"
    shoptalk("import", "products", files("good.csv", GOOD), "--shop", shop)
    before = catalogue(shop)
    feed = files("feed.csv", BROKEN)
    ran = shoptalk("import", "products", feed, "--shop", shop, "--on-error", "abort")
    assert ran.code == 1
    assert "line 3, column title:" in ran.err
    assert "Nothing was changed" in ran.out
    assert catalogue(shop) == before


def test_abort_makes_no_shop(shoptalk, files, tmp_path):
    feed = files("feed.csv", BROKEN)
    shop = tmp_path / "shop"
    assert shoptalk("import", "products", feed, "--shop", shop, "--on-error", "abort").code == 1
    assert not shop.exists()


def test_a_column_that_is_not_there_is_named_with_the_nearest(shoptalk, files, tmp_path):
    ran = shoptalk(
        *("import", "products", files("feed.csv", GOOD), "--map", files("shop.map.yml", MAP)),
        *("--shop", tmp_path / "shop"),
    )
    assert "'Prize'" in ran.sentence
    assert "the nearest one is 'price'" in ran.sentence
    assert not (tmp_path / "shop").exists()


def test_a_key_that_no_map_has_is_named(shoptalk, files, tmp_path):
    wrong = files("shop.map.yml", MAP.replace("currency:", "curency:"))
    ran = shoptalk(
        "import", "products", files("feed.csv", GOOD), "--map", wrong, "--shop", tmp_path
    )
    assert "curency" in ran.sentence
    assert "currency" in ran.sentence


@pytest.mark.parametrize("missing", ["feed", "map"])
def test_a_missing_file_is_named(shoptalk, files, tmp_path, missing):
    feed = tmp_path / "nowhere.csv" if missing == "feed" else files("feed.csv", GOOD)
    more = ("--map", tmp_path / "nowhere.map.yml") if missing == "map" else ()
    ran = shoptalk("import", "products", feed, *more, "--shop", tmp_path / "shop")
    assert "nowhere" in ran.sentence
    assert not (tmp_path / "shop").exists()


def test_a_feed_that_is_no_table_is_refused(shoptalk, tmp_path):
    picture = tmp_path / "feed.csv"
    picture.write_bytes(bytes(range(256)) * 40)
    assert "feed.csv" in shoptalk("import", "products", picture, "--shop", tmp_path / "s").sentence


def test_without_a_shop_nothing_is_imported_into_the_demo_shop(shoptalk, files):
    ran = shoptalk("import", "products", files("feed.csv", GOOD))
    assert "--shop" in ran.sentence
