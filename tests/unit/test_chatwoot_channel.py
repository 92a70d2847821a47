"""Chatwoot: what shoppers and the people at its desk see, over its real protocol."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import threading
import time
import urllib.error
import urllib.request
from dataclasses import replace
from types import SimpleNamespace

import pytest

from actions.replies.texts import Texts
from bot.channels.chatwoot.adapter import ChatwootAdapter
from bot.channels.chatwoot.api import ChatwootApi
from bot.channels.chatwoot.channel import LONGEST, ChatwootChannel
from bot.channels.chatwoot.render import payloads
from bot.channels.chatwoot.statuses import Statuses
from bot.channels.core.model import (
    BY_BOT,
    BY_PERSON,
    HANDOFF,
    PERSON,
    WAITING,
    Conversation,
    Later,
    Message,
    Refused,
    Said,
)
from bot.channels.outgoing import Outgoing
from catalog.errors import ShoptalkError
from catalog.settings import Settings
from tests.channel_contract import AdapterContract
from tests.standins.chatwoot import ACCOUNT, CONTACT, INBOX, Chatwoot
from tests.standins.hosting import hosted
from tests.standins.server import Trouble

TEXTS = Texts.load()
NAME = f"chatwoot:{ACCOUNT}-42"
DETAILS = {"account": ACCOUNT, "conversation": 42, "inbox": INBOX, "channel": "Channel::WebWidget"}
PRODUCTS = {
    "type": "products",
    "items": [
        {
            "rank": 1,
            "id": "dress",
            "title": "Red Dress",
            "price": {"amount": "399.00", "currency": "CNY"},
            "url": "https://shop.example/dress",
            "image": "https://shop.example/dress.jpg",
            "reasons": [{"kind": "liked", "text": "rated 4.7"}],
        },
        {"rank": 2, "id": "x", "title": "Trap", "url": "javascript:alert(1)", "image": "data:x"},
    ],
}


@pytest.fixture
def chatwoot():
    with Chatwoot(retry_pause=0.02) as standin:
        yield standin


def settings_of(chatwoot):
    return {
        "CHATWOOT_URL": chatwoot.url,
        "CHATWOOT_TOKEN": chatwoot.token,
        "CHATWOOT_SECRET": chatwoot.secret,
    }


def hosting(chatwoot, folder):
    return hosted([ChatwootChannel()], folder, settings_of(chatwoot))


@pytest.fixture
def bot(chatwoot, tmp_path):
    with hosting(chatwoot, tmp_path) as server:
        chatwoot.webhook_url = f"{server.url}/webhooks/chatwoot"
        yield server


@pytest.fixture(scope="module")
def refusing(tmp_path_factory):
    """A server that nothing gets through to, and its Chatwoot."""
    with Chatwoot() as standin, hosting(standin, tmp_path_factory.mktemp("refusing")) as server:
        standin.webhook_url = f"{server.url}/webhooks/chatwoot"
        yield standin, server
        assert server.run(server.core.conversations()) == []


def status(bot, name=NAME):
    return bot.run(bot.core.conversation(name)).status


# What shoppers see


@pytest.mark.parametrize("text", ["a red dress", "我想买一件红色的连衣裙"])
def test_a_shopper_is_answered_and_sees_that_an_answer_is_made(chatwoot, bot, text):
    assert chatwoot.tell(chatwoot.contact_writes(text)) == [200]
    bot.settle()
    assert chatwoot.talk().said == [f"re {text}"]
    bot.until(lambda: chatwoot.talk().typing == ["on", "off"])
    conversation = bot.run(bot.core.conversation(NAME))
    assert conversation.shopper_id == f"chatwoot:{ACCOUNT}-contact-{CONTACT}"
    assert conversation.details == DETAILS


def test_a_webhook_is_acknowledged_before_its_answer_is_made(chatwoot, bot):
    bot.turns.held["slow"] = threading.Event()
    began = time.monotonic()
    assert chatwoot.tell(chatwoot.contact_writes("slow")) == [200]
    assert time.monotonic() - began < 1.0
    assert chatwoot.talk().said == []
    bot.turns.held["slow"].set()
    bot.settle()
    assert chatwoot.talk().said == ["re slow"]


def test_options_can_be_chosen_once(chatwoot, bot):
    bot.turns.replies["shoes"] = {"text": "For whom?", "buttons": [{"title": t} for t in "AB"]}
    chatwoot.tell(chatwoot.contact_writes("shoes"))
    bot.settle()
    assert chatwoot.talk().messages[-1]["content_type"] == "input_select"
    chosen = chatwoot.contact_chooses("B")
    read = chatwoot.webhook("message_updated", chatwoot.talk(), chatwoot.talk().messages[-1])
    chatwoot.tell(chosen, read)
    bot.settle()
    assert chatwoot.talk().said == ["For whom?", "re B"]


def test_products_are_cards_above_the_text(chatwoot, bot):
    bot.turns.replies["dress"] = {"text": "1. Red Dress ¥399", "custom": PRODUCTS}
    chatwoot.tell(chatwoot.contact_writes("dress"))
    bot.settle()
    cards, text = chatwoot.talk().messages[-2:]
    assert cards["content_type"] == "cards"
    (card,) = cards["content_attributes"]["items"]
    assert (card["title"], card["description"]) == ("Red Dress", "¥399 · rated 4.7")
    assert card["media_url"] == "https://shop.example/dress.jpg"
    assert card["actions"][0]["uri"] == "https://shop.example/dress"
    assert text["content"] == "1. Red Dress ¥399"


def test_what_cannot_be_read_is_told_in_the_shoppers_language(chatwoot, bot):
    audio = [{"file_type": "audio", "data_url": "https://chat.example/1.mp3"}]
    chatwoot.talk(language="zh-CN")
    chatwoot.tell(chatwoot.contact_writes(None, attachments=audio))
    bot.settle()
    (said,) = chatwoot.talk().said
    assert "文字" in said
    assert bot.turns.asked == []
    image = [{"file_type": "image"}]
    chatwoot.tell(chatwoot.contact_writes("像这样的", attachments=image))
    bot.settle()
    assert chatwoot.talk().said[1:] == ["re 像这样的"]


# Webhooks that come twice, late, in another order, all at once


def test_a_webhook_counts_once_even_after_a_restart(chatwoot, tmp_path):
    first, second = chatwoot.contact_writes("one"), chatwoot.contact_writes("two")
    again = replace(first, delivery="another-delivery-of-the-same-message")
    for webhooks in ([first, first, second, again], [second, first, again]):
        with hosting(chatwoot, tmp_path) as server:
            chatwoot.webhook_url = f"{server.url}/webhooks/chatwoot"
            assert set(chatwoot.tell(*webhooks)) == {200}
            server.settle()
    assert chatwoot.talk().said == ["re one", "re two"]


def test_a_burst_is_answered_whole_and_each_once(chatwoot, bot):
    webhooks = [
        chatwoot.contact_writes(f"{place} of {number}", number)
        for number in (1, 2, 3)
        for place in range(8)
    ]
    assert set(chatwoot.tell_at_once(*webhooks, *webhooks)) == {200}
    bot.settle()
    for number in (1, 2, 3):
        expected = sorted(f"re {place} of {number}" for place in range(8))
        assert sorted(chatwoot.talk(number).said) == expected


def test_what_failed_here_is_sent_again_and_answered(chatwoot, bot, monkeypatch):
    accept, failures = bot.core.accept, [OSError("disk full"), OSError("disk full")]

    async def failing(inbound):
        if failures:
            raise failures.pop()
        return await accept(inbound)

    monkeypatch.setattr(bot.core, "accept", failing)
    assert chatwoot.tell(chatwoot.contact_writes("hello")) == [200]
    bot.settle()
    assert chatwoot.talk().said == ["re hello"]
    assert chatwoot.talk().status == "pending"


def test_late_news_does_not_undo_newer_news(chatwoot, bot):
    chatwoot.tell(chatwoot.contact_writes("hello"))
    bot.settle()
    late = chatwoot.contact_writes("wait")
    gave_back = chatwoot.person_sets("pending", event="conversation_status_changed")
    taken = chatwoot.person_sets("open")
    chatwoot.tell(taken, late, gave_back)
    bot.settle()
    assert status(bot) == BY_PERSON
    assert chatwoot.talk().said == ["re hello"]


def test_a_first_message_that_comes_after_a_person_is_left_to_the_person(chatwoot, bot):
    late = chatwoot.contact_writes("hello")
    chatwoot.tell(chatwoot.person_sets("open"))
    assert chatwoot.tell(late) == [200]
    bot.settle()
    chatwoot.tell(late)
    assert chatwoot.talk().said == []


def test_an_old_webhook_under_another_name_does_nothing_even_after_a_restart(chatwoot, tmp_path):
    with hosting(chatwoot, tmp_path) as server:
        chatwoot.webhook_url = f"{server.url}/webhooks/chatwoot"
        chatwoot.tell(chatwoot.contact_writes("hello"))
        taken, back = chatwoot.person_sets("open"), chatwoot.person_sets("pending")
        again = chatwoot.person_sets("open")
        headers = chatwoot.headers(back)
        chatwoot.tell(taken)
        assert post(chatwoot.webhook_url, back.body, headers)[0] == 200
        assert status(server) == BY_BOT
        chatwoot.tell(again)
    with hosting(chatwoot, tmp_path) as server:
        url = f"{server.url}/webhooks/chatwoot"
        assert post(url, back.body, {**headers, "X-Chatwoot-Delivery": "mine"})[0] == 200
        assert status(server) == BY_PERSON


# People at the desk

ASKED = {"type": HANDOFF, "reason": "asked", "summary": "Red dress under ¥500"}


def hand_over(chatwoot, bot):
    bot.turns.replies["a person"] = {"text": "A colleague will answer.", "custom": ASKED}
    chatwoot.tell(chatwoot.contact_writes("a person"))
    bot.settle()


def test_a_handoff_opens_the_conversation_with_a_note_and_the_bot_is_silent(chatwoot, bot):
    hand_over(chatwoot, bot)
    talk = chatwoot.talk()
    assert talk.status == "open"
    assert talk.said == ["A colleague will answer."]
    assert talk.notes == [
        "The assistant asks for a colleague: the shopper wants to talk to a person.\n"
        "Red dress under ¥500"
    ]
    chatwoot.tell(
        chatwoot.person_sets("open"),
        chatwoot.contact_writes("anybody there?"),
        chatwoot.person_writes("Hello, Bea here."),
        chatwoot.person_writes("checks stock", private=True),
        chatwoot.contact_writes("hi Bea"),
    )
    bot.settle()
    assert bot.turns.asked == ["a person"]
    assert talk.said == ["A colleague will answer.", "Hello, Bea here."]
    assert status(bot) == BY_PERSON


def test_who_gives_a_conversation_back_has_the_bot_answer_what_comes_then(chatwoot, bot):
    hand_over(chatwoot, bot)
    chatwoot.tell(chatwoot.person_sets("open"), chatwoot.contact_writes("size 42?"))
    chatwoot.tell(chatwoot.person_sets("pending"))
    chatwoot.tell(chatwoot.contact_writes("and in blue?"))
    bot.settle()
    assert chatwoot.talk().said[1:] == ["re and in blue?"]
    assert chatwoot.talk().status == "pending"


def test_after_it_was_resolved_the_bot_answers_the_next_message(chatwoot, bot):
    hand_over(chatwoot, bot)
    chatwoot.tell(chatwoot.person_sets("open"), chatwoot.person_sets("resolved"))
    bot.settle()
    assert chatwoot.talk().status == "resolved"
    chatwoot.tell(chatwoot.contact_writes("one more thing"))
    bot.settle()
    assert chatwoot.talk().said[1:] == ["re one more thing"]


def test_a_conversation_that_is_resolved_and_stays_so_gets_no_answer(chatwoot, bot):
    talk = chatwoot.talk()
    message = chatwoot.contact_writes("muted")
    payload = json.loads(message.body)
    payload["conversation"]["status"] = "resolved"
    assert chatwoot.tell(replace(message, body=json.dumps(payload).encode())) == [200]
    bot.settle()
    assert talk.said == []


@pytest.mark.parametrize("by", ["open", "snoozed"])
def test_who_takes_a_conversation_unasked_is_not_interrupted(chatwoot, bot, by):
    bot.turns.held["slow"] = threading.Event()
    chatwoot.tell(chatwoot.contact_writes("slow"))
    bot.until(lambda: bot.turns.asked == ["slow"])
    chatwoot.tell(chatwoot.person_sets(by), chatwoot.contact_writes("never mind"))
    bot.turns.held["slow"].set()
    bot.settle()
    assert chatwoot.talk().said == []


def test_a_message_from_before_the_handoff_does_not_take_it_back(chatwoot, bot):
    bot.turns.replies["a person"] = {"text": "A colleague will answer.", "custom": ASKED}
    first, late = chatwoot.contact_writes("a person"), chatwoot.contact_writes("quick please")
    chatwoot.tell(first)
    bot.settle()
    assert chatwoot.talk().status == "open"
    chatwoot.tell(late)
    assert status(bot) == WAITING
    chatwoot.tell(chatwoot.person_sets("open"), late)
    bot.settle()
    assert status(bot) == BY_PERSON
    assert chatwoot.talk().said == ["A colleague will answer."]


def test_a_message_tells_too_that_a_conversation_was_given_back(chatwoot, bot):
    chatwoot.tell(chatwoot.contact_writes("hello"), chatwoot.person_sets("open"))
    bot.settle()
    chatwoot.person_sets("pending")
    chatwoot.tell(chatwoot.contact_writes("still there?"))
    bot.settle()
    assert chatwoot.talk().said[-1] == "re still there?"


def test_news_that_name_no_account_are_of_the_conversation_that_is_known(chatwoot, bot):
    chatwoot.tell(chatwoot.contact_writes("hello"))
    bot.settle()
    opened = chatwoot.person_sets("open")
    payload = {**json.loads(opened.body), "messages": []}
    chatwoot.tell(replace(opened, body=json.dumps(payload).encode()))
    assert status(bot) == BY_PERSON


def test_an_old_pending_does_not_take_back_a_call_for_a_person(chatwoot, bot):
    chatwoot.tell(chatwoot.contact_writes("hello"))
    bot.settle()
    bot.run(bot.core.hand_over(NAME, "asked", ""))
    late = chatwoot.webhook("conversation_status_changed", chatwoot.talk(), status="pending")
    chatwoot.troubles.extend([Trouble()] * 3)
    chatwoot.tell(late)
    assert status(bot) == WAITING


# Who may speak


def post(url, body, headers):
    """The status code and sentence that a webhook is answered with."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["error"]


