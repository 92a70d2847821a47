"""WeChat: what users of an Official Account see, over its real protocol."""

from __future__ import annotations

import asyncio
import base64
import logging
import time

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from actions.replies.texts import Texts
from bot.channels.core.model import BOT, PERSON, Conversation, Later, Message, Refused
from bot.channels.outgoing import Outgoing
from bot.channels.wechat.adapter import WeChatAdapter
from bot.channels.wechat.api import AccessToken, WeChatApi
from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.crypto import Forged, SafeMode, signature
from bot.channels.wechat.render import MOST, payloads
from bot.channels.wechat.xml import LONGEST, Malformed, read
from catalog.errors import ShoptalkError
from catalog.settings import Settings
from tests.channel_contract import AdapterContract
from tests.standins.hosting import hosted
from tests.standins.server import Trouble
from tests.standins.wechat import (
    AES_KEY,
    APP_ID,
    APP_SECRET,
    OPEN_ID,
    TOKEN,
    Callback,
    WeChat,
    encrypted,
    sha1,
)

TEXTS = Texts.load()
NAME = f"wechat:{OPEN_ID}"
PRODUCTS = {
    "type": "products",
    "items": [
        {"rank": 1, "title": "红色连衣裙", "url": 'https://shop.example/1?a="b"&c=<d>'},
        {"rank": 2, "title": "<a href='http://evil'>x</a>", "url": "javascript:alert(1)"},
    ],
    "question": {"text": "平时穿还是有场合要穿？"},
}


def settings_of(wechat):
    return {
        "WECHAT_URL": wechat.url,
        "WECHAT_APP_ID": APP_ID,
        "WECHAT_APP_SECRET": APP_SECRET,
        "WECHAT_TOKEN": TOKEN,
        "WECHAT_AES_KEY": wechat.key,
    }


def hosting(wechat, folder):
    return hosted([WeChatChannel()], folder, settings_of(wechat))


@pytest.fixture(params=[AES_KEY, ""], ids=["safe", "plain"])
def either(request, tmp_path):
    """A WeChat and a bot, in safe mode and in plain mode."""
    with WeChat(key=request.param) as wechat, hosting(wechat, tmp_path) as server:
        wechat.callback_url = f"{server.url}/webhooks/wechat"
        yield wechat, server


@pytest.fixture
def wechat():
    with WeChat() as standin:
        yield standin


@pytest.fixture
def bot(wechat, tmp_path):
    with hosting(wechat, tmp_path) as server:
        wechat.callback_url = f"{server.url}/webhooks/wechat"
        yield server


# What users see


def test_a_user_is_answered_in_either_mode_and_language(either):
    wechat, bot = either
    assert wechat.tell(wechat.writes("你好"), wechat.writes("a red dress")) == ["success"] * 2
    bot.settle()
    assert wechat.user().said == ["re 你好", "re a red dress"]
    bot.until(lambda: wechat.user().typing[:2] == ["Typing", "CancelTyping"])
    assert len(wechat.tokens) == 1


def test_the_address_is_proven_when_it_is_entered(either):
    wechat, _bot = either
    assert wechat.prove("5837397576500011341") == (200, "5837397576500011341")
    assert wechat.prove(signature="0" * 40)[0] == 403
    assert wechat.prove("<script>alert(1)</script>")[0] == 400


def test_who_follows_is_greeted_and_who_leaves_is_let_go(wechat, bot):
    left = wechat.event("unsubscribe")
    assert wechat.tell(wechat.event("subscribe"), left, wechat.event("VIEW")) == ["success"] * 3
    bot.settle()
    assert bot.turns.asked == ["你好"]
    assert len(wechat.user().said) == 1


def test_a_menus_entry_and_a_recognised_voice_are_words(wechat, bot):
    wechat.tell(
        wechat.event("CLICK", EventKey="show me dresses"),
        wechat.message("voice", MediaId="m", Recognition="便宜一点的"),
        wechat.writes("第二个").with_field("bizmsgmenuid", "2"),
    )
    bot.settle()
    assert bot.turns.asked == ["show me dresses", "便宜一点的", "第二个"]


def test_what_cannot_be_read_is_told(wechat, bot):
    for kind in ("image", "voice", "video", "shortvideo", "location", "link"):
        assert wechat.tell(wechat.message(kind, kind, MediaId="m")) == ["success"]
        bot.settle()
        (said,) = wechat.user(kind).said
        assert "文字" in said, kind
    assert bot.turns.asked == []


def test_commands_of_the_assistant_are_words(wechat, bot):
    wechat.tell(wechat.writes("/restart"))
    bot.settle()
    assert bot.turns.asked == ["restart"]


# Callbacks that come twice, all at once


def test_a_callback_counts_once_even_after_a_restart(wechat, tmp_path):
    first, second = wechat.writes("one"), wechat.writes("two")
    followed = wechat.event("subscribe")
    for callbacks in ([first, first, second, followed], [second, followed, first]):
        with hosting(wechat, tmp_path) as server:
            wechat.callback_url = f"{server.url}/webhooks/wechat"
            assert set(wechat.tell(*callbacks)) == {"success"}
            server.settle()
    assert wechat.user().said == ["re one", "re two", "re 你好"]


def test_a_burst_of_users_is_answered_and_each_once(wechat, bot):
    users = [f"user-{number}" for number in range(6)]
    callbacks = [wechat.writes(f"{n} {user}", user) for user in users for n in range(3)]
    assert set(wechat.tell_at_once(*callbacks, *callbacks)) == {"success"}
    bot.settle()
    for user in users:
        assert sorted(wechat.user(user).said) == [f"re {n} {user}" for n in range(3)]


def test_what_failed_here_is_sent_again_and_answered(wechat, bot, monkeypatch):
    accept, failures = bot.core.accept, [OSError("disk full"), OSError("disk full")]

    async def failing(inbound):
        if failures:
            raise failures.pop()
        return await accept(inbound)

    monkeypatch.setattr(bot.core, "accept", failing)
    assert wechat.tell(wechat.writes("hello")) == ["success"]
    bot.settle()
    assert wechat.user().said == ["re hello"]


def test_our_desk_answers_after_a_handoff(wechat, bot):
    bot.turns.replies["人工"] = {"text": "马上转人工。", "custom": {"type": "handoff"}}
    wechat.tell(wechat.writes("人工"), wechat.writes("在吗"))
    bot.settle()
    bot.run(bot.core.take(NAME, "Bea"))
    wechat.tell(wechat.writes("你好？"))
    bot.run(bot.core.hand_back(NAME, "Bea"))
    wechat.tell(wechat.writes("谢谢"))
    bot.settle()
    assert wechat.user().said == ["马上转人工。", "re 谢谢"]


# Who may speak


def refused(wechat, query, body):
    """The status code that a callback is answered with."""
    return wechat.run(wechat.post(query, body))[0]


def test_forged_old_and_future_callbacks_are_refused(either):
    wechat, bot = either
    callback = wechat.writes("hello")
    query, body = wechat.signed(callback)
    name = "msg_signature" if wechat.key else "signature"
    for changed in (
        {name: "0" * 40},
        {name: ""},
        {name: "ü" * 40},
        {"nonce": "another"},
        {"nonce": ""},
        {"timestamp": str(int(query["timestamp"]) - 1)},
        {"timestamp": "now"},
    ):
        assert refused(wechat, {**query, **changed}, body) == 403, changed
    for moment in (time.time() - 301, time.time() + 120):
        assert refused(wechat, *wechat.signed(callback, moment)) == 403
    assert bot.run(bot.core.conversations()) == []
    assert refused(wechat, *wechat.signed(callback, time.time() - 290)) == 200


def test_a_nonce_carries_one_message_only(either):
    wechat, bot = either
    query, body = wechat.signed(wechat.writes("mine"), nonce="n0nce")
    assert refused(wechat, query, body) == 200
    assert refused(wechat, query, body) == 200
    again = wechat.signed(wechat.writes("forged"), float(query["timestamp"]), "n0nce")
    assert refused(wechat, *again) == 403
    bot.settle()
    assert bot.turns.asked == ["mine"]


def sealed(wechat, content, **changed):
    """A correctly signed callback around any ciphertext."""
    moment, nonce = str(int(time.time())), "n0nce"
    query = {"timestamp": moment, "nonce": nonce, "encrypt_type": "aes"}
    query["msg_signature"] = sha1(TOKEN, moment, nonce, content)
    return query, f"<xml><Encrypt>{content}</Encrypt></xml>".encode()


def raw_cipher(plain):
    """Encrypted as it is."""
    secret = base64.b64decode(AES_KEY + "=")
    cipher = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    return base64.b64encode(cipher.update(plain) + cipher.finalize()).decode()


def tampered(content):
    raw = bytearray(base64.b64decode(content))
    raw[20] ^= 1
    return base64.b64encode(bytes(raw)).decode()


def badly_padded(message):
    """Right in all but one byte of its padding."""
    plain = b"r" * 16 + len(message).to_bytes(4, "big") + message + APP_ID.encode()
    count = 32 - len(plain) % 32
    assert count > 1
    return raw_cipher(plain + b"\x00" + bytes([count]) * (count - 1))


MESSAGE = b"<xml><FromUserName>u</FromUserName><MsgType>text</MsgType></xml>"
GOOD = encrypted(MESSAGE)
ACCOUNT = APP_ID.encode()
UNSEALED = {
    "another account": encrypted(MESSAGE, app_id="wx0000000000000000"),
    "another key": encrypted(MESSAGE, key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"),
    "tampered": tampered(GOOD),
    "cut": base64.b64encode(base64.b64decode(GOOD)[:-16]).decode(),
    "half a block": base64.b64encode(base64.b64decode(GOOD)[:-5]).decode(),
    "no base64": "!" + GOOD,
    "too short": raw_cipher(bytes([16]) * 16),
    "padding of nothing": raw_cipher(b"x" * 31 + b"\x00"),
    "padding of too much": raw_cipher(b"x" * 31 + b"\x21"),
    "uneven padding": badly_padded(MESSAGE),
    "a length beyond the end": raw_cipher(
        b"r" * 16 + b"\xff\xff\xff\xff" + ACCOUNT.ljust(28, b"\x0a")
    ),
}


@pytest.mark.parametrize("content", UNSEALED.values(), ids=UNSEALED.keys())
def test_what_does_not_open_is_refused(content):
    with pytest.raises(Forged):
        SafeMode(AES_KEY, APP_ID).open(content)


def test_what_does_not_open_is_refused_over_the_wire(wechat, bot, caplog):
    for content in (UNSEALED["tampered"], UNSEALED["another account"]):
        assert refused(wechat, *sealed(wechat, content)) == 403
    # Nobody gets around encryption by leaving it out.
    query, body = WeChat(key="").signed(wechat.writes("hello"))
    for more in ({}, {"encrypt_type": "aes", "msg_signature": query["signature"]}):
        assert refused(wechat, {**query, **more}, body) == 403
    assert bot.run(bot.core.conversations()) == []
    assert AES_KEY not in caplog.text and TOKEN not in caplog.text


def test_the_published_example_opens():
    """The example of Tencent's own library."""
    sample = (
        "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdC"
        "Upj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4X"
        "gpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+K"
        "qCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XX"
        "ZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHB"
        "ZZIs2pDBS8R07+qN+E7Q=="
    )
    fields = read(SafeMode(AES_KEY, APP_ID).open(sample))
    assert (fields["FromUserName"], fields["Content"]) == ("mycreate", "hello")
    expected = "477715d11cdb4164915debcba66cb864d751f3e6"
    assert signature(TOKEN, "1409659813", "1372623149", sample) == expected
    short = (
        "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    )
    other = SafeMode("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxb11529c136998cb6")
    assert other.open(short).decode() == "我是中文abcd123"


BOMB = (
    '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    "<xml><Content>&c;</Content></xml>"
)
HOSTILE = {
    "entities": BOMB,
    "files": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><C>&f;</C></xml>',
    "types": '<!DOCTYPE xml SYSTEM "http://evil.example/x.dtd"><xml><C>1</C></xml>',
    "unknown entity": "<xml><Content>&boom;</Content></xml>",
    "depth": "<a>" * 50 + "</a>" * 50,
    "many": "<xml>" + "<a>1</a>" * 1000 + "</xml>",
    "length": "<xml><a>" + "1" * LONGEST + "</a></xml>",
    "nothing": "",
    "no end": "<xml><a>1</a>",
    "no XML": "hello",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_xml_is_not_read(content):
    with pytest.raises(Malformed):
        read(content.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7"])
def test_xml_is_utf8_whatever_it_says(encoding):
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{BOMB}'
    with pytest.raises(Malformed):
        read(declared.encode(encoding))


def test_what_is_not_as_documented_is_refused(wechat, bot):
    rows = (
        BOMB,
        "<xml><MsgType>text</MsgType><MsgId>1</MsgId><Content>x</Content></xml>",
        "<xml><FromUserName>a b</FromUserName><MsgType>text</MsgType><MsgId>1</MsgId></xml>",
        "<xml><FromUserName>u</FromUserName><MsgType>text</MsgType><Content>x</Content></xml>",
        "<xml><FromUserName>u</FromUserName><MsgType>text</MsgType><MsgId>../1</MsgId></xml>",
        "<xml><FromUserName>u</FromUserName><MsgType>event</MsgType><Event>CLICK</Event></xml>",
    )
    for row in rows:
        assert refused(wechat, *wechat.signed(Callback(row))) == 400, row
    query, _body = wechat.signed(wechat.writes("x"))
    assert refused(wechat, query, b"<xml>" + b" " * LONGEST) == 413
    assert bot.run(bot.core.conversations()) == []


# What WeChat answers


def adapter_of(wechat, secret=APP_SECRET, deadline=5.0, clock=time.monotonic):
    outgoing = Outgoing("WeChat", wechat.url, deadline=deadline)
    return WeChatAdapter(WeChatApi(outgoing, AccessToken(outgoing, APP_ID, secret, clock)), TEXTS)


CONVERSATION = Conversation(NAME, "wechat", OPEN_ID, NAME, language="zh")


def said(text="hello", key="k1", **values):
    return Message(NAME, 2, BOT, text, key=key, **values)


def play(adapter, *messages):
    async def whole():
        try:
            for message in messages:
                await adapter.deliver(CONVERSATION, message)
        finally:
            await adapter.close()

    asyncio.run(whole())


def test_an_access_token_is_kept_until_shortly_before_its_end(wechat):
    wechat.user().left = 5
    now = [0.0]
    adapter = adapter_of(wechat, clock=lambda: now[0])

    async def whole():
        for moment in (0.0, 6000.0, 7000.0):
            now[0] = moment
            await adapter.deliver(CONVERSATION, said(key=str(moment)))
        await adapter.close()

    asyncio.run(whole())
    assert [path for _m, path in wechat.calls].count("/cgi-bin/stable_token") == 2
    assert wechat.user().said == ["hello"] * 3


@pytest.mark.parametrize("code", [40001, 42001, 40014])
def test_a_token_that_holds_no_longer_is_fetched_anew(wechat, code):
    wechat.user().left = 5
    wechat.errors.append(code)
    play(adapter_of(wechat), said("one", "k1"), said("two", "k2"))
    assert wechat.user().said == ["one", "two"]
    assert len(wechat.tokens) == 2


def test_a_token_that_somebody_else_ended_is_fetched_anew(wechat):
    wechat.user().left = 5
    adapter = adapter_of(wechat)

    async def whole():
        await adapter.deliver(CONVERSATION, said("one", "k1"))
        wechat.expire()
        await adapter.deliver(CONVERSATION, said("two", "k2"))
        await adapter.close()

    asyncio.run(whole())
    assert wechat.user().said == ["one", "two"]


@pytest.mark.parametrize(("code", "least"), [(-1, 1.0), (45009, 60.0), (45011, 10.0)])
def test_a_busy_wechat_is_tried_again(wechat, code, least):
    wechat.user().left = 5
    wechat.errors.append(code)
    with pytest.raises(Later) as later:
        play(adapter_of(wechat), said())
    assert later.value.after >= least


@pytest.mark.parametrize("code", [45015, 45047, 43004, 40003, 48001])
def test_a_closed_window_and_the_like_are_final(wechat, code):
    wechat.user().left = 5
    wechat.errors.append(code)
    with pytest.raises(Refused, match=str(code)):
        play(adapter_of(wechat), said())


def test_the_sixth_message_after_one_of_the_users_is_refused(wechat):
    wechat.user().left = 5
    with pytest.raises(Refused, match="45047"):
        play(adapter_of(wechat), *[said(str(n), f"k{n}") for n in range(6)])
    assert wechat.user().said == ["0", "1", "2", "3", "4"]


def test_a_wrong_secret_is_told_without_telling_it(wechat, caplog):
    with caplog.at_level(logging.DEBUG), pytest.raises(Later, match="40125") as later:
        play(adapter_of(wechat, secret="a-wrong-secret"), said())
    assert later.value.after >= 60
    assert "check app id" in caplog.text
    assert "a-wrong-secret" not in caplog.text


def test_errors_tell_no_tokens_and_no_addresses(wechat, caplog):
    wechat.user().left = 5
    adapter = adapter_of(wechat, deadline=0.3)

    async def whole():
        await adapter.deliver(CONVERSATION, said("one", "k1"))
        wechat.troubles.append(Trouble(500))
        with pytest.raises(Later) as broken:
            await adapter.deliver(CONVERSATION, said("two", "k2"))
        wechat.slow = 1.0
        with pytest.raises(Later) as slow:
            await adapter.deliver(CONVERSATION, said("three", "k3"))
        wechat.slow = 0.0
        await adapter.close()
        return f"{broken.value} {slow.value}"

    with caplog.at_level(logging.DEBUG, logger="bot"):
        told = asyncio.run(whole()) + caplog.text
    assert wechat.tokens[0] not in told
    assert "127.0.0.1" not in told


def test_parts_that_were_sent_are_not_sent_again(wechat):
    wechat.user().left = 5
    options = said("\n".join(["一行字" * 30] * 12), buttons=("甲", "乙"))
    adapter = adapter_of(wechat)

    async def whole():
        await adapter.deliver(CONVERSATION, said("for the access token", "k0"))
        wechat.troubles.extend([Trouble(200, after=True, body='{"errcode":0}')] * 2)
        wechat.troubles.append(Trouble(503))
        with pytest.raises(Later):
            await adapter.deliver(CONVERSATION, options)
        await adapter.deliver(CONVERSATION, options)
        await adapter.close()

    asyncio.run(whole())
    kinds = [message["msgtype"] for message in wechat.user().messages]
    assert kinds.count("msgmenu") == 1
    texts = "".join(m["text"]["content"] for m in wechat.user().messages if m["msgtype"] == "text")
    assert texts.count("一行字") == 360


def test_an_account_without_menus_gets_them_as_text(wechat):
    wechat.user().left = 5
    wechat.errors.append(48001)
    play(adapter_of(wechat), said("For whom?", buttons=("me", "a friend")))
    assert wechat.user().said == ["For whom?\n· me\n· a friend"]


# What is written


def rendered(text, buttons=(), custom=None, language="zh", **values):
    message = said(text, buttons=tuple(buttons), custom=custom or {}, **values)
    return payloads(message, language, TEXTS)


def test_quick_replies_are_one_menu_with_the_text_above():
    (menu,) = rendered("平时穿吗？", ["日常", "上班"])
    assert menu["msgmenu"]["head_content"] == "平时穿吗？"
    assert [one["content"] for one in menu["msgmenu"]["list"]] == ["日常", "上班"]


def test_many_quick_replies_are_written_out_and_numbered():
    (text,) = rendered("哪种？", [f"选项{n}" for n in range(12)])
    assert text["text"]["content"].splitlines()[-1] == "12. 选项11"


def test_products_are_one_text_with_links_and_the_question_is_a_menu():
    lines = "1. 红色连衣裙 ¥399\n2. <a href='http://evil'>x</a>\n平时穿还是有场合要穿？"
    text, menu = rendered(lines, ["日常"], PRODUCTS)
    first, second = text["text"]["content"].splitlines()
    assert first == ('1. <a href="https://shop.example/1?a=%22b%22&c=%3Cd%3E">红色连衣裙</a> ¥399')
    assert second == "2. ＜a href='http://evil'>x＜/a>"
    assert menu["msgmenu"]["head_content"] == "平时穿还是有场合要穿？"


@pytest.mark.parametrize("line", ["一二三四五", "word after word ", "😀👍🏽", "a\n"])
def test_long_texts_are_split_within_the_limit_and_nothing_is_lost(line):
    text = (line * (3 * 2000 // len(line.encode()))).strip()
    parts = [payload["text"]["content"] for payload in rendered(text)]
    assert all(0 < len(part.encode()) < 2048 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_what_is_far_too_long_is_cut_where_wechat_takes_no_more():
    parts = rendered("字" * 10_000)
    assert len(parts) == MOST
    assert parts[-1]["text"]["content"].endswith("…")


@pytest.mark.parametrize("tail", ["", " ¥399 · in stock"])
def test_a_link_is_never_cut_in_two(tail):
    for length in range(30, 500, 7):
        url = "https://shop.example/".ljust(length, "y")
        items = [{"rank": n, "title": "x" * 40, "url": url} for n in range(1, 60)]
        text = "\n".join(f"{n}. {'x' * 40}{tail}" for n in range(1, 60))
        contents = [p["text"]["content"] for p in rendered(text, custom={"items": items})]
        assert "".join(contents).count("<a ") > 10
        for content in contents:
            assert len(content.encode()) < 2048
            assert content.count("<a ") == content.count("</a>"), length


def test_an_address_without_end_is_no_link():
    for title, end in (("Dress", "y" * 3000), ("x" * 990, "")):
        item = {"rank": 1, "title": title, "url": f"https://shop.example/{end}"}
        (text,) = rendered(f"1. {title}", custom={"items": [item]})
        assert text["text"]["content"] == f"1. {title}"


def test_a_person_is_named():
    message = Message(NAME, 2, PERSON, "您好", key="k", name="小贝")
    (text,) = payloads(message, "zh", TEXTS)
    assert text["text"]["content"] == "小贝: 您好"


# Settings


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"wechat_aes_key": AES_KEY[:-1]}, "SHOPTALK_WECHAT_AES_KEY"),
        ({"wechat_aes_key": AES_KEY + "="}, "SHOPTALK_WECHAT_AES_KEY"),
        ({"wechat_aes_key": "!" * 43}, "SHOPTALK_WECHAT_AES_KEY"),
        ({"wechat_app_secret": ""}, "SHOPTALK_WECHAT_APP_SECRET"),
        ({"wechat_token": ""}, "SHOPTALK_WECHAT_TOKEN"),
        ({"wechat_token": "no good"}, "SHOPTALK_WECHAT_TOKEN"),
        ({"wechat_app_id": "wx 1"}, "SHOPTALK_WECHAT_APP_ID"),
        ({"wechat_url": "api.weixin.qq.com"}, "SHOPTALK_WECHAT_URL"),
    ],
)
def test_settings_that_cannot_work_are_told_at_the_start(changed, named):
    good = {
        "wechat_app_id": APP_ID,
        "wechat_app_secret": APP_SECRET,
        "wechat_token": TOKEN,
        "wechat_aes_key": AES_KEY,
    }
    assert WeChatChannel().adapter(Settings(**good)) is not None
    with pytest.raises(ShoptalkError, match=named) as error:
        WeChatChannel().adapter(Settings(**{**good, **changed}))
    assert AES_KEY[:-1] not in str(error.value)


def test_it_is_off_where_nothing_is_set():
    assert WeChatChannel().adapter(Settings()) is None


# The contract of all channels


class FarWeChat:
    """The adapter and a WeChat."""

    def __init__(self, standin):
        self.standin = standin
        self.adapter = adapter_of(standin)
        self.address = OPEN_ID
        self.details = {}
        standin.user().left = 100

    def taken(self):
        return self.standin.user().said

    def fail(self, times):
        self.standin.troubles.extend([Trouble()] * times)

    def refuse(self):
        self.standin.blocked = True


class TestContract(AdapterContract):
    """What holds for every channel holds here."""

    @pytest.fixture
    def far(self, wechat):
        return FarWeChat(wechat)
