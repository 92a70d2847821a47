"""What roles may do, what the page is told, and the desk on a real core."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import datetime, timedelta, timezone

import pytest

from bot.channels.core.core import ChannelCore
from bot.channels.core.database import open_url
from bot.channels.core.model import (
    ACT,
    BOT,
    BY_BOT,
    BY_PERSON,
    HANDOFF,
    NOTICE,
    PERSON,
    PICTURE,
    SHOPPER,
    WAITING,
    Conversation,
    Inbound,
    Message,
)
from bot.channels.security.problem import Problem
from bot.staff import audit as acts
from bot.staff.accounts import Account
from bot.staff.audit import Audit
from bot.staff.database import with_staff
from bot.staff.desk import Desk, Person
from bot.staff.pages import FOLDER, Pages, language_of
from bot.staff.roles import may_hand_back, may_see, may_take
from bot.staff.seen import Seen
from bot.staff.view import glance, in_order, message_json, since

NOW = datetime(2030, 5, 1, 12, tzinfo=timezone.utc)


def conversation(status=BY_BOT, person="", **more):
    return Conversation("web:a", "web", "a", "s", status=status, person=person, **more)


def message(seq, author, text="", minutes=0, **more):
    return Message("web:a", seq, author, text, at=NOW + timedelta(minutes=minutes), **more)


@pytest.mark.parametrize(
    ("role", "status", "person", "sees", "takes", "gives_back"),
    [
        ("agent", BY_BOT, "", False, False, False),
        ("agent", WAITING, "", True, True, False),
        ("agent", BY_PERSON, "me", True, False, True),
        ("agent", BY_PERSON, "other", False, False, False),
        ("lead", BY_BOT, "", True, True, False),
        ("lead", WAITING, "", True, True, True),
        ("lead", BY_PERSON, "other", True, True, True),
        ("lead", BY_PERSON, "me", True, False, True),
        ("admin", BY_PERSON, "other", True, True, True),
    ],
)
def test_what_a_role_may_do(role, status, person, sees, takes, gives_back):
    one = conversation(status, person)
    assert may_see(role, "me", one) is sees
    assert may_take(role, "me", one) is takes
    assert may_hand_back(role, "me", one) is gives_back


def test_waiting_is_counted_from_the_request_for_a_person():
    said = [
        message(1, SHOPPER, "a red dress", 0),
        message(2, BOT, "three of them", 1),
        message(3, SHOPPER, "a person please", 2),
        message(4, BOT, "I will fetch one", 3, custom={"type": HANDOFF}),
        message(5, SHOPPER, "hello?", 9),
    ]
    seen = glance(5, said)
    assert seen.said == "hello?"
    assert since(conversation(WAITING), seen) == (NOW + timedelta(minutes=3)).timestamp()


def test_with_a_person_waiting_is_counted_from_the_first_words_without_an_answer():
    said = [
        message(1, SHOPPER, "hello", 0),
        message(2, PERSON, "hi", 1),
        message(3, SHOPPER, "where is it", 4),
        message(4, SHOPPER, "?", 6),
    ]
    mine = conversation(BY_PERSON, "me")
    assert since(mine, glance(4, said)) == (NOW + timedelta(minutes=4)).timestamp()
    assert since(mine, glance(2, said[:2])) is None


def test_who_waits_longest_stands_first():
    rows = [
        {"id": 1, "group": "bot", "since": None, "updated_at": 9.0},
        {"id": 2, "group": "waiting", "since": 7.0, "updated_at": 8.0},
        {"id": 3, "group": "waiting", "since": 5.0, "updated_at": 9.0},
        {"id": 4, "group": "mine", "since": None, "updated_at": 1.0},
    ]
    assert [row["id"] for row in in_order(rows)] == [3, 2, 4, 1]


def test_products_are_told_in_short_and_once():
    items = [
        {
            "id": "A",
            "title": "Red Dress",
            "price": {"amount": "399.00", "currency": "CNY"},
            "sale_price": {"amount": "299.00", "currency": "CNY"},
            "url": "javascript:alert(1)",
            "reasons": [{"kind": "color", "text": "red"}],
        },
        {"id": "B", "title": "Blue Dress", "url": "https://shop.example/b"},
        "no card at all",
    ]
    text = "Found two:\n1. Red Dress ¥299\n2. Blue Dress\nWhich one?"
    told = message_json(message(1, BOT, text, custom={"type": "products", "items": items}))
    assert told["text"] == "Found two:\nWhich one?"
    assert [one["title"] for one in told["products"]] == ["Red Dress", "Blue Dress"]
    assert told["products"][0]["price"] == "299.00 CNY"
    assert told["products"][0]["reasons"] == "red"
    assert [one["url"] for one in told["products"]] == ["", "https://shop.example/b"]


def test_what_a_shopper_writes_is_told_as_it_is():
    text = "1. <img src=x onerror=alert(1)>\n2. **bold**"
    assert message_json(message(1, SHOPPER, text))["text"] == text
    told = message_json(message(2, SHOPPER, "", kind=ACT, payload={"act": "like", "products": [7]}))
    assert (told["act"], told["act_products"]) == ("like", [""])


def test_the_page_has_the_same_words_in_both_languages():
    words = {one: json.loads((FOLDER / f"{one}.json").read_text("utf-8")) for one in ("en", "zh")}
    assert words["en"].keys() == words["zh"].keys()
    fields = re.compile(r"\{\w+\}")
    for key in words["en"]:
        assert set(fields.findall(words["en"][key])) == set(fields.findall(words["zh"][key])), key


def test_every_word_of_the_page_exists():
    words = json.loads((FOLDER / "en.json").read_text("utf-8"))
    used = set()
    for path in FOLDER.iterdir():
        text = path.read_text("utf-8")
        if path.suffix == ".js":
            used |= set(re.findall(r'\bsay\("(\w+)"', text))
        if path.name == "desk.html":
            used |= set(re.findall(r'data-(?:words|label|placeholder)="(\w+)"', text))
        if path.name == "login.html":
            used |= set(re.findall(r"\{\{(login_\w+)\}\}", text))
    used |= {f"did_{act}" for act in acts.ACTS}
    assert used > {"take", "login_title", "did_view"}
    assert used <= words.keys()


def test_the_files_of_the_page_have_nothing_inline_and_never_parse_html():
    for path in FOLDER.iterdir():
        text = path.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\son\w+=\"|\sstyle=", text), path


def test_the_login_page_keeps_its_words_text():
    page = Pages().login("en", "login_too_many", minutes=3).decode()
    assert "Wait 3 min" in page
    assert language_of("zh", "en") == "zh"
    assert language_of("<script>", "fr;q=0.9, zh-CN, en;q=0.5") == "zh"
    assert language_of("", "") == "en"


class Office:
    """The desk on a core with a database of its own; times are real."""

    def __init__(self, folder):
        self.database = with_staff(open_url(f"sqlite:///{folder / 'channels.db'}"))
        self.core = ChannelCore(self.database)
        self.audit = Audit(self.database)
        self.desk = Desk(self.core, Seen(self.database), self.audit)

    async def shopper_says(self, text, key, **more):
        await self.core.accept([Inbound("web", "a", key, text, language="en", **more)])


def person(name, role):
    account = Account(name.casefold(), name, f"{name} of the shop", role, "1", NOW)
    return Person(account, "203.0.113.5")


ANNA, BEN, LEE = person("Anna", "agent"), person("Ben", "agent"), person("Lee", "lead")


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    made.core.close()


def test_a_conversation_at_the_desk(office):
    async def story():
        desk, core = office.desk, office.core
        await office.shopper_says("a red dress", "k1")
        assert (await desk.list(ANNA))["conversations"] == []
        with status_of(404):
            await desk.open(ANNA, "web:a", 0, 0, "")
        await core.hand_over("web:a", "asked", "Wants a red dress.")
        row = (await desk.list(ANNA))["conversations"][0]
        assert (row["group"], row["summary"], row["unread"]) == (
            "waiting",
            "Wants a red dress.",
            True,
        )
        with status_of(409):
            await desk.answer(ANNA, "web:a", "hello", "one")
        await desk.take(ANNA, "web:a")
        with status_of(404):
            await desk.take(BEN, "web:a")
        assert await desk.answer(ANNA, "web:a", " hello ", "one") == 3
        assert await desk.answer(ANNA, "web:a", " hello ", "one") == 3
        opened = await desk.open(ANNA, "web:a", 0, 0, "")
        said = [(one["author"], one["name"], one["text"]) for one in opened["messages"]]
        assert said[0] == (SHOPPER, "", "a red dress")
        assert said[1][:2] == (NOTICE, "Anna of the shop")
        assert "Anna of the shop" in said[1][2]
        assert said[2] == (PERSON, "Anna of the shop", "hello")
        assert not (await desk.list(ANNA))["conversations"][0]["unread"]
        with status_of(404):
            await desk.open(BEN, "web:a", 0, 0, "")
        await desk.hand_back(ANNA, "web:a")
        assert (await core.conversation("web:a")).status == BY_BOT
        with status_of(404):
            await desk.answer(ANNA, "web:a", "hello", "two")
        last = (await core.messages("web:a"))[-1]
        assert last.author == NOTICE

    asyncio.run(story())
    told = [(one.who, one.act, one.conversation_id) for one in office.audit.latest()][::-1]
    assert told == [
        ("Anna", acts.TAKE, "web:a"),
        ("Anna", acts.ANSWER, "web:a"),
        ("Anna", acts.VIEW, "web:a"),
        ("Anna", acts.HAND_BACK, "web:a"),
    ]


def test_a_lead_takes_over_from_a_colleague_and_the_assistant_stays_out(office):
    async def story():
        desk, core = office.desk, office.core
        await office.shopper_says("a person please", "k1")
        await core.hand_over("web:a", "asked", "")
        await desk.take(ANNA, "web:a")
        await desk.take(LEE, "web:a")
        assert (await core.conversation("web:a")).person == "Lee"
        with status_of(404):
            await desk.answer(ANNA, "web:a", "still me?", "one")
        await desk.answer(LEE, "web:a", "now it is me", "one")

    asyncio.run(story())


def test_the_page_hears_of_what_is_new(office):
    async def still():
        return None

    async def story():
        desk, core = office.desk, office.core
        await office.shopper_says("a person please", "k1")
        await core.hand_over("web:a", "asked", "")
        opened = await desk.open(ANNA, "web:a", 0, 0, "")
        waiting = asyncio.ensure_future(desk.open(ANNA, "web:a", 1, 20, opened["state"]))
        known = (await desk.list(ANNA))["digest"]
        listing = asyncio.ensure_future(desk.list_when_new(ANNA, known, 20, still))
        await asyncio.sleep(0)
        await office.shopper_says("hello?", "k2")
        found = await asyncio.wait_for(waiting, 5)
        assert [one["text"] for one in found["messages"]] == ["hello?"]
        listed = await asyncio.wait_for(listing, 5)
        assert listed["conversations"][0]["said"] == "hello?"

    asyncio.run(story())


def test_a_picture_belongs_to_a_conversation_that_one_may_see(office):
    async def story():
        desk, core = office.desk, office.core
        name = "0" * 32 + ".png"
        await office.shopper_says("", "k1", kind=PICTURE, payload={"picture": name})
        with status_of(404):
            await desk.picture_of(ANNA, "web:a", name)
        await core.hand_over("web:a", "asked", "")
        assert (await desk.picture_of(ANNA, "web:a", name)).address == "a"
        with status_of(404):
            await desk.picture_of(ANNA, "web:a", "../../store.sqlite3")

    asyncio.run(story())


def test_marks_are_forgotten_with_the_conversation(office):
    async def story():
        await office.shopper_says("a person please", "k1")
        await office.core.hand_over("web:a", "asked", "")
        await office.desk.open(ANNA, "web:a", 0, 0, "")

    asyncio.run(story())
    seen = Seen(office.database)
    assert seen.upto("anna", ["web:a"]) == {"web:a": 1}
    with office.database.write.begin() as connection:
        connection.exec_driver_sql("DELETE FROM conversations")
    assert seen.upto("anna", ["web:a"]) == {}


class status_of:
    """Expects a refusal with a status of HTTP."""

    def __init__(self, status):
        self._status = status

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        assert isinstance(error, Problem), "nothing was refused"
        assert error.status == self._status
        return True
