"""Imports as merchants do them: maps, broken rows, whole and partial feeds."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import import_
from catalog.errors import ShoptalkError
from catalog.feeds import FeedError, import_products, read_feed
from catalog.product import Money
from catalog.shop import Shop

MERCHANT = """\
id\ttitle\tdescription\tlink\timage_link\tadditional_image_link\tavailability\tprice\t\
sale_price\tbrand\tcolor\tmaterial\tproduct_type\titem_group_id\tproduct_detail\tshipping_weight\t\
Quantity\tMystery
1\tRed dress\t<p>Silk &amp; soft</p>\thttps://x.test/1\thttps://x.test/1.jpg\t\
https://x.test/a.jpg,https://x.test/b.jpg\tin stock\t399.00 CNY\t289.00 CNY\tAcme\tRed/Wine\tsilk\t\
Clothing > Dresses\tg1\tCut:Neckline:V-neck\t0.3 kg\t2\t?
2\t蓝色衬衫\t\t\t\t\tout_of_stock\t99.00 CNY\t\t\t\t\t\t\t\t\t\t
"""


@pytest.fixture
def shop(tmp_path):
    made = Shop.prepare(tmp_path / "shop")
    yield made
    made.close()


@pytest.fixture
def feed(tmp_path):
    def write(text: str, name: str = "feed.csv") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def products(shop):
    return {p.id: p for p in shop.store.iter_products()}


def simple(*ids: str) -> str:
    return "id,title,price\n" + "".join(f"{i},Shirt {i},9.00 USD\n" for i in ids)


def test_a_merchant_feed_needs_no_map(shop, feed):
    report = import_products(shop, feed(MERCHANT, "feed.tsv"))
    assert (report.added, report.errors, report.warnings) == (2, (), ())
    dress, shirt = (products(shop)[i] for i in "12")
    assert dress.title == {"en": "Red dress"}
    assert dress.description == {"en": "Silk & soft"}
    assert (dress.price, dress.sale_price) == (
        Money(Decimal("399.00"), "CNY"),
        Money(Decimal("289.00"), "CNY"),
    )
    assert dress.product_type == ("Clothing", "Dresses")
    assert (dress.item_group_id, dress.stock, dress.brand) == ("g1", 2, "Acme")
    assert dress.additional_image_links == ("https://x.test/a.jpg", "https://x.test/b.jpg")
    assert dress.attributes == {
        "color": ("Red", "Wine"),
        "material": ("silk",),
        "Neckline": ("V-neck",),
        "shipping_weight": ("0.3 kg",),
        "Mystery": ("?",),
    }
    assert (shirt.language, shirt.item_group_id, shirt.available) == ("zh", "2", False)
    assert (shop.settings.currency, set(shop.settings.languages)) == ("CNY", {"en", "zh"})


def test_the_same_feed_again_changes_nothing(shop, feed):
    file = feed(MERCHANT, "feed.tsv")
    import_products(shop, file)
    before = shop.store.revision()
    report = import_products(shop, file)
    assert (report.added, report.updated, report.unchanged, report.removed) == (0, 0, 2, 0)
    assert shop.store.revision() == before


def test_a_whole_feed_takes_out_what_it_lacks_and_a_partial_one_does_not(shop, feed):
    import_products(shop, feed(simple("1", "2", "3")))
    assert import_products(shop, feed(simple("1", "4")), full=False).added == 1
    assert import_products(shop, feed(simple("1", "2", "3", "5"))).removed == 1
    assert set(products(shop)) == {"1", "2", "3", "5"}


def test_a_feed_that_lacks_more_than_half_is_not_believed(shop, feed):
    import_products(shop, feed(simple("1", "2", "3")))
    with pytest.raises(FeedError, match=r"lacks 2 of the 3 products.*--allow-shrink"):
        import_products(shop, feed(simple("1")))
    assert set(products(shop)) == {"1", "2", "3"}
    assert import_products(shop, feed(simple("1")), allow_shrink=True).removed == 2


BROKEN = """id,title,price
1,"Shirt
with two lines",9.00 USD
2,,9.00 USD
3,Hat,0
4,Coat,cheap
1,Shirt again,9.00 USD

