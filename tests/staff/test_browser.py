"""The desk in a real browser: a shopper asks for a person, gets one, and the assistant again."""

from __future__ import annotations

import os
import re
import shutil
from typing import Any, Iterator

import pytest

from catalog.service import FaqEntry
from catalog.shop import Shop
from tests.staff.conftest import PASSWORD, Bot, Shopper

playwright = pytest.importorskip("playwright.sync_api")

#: A browser that runs as root has no sandbox.
ARGUMENTS = ["--no-sandbox"] if os.geteuid() == 0 else []


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A page whose complaints are kept."""

    def __init__(self, chromium: Any, **more: Any) -> None:
        self.context = chromium.new_context(
            viewport={"width": 1280, "height": 800}, locale="en-GB", **more
        )
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def log_in(self, bot: Bot, name: str) -> Any:
        self.page.goto(bot.url)
        self.page.fill("#name", name)
        self.page.fill("#password", PASSWORD)
        self.page.press("#password", "Enter")
        self.page.wait_for_selector("#list h2")
        return self.page


@pytest.fixture
def watched(chromium) -> Iterator[Watched]:
    made = Watched(chromium)
    yield made
    made.context.close()
    assert made.complaints == []


def violations(page: Any) -> list[str]:
    """What axe finds wrong with a page, in a line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found]


def test_a_person_answers_and_the_assistant_goes_on(staffed, shopper, watched):
    shopper.say("I am looking for a black backpack")
    shopper.hear("bot")
    shopper.say("I want to talk to a person")
    shopper.hear("bot")
    assert shopper.status() == "waiting"
    page = watched.log_in(staffed, "Anna")
    page.click(f".group.waiting [data-key='{newest(staffed)}']")
    page.wait_for_selector(".message.bot .products li")
    assert "backpack" in page.inner_text("#summary").lower()
    assert page.inner_text(".message.shopper .text") == "I am looking for a black backpack"
    assert not page.is_visible("#answer")
    page.click("#take")
    assert "Anna of the shop" in shopper.hear("notice")["text"]
    shopper.say("Is it waterproof?")
    page.wait_for_selector("text=Is it waterproof?")
    page.fill("#text", "Yes, <b>it is</b>.")
    page.press("#text", "Control+Enter")
    heard = shopper.hear("person")
    assert (heard["text"], heard["name"]) == ("Yes, <b>it is</b>.", "Anna of the shop")
    page.wait_for_selector(".message.person")
    assert page.inner_text(".message.person .text") == "Yes, <b>it is</b>."
    assert page.input_value("#text") == ""
    page.click("#hand-back")
    page.click("#sure-yes")
    assert "Anna of the shop" in shopper.hear("notice")["text"]
    page.wait_for_selector("#nothing:visible")
    shopper.say("show me red dresses")
    assert "dress" in shopper.hear("bot")["text"].lower()
    assert shopper.status() == "bot"


def test_everything_is_reached_with_the_keyboard_alone(staffed, waiting, watched):
    page = watched.log_in(staffed, "Anna")
    page.wait_for_selector(".group.waiting button.row")
    page.focus("#log-out")
    page.keyboard.press("Tab")
    assert "row" in page.evaluate("document.activeElement.className")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_selector("#take:visible")
    assert page.evaluate("document.activeElement.id") == "conversation"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "take"
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer:visible")
    page.wait_for_selector("#text:focus")
    page.keyboard.type("Typed without a mouse")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".message.person")
    assert page.evaluate("document.activeElement.id") == "text"