def signed(secret, moment, body):
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Chatwoot-Timestamp": str(moment), "X-Chatwoot-Signature": f"sha256={digest}"}


def signed_now(body):
    return signed("webhook-secret", int(time.time()), body)


def forgeries():
    body = b'{"event":"message_created"}'
    now = int(time.time())
    good = signed("webhook-secret", now, body)
    yield "no signature", {"X-Chatwoot-Timestamp": str(now)}, body
    yield "no time", {"X-Chatwoot-Signature": good["X-Chatwoot-Signature"]}, body
    yield "another secret", signed("guessed", now, body), body
    yield "another body", good, body + b" "
    yield "another time", {**good, "X-Chatwoot-Timestamp": str(now - 1)}, body
    yield "no scheme", {**good, "X-Chatwoot-Signature": good["X-Chatwoot-Signature"][7:]}, body
    yield "letters", {**good, "X-Chatwoot-Signature": "sha256=ü"}, body
    yield "time in letters", {**good, "X-Chatwoot-Timestamp": "٣" * 10}, body
    yield "old", signed("webhook-secret", now - 301, body), body
    yield "future", signed("webhook-secret", now + 120, body), body


@pytest.mark.parametrize(
    ("headers", "body"), [pytest.param(h, b, id=name) for name, h, b in forgeries()]
)
def test_what_chatwoot_did_not_sign_lately_is_refused(refusing, headers, body, caplog):
    chatwoot, _bot = refusing
    headers = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    code, sentence = post(chatwoot.webhook_url, body, headers)
    assert code == 401
    assert sentence.endswith(".")
    assert chatwoot.secret not in sentence + caplog.text


