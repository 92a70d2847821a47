"""The shopper who says one thing and then its opposite, and what was seen already."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from actions.request.types import IS, IS_NOT
from tests.little_catalogue import product
from tests.talk import Talk, ids, turn_service

COLORS = ("red", "navy", "green", "blue")
SHIRTS = [
    product(f"{color}-{n}", f"{color.title()} Linen Shirt {n}", str(100 + n), color=color)
    for color in COLORS
    for n in range(5)
]


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(turn_service(tmp_path / "shop", SHIRTS))


def wishes(talk: Talk) -> list[tuple[str, object]]:
    return [(c.op, c.value) for c in talk.request.on("color")]


def test_the_last_word_counts_and_is_told(talk: Talk) -> None:
    talk.say("red shirts")
    assert "red" in talk.say("not red", "refine").reply.text
    assert wishes(talk) == [(IS_NOT, "red")]
    output = talk.say("red", "refine")
    assert wishes(talk) == [(IS, "red")]
    assert all(i.startswith("red") for i in ids(output)) and ids(output)


@pytest.mark.parametrize(
    ("first", "then", "left"),
    [
        ("nothing blue", "navy", [(IS, "navy")]),
        ("navy", "nothing blue", [(IS_NOT, "blue")]),
        ("blue", "not navy", [(IS, "blue"), (IS_NOT, "navy")]),
    ],
)
def test_a_shade_takes_back_its_colour(
    talk: Talk, first: str, then: str, left: list[tuple[str, object]]
) -> None:
    talk.say("shirts")
    talk.say(first, "refine")
    talk.say(then, "refine")
    assert wishes(talk) == left


@pytest.mark.parametrize(
    "texts", [("red", "not red"), ("红色", "不要红色")], ids=["english", "chinese"]
)
def test_no_reply_comes_twice_in_a_row(talk: Talk, texts: tuple[str, str]) -> None:
    replies = [talk.say("shirts" if texts[0] == "red" else "衬衫").reply.text]
    for n in range(10):
        replies.append(talk.say(texts[n % 2], "refine").reply.text)
    assert all(a != b for a, b in pairwise(replies))
    assert max(replies.count(r) for r in replies) < 3


def test_nobody_hears_the_same_twice_in_a_row(talk: Talk) -> None:
    said = [talk.say("what is the meaning of life", "out_of_scope").reply.text for _ in range(4)]
    assert all(a != b for a, b in pairwise(said))


def test_a_refinement_shows_what_was_not_seen_yet(talk: Talk) -> None:
    before = set(ids(talk.say("red shirts")))
    after = ids(talk.say("under 500", "refine"))
    assert len(before) == len(after) == 3
    assert len(set(after) - before) == 2, "two of five red shirts were not seen"


def test_what_is_liked_is_not_hidden(talk: Talk) -> None:
    first = ids(talk.say("red shirts"))[0]
    talk.say("I like the first", "like")
    assert first in ids(talk.say("under 500", "refine"))


def test_what_alone_fits_is_shown_although_it_was_seen(talk: Talk) -> None:
    talk.say("red shirts")
    assert ids(talk.say("at most 100", "refine")) == ["red-0"]


@pytest.mark.parametrize(
    ("first", "then", "left"),
    [
        ("dark blue", "not navy", [(IS_NOT, "navy")]),
        ("not navy", "dark blue", [(IS, "dark blue")]),
    ],
)
def test_where_two_shades_leave_nothing_the_last_counts(
    talk: Talk, first: str, then: str, left: list[tuple[str, object]]
) -> None:
    talk.say("shirts")
    talk.say(first, "refine")
    assert ids(talk.say(then, "refine"))
    assert wishes(talk) == left


@pytest.mark.parametrize("intent", ["size_help", "details", "like"])
def test_what_is_wanted_again_is_a_wish_whatever_it_sounds_like(talk: Talk, intent: str) -> None:
    talk.confidence = 0.95
    talk.say("red shirts")
    talk.say("not red", "refine")
    assert all(i.startswith("red") for i in ids(talk.say("好吧，还是红色", intent)))
    assert wishes(talk) == [(IS, "red")]


def test_who_only_names_a_thing_looks_for_it(talk: Talk) -> None:
    assert ids(talk.say("shirts", "person"))


@pytest.mark.parametrize("intent", ["list_add", "availability", "out_of_scope", "warranty"])
def test_who_asks_whether_there_happens_to_be_one_looks_for_it(talk: Talk, intent: str) -> None:
    talk.confidence = 0.9
    output = talk.say("would you happen to carry a red shirt under 150", intent)
    assert ids(output) and all(i.startswith("red") for i in ids(output))


def test_what_is_not_for_sale_ends_no_search_for_good(tmp_path: Path) -> None:
    """Noodles are named in passing; whoever talks on about nothing is led back to the shirts."""
    things = [product(f"s{n}", f"Cotton Shirt {n}", str(20 + n)) for n in range(9)]
    talk = Talk(turn_service(tmp_path / "passing", things))
    talk.say("shirts", "find")
    assert not ids(talk.say("I had noodles for lunch", "find"))
    talk.say("how old are you", "out_of_scope")
    led = talk.say("is it raining where you are", "out_of_scope")
    assert ids(led) and led.request.category == ("shirt",)


def test_looking_on_is_no_goodbye(talk: Talk) -> None:
    first = set(ids(talk.say("衬衫", "find")))
    more = set(ids(talk.say("再往后看看", "goodbye")))
    assert more and not more & first
    assert not set(ids(talk.say("再上几款", "undo"))) & first


def test_back_at_what_only_came_close_it_still_only_comes_close(tmp_path: Path) -> None:
    things = [product(f"r{n}", "Red Shirt", str(20 + n), color="red") for n in range(4)]
    things += [product(f"g{n}", "Green Scarf", str(20 + n), color="green") for n in range(4)]
    talk = Talk(turn_service(tmp_path / "close", things))
    close = talk.say("green shirts").reply
    assert close.custom and all(item["relaxed"] for item in close.custom["items"])
    talk.say("scarves")
    back = talk.say("back", "undo").reply
    assert back.custom and back.custom["items"]
    assert all(item["relaxed"] for item in back.custom["items"])
