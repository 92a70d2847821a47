"""Bot and action server as they are operated: closed, alone on their ports, and mendable."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from email.message import Message
from typing import Any, Mapping, Optional

import psutil
import pytest

from bot.cli.conversation import Conversation
from bot.cli.processes import child_environment
from bot.launch import BOT
from catalog.settings import ROOT

from .conftest import SECONDS, ended, serve

PRIVATE = "erika@example.com lives in Main Street 5"


def call(
    url: str, body: Optional[Mapping[str, Any]] = None, **headers: str
) -> tuple[int, str, Message]:
    """Status, text and headers of an answer."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


def turn(slots: Optional[Mapping[str, Any]] = None, **more: Any) -> dict[str, Any]:
    """A call of an action as the bot makes it, less the secret."""
    tracker = {
        "sender_id": "stranger",
        "slots": slots or {},
        "latest_message": {"text": PRIVATE, "intent": {"name": "greet", "confidence": 1.0}},
        "latest_input_channel": "rest",
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
    }
    return {
        "next_action": "action_smalltalk",
        "sender_id": "stranger",
        "tracker": tracker,
        "domain": {},
        "version": "3.6.21",
        **more,
    }


def talk(port: int) -> Conversation:
    return Conversation(port, f"test-{uuid.uuid4().hex}")


def products(exchange) -> list[Mapping[str, Any]]:
    assert exchange.error is None, exchange
    return exchange.messages[0]["custom"]["items"]


# The action server is closed


@pytest.mark.parametrize("given", [{}, {"shoptalk_token": "wrong"}, {"shoptalk_token": 5}])
def test_a_call_without_the_secret_is_refused(serving, given):
    status, text, _headers = call(serving.webhook, turn(**given))
    assert status == 401
    assert "stranger" not in text


def test_a_wrong_secret_in_the_header_is_refused_whatever_the_body_says(serving):
    right = {"shoptalk_token": serving.settings.action_token}
    status, _text, _headers = call(serving.webhook, turn(**right), **{"X-Shoptalk-Token": "wrong"})
    assert status == 401


def test_the_list_of_actions_is_closed_too(serving):
    base = serving.webhook.removesuffix("/webhook")
    assert call(f"{base}/actions")[0] == 401
    assert call(f"{base}/health")[0] == 200


@pytest.mark.parametrize("where", ["body", "header"])
def test_with_the_secret_the_action_answers(serving, where):
    token = serving.settings.action_token
    body = turn(shoptalk_token=token) if where == "body" else turn()
    headers = {"X-Shoptalk-Token": token} if where == "header" else {}
    status, text, _headers = call(serving.webhook, body, **headers)
    assert status == 200
    assert json.loads(text)["responses"][0]["text"].strip()


BROKEN = [
    turn(slots={"request": {"constraints": [PRIVATE]}}),
    turn(slots={"history": PRIVATE}),
    {**turn(), "tracker": [PRIVATE]},
    {**turn(), "next_action": "action_that_does_not_exist"},
]


@pytest.mark.parametrize("body", BROKEN, ids=["request", "history", "tracker", "action"])
def test_an_action_that_fails_tells_nothing_of_the_conversation(serving, body):
    body = {**body, "shoptalk_token": serving.settings.action_token}
    status, text, _headers = call(serving.webhook, body)
    assert status >= 400
    for private in (PRIVATE, "erika", "Traceback", "tracker", "stranger"):
        assert private not in text


def test_no_other_site_may_call(serving):
    elsewhere = {"Origin": "https://elsewhere.example"}
    token = {"X-Shoptalk-Token": serving.settings.action_token}
    bot = f"http://127.0.0.1:{serving.settings.bot_port}/webhooks/rest/webhook"
    for url, body, more in (
        (serving.webhook, turn(), token),
        (bot, {"sender": "x", "message": "hello"}, {}),
    ):
        status, _text, headers = call(url, body, **elsewhere, **more)
        assert status == 200
        assert "Access-Control-Allow-Origin" not in headers


def test_both_listen_on_loopback_only(serving):
    listening = {
        connection.laddr
        for process in serving.servers
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    settings = serving.settings
    expected = {("127.0.0.1", settings.bot_port), ("127.0.0.1", settings.action_port)}
    assert {tuple(address) for address in listening} == expected


# The bot's REST channel


@pytest.mark.parametrize(
    "body",
    [{}, {"message": 5}, {"message": "hi", "sender": ["x"]}, {"message": "x" * (1 << 20)}, []],
    ids=["empty", "number", "sender", "long", "list"],
)
def test_a_call_that_is_no_message_is_refused_in_a_sentence(serving, body):
    bot = f"http://127.0.0.1:{serving.settings.bot_port}/webhooks/rest/webhook"
    status, text, _headers = call(bot, body)
    assert status == 400
    assert json.loads(text)["error"].endswith(".")
    assert "Traceback" not in text


# Ports


def test_a_second_serve_says_so_and_the_first_is_unharmed(serving):
    conversation = talk(serving.settings.bot_port)
    shown = products(conversation.say("red dress"))
    second = serve(serving.settings)
    out, err = second.communicate(timeout=SECONDS)
    assert second.returncode == 1
    assert out == ""
    assert err.count("\n") == 1
    assert f"Port {serving.settings.action_port} is in use" in err
    assert "SHOPTALK_ACTION_PORT" in err
    compared = conversation.say("compare the first two")
    assert compared.error is None
    assert {i["id"] for i in products(compared)} == {i["id"] for i in shown[:2]}


def test_the_bots_port_is_looked_at_too(shoptalk, serving, little_shop):
    from bot.cli.processes import free_port

    said = shoptalk(
        *("serve", "--shop", little_shop),
        SHOPTALK_BOT_PORT=serving.settings.bot_port,
        SHOPTALK_ACTION_PORT=free_port(),
    ).sentence
    assert f"Port {serving.settings.bot_port} is in use" in said
    assert "SHOPTALK_BOT_PORT" in said


# A server that dies


def test_without_its_action_server_the_bot_says_so_and_goes_on_when_it_is_back(servers):
    conversation = talk(servers.bot_port)
    shown = products(conversation.say("红色连衣裙"))
    ended(servers.children["actions"])
    for said in ("便宜点的", "something cheaper"):
        alone = conversation.say(said)
        assert alone.error is not None
        assert "\n" not in alone.error.strip()
        assert not any(word in alone.error for word in ("Traceback", "webhook", "127.0.0.1"))
    # As README has it; closed to strangers like the one that ``shoptalk`` starts.
    servers.children["actions"] = subprocess.Popen(
        [sys.executable, "-m", "rasa", "run", "actions", "--port", str(servers.action_port)],
        cwd=BOT,
        env={**child_environment(servers.settings), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    servers.wait_until_ready(lambda _said: None)
    assert call(f"http://127.0.0.1:{servers.action_port}/webhook", turn())[0] == 401
    details = conversation.say("把第一个加入清单")
    assert [item["id"] for item in products(details)] == [shown[0]["id"]]