def test_a_webhook_is_good_for_five_minutes(chatwoot, bot):
    webhook = chatwoot.contact_writes("hello")
    headers = chatwoot.headers(webhook, time.time() - 290)
    assert post(chatwoot.webhook_url, webhook.body, headers)[0] == 200
    bot.settle()
    assert chatwoot.talk().said == ["re hello"]


MESSAGE = {
    "event": "message_created",
    "id": 1,
    "content": "hi",
    "message_type": "incoming",
    "sender": {"id": CONTACT},
    "account": {"id": ACCOUNT},
    "conversation": {"id": 42, "status": "pending"},
}


@pytest.mark.parametrize(
    "payload",
    [
        [],
        "text",
        {**MESSAGE, "id": "1; DROP TABLE messages"},
        {**MESSAGE, "id": True},
        {**MESSAGE, "id": -1},
        {**MESSAGE, "account": {"id": "../../admin"}},
        {**MESSAGE, "account": {"id": 2**70}},
        {**MESSAGE, "account": None},
        {**MESSAGE, "conversation": {"id": "42/../43", "status": "pending"}},
        {**MESSAGE, "conversation": {"id": 42, "status": "whatever"}},
        {"event": "conversation_status_changed", "id": 42, "status": ["pending"]},
    ],
    ids=str,
)
def test_what_is_not_as_documented_is_refused(refusing, payload):
    chatwoot, bot = refusing
    body = json.dumps(payload).encode()
    code, sentence = post(chatwoot.webhook_url, body, signed_now(body))
    assert code == 400
    assert "Chatwoot" in sentence
    assert bot.run(bot.core.conversations()) == []


