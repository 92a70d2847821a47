"""The widget's API as a shopper's browser uses it, on real servers."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import signal
import time

from PIL import Image

from bot.channels.security.token import CHAT, LIFETIME, Signer
from catalog.shop import Shop

from .web_client import Browser, Stream, items, new_key, opened


def test_a_conversation(web):
    browser = Browser(web.port)
    session = browser.open()
    assert session["status"] == "bot"
    assert session["last_seq"] == 0
    assert session["shop"]["synthetic"] is True
    assert session["limits"] == {"text": 2000, "picture_bytes": 5_000_000}
    first = browser.say("a red dress under 500")
    assert len(items(first)) == 3
    assert first["author"] == "bot"
    assert first["buttons"]
    assert "dress" in browser.say("why the first?")["text"].lower()
    everything = browser.messages()
    assert [m["seq"] for m in everything["messages"]] == [1, 2, 3, 4]
    assert [m["author"] for m in everything["messages"]] == ["shopper", "bot"] * 2
    assert everything["last_seq"] == 4
    assert browser.messages(after=3)["messages"] == everything["messages"][3:]


def test_a_chinese_conversation_with_characters_escaped_or_not(web):
    browser = opened(web.port, "zh")
    assert len(items(browser.say("红色连衣裙，500元以内"))) == 3
    raw = f'{{"id": "{new_key()}", "text": "有没有便宜一点的"}}'.encode()
    answer = browser.call("POST", "/api/messages", raw)
    assert answer.status == 202
    assert "¥" in browser.reply(answer.json["seq"])["text"]


def test_a_message_that_comes_again_is_answered_once(web):
    browser, key = opened(web.port), new_key()
    first, again = browser.post("hello", key), browser.post("hello", key)
    assert (first.status, again.status) == (202, 200)
    assert first.json == again.json == {"id": key, "seq": 1}
    browser.reply(1)
    assert [m["author"] for m in browser.messages()["messages"]] == ["shopper", "bot"]


def test_a_reload_finds_the_same_conversation(web):
    browser = opened(web.port)
    browser.say("electric kettle")
    reloaded = Browser(web.port, browser.token)
    session = reloaded.open()
    assert session["token"] == browser.token
    assert session["last_seq"] == 2
    assert reloaded.messages()["messages"] == browser.messages()["messages"]


def test_a_token_is_renewed_from_half_its_life_on_and_the_talk_goes_on(web):
    browser = opened(web.port)
    browser.say("electric kettle")
    signer = Signer([web.settings.session_secret], CHAT)
    claims = signer.verify(browser.token, time.time())
    old, _claims = signer.mint(claims.session, time.time() - LIFETIME * 0.6)
    renewing = Browser(web.port, old)
    session = renewing.open()
    assert session["token"] != old
    assert session["expires_at"] > time.time() + LIFETIME - 60
    assert session["last_seq"] == 2
    assert renewing.say("why the first?")["seq"] == 4


def test_a_stream_tells_what_happens_as_it_happens(web):
    async def talk():
        async with Stream(opened(web.port)) as stream:
            await stream.hello()
            key = new_key()
            say = {"type": "say", "id": key, "text": "a red dress under 500"}
            await stream.socket.send_json(say)
            assert await stream.next("ack") == {"type": "ack", "id": key, "seq": 1}
            assert (await stream.next("typing"))["on"] is True
            reply = (await stream.next("messages"))["messages"][-1]
            while reply["author"] != "bot":
                reply = (await stream.next("messages"))["messages"][-1]
            assert len(items(reply)) == 3
            assert (await stream.next("typing"))["on"] is False
            await stream.socket.send_json(say)
            assert (await stream.next("ack"))["seq"] == 1
            await stream.socket.send_json({"type": "ping"})
            assert await stream.next() == {"type": "pong"}
        return stream.browser

    browser = asyncio.run(talk())
    assert browser.messages()["last_seq"] == 2


def test_a_stream_that_comes_back_reads_on_where_it_was(web):
    browser = opened(web.port)
    browser.say("electric kettle")

    async def back():
        async with Stream(browser) as stream:
            await stream.hello(after=1)
            return (await stream.next("messages"))["messages"]

    assert [m["seq"] for m in asyncio.run(back())] == [2]


def test_the_widget_is_served_to_pages_of_listed_shops(web):
    page = Browser(web.port)
    answer = page.call("GET", "/shop-talk.js", Origin="https://shop.example")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    packed = page.call("GET", "/shop-talk.js", Accept_Encoding="gzip, br")
    assert gzip.decompress(packed.body) == answer.body
    assert len(packed.body) <= 35_000
    tag = packed.headers["etag"]
    again = page.call("GET", "/shop-talk.js", Accept_Encoding="gzip, br", If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")


def test_a_tapped_button_does_what_it_says(web):
    browser = opened(web.port)
    card = browser.say("a red dress under 500")["custom"]["items"][2]
    browser.say("electric kettle")
    act = {"act": "choose", "products": [card["id"]]}
    reply = browser.say("Start over", act=act)
    assert reply["custom"]["type"] == "list"
    assert items(reply) == [card["id"]]
    told = browser.say("More", act={"act": "details", "products": [card["id"]]})
    assert items(told) == [card["id"]]
    never = browser.say("Add", act={"act": "choose", "products": ["' OR 1=1 --"]})
    assert never["custom"].get("type") != "list"
    assert items(browser.say("show my list")) == [card["id"]]


def test_acts_on_pages_are_in_the_log_once(web):
    browser = opened(web.port)
    card = browser.say("a red dress under 500")["custom"]["items"][0]
    click = {"id": new_key(), "kind": "clicked", "product_id": card["id"], "rank": 1}
    cart = {"id": new_key(), "kind": "carted", "product_id": card["id"]}
    unknown = {"id": new_key(), "kind": "clicked", "product_id": "' OR 1=1 --"}
    taken = browser.call("POST", "/api/events", {"events": [click, cart, unknown]})
    assert (taken.status, taken.json) == (202, {"taken": 2})
    again = browser.call("POST", "/api/events", {"events": [click, cart]})
    assert again.json == {"taken": 0}
    shop = Shop.open(web.settings.shop_dir)
    claims = Signer([web.settings.session_secret], CHAT).verify(browser.token, time.time())
    logged = shop.store.events(f"web:{claims.session}", kinds=("clicked", "carted"))
    shop.close()
    assert [(e.kind, e.product_id, e.rank) for e in logged] == [
        ("clicked", card["id"], 1),
        ("carted", card["id"], None),
    ]


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 20, 20)).save(out, "JPEG")
    return out.getvalue()


def test_a_picture_is_sent_and_said_not_to_be_seen(web):
    browser = opened(web.port)
    sent = browser.call("POST", "/api/pictures", jpeg(), content_type="image/jpeg")
    assert sent.status == 201, sent
    name = sent.json["picture"]
    reply = browser.say("", picture=name)
    assert "picture" in reply["text"]
    assert reply["custom"]["type"] != "products"
    shown = browser.messages()["messages"][0]
    assert (shown["kind"], shown["picture"]) == ("picture", name)
    words = browser.say("a red dress under 500", picture=name)
    assert len(items(words)) == 3
    assert "picture" in words["text"]
    kept = browser.call("GET", f"/api/pictures/{name}")
    assert (kept.status, kept.headers["content-type"]) == (200, "image/jpeg")
    assert kept.headers["x-content-type-options"] == "nosniff"


def test_who_has_too_much_waiting_is_told_to_wait_and_all_the_rest_is_answered(web):
    browser = opened(web.port)
    actions = web.servers.children["actions"].pid
    os.kill(actions, signal.SIGSTOP)
    try:
        answers = [browser.post(f"hello {n}") for n in range(8)]
    finally:
        os.kill(actions, signal.SIGCONT)
    accepted = [a.json["seq"] for a in answers if a.status == 202]
    refused = [a for a in answers if a.status != 202]
    assert len(accepted) == 6
    assert {a.status for a in refused} == {429}
    assert all(int(a.headers["retry-after"]) > 0 for a in refused)
    for seq in accepted:
        assert browser.reply(seq)["custom"].get("type") != "error"
    authors = [m["author"] for m in browser.messages()["messages"]]
    assert (authors.count("shopper"), authors.count("bot")) == (6, 6)
