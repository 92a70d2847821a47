"""Whoever guesses, or writes code into texts, gets nothing by it."""

from __future__ import annotations

import hashlib
import json
import logging
import statistics
import time
from datetime import datetime, timezone

import pytest
import sqlalchemy as sa

from actions.service.state import ServiceState
from actions.turn.service import TurnService
from actions.turn.service_orders import TRIES, WRONGS
from catalog.product import Product
from catalog.service import FaqEntry, Order, OrderLine, Review
from catalog.service_tables import proof_attempts
from tests.service_shop import service_shop
from tests.talk import Talk, custom

LIMITED = "tried too often"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> TurnService:
    return service_shop(tmp_path_factory.mktemp("shop") / "little")


@pytest.fixture(autouse=True)
def no_attempts(service: TurnService) -> None:
    with service.context.shop.store.engine.begin() as connection:
        connection.execute(proof_attempts.delete())


def guess(service: TurnService, number: str, contact: str, who: str) -> str:
    talk = Talk(service, conversation=who, shopper=who)
    return talk.say(f"where is my order {number}, {contact}", "order_status").reply.text


def test_wrong_and_unknown_get_the_same_words(service: TurnService) -> None:
    wrong = guess(service, "DM-10023", "eve@example.com", "a")
    unknown = guess(service, "DM-99999", "eve@example.com", "b")
    others = guess(service, "DM-10023", "bob@example.com", "c")
    assert wrong == unknown == others


def test_wrong_and_unknown_take_the_same_time(service: TurnService) -> None:
    """Counted as the processor's own time, so that what else runs on the machine is no noise."""
    times: dict[str, list[float]] = {"DM-10023": [], "DM-99999": []}
    data = service.context.shop.store.service
    for _ in range(25):
        for number, taken in times.items():
            began = time.thread_time()
            assert data.proved(number, "eve@example.com") is None
            taken.append(time.thread_time() - began)
    wrong, unknown = (statistics.median(taken) for taken in times.values())
    assert abs(wrong - unknown) < 0.35 * max(wrong, unknown)


