"""Sizes in conversations: variants, what somebody takes, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from catalog.events import Event
from catalog.product import OUT_OF_STOCK, Product
from tests.little_catalogue import product
from tests.talk import Talk, ids, turn_service


def shoe(id_: str, size: str, color: str = "black", stock: str = "in_stock") -> Product:
    return product(
        id_,
        f"Runner Sneakers {color}",
        "300" if size != "43" else "320",
        "They run small, so take one size up.",
        group="runner",
        color=color,
        size=size,
        gender="male",
        availability=stock,
    )


SHOES = (
    shoe("r41", "41"),
    shoe("r42", "42", stock=OUT_OF_STOCK),
    shoe("r43", "43"),
    shoe("w42", "42", "white"),
    product("us", "Uptown Sneakers grey", "280", size="9", size_system="US", gender="male"),
    product("plain", "Plain Sneakers brown", "200", gender="male", color="brown"),
    product("jeans", "Blue Jeans", "250", size="32", gender="male", group="j"),
    product("jeans33", "Blue Jeans", "250", size="33", gender="male", group="j"),
    product(
        "tee",
        "White T-Shirt",
        "80",
        "Size chart. M: chest 96-100 cm, L: chest 101-106 cm",
        size="M",
        gender="male",
        group="t",
    ),
    product("tee-l", "White T-Shirt", "80", size="L", gender="male", group="t"),
)


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(turn_service(tmp_path, SHOES))


def only_runner(talk: Talk) -> None:
    talk.say("runner sneakers")
    talk.request = replace(talk.request, focus=("r41",), last_list=("r41",))


def test_variants_stand_once_in_a_list_with_what_they_come_in(talk: Talk) -> None:
    output = talk.say("sneakers")
    assert len({i for i in ids(output) if i[:1] in "rw"}) == 1
    assert "also in" in output.reply.text
    assert "sizes 41, 43" in talk.say("black ones").reply.text


@pytest.mark.parametrize("text", ["do you have it in 43?", "有43码吗", "43的还有吗"])
def test_a_size_that_is_there_is_told_with_its_price(talk: Talk, text: str) -> None:
    only_runner(talk)
    said = talk.say(text, "availability").reply.text
    assert "320" in said
    assert talk.request.focus == ("r43",)


def test_a_sold_out_size_names_the_nearest_and_the_other_colour(talk: Talk) -> None:
    only_runner(talk)
    said = talk.say("do you have it in 42 in black?", "availability").reply.text
    assert "sold out" in said
    assert "41" in said and "43" in said
    assert "white" in said.lower()


def test_a_size_nobody_makes_and_a_product_without_sizes_are_told_apart(talk: Talk) -> None:
    only_runner(talk)
    assert "does not list it in 47" in talk.say("do you have it in 47?", "availability").reply.text
    talk.request = replace(talk.request, focus=("plain",), last_list=("plain",))
    said = talk.say("do you have it in 43?", "availability").reply.text
    assert "not state" in said or "not stated" in said


def test_the_variant_that_is_named_goes_onto_the_list(talk: Talk) -> None:
    only_runner(talk)
    talk.say("add the first in 43 to my list", "list_add")
    assert talk.request.chosen == ("r43",)


def test_what_cannot_be_had_does_not_go_onto_the_list(talk: Talk) -> None:
    only_runner(talk)
    said = talk.say("take the first one in 47", "list_add").reply.text
    assert talk.request.chosen == ()
    assert "47" in said


@pytest.mark.parametrize("text", ["sneakers in EU 42", "UK 8 sneakers", "US 9 sneakers"])
def test_a_size_finds_what_states_it_in_another_system(talk: Talk, text: str) -> None:
    assert {"w42", "us"} == set(ids(talk.say(text)))


def test_products_that_state_no_size_are_counted_and_not_hidden(talk: Talk) -> None:
    assert "1 more would fit" in talk.say("sneakers in size 42").reply.text


def test_a_size_is_remembered_for_its_kind_through_another_search(talk: Talk) -> None:
    talk.say("sneakers in size 43")
    assert talk.request.on("size")
    trousers = talk.say("jeans")
    assert "You said" not in trousers.reply.text
    said = talk.say("black sneakers")
    assert "43" in said.reply.text
    assert not talk.request.on("size")
    assert "r43" in ids(said)


def test_the_size_of_somebody_else_is_kept_apart(talk: Talk) -> None:
    talk.say("I take 43 in shoes")
    talk.say("sneakers for my son")
    talk.say("size 41", "refine")
    assert talk.memory.sizes.of("son", "shoes").sizes == ("41",)  # type: ignore[union-attr]
    assert talk.memory.sizes.of("me", "shoes").sizes == ("43",)  # type: ignore[union-attr]
    mine = talk.say("sneakers for me")
    assert not talk.request.on("size")
    assert "43" in mine.reply.text


def test_undo_and_a_new_start_forget_no_size_and_a_correction_replaces_it(talk: Talk) -> None:
    talk.say("sneakers in size 43")
    talk.say("undo", "undo")
    talk.say("start over", "start_over")
    assert talk.memory.sizes.of("me", "shoes").sizes == ("43",)  # type: ignore[union-attr]
    talk.say("sneakers")
    talk.say("I'm a 41 now", "refine")
    assert talk.memory.sizes.of("me", "shoes").sizes == ("41",)  # type: ignore[union-attr]
    assert talk.request.on("size")[0].value == "41"
    talk.say("forget my size", "nlu_fallback")
    assert talk.memory.sizes.taken == ()
    assert not talk.request.on("size")


def test_an_unknown_size_is_asked_for_once_and_the_answer_is_kept(talk: Talk) -> None:
    only_runner(talk)
    asked = talk.say("which size should I take?", "size_help")
    assert talk.memory.question == "size"
    assert "run small" in asked.reply.text
    said = talk.say("43", "nlu_fallback").reply.text
    assert "You said that you take 43 in shoes" in said
    assert "in stock in 43" in said
    again = talk.say("will it fit me?", "size_help").reply.text
    assert "43" in again and talk.memory.question == ""


def test_a_measure_is_read_against_the_products_own_chart(talk: Talk) -> None:
    talk.say("t-shirt")
    said = talk.say("my chest is 98 cm, which size should I take?", "size_help").reply.text
    assert "chart" in said and " M" in said


@pytest.mark.parametrize(
    "text",
    ["size 1e9", "size ''; drop table products", "size -1", "尺码 999999999", "in " + "9" * 500],
)
def test_hostile_sizes_get_an_answer(talk: Talk, text: str) -> None:
    talk.say("sneakers")
    assert talk.say(text, "refine").reply.text


def test_a_group_of_thousands_of_variants_is_answered_for_the_last_of_them(tmp_path: Path) -> None:
    many = [
        product(f"v{n:04d}", "Endless Sneakers", "100", group="g", size=str(n), color="black")
        for n in range(2000, 5000)
    ]
    odd = product("zz", "Endless Sneakers", "777", group="g", size="43", color="black")
    talk = Talk(turn_service(tmp_path, [*many, odd]))
    assert "Endless" in talk.say("sneakers").reply.text
    assert "777" in talk.say("do you have it in 43?", "availability").reply.text


def test_what_was_bought_before_tells_the_size(talk: Talk) -> None:
    bought = Event(
        key="old:1",
        shopper_id="s",
        conversation_id="old",
        turn=1,
        kind="bought",
        product_id="r43",
        at=datetime(2026, 1, 1, tzinfo=timezone.utc),
    )
    talk.service.context.shop.store.append_events([bought])
    said = talk.say("black sneakers").reply.text
    assert "took before in shoes was a 43" in said


def test_stock_of_each_size_is_not_claimed_where_one_row_has_several(tmp_path: Path) -> None:
    row = product("all", "Grey Sneakers", "90")
    row = replace(row, attributes={"size": ("41", "42", "43"), "color": ("grey",)})
    talk = Talk(turn_service(tmp_path, [row]))
    talk.say("sneakers")
    said = talk.say("do you have it in 42?", "availability").reply.text
    assert "does not state the stock of each size" in said


def test_a_correction_among_other_things_is_of_the_shoes(talk: Talk) -> None:
    talk.say("sneakers in size 41")
    talk.say("t-shirt")
    talk.say("I'm a 43 now", "refine")
    assert talk.memory.sizes.of("me", "shoes").sizes == ("43",)  # type: ignore[union-attr]
    assert talk.memory.sizes.of("me", "tops") is None


def test_asking_for_a_size_does_not_replace_the_one_that_was_said(talk: Talk) -> None:
    talk.say("I take 43 in shoes")
    talk.say("sneakers")
    talk.say("any of these in 41?", "availability")
    assert talk.memory.sizes.of("me", "shoes").sizes == ("43",)  # type: ignore[union-attr]


def test_one_size_in_several_systems_is_one_wish(talk: Talk) -> None:
    assert {"w42", "us"} == set(ids(talk.say("men's sneakers EU 42 / UK 8 / US 9")))
    assert len(talk.request.on("size")) == 1


def test_who_it_is_for_and_the_size_are_said_with_what_is_looked_for(talk: Talk) -> None:
    talk.say("jeans")
    assert {"w42", "us"} == set(ids(talk.say("sneakers for my husband, he wears UK 8")))
    assert talk.memory.sizes.of("husband", "shoes") is not None
    assert talk.memory.sizes.of("me", "shoes") is None


def test_a_new_start_says_that_sizes_are_still_known(talk: Talk) -> None:
    talk.say("sneakers in size 43")
    assert "size" in talk.say("start over", "start_over").reply.text


def test_a_bare_size_is_answered_in_the_language_of_the_conversation(talk: Talk) -> None:
    talk.say("运动鞋")
    talk.say("我该穿多大码", "size_help")
    assert "您说过" in talk.say("43", "nlu_fallback").reply.text