5,Socks,
"""


def test_broken_rows_are_left_out_and_named_with_line_and_column(shop, feed):
    report = import_products(shop, feed(BROKEN))
    assert report.added == 2
    assert [(e.line, e.column) for e in report.errors] == [
        (4, "title"),
        (5, "price"),
        (6, "price"),
        (7, "id"),
    ]
    assert "on line 2 already" in report.errors[3].message
    assert products(shop)["5"].price is None
    for error in report.errors:
        assert str(error).startswith(f"line {error.line}, column {error.column}: ")
        assert error.message.endswith(".")


def test_abort_changes_nothing_not_even_the_disk(shop, feed):
    report = import_products(shop, feed(BROKEN), on_error="abort")
    assert len(report.errors) == 4
    assert report.added == 0
    assert not shop.path.exists()


def test_a_broken_row_leaves_its_product_as_it_was(shop, feed):
    import_products(shop, feed(simple("1", "2")))
    report = import_products(shop, feed("id,title,price\n1,Shirt 1,9.00 USD\n2,Shirt 2,oops\n"))
    assert (report.unchanged, report.removed, len(report.errors)) == (1, 0, 1)
    assert products(shop)["2"].price == Money(Decimal("9.00"), "USD")
    report = import_products(shop, feed("id,title,price\n1,Shirt 1,9.00 USD\n2,a,b,c,d\n"))
    assert set(products(shop)) == {"1", "2"}


def test_a_row_without_an_id_takes_no_product_out(shop, feed):
    import_products(shop, feed(simple("1", "2", "3")))
    report = import_products(shop, feed(simple("1", "2") + ",Shirt 3,9.00 USD\n"))
    assert report.removed == 0
    assert "none was taken out" in report.warnings[0].message


def test_a_feed_without_one_good_row_is_refused(shop, feed):
    with pytest.raises(FeedError, match=r"None of the 1 rows of feed.csv.*line 2, column price"):
        import_products(shop, feed("id,title,price\n1,Hat,no\n"))
    assert not shop.path.exists()


def test_a_crash_while_writing_leaves_the_old_catalogue(shop, feed, monkeypatch):
    import_products(shop, feed(simple("1", "2")))
    before = shop.store.revision()

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("catalog.store.ProductWriter.upsert", crash)
    with pytest.raises(KeyboardInterrupt):
        import_products(shop, feed(simple("1", "3")))
    monkeypatch.undo()
    assert shop.store.revision() == before
    assert set(products(shop)) == {"1", "2"}


def test_small_faults_cost_the_value_and_not_the_row(shop, feed):
    text = "id,title,link,rating,added\n1,Hat,javascript:alert(1),great,someday\n"
    report = import_products(shop, feed(text))
    assert (report.added, report.errors) == (1, ())
    assert {w.column for w in report.warnings} == {"link", "rating", "added"}
    hat = products(shop)["1"]
    assert (hat.link, hat.rating, hat.added) == ("", None, None)


def test_what_spreadsheets_write_for_nothing_is_nothing(shop, feed):
    import_products(shop, feed("id,title,price,brand,color\n1,NaN,NULL,None,#N/A\n"))
    found = products(shop)["1"]
    assert (found.title_in("en"), found.price, found.brand) == ("NaN", None, "None")
    assert found.attributes == {}


MAP = """
decimal: ","
currency: {column: cur}
columns:
  id: sku
  title: {en: name_en, zh: name_zh}
  description: {zh: text_zh}
  price: [list, now]
  brand: {value: Acme}
  product_type: [kind, sort]
  availability: {column: units, in_stock: "> 0"}
  gender: {column: sex, values: {F: female, M: male}}
  rating: {column: stars, empty: ["-"]}
  rating_count: votes
  added: since
attributes:
  weight: {column: grams, unit: g}
  specs: {column: facts, kv: ":", split: "|", names: {颜色: color}}