def test_hostile_words_stay_words(staffed, shopper, watched):
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script> [x](javascript:alert(3))"
    shopper.say(hostile)
    shopper.hear("bot")
    staffed.ask_for_person(newest(staffed), "asked", f"Wants {hostile}")
    page = watched.log_in(staffed, "Anna")
    page.click(f".group.waiting [data-key='{newest(staffed)}']")
    page.wait_for_selector(".message.shopper")
    assert page.inner_text(".message.shopper .text") == hostile
    assert hostile in page.inner_text("#summary")
    assert page.locator("#conversation img, #conversation script").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_at_any_width(staffed, shopper, waiting, watched, language):
    page = watched.page
    page.goto(f"{staffed.url}?lang={language}")
    assert violations(page) == []
    watched.log_in(staffed, "Ada")
    page.select_option("#language", language)
    page.wait_for_selector(f"html[lang^={language}]")
    page.click(f".row[data-key='{waiting}']")
    page.click("#take")
    page.wait_for_selector("#answer:visible")
    page.click("#canned summary")
    page.click("#hand-back")
    for width in (1280, 820, 400):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 800})
    for view in ("requests", "audit"):
        page.click(f"[data-view={view}]")
        page.wait_for_selector(f"#view-{view} h2")
        assert violations(page) == []


def test_a_lead_does_a_request(staffed, watched):
    shop = Shop.open(staffed.settings.shop_dir)
    for other in shop.store.service.requests("open"):
        shop.store.service.set_request(other.id, "done")
    shop.store.service.add_request(
        "k1", "return", order_number="A-1", conversation_id="web:x", text="<b>It is too small</b>"
    )
    page = watched.log_in(staffed, "Lee")
    page.wait_for_selector("#requests-count:visible")
    page.click("[data-view=requests]")
    page.wait_for_selector(".requests li")
    assert "<b>It is too small</b>" in page.inner_text(".requests .text")
    page.click(".requests button.main")
    page.wait_for_selector(".requests", state="detached")
    assert shop.store.service.requests("open") == []
    shop.close()
    assert staffed.audit.latest(1)[0].act == "request_done"


def test_an_answer_of_the_shop_is_inserted_and_can_be_changed(staffed, waiting, watched):
    entries = [
        FaqEntry("hours", {"en": "When do you open?"}, {"en": "We open at nine."}),
        FaqEntry("gift", {"en": "Do you wrap gifts?"}, {"en": "We wrap <b>any</b> gift."}),
    ]
    shop = Shop.open(staffed.settings.shop_dir)
    shop.store.service.replace_faq(entries, keep=True)
    shop.close()
    page = watched.log_in(staffed, "Anna")
    page.click(f".row[data-key='{waiting}']")
    page.click("#take")
    page.wait_for_selector("#answer:visible")
    page.click("#canned summary")
    page.fill("#canned-search", "wrap gifts")
    page.click("#canned-list button")
    assert page.input_value("#text") == "We wrap <b>any</b> gift."
    page.press("#text", "End")
    page.keyboard.type(" Even large ones.")
    page.click("#send")
    page.wait_for_selector(".message.person")
    assert page.inner_text(".message.person .text") == "We wrap <b>any</b> gift. Even large ones."


def test_the_title_counts_who_waits(staffed, watched):
    page = watched.log_in(staffed, "Ben")
    before = number(page.title())
    shopper = Shopper(staffed).begin()
    shopper.say("Hello")
    shopper.hear("bot")
    staffed.ask_for_person(newest(staffed))
    playwright.expect(page).to_have_title(re.compile(rf"\({before + 1}\) "), timeout=10_000)
    assert page.inner_text("#news") == f"{before + 1} waiting"


def test_who_is_logged_out_elsewhere_sees_the_login_page(staffed, watched):
    from tests.staff.conftest import Staff

    page = watched.log_in(staffed, "Ben")
    cookie = watched.context.cookies()[0]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    other = Staff(staffed, "Ben", f"{cookie['name']}={cookie['value']}")
    other.token = other.get("me").json["form_token"]
    assert other.post("logout").status == 200
    page.wait_for_selector("input[type=password]")
    assert "logged out" in page.inner_text("[role=alert]")
    # The refusal that brought the page here is in the console.
    watched.complaints[:] = [one for one in watched.complaints if "401" not in one]


def newest(staffed: Bot) -> str:
    from bot.channels.core.transcript import Transcript

    return Transcript(staffed.database).conversations(None, 1)[0].id


def number(title: str) -> int:
    found = re.match(r"\((\d+)\)", title)
    return int(found[1]) if found else 0