def test_what_is_too_deep_or_too_long_is_refused(refusing):
    chatwoot, _bot = refusing
    deep = b"[" * 200_000
    assert post(chatwoot.webhook_url, deep, signed_now(deep))[0] == 400
    long = b" " * (LONGEST + 1)
    assert post(chatwoot.webhook_url, long, signed_now(long))[0] == 413


@pytest.mark.parametrize(
    "changed",
    [
        {"message_type": "outgoing"},
        {"message_type": "template"},
        {"message_type": "activity"},
        {"private": True},
        {"sender": {"id": 1, "type": "agent_bot"}},
        {"sender": {"id": 1, "type": "user"}},
        {"sender": {"id": CONTACT, "blocked": True}},
        {"content": " "},
        {"event": "message_updated"},
        {
            "event": "message_updated",
            "content_type": "input_csat",
            "content_attributes": {"submitted_values": [{"value": "5"}]},
        },
        {"event": "webwidget_triggered"},
        {"event": ["message_created"]},
    ],
    ids=str,
)
def test_only_what_a_contact_wrote_is_answered(refusing, changed):
    chatwoot, bot = refusing
    body = json.dumps({**MESSAGE, **changed}).encode()
    assert post(chatwoot.webhook_url, body, signed_now(body))[0] == 200
    assert bot.run(bot.core.conversations()) == []