other_columns: ignore
"""
MAPPED = """\
sku;name_en;name_zh;text_zh;cur;list;now;kind;sort;units;sex;stars;votes;since;grams;facts;x
7;Dress;连衣裙;真丝;EUR;1.299,50;999,00;Clothes;Dresses;4;F;4,5;12;2024-05-31;350,5;\
颜色:红 | 领型：V领 | 手工;y
8;;衬衫;;USD;5;9;Clothes;;0;X;-;;;;;y
"""


def test_every_form_of_a_map(shop, feed):
    report = import_products(shop, feed(MAPPED), feed(MAP, "map.yml"))
    assert (report.added, report.errors, report.warnings) == (2, (), ())
    dress, shirt = (products(shop)[i] for i in "78")
    assert dress.title == {"en": "Dress", "zh": "连衣裙"}
    assert dress.description == {"zh": "真丝"}
    assert dress.price == Money(Decimal("1299.50"), "EUR")
    assert dress.sale_price == Money(Decimal("999.00"), "EUR")
    assert (dress.brand, dress.product_type) == ("Acme", ("Clothes", "Dresses"))
    assert (dress.availability, dress.stock) == ("in_stock", 4)
    assert (dress.rating, dress.rating_count, dress.added) == (4.5, 12, date(2024, 5, 31))
    assert dress.attributes == {
        "gender": ("female",),
        "weight": ("350.5 g",),
        "color": ("红",),
        "领型": ("V领",),
        "specs": ("手工",),
    }
    assert (shirt.title, shirt.language) == ({"zh": "衬衫"}, "zh")
    assert (shirt.price, shirt.sale_price) == (Money(Decimal(9), "USD"), Money(Decimal(5), "USD"))
    assert (shirt.available, shirt.rating) == (False, None)
    assert shirt.attributes == {"gender": ("X",)}


HEAD = "columns:\n  id: id\n  title: title\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + "  color: Colour\n", r"column 'Colour' that feed.csv does not have.*'color'"),
        (HEAD + "  colour: color\n", r"canonical name `colour`.*'color'"),
        (HEAD + "currancy: USD\n", r"key `currancy`.*'currency'"),
        (HEAD + "currency: gold\n", "no currency 'gold'"),
        (HEAD + "decimal: dot\n", r"'dot' for `decimal`: write '\.' or ','"),
        (HEAD + "other_columns: drop\n", "write 'keep' or 'ignore'"),
        (HEAD + "  price: {colum: price}\n", "write a column, a list of columns"),
        (HEAD + "  price: {column: price, splt: x}\n", r"key under `price` `splt`.*'split'"),
        (HEAD + "attributes: [a]\n", "pairs under `attributes:`"),
        ("columns:\n  id: id\n", "which column is `title`"),
        ("title: x\n", "block `columns:`"),
        ("columns: {id: [\n", r"Line \d+ of the map file .* is not valid YAML"),
        (HEAD + "delimiter: ', '\n", "must be one character"),
        (HEAD + "encoding: klingon\n", "no encoding 'klingon'"),
    ],
)
def test_a_wrong_map_is_told_in_one_sentence(feed, text, says):
    with pytest.raises(FeedError, match=says) as error:
        read_feed(feed("id,title,color,price\n1,Hat,red,5\n"), feed(text, "map.yml"))
    assert "\n" not in str(error.value)


def test_a_map_that_is_not_there_is_named(feed, tmp_path):
    with pytest.raises(FeedError, match=r"no map file .*none.yml"):
        read_feed(feed(simple("1")), tmp_path / "none.yml")


def test_a_feed_with_names_of_its_own_asks_for_a_map(feed):
    with pytest.raises(FeedError, match=r"no column 'id': its columns are Nummer, Titel"):
        read_feed(feed("Nummer,Titel\n1,Hut\n"))


def test_prices_without_a_currency_take_that_of_the_shop(shop, feed):
    import_products(shop, feed(simple("1")))
    import_products(shop, feed("id,title,price\n1,Shirt,12\n"))
    assert products(shop)["1"].price == Money(Decimal(12), "USD")


def test_a_currency_column_needs_no_map(shop, feed):
    import_products(shop, feed("id,title,price,Currency\n1,Shirt,12,EUR\n2,Hat,5,₹\n"))
    assert {p.price.currency for p in products(shop).values()} == {"EUR", "INR"}
    assert all(p.attributes == {} for p in products(shop).values())


def test_progress_is_told(shop, feed):
    seen = []
    import_products(shop, feed(simple("1", "2")), progress=lambda *step: seen.append(step))
    assert seen == [("reading", 2, 2), ("writing", 0, 2), ("writing", 2, 2)]


@pytest.fixture
def command():
    app = typer.Typer()
    import_.register(app)
    app.callback()(lambda: None)
    return lambda *words: CliRunner().invoke(app, ["import", "products", *map(str, words)])


def test_the_command_imports_and_prints_one_object(command, feed, tmp_path):
    result = command(feed(simple("1", "2")), "--shop", tmp_path / "s", "--json", "--name", "Tea")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["added"] == 2
    assert Shop.open(tmp_path / "s").settings.name == "Tea"


def test_the_command_gives_a_new_shop_its_currency(command, feed, tmp_path):
    file = feed("id,title,price\n1,Shirt,12\n")
    assert command(file, "--shop", tmp_path / "s", "--currency", "usd").exit_code == 0
    assert Shop.open(tmp_path / "s").settings.currency == "USD"
    result = command(file, "--shop", tmp_path / "t", "--currency", "gold")
    assert "no currency 'gold'" in str(result.exception)


def test_the_command_ends_with_1_where_it_aborts(command, feed, tmp_path):
    result = command(feed(BROKEN), "--shop", tmp_path / "s", "--on-error", "abort")
    assert result.exit_code == 1
    assert "line 4, column title" in result.stderr
    assert "Nothing was changed" in result.stdout


def test_the_command_does_not_import_into_the_demo_shop_by_accident(command, feed, monkeypatch):
    monkeypatch.delenv("SHOPTALK_SHOP", raising=False)
    result = command(feed(simple("1")))
    assert isinstance(result.exception, ShoptalkError)
    assert "--shop DIR" in str(result.exception)
