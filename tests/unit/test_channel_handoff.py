"""Who answers a conversation: the moves that are allowed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.channels.core.handoff import HandoffError, asked, returned, taken
from bot.channels.core.model import BY_BOT, BY_PERSON, WAITING, Conversation

BOT = Conversation("toy:ann", "toy", "ann", "ann")
WAITS = replace(BOT, status=WAITING, reason="asked", summary="a dress")
BEA = replace(WAITS, status=BY_PERSON, person="Bea")


def test_a_person_is_asked_for_takes_it_and_gives_it_back():
    waiting = asked(BOT, "asked", "a dress")
    assert waiting == WAITS
    bea = taken(waiting, "Bea")
    assert bea == BEA
    assert returned(bea, "Bea") == BOT


def test_a_person_may_take_it_unasked():
    assert taken(BOT, "Bea").status == BY_PERSON


def test_taking_twice_is_taking_once():
    assert taken(BEA, "Bea") == BEA


def test_what_nobody_took_may_be_given_back():
    assert returned(WAITS).status == BY_BOT
    assert returned(BEA).status == BY_BOT


@pytest.mark.parametrize(
    "move",
    [
        lambda: asked(WAITS, "asked", ""),
        lambda: asked(BEA, "asked", ""),
        lambda: taken(BEA, "Carl"),
        lambda: taken(BOT, ""),
        lambda: returned(BOT),
        lambda: returned(BEA, "Carl"),
    ],
    ids=["waits", "has a person", "another's", "nobody", "the assistant's", "another's back"],
)
def test_other_moves_are_refused(move):
    with pytest.raises(HandoffError) as refused:
        move()
    assert str(refused.value).endswith(".")