# What Chatwoot answers


def adapter_of(chatwoot, token=None, deadline=5.0):
    headers = {"api_access_token": token or chatwoot.token}
    outgoing = Outgoing("Chatwoot", chatwoot.url, headers, deadline)
    return ChatwootAdapter(ChatwootApi(outgoing), Statuses(), TEXTS)


CONVERSATION = Conversation(NAME, "chatwoot", f"{ACCOUNT}-42", "s", details=DETAILS)


def said(text="hello", key="k1", **values):
    return Message(NAME, 2, "bot", text, key=key, **values)


def play(adapter, *messages, conversation=CONVERSATION):
    async def whole():
        try:
            for message in messages:
                await adapter.deliver(conversation, message)
        finally:
            await adapter.close()

    asyncio.run(whole())


def test_a_pause_that_chatwoot_asks_for_is_kept(chatwoot):
    chatwoot.talk()
    chatwoot.troubles.append(Trouble(429, {"Retry-After": "7"}))
    with pytest.raises(Later) as later:
        play(adapter_of(chatwoot), said())
    assert later.value.after == 7.0


@pytest.mark.parametrize("code", [500, 502, 503])
def test_what_is_broken_or_slow_is_tried_again(chatwoot, code):
    chatwoot.talk()
    chatwoot.troubles.append(Trouble(code))
    with pytest.raises(Later):
        play(adapter_of(chatwoot), said())
    chatwoot.slow = 0.5
    with pytest.raises(Later, match="too long"):
        play(adapter_of(chatwoot, deadline=0.1), said())


