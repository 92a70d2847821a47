"""What is read out of words: proofs, anger, complaints."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import yaml

from actions.replies.texts import NLU_DATA
from actions.service.mood import ANGRY, FURIOUS, anger
from actions.service.proof import hidden, read
from actions.service.received import complaint, only_price
from actions.service.sealing import opened, seal
from actions.service.state import ServiceState
from actions.service.words import patterns
from catalog.errors import ShoptalkError
from catalog.product import LANGUAGES

# Numbers and contacts


@pytest.mark.parametrize(
    ("text", "number", "contact"),
    [
        ("order 10023, ann@example.com", "10023", "ann@example.com"),
        ("where is my order #SH-10023?", "SH-10023", ""),
        ("my order number is 20260601, tel (415) 555-2671", "20260601", "(415) 555-2671"),
        ("订单号 SH20231123001 手机13800138000", "SH20231123001", "13800138000"),
        ("订单１００２３，邮箱ann@mail.com", "10023", "ann@mail.com"),
        ("I ordered a dress in size 42 for 399 yuan", "", ""),
        ("sort them in order of price, under 5000", "", ""),
    ],
)
def test_a_proof_is_read_without_being_asked_for(text: str, number: str, contact: str) -> None:
    told = read(text)
    assert (told.number, told.contact) == (number, contact)


@pytest.mark.parametrize(
    ("text", "has_number", "number", "contact"),
    [
        ("10023", False, "10023", ""),
        ("SH-10023 ann@mail.com", False, "SH-10023", "ann@mail.com"),
        ("13800138000", False, "", "13800138000"),
        ("5552671", True, "", "5552671"),
        ("+49 151 12345678", True, "", "+49 151 12345678"),
        ("it's 10021 and my phone is 0151 2345678", False, "10021", "0151 2345678"),
        ("订单号13800138000", False, "13800138000", ""),
        ("show me shoes under 5000 yuan", False, "", ""),
        ("2026年6月下的单", False, "", ""),
    ],
)
def test_bare_numbers_are_read_where_they_were_asked_for(
    text: str, has_number: bool, number: str, contact: str
) -> None:
    told = read(text, True, has_number)
    assert (told.number, told.contact) == (number, contact)


def test_what_is_kept_of_a_message_tells_no_number() -> None:
    text = hidden("DM-10023 it was, 138 0013 8000 or ann@example.com", True)
    assert "10023" not in text and "8000" not in text and "example" not in text
    assert "it was" in text


# Seals


def test_a_seal_opens_in_time_with_the_shops_secret_only() -> None:
    now, hour = datetime(2026, 6, 1, tzinfo=timezone.utc), timedelta(hours=1)
    sealed = seal("DM-10023", b"secret", now)
    assert "10023" not in sealed
    assert opened(sealed, b"secret", now + hour / 2, hour) == "DM-10023"
    assert opened(sealed, b"other", now, hour) == ""
    assert opened(sealed, b"secret", now + 2 * hour, hour) == ""
    assert opened(sealed[:-4] + "AAA=", b"secret", now, hour) == ""
    assert opened("", b"secret", now, hour) == opened("nonsense", b"secret", now, hour) == ""


# Anger


@pytest.mark.parametrize(
    "text",
    [
        "fuck you",
        "you useless bot",
        "f*** off",
        "I'm sick of this!!",
        "my lawyer will write to you",
        "ARE YOU EVEN LISTENING TO ME",
        "你这个垃圾机器人",
        "你们真垃圾",
        "我要去消协投诉",
        "滚",
    ],
)
def test_strong_anger_is_told(text: str) -> None:
    assert anger(text) == FURIOUS


@pytest.mark.parametrize("text", ["this is so annoying", "说了多少遍了", "WTF is this"])
def test_some_anger_is_less_than_strong(text: str) -> None:
    assert 0 < anger(text) <= ANGRY


@pytest.mark.parametrize(
    "text",
    [
        "where is my order",
        "a damn good red",
        "have you got some fucking black shoes",
        "a shit-brown colour please",
        "他妈的好看的红裙子",
    ],
)
def test_no_anger_at_us(text: str) -> None:
    assert anger(text, wishes=True) == 0


@pytest.mark.parametrize(
    "text",
    [
        "a gift for a lawyer",
        "is this a scam?",
        "滚筒洗衣机",
        "操作简单吗",
        "笨重吗",
        "你妈妈的裙子",
    ],
)
def test_words_that_only_look_angry(text: str) -> None:
    assert anger(text) == 0


# Complaints


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the kettle you sent leaks", "damaged"),
        ("I received the wrong size", "wrong"),
        ("my parcel never arrived", "missing"),
        ("I bought a kettle last week and it doesn't work", "faulty"),
        ("my delivery is two weeks late", "late"),
        ("你们发的水壶漏水", "damaged"),
        ("收到的裙子破了个洞", "damaged"),
        ("洗了一次就缩水了", "faulty"),
    ],
)
def test_what_was_received_is_complained_about(text: str, kind: str) -> None:
    assert complaint(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "too expensive",
        "太贵了",
        "do kettles leak?",
        "what if it arrives broken?",
        "如果收到坏的怎么办",
        "会不会缩水",
        "ripped jeans",
        "没有破洞的牛仔裤",
        "有没有漏斗",
    ],
)
def test_no_complaint(text: str) -> None:
    assert complaint(text) == ""


def test_a_price_is_told_from_a_complaint() -> None:
    assert only_price("way too expensive for me") and only_price("太贵了")
    assert not only_price("the expensive kettle you sent is broken")


# Parts


def test_both_languages_have_the_same_words() -> None:
    assert len(patterns()) > 20


def test_words_that_do_not_fit_are_named(tmp_path) -> None:
    from actions.service.words import read as read_words

    for language, words in (("en", "a: [x]"), ("zh", "b: [y]")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "desk.yml").write_text(f"desk:\n  {words}\n", "utf-8")
    with pytest.raises(ShoptalkError, match="a, b"):
        read_words(tmp_path)


def test_the_state_survives_a_message() -> None:
    state = ServiceState(pending="status", number="x", missed=2, wrongs=("unknown",), said="words")
    assert ServiceState.from_json(state.to_json()) == state
    assert ServiceState.from_json({}) == ServiceState() and ServiceState().to_json() == {}
    assert state.carried().pending == "" and state.carried().missed == 2


# Shopping messages


def test_shopping_sets_nothing_off() -> None:
    """Of what shoppers are known to write, next to nothing is anger, a complaint or a proof."""
    shopping = []
    for language in LANGUAGES:
        text = (NLU_DATA / language / "nlu.yml").read_text(encoding="utf-8")
        for block in yaml.safe_load(text)["nlu"]:
            if block["intent"] not in ("feedback", "person", "bot_challenge"):
                shopping += [line[2:] for line in block["examples"].splitlines()]
    assert len(shopping) > 3000
    odd = [t for t in shopping if anger(t, True) >= FURIOUS or complaint(t) or read(t)]
    assert len(odd) <= 2, odd
