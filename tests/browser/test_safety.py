"""What shops and strangers write is shown as text, under the strictest policy a page can have."""

from __future__ import annotations

import gzip
import json
from typing import Any

from playwright.sync_api import WebSocketRoute, expect

from bot.widget.bundle import script
from tests.browser.conftest import Arrives
from tests.browser.visitor import STREAM, Visitor

MOST_BYTES = 35_000
IMAGE = '<img src=x onerror="window.broken=1">'
HOSTILE = (
    IMAGE,
    "[click](javascript:window.broken=1)",
    "javascript:window.broken=1",
    "<script>window.broken=1</script>",
    "<svg onload=window.broken=1>",
    '"><b>bold</b>',
    "{{constructor.constructor('window.broken=1')()}}",
)


def test_script_is_small() -> None:
    assert len(gzip.compress(script(), 9)) <= MOST_BYTES


def test_strict_policy_reports_nothing(arrives: Arrives) -> None:
    shopper = arrives().visit().open()
    answer = shopper.page.request.get(shopper.url + "/shop/")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy
    shopper.say("show me dresses under 400")
    shopper.say("compare the first two")
    shopper.say("add the first to my list")
    shopper.inside(".cards [data-act=add_cart]").first.click()
    shopper.page.get_by_role("button", name="Save this chat as text").click()
    shopper.visit("/shop/cart")
    shopper.visit("/shop/checkout")
    shopper.visit("/shop/product/dress-032-beige-l")
    assert shopper.faults() == []


def test_what_a_shopper_writes_stays_text(arrives: Arrives) -> None:
    shopper = arrives().visit().open()
    for text in HOSTILE[:4]:
        shopper.say(text)
    assert shopper.texts() == list(HOSTILE[:4])
    harmless(shopper)
    shopper.page.reload()
    expect(shopper.own).to_have_count(4)
    assert shopper.texts() == list(HOSTILE[:4])
    harmless(shopper)


def test_hostile_catalogue_stays_text(arrives: Arrives) -> None:
    shopper = arrives()
    text = " ".join(HOSTILE)

    def spoil(value: Any, key: str = "") -> Any:
        """Every text of a reply, as the worst of merchants would have it."""
        if isinstance(value, dict):
            return {k: spoil(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [spoil(one, key) for one in value]
        if key in ("url", "image"):
            return "javascript:window.broken=1"
        return text if isinstance(value, str) and key in TEXTS else value

    meddle(shopper, lambda message: spoil(message) if message["author"] != "shopper" else message)
    shopper.visit().open()
    shopper.say("show me dresses under 400")
    expect(shopper.inside(".card h3").first).to_have_text(text)
    assert shopper.inside(".card h3 a").count() == 0
    expect(shopper.inside(".card .icon-bag").first).to_be_visible()
    shopper.say("compare the first two")
    expect(shopper.inside("tbody th").first).to_have_text(text)
    harmless(shopper)


def test_only_web_and_mail_addresses_become_links(arrives: Arrives) -> None:
    shopper = arrives()
    said = (
        "See https://shop.example/help?a=1&b=2, or write to help@shop.example. "
        "Not javascript:alert(1), data:text/html,x, file:///etc/passwd or "
        "https://user:secret@evil.example/ http://"
    )
    meddle(
        shopper,
        lambda message: {**message, "text": said} if message["author"] != "shopper" else message,
    )
    shopper.visit().open()
    answer = shopper.say("hello")
    links = [link.get_attribute("href") for link in answer.locator("a").all()]
    assert links[:2] == ["https://shop.example/help?a=1&b=2", "mailto:help@shop.example"]
    assert all(link and link.startswith(("https://shop.example", "mailto:")) for link in links)
    for link in answer.locator("a").all():
        assert "noopener" in (link.get_attribute("rel") or "")
    assert answer.locator(".bubble").inner_text() == said


def test_another_page_with_the_strictest_policy_can_have_it(arrives: Arrives) -> None:
    shopper = arrives()
    policy = f"default-src 'none'; script-src {shopper.url}; connect-src {shopper.url} ws:"
    page = f'<!doctype html><html lang="en"><title>Shop</title><body><script src="{shopper.url}/widget/shop-talk.js" data-create data-name="Ask us"></script>'  # noqa: E501
    shopper.page.route(
        shopper.url + "/elsewhere",
        lambda route: route.fulfill(
            body=page, content_type="text/html", headers={"Content-Security-Policy": policy}
        ),
    )
    shopper.page.goto(shopper.url + "/elsewhere")
    shopper.open()
    expect(shopper.inside("h2")).to_have_text("Ask us")
    width = shopper.inside(".panel").evaluate("one => getComputedStyle(one).width")
    assert width == "400px"
    answer = shopper.say("hello")
    expect(answer).to_be_visible()
    assert shopper.faults() == []


#: Keys of a reply whose texts a merchant has written, or could have.
TEXTS = frozenset({"text", "title", "name", "values", "kind", "label"})


def meddle(shopper: Visitor, change: Any) -> None:
    """Change every message on its way to the page."""

    def relay(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def to_page(frame: str | bytes) -> None:
            data = json.loads(frame)
            if data["type"] == "messages":
                data["messages"] = [change(message) for message in data["messages"]]
            socket.send(json.dumps(data))

        server.on_message(to_page)

    shopper.page.route_web_socket(STREAM, relay)


def harmless(shopper: Visitor) -> None:
    """Nothing ran, and nothing of it became an element."""
    assert shopper.page.evaluate("window.broken") is None
    found = shopper.page.evaluate(
        """() => {
          const root = document.querySelector("shop-talk").shadowRoot;
          const named = [...root.querySelectorAll("script, iframe, object, b, img[src$='/x']")];
          const links = [...root.querySelectorAll("[href], [src]")]
            .filter((one) => !/^(https?|mailto):/.test(one.href || one.src));
          const inline = [...root.querySelectorAll("*")].filter((one) =>
            [...one.attributes].some((a) => a.name.startsWith("on") || a.name === "style"));
          return [...named, ...links, ...inline].map((one) => one.outerHTML);
        }"""
    )
    assert found == []