def test_a_chatwoot_that_is_not_there_is_tried_again(chatwoot, caplog):
    gone = SimpleNamespace(url="http://127.0.0.1:9", token="secret-token-of-ours")
    with caplog.at_level(logging.DEBUG), pytest.raises(Later) as later:
        play(adapter_of(gone), said())
    assert "127.0.0.1" not in str(later.value)
    assert "secret-token" not in str(later.value) + caplog.text


def test_a_token_is_not_carried_elsewhere_by_a_redirection(chatwoot):
    chatwoot.talk()
    place = f"{chatwoot.url}/api/v1/accounts/{ACCOUNT}/conversations/42"
    adapter = adapter_of(chatwoot)

    async def whole():
        await adapter.deliver(CONVERSATION, said("one", "k1"))
        chatwoot.troubles.append(Trouble(307, {"Location": f"{place}/messages"}))
        with pytest.raises(Refused, match="307"):
            await adapter.deliver(CONVERSATION, said("two", "k2"))
        await adapter.close()

    asyncio.run(whole())
    assert chatwoot.talk().said == ["one"]


def test_a_wrong_token_and_a_gone_conversation_are_final(chatwoot):
    chatwoot.talk()
    with pytest.raises(Refused, match="401") as refusal:
        play(adapter_of(chatwoot, token="wrong-token"), said())
    assert "wrong-token" not in str(refusal.value)
    chatwoot.talk().blocked = True
    with pytest.raises(Refused, match="404"):
        play(adapter_of(chatwoot), said())


@pytest.mark.parametrize("may_read", [True, False], ids=["messages", "only-the-last"])
def test_an_answer_that_was_lost_doubles_nothing(chatwoot, may_read):
    chatwoot.may_read = may_read
    chatwoot.talk()
    chatwoot.contact_writes("hello")
    adapter = adapter_of(chatwoot)

    async def whole():
        await adapter.deliver(CONVERSATION, said("one", "k1"))
        chatwoot.troubles.append(Trouble(502, after=True))
        with pytest.raises(Later):
            await adapter.deliver(CONVERSATION, said("two", "k2"))
        await adapter.deliver(CONVERSATION, said("two", "k2", attempts=1))
        await adapter.close()

    asyncio.run(whole())
    assert chatwoot.talk().said == ["one", "two"]


def test_a_process_that_ended_before_it_noted_a_message_doubles_nothing(chatwoot):
    chatwoot.talk()
    play(adapter_of(chatwoot), said("one", "k1"), said("two", "k2"))
    play(adapter_of(chatwoot), said("two", "k2"), said("three", "k3"))
    assert chatwoot.talk().said == ["one", "two", "three"]


def test_where_nothing_may_be_read_messages_still_arrive(chatwoot):
    chatwoot.may_read = chatwoot.may_show = False
    chatwoot.talk()
    play(adapter_of(chatwoot), said("one", "k1"), said("two", "k2", attempts=3))
    assert chatwoot.talk().said == ["one", "two"]
    # What is closed is not asked for again and again.
    assert [method for method, _path in chatwoot.calls].count("GET") == 2


