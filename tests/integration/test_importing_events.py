"""``shoptalk import events``, ``shoptalk import profiles`` and ``shoptalk demo-events``."""

from __future__ import annotations

import pytest

from catalog.feeds.events import event_table_of
from catalog.shop import Shop

PRODUCTS = "id,title,price\n1,Red Dress,399.00 CNY\n2,Blue Shirt,99.00 CNY\n"
LOG = """\
user,item,act,when
ann,1,view,2024-05-01 10:00
ann,2,order,2024-05-01 10:05
ann,9,order,2024-05-01 10:06
bob,1,sneeze,2024-05-02 10:00
bob,1,view,soon
"""
MAP = """\
columns:
  shopper: user
  product: item
  kind: {column: act, values: {view: clicked, order: bought}}
  at: {column: when, timezone: Asia/Shanghai}
"""


@pytest.fixture
def files(tmp_path):
    def write(name: str, text: str):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def folder(shoptalk, files, tmp_path):
    feed = files("feed.csv", PRODUCTS)
    assert shoptalk("import", "products", feed, "--shop", tmp_path / "shop").code == 0
    return tmp_path / "shop"


def kinds(folder) -> list[str]:
    shop = Shop.open(folder)
    try:
        return [event.kind for event in shop.store.events()]
    finally:
        shop.close()


def test_broken_rows_are_named_by_line_and_the_good_ones_kept(shoptalk, files, folder):
    arguments = ("import", "events", files("log.csv", LOG), "--map", files("map.yml", MAP))
    ran = shoptalk(*arguments, "--shop", folder)
    assert ran.code == 0
    assert "3 events added, 0 there already" in ran.out
    assert "line 5, column act: There is no kind of event 'sneeze'" in ran.err
    assert "line 6, column when:" in ran.err
    assert "1 events are about 1 products that the shop never had, such as 9" in ran.err
    assert kinds(folder) == ["clicked", "bought", "bought"]
    again = shoptalk(*arguments, "--shop", folder)
    assert "0 events added, 3 there already" in again.out


def test_abort_changes_nothing(shoptalk, files, folder):
    ran = shoptalk(
        *("import", "events", files("log.csv", LOG), "--map", files("map.yml", MAP)),
        *("--shop", folder, "--on-error", "abort"),
    )
    assert ran.code == 1
    assert "line 5, column act:" in ran.err
    assert "Nothing was changed" in ran.out
    assert kinds(folder) == []


def test_as_json(shoptalk, files, folder):
    ran = shoptalk(
        *("import", "events", files("log.csv", LOG), "--map", files("map.yml", MAP)),
        *("--shop", folder, "--json"),
    )
    (report,) = ran.objects
    assert (report["added"], report["broken"], report["unknown_products"]) == (3, 2, 1)
    assert [error["line"] for error in report["errors"]] == [5, 6]
    assert report["aborted"] is False


def test_a_shop_that_is_not_there_asks_for_products_first(shoptalk, files, tmp_path):
    ran = shoptalk("import", "events", files("log.csv", LOG), "--shop", tmp_path / "none")
    assert "import products first" in ran.sentence
    assert not (tmp_path / "none").exists()
    assert "--shop" in shoptalk("import", "events", files("log.csv", LOG)).sentence


def test_a_log_with_names_of_its_own_asks_for_a_map(shoptalk, files, folder):
    log = files("log.csv", "wer,was\nann,1\n")
    ran = shoptalk("import", "events", log, "--shop", folder)
    assert "no column 'shopper': its columns are wer, was" in ran.sentence


def test_simulated_shoppers_as_a_file_are_imported_without_a_map(shoptalk, folder, tmp_path):
    out = tmp_path / "shoppers.jsonl"
    ran = shoptalk("demo-events", "--out", out, "--shoppers", 20, "--seed", 3)
    count = len(out.read_text("utf-8").splitlines())
    assert f"{count} events of 20 shoppers" in ran.out
    ran = shoptalk("import", "events", out, "--shop", folder, "--json")
    assert ran.objects[0]["added"] == count
    shop = Shop.open(folder)
    table = event_table_of(shop.store)
    shop.close()
    assert len(table.shopper_ids) == 20
    assert table.queries and table.conversation_ids
    out = tmp_path / "nowhere" / "shoppers.jsonl"
    assert "cannot be written" in shoptalk("demo-events", "--out", out, "--shoppers", 1).sentence


def test_profiles_go_into_the_same_log_once(shoptalk, files, folder):
    table = files("customers.csv", "customer_id,gender,name\nann,female,Ann Lee\n,male,\n")
    ran = shoptalk("import", "profiles", table, "--shop", folder)
    assert ran.code == 0
    assert "1 profiles added, 0 known already" in ran.out
    assert "line 3, column customer_id: The shopper is empty" in ran.err
    assert "they say who somebody is: name." in ran.err
    assert kinds(folder) == ["profiled"]
    (again,) = shoptalk("import", "profiles", table, "--shop", folder, "--json").objects
    assert (again["added"], again["unchanged"], again["aborted"]) == (0, 1, False)
    ran = shoptalk("import", "profiles", table, "--shop", folder, "--on-error", "abort")
    assert ran.code == 1
    assert "Nothing was changed" in ran.out