def test_wrong_and_unknown_are_the_same_work(
    service: TurnService, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    scrypt = hashlib.scrypt
    monkeypatch.setattr(hashlib, "scrypt", lambda *a, **k: hashed.append("") or scrypt(*a, **k))
    asked: list[str] = []
    sa.event.listen(
        service.context.shop.store.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_rest: asked.append(statement),
    )
    done = []
    for number in ("DM-10023", "DM-99999"):
        hashed.clear(), asked.clear()
        guess(service, number, "eve@example.com", f"w-{number}")
        done.append((len(hashed), list(asked)))
    assert done[0] == done[1] and done[0][0] == 1


def test_a_guesser_is_stopped_and_stays_stopped_with_the_right_answer(
    service: TurnService,
) -> None:
    talk = Talk(service, desk=True)
    talk.say("where is my order", "order_status")
    for n in range(WRONGS):
        text = talk.say(f"DM-{20000 + n} eve@example.com", "nlu_fallback").reply.text
        assert LIMITED not in text
    output = talk.say("order DM-10023 ann@example.com", "nlu_fallback")
    assert LIMITED in output.reply.text and "SF1234567" not in output.reply.text
    assert "a person" in output.reply.text


def test_a_new_conversation_of_the_same_shopper_does_not_help(service: TurnService) -> None:
    for n in range(WRONGS):
        talk = Talk(service, conversation=f"new-{n}", shopper="eve")
        talk.say(f"where is my order DM-{20000 + n}, eve@example.com", "order_status")
    talk = Talk(service, conversation="last", shopper="eve")
    text = talk.say("where is my order DM-10023, ann@example.com", "order_status").reply.text
    assert LIMITED in text


@pytest.mark.parametrize("number", ["DM-10023", "DM-99999"])
def test_an_order_is_not_guessed_at_by_many(service: TurnService, number: str) -> None:
    said = [guess(service, number, f"eve{n}@example.com", f"e{n}") for n in range(TRIES + 1)]
    assert LIMITED not in "".join(said[:-1]) and LIMITED in said[-1]


def test_one_order_does_not_open_another(service: TurnService) -> None:
    talk = Talk(service)
    talk.say("where is my order DM-10023, ann@example.com", "order_status")
    text = talk.say("and my order DM-10024, ann@example.com", "order_status").reply.text
    assert "delivered" not in text


def test_a_memory_of_another_conversation_proves_nothing(service: TurnService) -> None:
    """A seal that was made up, or of another secret, opens no order."""
    talk = Talk(service)
    for forged in ("DM-10023", "gAAAAABqHuwARE0tMTAwMjM=", "' OR 1=1 --"):
        talk.memory = type(talk.memory)(service=ServiceState(proven=forged))
        text = talk.say("where is my order", "order_status").reply.text
        assert "order number" in text


@pytest.mark.parametrize(
    "number",
    [
        "' OR '1'='1",
        "DM-10023' --",
        "DM-10023; DROP TABLE orders",
        "%",
        "DM-1002_",
        "{0.__class__}",
    ],
)
def test_sql_and_formats_in_a_number_find_nothing(service: TurnService, number: str) -> None:
    text = guess(service, f"number 12345{number}", "ann@example.com", "x")
    assert "SF1234567" not in text and "class" not in text
    assert service.context.shop.store.service.counts()["orders"] == 2


def test_personal_data_is_in_no_memory_request_event_or_log(
    service: TurnService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    talk = Talk(service, desk=True)
    kept: list[str] = []
    for text, intent in (
        ("red dress", "find"),
        ("where is my order", "order_status"),
        ("DM-10023", "find"),
        ("13700137000", "find"),
        ("it is ann@example.com", "find"),
        ("cancel my order DM-10023", "order_change"),
        ("red dress for order DM-10023 to ann@example.com", "find"),
        ("order DM-10023, mail ann@example.com red shoes", "nlu_fallback"),
    ):
        output = talk.say(text, intent)
        kept.append(json.dumps(output.memory.to_json()))
        kept.append(json.dumps(output.request.to_json()))
        kept += [json.dumps(event.payload) for event in output.events]
    everything = "\n".join(kept) + caplog.text
    for secret in ("10023", "13700137000", "ann@example"):
        assert secret not in everything


# Texts of others stay texts

EVIL = (
    "<img src=x onerror=alert(1)> [pay](javascript:alert(1)) {title} {0.__class__} %s %(a)s "
    "'; DROP TABLE orders; -- \u202etxt.exe\u202c\x00\x1b[31m"
)


def test_code_in_answers_reviews_and_titles_is_quoted_as_it_is(tmp_path) -> None:
    entry = FaqEntry("evil", {"en": f"Do you ship {EVIL}?"}, {"en": f"One.\n\n\n{EVIL}"})
    service = service_shop(tmp_path / "evil", entries=(entry,))
    store = service.context.shop.store
    store.service.upsert_reviews([Review("e", "red-m", f"It shrank {EVIL}", 1.0, "en")])
    store.service.upsert_orders([
        Order(
            "E-77777",
            ("eve@example.com",),
            "shipped",
            placed_at=datetime(2026, 6, 1, tzinfo=timezone.utc),
            lines=(OrderLine(EVIL),),
            carrier=EVIL,
            tracking_url="javascript:alert(1)",
            note=EVIL,
        )
    ])  # fmt: skip
    talk = Talk(service, desk=True)
    talk.say("red cotton dress")
    said = [
        talk.say(f"do you ship {EVIL}", "shipping"),
        talk.say("does the first shrink?", "details"),
        talk.say("what do the reviews say about the first?", "details"),
        talk.say("where is my order E-77777, eve@example.com", "order_status"),
        talk.say(f"get me a human {EVIL}", "person"),
    ]
    for output in said:
        text = output.reply.text
        assert "<img src=x onerror=alert(1)>" in text + custom(output).get("summary", "")
        assert "{title}" in text + custom(output).get("summary", "")
        assert not set(text) & set("\x00\x1b\u202e\u202c")
        assert "\n\n" not in text
    assert "Track it" not in said[3].reply.text
    assert store.service.counts()["orders"] == 3


def test_a_title_with_code_in_it_stays_a_title(tmp_path) -> None:
    service = service_shop(tmp_path / "title")
    evil = Product(
        "evil", {"en": "Red {what} <b>Dress</b> [x](javascript:y)"}, "en", availability="in_stock"
    )
    service.context.shop.store.upsert_products([evil])
    talk = Talk(service, desk=True)
    talk.say("red cotton dress")
    talk.request = type(talk.request)(last_list=("evil",), focus=("evil",))
    data = custom(talk.say("get me a human", "person"))
    assert "Red {what} <b>Dress</b> [x](javascript:y)" in data["summary"]