def test_the_parts_of_a_message_are_not_doubled_either(chatwoot):
    chatwoot.may_read = chatwoot.may_show = False
    chatwoot.talk()
    both = said("1. Red Dress", "k1", custom=PRODUCTS)
    adapter = adapter_of(chatwoot)

    async def whole():
        await adapter.deliver(CONVERSATION, said("zero", "k0"))
        chatwoot.run(_second_fails(chatwoot))
        with pytest.raises(Later):
            await adapter.deliver(CONVERSATION, both)
        await adapter.deliver(CONVERSATION, replace(both, attempts=1))
        await adapter.close()

    asyncio.run(whole())
    assert [m["content_type"] for m in chatwoot.talk().messages] == ["text", "cards", "text"]


async def _second_fails(chatwoot):
    """The second of the next two calls fails."""
    chatwoot.troubles.extend([Trouble(200, after=True, body="{}"), Trouble(503)])


def test_what_this_chatwoot_does_not_know_is_said_in_words(chatwoot):
    chatwoot.talk()
    both = said("1. Red Dress\nFor whom?", "k1", custom=PRODUCTS, buttons=("me", "a friend"))
    adapter = adapter_of(chatwoot)

    async def whole():
        await adapter.deliver(CONVERSATION, said("zero", "k0"))
        chatwoot.troubles.extend([Trouble(422)] * 2)
        await adapter.deliver(CONVERSATION, both)
        await adapter.close()

    asyncio.run(whole())
    assert chatwoot.talk().said[1:] == ["1. Red Dress\nFor whom?\n• me\n• a friend"]


def test_a_token_that_may_not_show_typing_is_not_tried_each_time(chatwoot):
    chatwoot.talk()
    adapter = adapter_of(chatwoot, token="older")

    async def whole():
        for _turn in range(3):
            await adapter.typing(CONVERSATION, True)
        await adapter.close()

    asyncio.run(whole())
    assert len(chatwoot.calls) == 1


def test_a_person_of_our_own_desk_is_named(chatwoot):
    chatwoot.talk()
    play(adapter_of(chatwoot), Message(NAME, 2, PERSON, "Hello.", key="k", name="Bea"))
    assert chatwoot.talk().said == ["Bea: Hello."]


def test_a_note_is_left_once_though_the_handoff_is_told_twice(chatwoot):
    talk = chatwoot.talk()
    waiting = replace(CONVERSATION, status=WAITING, reason="anger", summary="{{contact.email}}")
    adapter = adapter_of(chatwoot)

    async def whole():
        await adapter.handed_over(waiting)
        await adapter.handed_over(waiting)
        chatwoot.person_sets("resolved")
        await adapter.handed_over(replace(waiting, status=BY_PERSON))
        await adapter.close()

    asyncio.run(whole())
    assert len(talk.notes) == 1
    assert "{{" not in talk.notes[0]
    # Told again after a person has it, it changes nothing.
    assert talk.status == "resolved"
    assert ("POST", f"/api/v1/accounts/{ACCOUNT}/conversations/42/toggle_status") in chatwoot.calls


def test_giving_back_sets_pending_and_opens_nothing_that_is_resolved(chatwoot):
    for before, after in (("open", "pending"), ("resolved", "resolved"), ("pending", "pending")):
        chatwoot.talk().status = before
        adapter = adapter_of(chatwoot)

        async def whole(adapter=adapter):
            await adapter.handed_back(CONVERSATION)
            await adapter.close()

        asyncio.run(whole())
        assert chatwoot.talk().status == after


# What is written


def rendered(text, buttons=(), custom=None, channel="Channel::WebWidget", language="en"):
    message = said(text, buttons=tuple(buttons), custom=custom or {})
    return payloads(message, {"channel": channel}, language, TEXTS)


