"""Bot and action server are killed while shoppers talk on all channels."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from bot.evaluate.durability.doors import WebDoor
from bot.evaluate.durability.evaluation import evaluate_durability
from tests.service_doors import ChatwootDoor, WeChatDoor, with_channels
from tests.standins.chatwoot import Chatwoot
from tests.standins.wechat import WeChat

TURNS, KILLS, SEED = 200, 8, 0


@contextmanager
def all_channels(http, settings):
    """The widget's API, Chatwoot and WeChat."""
    with Chatwoot() as chatwoot, WeChat() as wechat:
        doors = [WebDoor(http), ChatwootDoor(chatwoot), WeChatDoor(wechat)]
        yield doors, with_channels(settings, chatwoot, wechat)


@pytest.fixture(scope="module")
def figures(shops, model):
    """What became of the messages."""
    return evaluate_durability(shops("demo"), TURNS, KILLS, SEED, all_channels)


def test_every_message_that_was_acknowledged_has_exactly_one_reply(figures):
    assert figures["acknowledged"] == figures["replied_once"] == TURNS
    assert (figures["lost"], figures["doubled"]) == (0, 0)
    assert figures["in_order"]


def test_servers_were_killed_as_often_as_planned_and_all_channels_were_used(figures):
    assert figures["kills"] == KILLS
    assert set(figures["killed"]) == {"bot", "actions"}
    assert set(figures["conversations"]) == {"web", "chatwoot", "wechat"}


def test_what_was_said_is_what_is_said_in_peace(figures):
    assert figures["differ"] == 0


def test_nothing_arrives_twice_where_the_channel_can_tell(figures):
    """WeChat takes no key with a message: at most one message a kill comes again there."""
    twice = figures["arrived_twice"]
    assert (twice["web"], twice["chatwoot"]) == (0, 0)
    assert twice["wechat"] <= KILLS
