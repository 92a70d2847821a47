"""Everybody can use it: by keyboard alone, on any screen, with assistive technology."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Arrives
from tests.browser.visitor import Visitor

#: Side of the smallest target, in pixels of the page.
TARGET = 44


def test_conversation_by_keyboard_alone(arrives: Arrives) -> None:
    shopper = arrives().visit()
    keyboard = shopper.page.keyboard
    shopper.inside(".launcher").focus()
    keyboard.press("Enter")
    assert shopper.focused() == "Your message"
    keyboard.type("show me dresses under 400")
    shopper.after(lambda: keyboard.press("Enter"))
    expect(shopper.input).to_be_focused()
    # Back from the input: quick replies are one stop, arrows go on from there.
    chips = shopper.chips.all_inner_texts()
    reach(shopper, "Shift+Tab", chips[0])
    keyboard.press("ArrowRight")
    assert shopper.focused() == chips[1]
    keyboard.press("End")
    assert shopper.focused() == chips[-1]
    keyboard.press("Home")
    assert shopper.focused() == chips[0]
    # Further back are the cards: arrows go from one to the next and stay on the same button.
    titles = shopper.inside(".cards h3").all_inner_texts()
    reach(shopper, "Shift+Tab", f"Why this?: {titles[-1]}")
    keyboard.press("ArrowLeft")
    assert shopper.focused() == f"Why this?: {titles[-2]}"
    answer = shopper.after(lambda: keyboard.press("Enter"))
    expect(answer.locator(".row h3")).to_have_text(titles[-2])
    keyboard.press("Escape")
    expect(shopper.inside(".panel")).to_be_hidden()
    assert shopper.focused() == "Chat with us"


def test_focus_goes_back_to_what_opened_the_chat(arrives: Arrives) -> None:
    shopper = arrives().visit("/shop/product/dress-032-beige-l")
    ask = shopper.page.get_by_role("button", name="Ask about this")
    ask.focus()
    shopper.page.keyboard.press("Enter")
    expect(shopper.answers).to_have_count(1)
    shopper.page.keyboard.press("Escape")
    expect(ask).to_be_focused()


def test_line_breaks_and_composed_words_are_not_sent(arrives: Arrives) -> None:
    shopper = arrives(locale="zh-CN").visit().open()
    shopper.input.press_sequentially("红色")
    # Enter that ends the composition of a Chinese word.
    shopper.input.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "keyCode": 229})
    shopper.input.press("Shift+Enter")
    shopper.input.press_sequentially("连衣裙")
    assert shopper.input.input_value() == "红色\n连衣裙"
    assert shopper.own.count() == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_widget_has_no_violation_that_axe_knows(arrives: Arrives, width: int) -> None:
    shopper = arrives(width=width, height=640).visit().open()
    assert violations(shopper) == []
    shopper.say("show me dresses under 400")
    shopper.inside(".card").first.get_by_role("button", name="Compare").click()
    assert violations(shopper) == []
    shopper.say("compare the first two")
    shopper.say("add the first to my list")
    shopper.say("a sofa, a lamp and a rug for 800 in all")
    assert violations(shopper) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shop_has_no_violation_that_axe_knows(arrives: Arrives, scheme: str) -> None:
    shopper = arrives(color_scheme=scheme).visit()
    assert violations(shopper) == []
    shopper.visit("/shop/product/dress-032-beige-l")
    assert violations(shopper) == []
    shopper.page.get_by_role("button", name="Add to cart").click()
    shopper.visit("/shop/cart")
    assert violations(shopper) == []
    shopper.visit("/shop/checkout").open()
    shopper.say("show me dresses under 400")
    assert violations(shopper) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_targets_are_large_and_nothing_is_cut_off(arrives: Arrives, width: int) -> None:
    shopper = arrives(width=width, height=640).visit()
    assert overflow(shopper) <= 0
    shopper.open()
    shopper.say("show me dresses under 400")
    shopper.say("compare the first two")
    for button in shopper.inside("button:visible").all():
        box = button.bounding_box()
        assert box is not None
        name = button.get_attribute("aria-label") or button.inner_text()
        assert round(min(box["width"], box["height"])) >= TARGET, f"{name}: {box}"
    assert overflow(shopper) <= 0
    log = shopper.inside(".scroll")
    assert log.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
    if width == 320:
        panel = shopper.inside(".panel").bounding_box()
        assert panel is not None and (panel["width"], panel["height"]) == (320, 640)


def test_narrow_chat_keeps_the_focus(arrives: Arrives) -> None:
    shopper = arrives(width=320, height=640).visit().open()
    expect(shopper.page.get_by_role("dialog", name="Shopping assistant")).to_be_visible()
    for _ in range(20):
        shopper.page.keyboard.press("Tab")
        assert shopper.page.evaluate("document.activeElement.localName") == "shop-talk"


def test_new_messages_are_announced_and_old_ones_are_not(arrives: Arrives) -> None:
    shopper = arrives().visit().open()
    log = shopper.page.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-live", "polite")
    shopper.say("show me dresses under 400")
    expect(shopper.inside(".carousel").first).to_have_attribute("aria-live", "off")
    shopper.page.add_init_script(
        """
        window.live = [];
        customElements.whenDefined("shop-talk").then(() => {
          const root = document.querySelector("shop-talk").shadowRoot;
          new MutationObserver((changes) => {
            for (const { addedNodes } of changes)
              for (const node of addedNodes)
                if (node.nodeType === 1 && node.matches(".message:not(.welcome)"))
                  window.live.push(node.parentNode.ariaLive);
          }).observe(root, { childList: true, subtree: true });
        });
        """
    )
    shopper.page.reload()
    expect(shopper.answers).to_have_count(1)
    assert set(shopper.page.evaluate("window.live")) == {"off"}
    expect(log).to_have_attribute("aria-live", "polite")


def test_right_to_left_page_mirrors_the_chat(arrives: Arrives) -> None:
    shopper = arrives().visit()
    shopper.page.evaluate("document.documentElement.dir = 'rtl'")
    shopper.open()
    shopper.say("show me dresses under 400")
    panel, own = shopper.inside(".panel").bounding_box(), shopper.own.first.bounding_box()
    assert panel is not None and own is not None
    assert panel["x"] < 100
    assert own["x"] - panel["x"] < 40
    # English in it keeps its own direction, and stays within the card.
    reason = shopper.inside(".reasons li").first
    assert reason.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_forced_colours_leave_edges_to_be_seen(arrives: Arrives) -> None:
    shopper = arrives(forced_colors="active").visit().open()
    for part in ("textarea", ".chip", ".send"):
        width = shopper.inside(part).first.evaluate("one => getComputedStyle(one).borderTopWidth")
        assert width == "1px", part


def reach(shopper: Visitor, key: str, name: str) -> None:
    """Press a key until the focus is where it should get to."""
    seen = []
    for _ in range(40):
        shopper.page.keyboard.press(key)
        seen.append(shopper.focused())
        if seen[-1] == name:
            return
    raise AssertionError(f"{name!r} was not reached by {key}: {seen}")


def overflow(shopper: Visitor) -> Any:
    """By how many pixels the page is wider than the window."""
    return shopper.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def violations(shopper: Visitor) -> list[str]:
    """What axe finds wrong, each with the elements."""
    found = Axe().run(shopper.page).response["violations"]
    return [
        f"{one['id']}: {json.dumps([n['target'] for n in one['nodes']])} "
        f"{one['nodes'][0].get('failureSummary', '')}"
        for one in found
    ]
