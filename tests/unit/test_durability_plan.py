"""Who says what while servers are killed, and when: planned alike for one seed."""

from __future__ import annotations

import pytest

from bot.evaluate.durability.doors import Heard
from bot.evaluate.durability.script import MESSAGES, SERVERS, kills, talks

CHANNELS = ("web", "chatwoot", "wechat")


@pytest.mark.parametrize("turns", [1, 20, 50, 200])
def test_conversations_have_as_many_messages_as_asked_for(turns):
    planned = talks(CHANNELS, turns)
    assert sum(len(talk.texts) for talk in planned) == turns
    assert [talk.number for talk in planned] == list(range(len(planned)))


def test_every_channel_has_both_languages():
    planned = talks(CHANNELS, 200)
    for channel in CHANNELS:
        first = {talk.texts[0] for talk in planned if talk.channel == channel}
        assert first == {texts[0] for texts in MESSAGES.values()}


def test_kills_are_spread_over_the_turns_and_end_both_servers():
    planned = kills(8, 200, seed=0)
    assert len(planned) == 8
    assert {kill.server for kill in planned} == set(SERVERS)
    assert [kill.turns for kill in planned] == sorted(kill.turns for kill in planned)
    assert all(1 <= kill.turns <= 200 and 0 <= kill.delay <= 0.2 for kill in planned)


def test_a_seed_makes_the_moments():
    assert kills(8, 200, seed=1) == kills(8, 200, seed=1) != kills(8, 200, seed=2)


def test_no_kills_are_none():
    assert kills(0, 200, seed=0) == []


def test_what_arrives_again_is_one_reply():
    heard = Heard()
    heard.add("r1", "first part", part="r1-0")
    heard.add("r1", "second part", part="r1-1")
    heard.add("r1", "second part", part="r1-1")
    heard.add("r2", "another")
    assert heard.replies == ["first part\nsecond part", "another"]
    assert heard.twice == 1
