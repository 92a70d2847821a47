"""Replies as channels can show them, and what a number or letter means then."""

from __future__ import annotations

import pytest

from bot.channels.core.model import BOT, PERSON, SHOPPER, Capabilities, Message
from bot.channels.core.rendering import labelled, meant, render, split

PRODUCTS = {
    "type": "products",
    "items": [
        {
            "rank": 1,
            "id": "a",
            "title": "Red Dress",
            "price": {"amount": "399.00", "currency": "CNY"},
            "url": "https://shop.example/a",
            "image": "https://shop.example/a.svg",
        },
        {"rank": 2, "id": "b", "title": "Blue Dress", "price": None, "url": None, "image": None},
    ],
}
LIST = "My first 2:\n1. Red Dress ¥399\n2. Blue Dress\nAny brand you like?"


def reply(text, *buttons, custom=None, author=BOT):
    return Message("toy:ann", 2, author, text, buttons=buttons, custom=custom or {})


def shopper(text):
    return Message("toy:ann", 3, SHOPPER, text)


def read(text, before, **capabilities):
    return meant(shopper(text), before, Capabilities(**capabilities)).text


def test_a_channel_with_cards_and_buttons_gets_them():
    rendered = render(reply(LIST, "Levi", "Nike", custom=PRODUCTS), Capabilities(True, 0, 3))
    assert rendered.texts == (LIST,)
    assert rendered.buttons == ("Levi", "Nike")
    assert [card["id"] for card in rendered.cards] == ["a", "b"]
    assert rendered.rows == ()


def test_a_channel_with_a_rich_list_gets_rows():
    rendered = render(reply(LIST, custom=PRODUCTS), Capabilities(rich_list=1))
    (row,) = rendered.rows
    assert (row.title, row.detail) == ("Red Dress", "399.00 CNY")
    assert (row.url, row.image) == ("https://shop.example/a", "https://shop.example/a.svg")
    assert rendered.cards == ()


def test_options_are_numbered_where_there_are_no_buttons():
    rendered = render(reply("Which colour?", "red", "blue"), Capabilities())
    assert rendered.texts == ("Which colour?\n1. red\n2. blue",)
    assert rendered.buttons == ()


def test_options_have_letters_below_a_numbered_list():
    rendered = render(reply(LIST, "Levi", "Nike", custom=PRODUCTS), Capabilities())
    assert rendered.texts == (f"{LIST}\na) Levi\nb) Nike",)


@pytest.mark.parametrize(
    ("buttons", "capabilities"),
    [
        (("a", "b", "c", "d"), Capabilities(buttons=3)),
        (("short", "a title that is far too long"), Capabilities(buttons=3, button_length=20)),
    ],
    ids=["too many", "too long"],
)
def test_buttons_that_do_not_fit_are_written_out(buttons, capabilities):
    rendered = render(reply("Which?", *buttons), capabilities)
    assert rendered.buttons == ()
    for button in buttons:
        assert f" {button}" in rendered.texts[0]


def test_a_reply_without_buttons_stays_as_it_is():
    assert render(reply("Hello."), Capabilities()).texts == ("Hello.",)
    assert labelled(reply("Hello."), Capabilities()) == {}


def test_a_reply_without_text_still_has_its_options():
    assert render(reply("", "yes", "no"), Capabilities()).texts == ("1. yes\n2. no",)


@pytest.mark.parametrize("said", ["2", " 2. ", "2)", "２", "(2)", "2。", "02"])
def test_a_number_is_the_option_that_was_numbered(said):
    assert read(said, reply("Which?", "red", "blue")) == "blue"


@pytest.mark.parametrize("said", ["3", "0", "22", "2 please", "no 2", "b", "-2", "2.5", "二", ""])
def test_other_words_stay_words(said):
    assert read(said, reply("Which?", "red", "blue")) == said


@pytest.mark.parametrize(
    "before",
    [
        None,
        reply(LIST, "Levi", "Nike", custom=PRODUCTS),
        reply("1. Red Dress\n2. Blue Dress", "Levi", "Nike"),
        reply("How they differ:", "more", "back", custom={"type": "comparison", "items": [{}]}),
        reply("Which?", "red", "blue", author=PERSON),
        reply("Which?"),
    ],
    ids=["nothing", "products", "numbered text", "comparison", "person", "no options"],
)
def test_a_number_means_a_product_wherever_it_could(before):
    assert read("2", before) == "2"


@pytest.mark.parametrize("said", ["b", "B", "b)", "(b)", "ｂ"])
def test_a_letter_is_the_option_below_a_list(said):
    assert read(said, reply(LIST, "Levi", "Nike", custom=PRODUCTS)) == "Nike"


def test_where_buttons_are_shown_nothing_is_read_into_numbers():
    assert read("2", reply("Which?", "red", "blue"), buttons=3) == "2"


def test_an_act_is_no_number():
    act = Message("toy:ann", 3, SHOPPER, "2", kind="act")
    assert meant(act, reply("Which?", "red", "blue"), Capabilities()) == act


@pytest.mark.parametrize(
    ("text", "length", "pieces"),
    [
        ("short", 100, ["short"]),
        ("one\ntwo\nthree", 7, ["one\ntwo", "three"]),
        ("a" * 25, 10, ["a" * 10, "a" * 10, "a" * 5]),
        ("one two three", 8, ["one two", "three"]),
        ("红色连衣裙很好看", 3, ["红色连", "衣裙很", "好看"]),
        ("", 10, []),
        ("\n\n", 10, []),
    ],
    ids=["short", "lines", "one word", "words", "chinese", "empty", "blank"],
)
def test_long_texts_are_split_at_lines(text, length, pieces):
    assert split(text, length) == pieces
    assert all(len(piece) <= length for piece in split(text, length))


def test_nothing_is_lost_by_splitting():
    text = "\n".join(f"{n}. product number {n} with a name" for n in range(50))
    assert "\n".join(split(text, 100)) == text
