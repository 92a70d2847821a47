"""Stars, links to pass on and "it helped" are told from other messages by their words."""

from __future__ import annotations

import pytest

from actions.request.types import IS, Change, Constraint, Referent, Request
from actions.turn.model import Memory, TurnInput
from actions.turn.plan import RATED
from actions.turn.rating import HELPED_NO, HELPED_YES, RATE, SHARE, plan


def turn(text, helped=0, changes=()):
    return TurnInput(
        "c",
        "s",
        text,
        request=Request(last_list=("a", "b")),
        memory=Memory(turn=3, helped=helped),
        changes=changes,
    )


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I'd give the second 4 stars", RATE),
        ("rate the first 3.5 out of 5", RATE),
        ("给第二个打4分", RATE),
        ("这件我评五星", RATE),
        ("share it with my sister", SHARE),
        ("can you send me the link?", SHARE),
        ("把第一个的链接发给我", SHARE),
        ("分享给朋友", SHARE),
    ],
)
def test_feedback_on_what_was_shown(text, topic):
    decided = plan(turn(text))
    assert decided is not None and (decided.body, decided.topic) == (RATED, topic)


@pytest.mark.parametrize(
    "text",
    [
        "can you send it to Canada?",
        "do you ship to Spain",
        "at least 4 stars",
        "rated 4 stars or more",
        "4分以上的",
        "转给人工客服",
        "give me the cheapest",
        "text me when it is back",
        "I like the second",
    ],
)
def test_other_messages_are_no_feedback(text):
    assert plan(turn(text)) is None


def test_the_first_4_stars_are_no_four_products():
    decided = plan(turn("I'd give the first 4 stars"))
    assert decided is not None
    assert decided.changes == (Change("refer", referents=(Referent("ordinal", n=1),)),)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Yes, it helped", HELPED_YES),
        ("有帮助", HELPED_YES),
        ("Not really", HELPED_NO),
        ("没什么帮助", HELPED_NO),
    ],
)
def test_one_tap_says_whether_it_helped(text, topic):
    decided = plan(turn(text, helped=3))
    assert decided is not None and decided.topic == topic
    assert plan(turn(text, helped=1)) is None


def test_a_wish_after_the_question_is_a_wish():
    wish = Change("add", constraint=Constraint("color", IS, "red"))
    assert plan(turn("no, a red one", helped=3, changes=(wish,))) is None
