"""Conversations as shoppers have them, in both languages, on the demo shop's pages."""

from __future__ import annotations

import re
from decimal import Decimal

from playwright.sync_api import expect

from catalog.shop import Shop
from tests.browser.conftest import Arrives
from tests.browser.site import Site


def test_cards_tell_what_the_catalogue_has(arrives: Arrives, site: Site) -> None:
    shopper = arrives().visit().open()
    answer = shopper.say("show me dresses under 400")
    cards = answer.locator(".card")
    expect(cards.first).to_be_visible()
    shop = Shop.open(site.settings.shop_dir)
    try:
        for card in cards.all():
            (product,) = shop.store.products([card.get_attribute("data-product") or ""])
            assert product.asking_price is not None
            expect(card.locator("h3")).to_have_text(product.title_in("en"))
            expect(card.locator("img")).to_have_attribute("alt", product.title_in("en"))
            price = card.locator(".price strong").inner_text()
            assert (
                Decimal(re.sub(r"[^\d.]", "", price.split("¥")[-1])) == product.asking_price.amount
            )
            assert product.asking_price.amount <= 400
            assert card.locator(".price del").count() == (product.sale_price is not None)
            expect(card.locator(".reasons li").first).to_be_visible()
            assert card.locator("img").evaluate("img => img.decode().then(() => img.naturalWidth)")
    finally:
        shop.close()
    # The list is in the cards and not once more as text.
    assert "1. " not in answer.locator(".bubble").first.inner_text()
    assert shopper.faults() == []


def test_chinese_page_speaks_chinese(arrives: Arrives) -> None:
    shopper = arrives(locale="zh-CN").visit().open()
    expect(shopper.input).to_have_attribute("placeholder", "输入消息")
    answer = shopper.say("想买一双500元以下的黑色运动鞋")
    expect(answer.locator(".card").first).to_contain_text("加入购物车")
    expect(answer.locator(".card").first.locator(".stock")).to_contain_text(re.compile("有货|仅剩"))
    answer = shopper.say("比较前两个")
    expect(answer.locator("tbody th").first).to_have_text("价格")
    assert shopper.faults() == []


def test_quick_reply_is_said_and_answered(arrives: Arrives) -> None:
    shopper = arrives().visit().open()
    shopper.say("show me dresses")
    chip = shopper.chips.first
    words = chip.inner_text()
    shopper.after(chip.click)
    assert shopper.texts()[-1] == words
    expect(shopper.input).to_be_focused()


def test_suggestion_begins_a_conversation(arrives: Arrives) -> None:
    shopper = arrives().visit().open()
    shopper.after(shopper.chips.filter(has_text="Running shoes").click)
    expect(shopper.inside(".card").first).to_contain_text("hoes")


def test_two_cards_are_compared_in_a_table_with_headers(arrives: Arrives) -> None:
    shopper = arrives().visit().open()
    shopper.say("show me dresses under 400")
    for card in shopper.inside(".card").all()[:2]:
        card.get_by_role("button", name="Compare").click()
    titles = shopper.inside(".card h3").all_inner_texts()[:2]
    answer = shopper.after(shopper.page.get_by_role("button", name="Compare now").click)
    table = answer.get_by_role("table", name="Comparison")
    assert table.get_by_role("columnheader").all_inner_texts() == titles
    row = table.get_by_role("row").filter(has=shopper.page.get_by_role("rowheader", name="price"))
    assert len(row.get_by_role("cell").all()) == 2
    expect(shopper.inside(".compare")).to_be_hidden()


def test_heart_puts_a_product_on_the_list_and_takes_it_off(arrives: Arrives) -> None:
    shopper = arrives().visit().open()
    shopper.say("show me dresses under 400")
    card = shopper.inside(".cards .card").first
    title, heart = card.locator("h3").inner_text(), card.locator("[data-act=add_list]")
    answer = shopper.after(heart.click)
    expect(answer.get_by_role("region", name="Your list").locator("h3")).to_have_text([title])
    expect(heart).to_have_attribute("aria-pressed", "true")
    shopper.after(heart.click)
    expect(heart).to_have_attribute("aria-pressed", "false")


def test_buttons_of_a_card_are_about_that_card(arrives: Arrives) -> None:
    shopper = arrives().visit().open()
    shopper.say("show me dresses under 400")
    second = shopper.inside(".cards .card").nth(1)
    title = second.locator("h3").inner_text()
    answer = shopper.after(second.get_by_role("button", name="Why this?").click)
    expect(answer.locator(".row h3")).to_have_text(title)
    shopper.after(second.get_by_role("button", name="More like this").click)
    assert title in shopper.texts()[-1]
    shopper.after(second.get_by_role("button", name="Not for me").click)
    again = shopper.say("show my list")
    assert again.locator(".row").count() == 0


def test_several_products_for_a_budget_have_a_total(arrives: Arrives) -> None:
    shopper = arrives().visit().open()
    answer = shopper.say("a sofa, a lamp and a rug for 800 in all")
    expect(answer.locator(".row")).to_have_count(3)
    numbers = [_amount(text) for text in answer.locator(".price strong").all_inner_texts()]
    expect(answer.locator(".total strong")).to_have_text(f"¥{sum(numbers):g}")
    answer.get_by_role("button", name="Add all to cart").click()
    expect(shopper.page.locator("#top .count")).to_have_text("3")


def test_typing_shows_before_any_answer(arrives: Arrives) -> None:
    shopper = arrives().on_a_line_to_cut().visit().open()
    shopper.say("hello")
    # Nothing that the server sends can be the cause: it does not hear of the message yet.
    shopper.cut()
    shopper.write("show me backpacks")
    expect(shopper.inside(".dots")).to_be_visible(timeout=200)
    shopper.mend()
    expect(shopper.inside(".card").first).to_be_visible()
    expect(shopper.inside(".dots")).to_have_count(0)


def test_opened_chat_paints_at_once(arrives: Arrives) -> None:
    shopper = arrives().visit()
    took = shopper.page.evaluate(
        """async () => {
          const began = performance.now();
          document.querySelector("shop-talk").shadowRoot.querySelector(".launcher").click();
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          const welcome = document.querySelector("shop-talk").shadowRoot.querySelector(".welcome");
          return welcome.getBoundingClientRect().height > 0 ? performance.now() - began : Infinity;
        }"""
    )
    assert took <= 300, f"{took:.0f} ms"


def _amount(text: str) -> Decimal:
    """The last amount in a text: a sale is told as "Now ¥249"."""
    return Decimal(re.sub(r"[^\d.]", "", text.split("¥")[-1]))
