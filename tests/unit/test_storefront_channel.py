"""The demo shop's pages are served in development, and nowhere else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.storefront.catalogue import Catalogue, Listing
from bot.storefront.channel import StorefrontChannel
from catalog.product import Money, Product
from catalog.shop import Shop


async def nobody(message: object) -> None:
    raise AssertionError("The pages hand no message over.")


@pytest.mark.parametrize(("environment", "served"), [("development", True), ("production", False)])
def test_pages_are_there_in_development_only(tmp_path, monkeypatch, environment, served):
    Shop.create(tmp_path / "shop", name="A shop").close()
    monkeypatch.setenv("SHOPTALK_SHOP", str(tmp_path / "shop"))
    monkeypatch.setenv("SHOPTALK_ENVIRONMENT", environment)
    blueprint = StorefrontChannel().blueprint(nobody)
    assert bool(blueprint._future_routes) == served


@pytest.fixture
def catalogue(tmp_path):
    shop = Shop.create(tmp_path / "shop", name="A shop", currency="CNY", synthetic=True)
    kinds = [("red", "M", 0), ("red", "L", 4), ("blue", "M", 9)]
    shop.store.upsert_products([
        Product(
            id=f"dress-{color}-{size}",
            title={"en": f"{color.title()} Dress 100%", "zh": "连衣裙"},
            language="en",
            price=Money(Decimal("100"), "CNY"),
            sale_price=Money(Decimal("80"), "CNY") if color == "blue" else None,
            stock=stock,
            product_type=("Women", "Dresses"),
            item_group_id="dress",
            attributes={"color": (color.title(),), "size": (size,)},
        )
        for color, size, stock in kinds
    ] + [
        Product(
            id="mug", title={"en": "Mug_1"}, language="en", product_type=("Women's Mugs",),
            item_group_id="mug", rating=4.0, rating_count=3,
        )
    ])  # fmt: skip
    yield Catalogue(shop)
    shop.close()


def test_a_product_is_listed_once_by_a_variant_that_can_be_had(catalogue):
    found = catalogue.listed(Listing("en"))
    assert [item["id"] for item in found["items"]] == ["mug", "dress-blue-M"]
    assert found["count"] == 2 and found["pages"] == 1
    assert found["items"][1]["price"] == {"amount": "80.00", "currency": "CNY"}
    assert found["items"][1]["regular_price"] == {"amount": "100.00", "currency": "CNY"}


@pytest.mark.parametrize(
    ("words", "department", "ids"),
    [
        ("red dresses", "", ["dress-red-L"]),
        ("连衣裙", "", ["dress-blue-M"]),
        ("100%", "", ["dress-blue-M"]),
        ("%", "", ["dress-blue-M"]),
        ("mug_", "", ["mug"]),
        ("dres_", "", []),
        ("", "Women", ["dress-blue-M"]),
        ("", "Women's Mugs", ["mug"]),
        ("", 'Women"', []),
        ("' OR 1=1 --", "", []),
    ],
)
def test_words_and_departments_are_looked_for_as_they_are(catalogue, words, department, ids):
    found = catalogue.listed(Listing("en", department, words))
    assert [item["id"] for item in found["items"]] == ids


def test_departments_are_counted_by_product(catalogue):
    counts = {one["id"]: one["count"] for one in catalogue.departments("en")}
    assert counts == {"Women": 1, "Women's Mugs": 1}


def test_a_product_has_its_variants_and_what_they_differ_in(catalogue):
    found = catalogue.product("dress-red-M", "zh")
    assert found["title"] == "连衣裙" and found["availability"] == "out_of_stock"
    assert [c["attribute"] for c in found["choices"]] == ["color", "size"]
    assert [v["id"] for v in found["variants"]] == ["dress-blue-M", "dress-red-L", "dress-red-M"]
    assert found["variants"][0]["choices"]["color"] == "蓝色"
    assert catalogue.product("nothing", "en") is None
