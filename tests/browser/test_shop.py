"""The demo shop: finding, choosing, the cart, and what the log hears of it."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from catalog.schema import events
from catalog.shop import Shop
from tests.browser.conftest import Arrives
from tests.browser.site import Site


def test_departments_search_and_pages(arrives: Arrives) -> None:
    shopper = arrives().visit()
    page = shopper.page
    expect(page.locator(".tile")).to_have_count(24)
    page.get_by_role("navigation", name="Departments").get_by_role("link", name="Shoes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Shoes")
    first = page.locator(".tile h2").all_inner_texts()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Page 2 of")).to_be_visible()
    assert not set(first) & set(page.locator(".tile h2").all_inner_texts())
    page.get_by_role("searchbox", name="Search products").fill("red dresses")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status").first).to_contain_text("“red dresses”")
    for title in page.locator(".tile h2").all_inner_texts():
        assert re.search("red", title, re.I) and re.search("dress", title, re.I)
    expect(page.locator(".tile img").first).to_have_js_property("naturalWidth", 480)
    assert shopper.faults() == []


def test_chinese_shop(arrives: Arrives) -> None:
    shopper = arrives().visit()
    shopper.page.get_by_role("link", name="切换到中文").click()
    expect(shopper.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(shopper.page.locator(".tile h2").first).to_have_text(re.compile("[一-鿿]"))
    shopper.visit("/shop/product/dress-032-beige-l")
    expect(shopper.page.get_by_role("heading", level=1)).to_have_text("长款百褶连衣裙 米色")
    expect(shopper.inside(".launcher")).to_have_attribute("aria-label", "在线咨询")


def test_variants_cart_and_checkout(arrives: Arrives) -> None:
    shopper = arrives().visit("/shop/product/dress-032-beige-l")
    page = shopper.page
    page.get_by_role("radio", name="Burgundy").check()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Burgundy")
    assert "burgundy" in page.url
    page.get_by_role("radio", name="M", exact=True).check()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("link", name="Cart, 1 items")).to_be_visible()
    page.get_by_role("link", name="Cart, 1 items").click()
    expect(page.locator(".variant")).to_have_text("Burgundy · M")
    price = amount(page, ".basket td:nth-of-type(1)")
    page.get_by_role("spinbutton").fill("3")
    page.get_by_role("spinbutton").blur()
    expect(page.locator(".total strong")).to_have_text(f"¥{3 * price:g}")
    page.get_by_role("link", name="Checkout").click()
    expect(page.locator("main")).to_contain_text("nothing was sent")
    page.get_by_role("link", name="Back to the cart").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("main")).to_contain_text("Your cart is empty.")
    assert shopper.faults() == []


def test_clicks_and_cart_acts_are_in_the_log(arrives: Arrives, site: Site) -> None:
    shopper = arrives().visit()
    tile = shopper.page.locator(".tile a").nth(2)
    clicked = (tile.get_attribute("href") or "").split("/")[-1]
    tile.click()
    expect(shopper.page.get_by_role("button", name="Add to cart")).to_be_visible()
    shopper.page.get_by_role("button", name="Add to cart").click()
    shopper.open()
    shopper.say("show me dresses under 400")
    card = shopper.inside(".card").nth(1)
    carted = card.get_attribute("data-product")
    card.get_by_role("button", name="Add to cart").click()
    expect(card.get_by_role("button", name="In your cart")).to_be_visible()
    expect(shopper.page.get_by_role("link", name="Cart, 2 items")).to_be_visible()
    shopper.page.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => key.includes(':event:'))"
    )
    told = log_of(site)
    assert ("clicked", clicked, 3) in told
    assert ("carted", clicked, None) in told
    assert ("carted", carted, 2) in told


def test_cart_act_leads_to_the_checkout_link_where_the_page_has_no_cart(arrives: Arrives) -> None:
    shopper = arrives()
    page = (
        "<!doctype html><html lang=en><title>Shop</title>"
        f"<script src={shopper.url}/widget/shop-talk.js></script>"
        f"<shop-talk checkout='{shopper.url}/shop/checkout?items={{items}}'></shop-talk>"
    )
    shopper.page.route(
        shopper.url + "/elsewhere", lambda route: route.fulfill(body=page, content_type="text/html")
    )
    shopper.page.goto(shopper.url + "/elsewhere")
    shopper.open()
    shopper.say("show me dresses under 400")
    card = shopper.inside(".card").first
    product = card.get_attribute("data-product")
    card.get_by_role("button", name="Add to cart").click()
    shopper.page.wait_for_url(f"**/shop/checkout?items={product}")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("api/products?page=0", 400),
        ("api/products?page=-1", 400),
        ("api/products?page=99999999999", 400),
        ("api/products?lang=fr", 400),
        ("api/products?words=" + "x" * 101, 400),
        ("api/products?words=%27%20OR%201%3D1%20--%20%25", 200),
        ("api/products?department=%22%5D%27%3B--", 200),
        ("api/products/nothing", 404),
        ("pictures/nothing.svg", 404),
        ("assets/../channel.py", 404),
        ("assets/%2e%2e/channel.py", 404),
    ],
)
def test_odd_requests_find_nothing(site: Site, path: str, status: int) -> None:
    answered, body, _ = fetch(f"{site.url}/shop/{path}")
    assert answered == status
    if status == 200:
        assert json.loads(body)["count"] == 0


def test_pictures_are_drawings_that_can_do_nothing(site: Site) -> None:
    status, body, headers = fetch(f"{site.url}/shop/pictures/dress-032-beige-l.svg")
    assert status == 200 and body.startswith(b"<svg ")
    assert headers["Content-Type"] == "image/svg+xml"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age" in headers["Cache-Control"]


def amount(page: Page, selector: str) -> float:
    """The amount in an element."""
    return float(re.sub(r"[^\d.]", "", page.locator(selector).inner_text()))


def log_of(site: Site) -> list[tuple[str, str, Any]]:
    """The latest acts in the shop's log."""
    shop = Shop.open(site.settings.shop_dir)
    try:
        columns = events.c
        query = sa.select(columns.kind, columns.product_id, columns.rank)
        with shop.store.engine.connect() as connection:
            rows = connection.execute(query.order_by(columns.id.desc()).limit(20))
            return [(row[0], row[1], row[2]) for row in rows]
    finally:
        shop.close()


def fetch(url: str) -> tuple[int, bytes, Any]:
    """Status, body and headers; the path goes out as it is written."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers
