"""Shoppers talk to the real assistant through Chatwoot, and through WeChat in safe mode."""

from __future__ import annotations

import re

import pytest

from bot.cli.processes import Servers, free_port
from tests.standins.chatwoot import Chatwoot
from tests.standins.wechat import APP_ID, APP_SECRET, TOKEN, WeChat


@pytest.fixture(scope="module")
def channels(demo_copy, model, tmp_path_factory):
    """A Chatwoot and a WeChat with the bot and the action server behind them."""
    with Chatwoot(may_read=False, retry_pause=0.2) as chatwoot, WeChat() as wechat:
        settings = demo_copy(
            "customer-service",
            chatwoot_url=chatwoot.url,
            chatwoot_token=chatwoot.token,
            chatwoot_secret=chatwoot.secret,
            wechat_url=wechat.url,
            wechat_app_id=APP_ID,
            wechat_app_secret=APP_SECRET,
            wechat_token=TOKEN,
            wechat_aes_key=wechat.key,
        )
        log = tmp_path_factory.mktemp("logs")
        with Servers(settings, free_port(), free_port(), log) as servers:
            servers.wait_until_ready(lambda _said: None)
            chatwoot.webhook_url = f"{servers.url}/webhooks/chatwoot"
            wechat.callback_url = f"{servers.url}/webhooks/wechat"
            yield chatwoot, wechat, log


def ask(chatwoot, text):
    """What a shopper on a website is shown in reply."""
    talk = chatwoot.talk()
    before = len(talk.said)
    webhook = chatwoot.contact_writes(text)
    assert chatwoot.tell(webhook, webhook) == [200, 200]
    chatwoot.until(lambda: len(talk.said) > before)
    return talk.said[before]


def prices(text):
    """The prices of a list."""
    return [int(p.replace(",", "")) for p in re.findall(r"^\d\. .*?¥([\d,]+)", text, re.MULTILINE)]


def test_a_conversation_through_chatwoot_from_search_to_a_person_and_back(channels):
    chatwoot, _wechat, log = channels
    talk = chatwoot.talk()
    found = ask(chatwoot, "a red dress under 500 yuan")
    assert prices(found) and max(prices(found)) <= 500
    cheaper = ask(chatwoot, "something cheaper, my mail is ann@mail.example")
    assert prices(cheaper) and max(prices(cheaper)) < 500
    shown = [m for m in talk.messages if m["content_type"] == "input_select"]
    choice = shown[-1]["content_attributes"]["items"][0]["value"]
    before = len(talk.said)
    assert chatwoot.tell(chatwoot.contact_chooses(choice)) == [200]
    chatwoot.until(lambda: len(talk.said) > before)
    chatwoot.tell(chatwoot.person_sets("open"))
    said = len(talk.said)
    chatwoot.tell(chatwoot.contact_writes("are you there?"), chatwoot.person_writes("Bea here."))
    chatwoot.tell(chatwoot.person_sets("pending"))
    assert "sneakers" in ask(chatwoot, "show me sneakers").lower()
    assert talk.said[said] == "Bea here."
    assert len(talk.said) == said + 2
    written = "".join(file.read_text("utf-8") for file in log.iterdir())
    for secret in (chatwoot.token, chatwoot.secret, "ann@mail.example", "Traceback"):
        assert secret not in written


def test_a_conversation_through_wechat_in_safe_mode(channels):
    _chatwoot, wechat, _log = channels
    user = wechat.user()
    assert wechat.prove() == (200, "5837397576500011341")

    def ask(callback):
        before = len(user.messages)
        assert wechat.tell(callback, callback) == ["success", "success"]
        wechat.until(lambda: len(user.messages) > before)
        return user.said[before]

    assert ask(wechat.event("subscribe"))
    found = ask(wechat.writes("我想买一件红色的连衣裙，价格不超过500元"))
    assert prices(found) and max(prices(found)) <= 500
    assert "连衣裙" in found
    why = ask(wechat.writes("第一个为什么？"))
    assert why != found
    assert "文字" in ask(wechat.message("image", MediaId="m", PicUrl="https://example.com/1.jpg"))
    assert all(len(text.encode()) <= 2048 for text in user.said)
    assert "Typing" in user.typing
