"""What shoppers do is in the event log, once and in order."""

from __future__ import annotations

import uuid

import pytest

from bot.cli.conversation import Conversation
from catalog.shop import Shop

SHOPPER = "erika"
SAID = (
    "a red dress",
    "I like the second, add it to my list",
    "not the first one",
    "why the second?",
    "back",
)


@pytest.fixture(scope="module")
def conversation(serving):
    """What was said and what came back, and the events of it."""
    talk = Conversation(serving.settings.bot_port, f"test-{uuid.uuid4().hex}", SHOPPER)
    replies = [talk.say(text) for text in SAID]
    talk.close()
    assert [r.error for r in replies] == [None] * len(SAID)
    shop = Shop.open(serving.settings.shop_dir)
    events = shop.store.events(conversation_id=talk.sender)
    shop.close()
    return [r.messages[0]["custom"] for r in replies], events


def of(events, kind: str, turn: int) -> list:
    return [e for e in events if (e.kind, e.turn) == (kind, turn)]


def test_what_was_shown_is_logged_with_its_rank(conversation):
    replies, events = conversation
    for turn in (1, 3):
        shown = of(events, "shown", turn)
        expected = [(i["rank"], i["id"]) for i in replies[turn - 1]["items"]]
        assert expected
        assert [(e.rank, e.product_id) for e in shown] == expected


@pytest.mark.parametrize(
    ("kind", "turn", "place"), [("liked", 2, 1), ("chosen", 2, 1), ("rejected", 3, 0)]
)
def test_acts_are_logged_with_their_product(conversation, kind, turn, place):
    replies, events = conversation
    product = replies[0]["items"][place]["id"]
    assert [e.product_id for e in events if e.kind == kind] == [product]
    assert [e.product_id for e in of(events, kind, turn)] == [product]


def test_a_question_is_logged_with_what_it_was_about(conversation):
    replies, events = conversation
    (asked,) = of(events, "asked", 4)
    assert asked.product_id == replies[2]["items"][1]["id"]
    assert asked.payload["about"] == "why"


def test_a_step_back_is_logged(conversation):
    _replies, events = conversation
    assert len(of(events, "corrected", 5)) == 1


def test_events_belong_to_the_shopper_and_are_in_order(conversation):
    _replies, events = conversation
    assert {e.shopper_id for e in events} == {SHOPPER}
    assert [e.turn for e in events] == sorted(e.turn for e in events)
    assert len({e.key for e in events}) == len(events)
