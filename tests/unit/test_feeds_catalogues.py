"""Three real catalogues are imported whole, by their map files."""

from __future__ import annotations

import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

from catalog.feeds import import_products, read_feed
from catalog.product import Money
from catalog.shop import Shop
from tests.real_data import real_data

MAPS = Path(__file__).parents[1] / "data"


def catalogue(name: str) -> Path:
    return real_data(f"catalogs/{name}")


def test_myntra_is_imported_in_seconds_and_again_without_change(tmp_path):
    file, shop = catalogue("myntra.csv"), Shop.prepare(tmp_path / "myntra")
    began = time.perf_counter()
    report = import_products(shop, file, MAPS / "myntra.map.yml")
    assert time.perf_counter() - began < 10
    assert (report.added, report.errors, report.warnings) == (12_491, (), ())
    assert shop.settings.currency == "INR"
    before = shop.store.revision()
    again = import_products(shop, file, MAPS / "myntra.map.yml")
    assert (again.unchanged, shop.store.revision()) == (12_491, before)
    products = list(shop.store.iter_products())
    assert len({p.brand for p in products}) == 677
    assert sum("color" not in p.attributes for p in products) == 894
    assert Counter(v for p in products for v in p.attributes["gender"])["Women"] == 5126
    (bag,) = shop.store.products(["10017413"])
    assert bag.title_in("en") == "DKNY Unisex Black & Grey Printed Medium Trolley Bag"
    assert bag.asking_price == Money(Decimal(11745), "INR")
    assert bag.attributes == {"gender": ("Unisex",), "color": ("Black",), "NumImages": ("7",)}
    shop.close()


def test_yanxuan_has_sale_prices_paths_and_specifications():
    feed = read_feed(catalogue("yanxuan_goods.csv"), MAPS / "yanxuan.map.yml")
    assert (len(feed.products), feed.errors) == (239, ())
    found = {p.id: p for p in feed.products}["1006002"]
    assert found.title == {"zh": "轻奢纯棉刺绣水洗四件套"}
    assert found.price == Money(Decimal("919.00"), "CNY")
    assert found.sale_price == Money(Decimal("899.00"), "CNY")
    assert found.product_type == ("居家", "床品件套")
    assert found.attributes["material"] == ("100%棉",)
    assert found.attributes["件数"] == ("4件",)


def test_ikea_has_decimal_commas_measures_and_repeated_ids():
    feed = read_feed(catalogue("ikea.csv"), MAPS / "ikea.map.yml")
    assert (len(feed.products), len(feed.errors)) == (2962, 732)
    assert all("already" in error.message for error in feed.errors)
    stool = {p.id: p for p in feed.products}["10122647"]
    assert stool.title == {"en": "INGOLF Bar stool with backrest, 63 cm"}
    assert stool.price == Money(Decimal("345.0"), "SAR")
    assert stool.attributes["height"] == ("91 cm",)
