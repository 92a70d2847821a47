"""``shoptalk serve`` as merchants run it: back by itself, and without REST in production."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
import uuid

import pytest

from bot.cli.conversation import Conversation
from bot.cli.processes import Servers, free_port

from .conftest import SECONDS


def answers(url: str, data: bytes | None = None) -> int:
    """The status of a call; 0 where nobody answers."""
    try:
        with urllib.request.urlopen(url, data, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_a_bot_that_was_killed_is_back_and_knows_the_conversation(serving):
    settings = serving.settings
    conversation = Conversation(settings.bot_port, f"test-{uuid.uuid4().hex}")
    assert conversation.say("red dress").error is None
    (bot,) = [p for p in serving.servers if "bot" in p.cmdline()]
    bot.kill()
    bot.wait(SECONDS)
    deadline = time.monotonic() + SECONDS
    while answers(f"http://127.0.0.1:{settings.bot_port}/") != 200:
        assert time.monotonic() < deadline, "".join(serving.said)
        time.sleep(0.1)
    told = [line for line in serving.said if "has ended" in line]
    assert told == ["The bot has ended; it is started again.\n"]
    compared = conversation.say("compare the first two")
    assert compared.error is None
    assert compared.messages[0]["custom"]["type"] == "comparison"


def test_where_to_look_is_told(serving):
    told = "".join(serving.said)
    assert f"http://localhost:{serving.settings.bot_port}/shop/" in told


@pytest.fixture(scope="module")
def production(demo_copy, model, tmp_path_factory):
    """Servers as ``shoptalk serve`` starts them in production."""
    settings = demo_copy("production", environment="production", session_secret="s" * 40)
    log = tmp_path_factory.mktemp("logs")
    with Servers(settings, free_port(), free_port(), log, rest=False) as servers:
        servers.wait_until_ready(lambda _said: None)
        yield servers


def test_in_production_rasas_rest_channel_is_off(production):
    body = b'{"sender": "x", "message": "hello"}'
    assert answers(production.webhook, body) == 404
    assert answers(f"{production.url}/webhooks/rest/") == 404


def test_in_production_the_widget_is_on_and_channels_without_settings_are_off(production):
    assert answers(f"{production.url}/widget/api/session", b"{}") == 200
    assert answers(f"{production.url}/webhooks/chatwoot", b"{}") == 404
    assert answers(f"{production.url}/webhooks/wechat", b"{}") == 404