@pytest.mark.parametrize(
    ("written", "never"),
    [
        ("{{ contact.email }}", "{{"),
        ("{% if agent %}x{% endif %}", "{%"),
        ("{{{{a}}}}", "{{"),
        ("[win](http://evil.example)", "]("),
        ("![x](https://evil.example/pixel)", "]("),
    ],
)
def test_words_are_neither_fields_nor_links(written, never):
    for reply in (
        rendered(written),
        rendered("x", [written]),
        rendered("x", custom={"items": [{**PRODUCTS["items"][0], "title": written}]}),
    ):
        assert never not in json.dumps(reply)


@pytest.mark.parametrize(
    ("channel", "kinds"),
    [
        ("Channel::WebWidget", ["cards", "input_select"]),
        ("Channel::Api", ["cards", "input_select"]),
        ("Channel::Telegram", ["input_select"]),
        ("Channel::Whatsapp", ["text"]),
        ("Channel::Email", ["text"]),
    ],
)
def test_an_inbox_gets_what_its_other_end_can_show(channel, kinds):
    options = ["for every day", "for a special occasion"]
    reply = rendered("1. Red Dress\nWhat for?", options, PRODUCTS, channel)
    assert [payload["content_type"] for payload in reply] == kinds
    if kinds == ["text"]:
        assert reply[0]["content"].splitlines()[-1] == "• for a special occasion"


def test_cards_speak_the_shoppers_language():
    (cards, _text) = rendered("1. 连衣裙", custom=PRODUCTS, language="zh")
    assert cards["content_attributes"]["items"][0]["actions"][0]["text"] == "查看"


# Settings


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"chatwoot_token": ""}, "SHOPTALK_CHATWOOT_TOKEN"),
        ({"chatwoot_secret": ""}, "SHOPTALK_CHATWOOT_SECRET"),
        ({"chatwoot_url": "chat.example"}, "SHOPTALK_CHATWOOT_URL"),
        ({"chatwoot_url": "ftp://chat.example"}, "SHOPTALK_CHATWOOT_URL"),
        ({"chatwoot_url": "https://me:pass@chat.example"}, "SHOPTALK_CHATWOOT_URL"),
        ({"chatwoot_url": "https://chat.example?x=1"}, "SHOPTALK_CHATWOOT_URL"),
    ],
)
def test_settings_that_cannot_work_are_told_at_the_start(changed, named):
    good = {"chatwoot_url": "https://c.example", "chatwoot_token": "t0k", "chatwoot_secret": "s3c"}
    assert ChatwootChannel().adapter(Settings(**good)) is not None
    with pytest.raises(ShoptalkError, match=named) as error:
        ChatwootChannel().adapter(Settings(**{**good, **changed}))
    assert "s3c" not in str(error.value) and "t0k" not in str(error.value)


def test_it_is_off_where_nothing_is_set():
    assert ChatwootChannel().adapter(Settings()) is None


# The contract of all channels


class FarChatwoot:
    """The adapter and a Chatwoot."""

    def __init__(self, standin):
        self.standin = standin
        self.adapter = adapter_of(standin)
        self.address = f"{ACCOUNT}-42"
        self.details = DETAILS
        standin.talk()

    def taken(self):
        return self.standin.talk().said

    def fail(self, times):
        self.standin.troubles.extend([Trouble()] * times)

    def refuse(self):
        self.standin.talk().blocked = True


class TestContract(AdapterContract):
    """What holds for every channel holds here."""

    @pytest.fixture
    def far(self, chatwoot):
        return FarChatwoot(chatwoot)


def test_a_person_of_our_desk_and_the_bot_see_one_conversation(chatwoot, bot):
    hand_over(chatwoot, bot)
    bot.run(bot.core.take(NAME, "Bea"))
    bot.run(bot.core.say(NAME, Said("Bea is here.", author=PERSON)))
    chatwoot.tell(chatwoot.contact_writes("thanks"))
    chatwoot.tell(chatwoot.person_sets("pending"))
    assert status(bot) == BY_PERSON
    bot.run(bot.core.hand_back(NAME, "Bea"))
    bot.settle()
    assert chatwoot.talk().said[1:] == ["Bea is here."]
    assert chatwoot.talk().status == "pending"
    assert status(bot) == BY_BOT
