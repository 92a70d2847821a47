"""Shopify's product export becomes one product a variant."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.feeds import FeedError, read_feed
from catalog.product import Money

EXPORT = """\
Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,\
Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,\
Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,\
Variant Image,Fabric (product.metafields.shopify.fabric),Status
tee,Soft Tee,<p>Soft</p>,Acme,Apparel > Clothing,T-Shirts,"cotton, summer",true,Color,Red,\
Size,M,'T1,150,shopify,3,deny,10.00,15.00,https://x.test/1.jpg,\
https://x.test/red.jpg,Cotton; Linen,active
tee,,,,,,,,,Blue,,S,,0,shopify,0,deny,10.00,,https://x.test/2.jpg,,,
tee,,,,,,,,,Blue,,M,T3,0,shopify,-1,continue,10.00,0.00,,,,
tee,,,,,,,,,,,,,,,,,,,https://x.test/3.jpg,,,
mug,Mug,,Acme,,Mugs,,true,Title,Default Title,,,,,,,,oops,,,,,active
hat,Hat,,Acme,,Hats,,true,Title,Default Title,,,,,,,,8.00,,,,,draft
cap,Cap,,Acme,,Hats,,true,Title,Default Title,,,,,,,,8.00,,,,,active
"""


@pytest.fixture
def feed(tmp_path):
    (tmp_path / "products_export.csv").write_text(EXPORT, encoding="utf-8")
    return tmp_path / "products_export.csv"


def test_every_variant_is_a_product_with_the_texts_of_its_group(feed):
    found = {p.id: p for p in read_feed(feed, currency="USD").products}
    assert set(found) == {"T1", "tee-Blue-S", "T3", "cap"}
    red, blue, later = found["T1"], found["tee-Blue-S"], found["T3"]
    assert {p.item_group_id for p in (red, blue, later)} == {"tee"}
    assert {p.title_in("en") for p in (red, blue, later)} == {"Soft Tee"}
    assert red.description_in("en") == "Soft"
    assert red.product_type == ("Apparel", "Clothing", "T-Shirts")
    assert red.price == Money(Decimal("15.00"), "USD")
    assert red.sale_price == Money(Decimal("10.00"), "USD")
    assert (blue.price, blue.sale_price) == (Money(Decimal("10.00"), "USD"), None)
    assert red.attributes == {
        "color": ("Red",),
        "size": ("M",),
        "tags": ("cotton", "summer"),
        "Fabric": ("Cotton", "Linen"),
        "shipping_weight": ("150 g",),
    }
    assert blue.attributes["color"] == ("Blue",)


def test_stock_and_pictures_are_those_of_the_variant(feed):
    found = {p.id: p for p in read_feed(feed, currency="USD").products}
    assert [(found[i].availability, found[i].stock) for i in ("T1", "tee-Blue-S", "T3", "cap")] == [
        ("in_stock", 3),
        ("out_of_stock", 0),
        ("backorder", None),
        ("in_stock", None),
    ]
    assert found["T1"].image_link == "https://x.test/red.jpg"
    assert found["T3"].image_link == "https://x.test/1.jpg"
    assert found["T3"].additional_image_links == ("https://x.test/2.jpg", "https://x.test/3.jpg")


def test_errors_name_the_line_and_shopifys_column(feed):
    (error,) = read_feed(feed, currency="USD").errors
    assert (error.line, error.column) == (6, "Variant Price")


def test_the_export_names_no_currency(feed):
    feed.write_text("Handle,Title,Variant Price\ncap,Cap,8.00\n")
    (error,) = read_feed(feed).errors
    assert "--currency" in error.message


def test_a_shopify_file_without_products_is_refused(feed):
    feed.write_text("Handle,Title,Variant Price\n")
    with pytest.raises(FeedError, match="no rows"):
        read_feed(feed)
