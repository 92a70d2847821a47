"""What is tried against the web API: nothing gets through, and what is refused tells no secrets."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import socket
import struct
import time
import zlib

import aiohttp
import pytest
from PIL import Image

from bot.channels.security.secret import new_session
from bot.channels.security.token import CHAT, LIFETIME, STAFF, Signer
from bot.evaluate.flood import measure_flood

from .web_client import HOST, SECONDS, Browser, Stream, items, new_key, opened

SHOP = "https://shop.example"
KEPT = ("x-content-type-options", "content-security-policy", "referrer-policy", "cache-control")


def claims_of(web, token):
    return Signer([web.settings.session_secret], CHAT).verify(token, time.time())


# Sessions


def test_nobody_speaks_or_reads_in_anothers_session(web):
    ann, bob = opened(web.port), opened(web.port)
    ann.say("a red dress under 500")
    name = claims_of(web, ann.token).session
    others = {"session": name, "sender": f"web:{name}", "conversation": f"web:{name}"}
    answer = bob.post("hello, it is Ann", **others)
    assert answer.json["seq"] == 1
    query = "&".join(f"{key}={value}" for key, value in others.items())
    told = bob.call(
        "GET", f"/api/messages?after=0&{query}", X_Sender=name, Cookie=f"session={name}"
    )
    assert [m["text"] for m in told.json["messages"] if m["author"] == "shopper"] == [
        "hello, it is Ann"
    ]
    assert ann.messages()["last_seq"] == 2


def test_the_same_name_for_a_message_is_no_link_between_sessions(web):
    ann, bob, key = opened(web.port), opened(web.port), new_key()
    ann.post("for my wife", key)
    assert bob.post("hello", key).status == 202
    assert "wife" not in json.dumps(bob.messages())


def bad_tokens(web):
    session, now = new_session(), time.time()
    ours = Signer([web.settings.session_secret], CHAT)
    good = ours.mint(session, now)[0]
    payload, signature = good.split(".")
    return {
        "none": "",
        "no token": "Bearer",
        "nonsense": "Bearer x.y",
        "forged": "Bearer " + Signer(["somebody else's secret"], CHAT).mint(session, now)[0],
        "changed": f"Bearer {payload[:-2]}AA.{signature}",
        "unsigned": f"Bearer {payload}.",
        "expired": "Bearer " + ours.mint(session, now - LIFETIME - 1)[0],
        "for the staff": "Bearer "
        + Signer([web.settings.session_secret], STAFF).mint(session, now)[0],
        "another scheme": f"Basic {good}",
        "long": "Bearer " + "a" * 4000,
    }


CALLS = [
    ("GET", "/api/messages", None),
    ("POST", "/api/messages", {"id": "12345678", "text": "hello"}),
    ("POST", "/api/events", {"events": []}),
    ("POST", "/api/pictures", b"x"),
    ("GET", "/api/pictures/" + "0" * 32 + ".jpg", None),
]


def test_every_wrong_token_is_the_same_to_us(web):
    told = set()
    for name, token in bad_tokens(web).items():
        browser = Browser(web.port)
        for method, path, body in CALLS:
            answer = browser.call(method, path, body, authorization=token)
            assert answer.status == 401, (name, path)
            told.add((answer.body, tuple(sorted(answer.headers))))
        if token.startswith("Bearer "):
            assert browser.call("POST", "/api/session", {}, authorization=token).status == 401
    assert len(told) == 1


def test_sessions_are_not_minted_without_end(web):
    browser, statuses = Browser(web.port), []
    for _ in range(75):
        statuses.append(browser.call("POST", "/api/session", {}).status)
    assert statuses[:60] == [200] * 60
    assert statuses[-1] == 429
    assert Browser(web.port).call("POST", "/api/session", {}).status == 200


# Texts

MARKUP = [
    "<img src=x onerror=alert(1)><script>alert(2)</script>",
    '<svg/onload=alert(1)> <a href="javascript:alert(1)">x</a>',
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png) **bold** `code`",
    "'; DROP TABLE messages; -- \" OR 1=1; SELECT * FROM conversations",
    "one\r\nSet-Cookie: a=b\r\n\r\n2026-01-01 00:00:00 ERROR root: forged line",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x08\x08 {{7*7}} ${7*7} %s %n {0.__class__}",
]


@pytest.mark.parametrize("text", MARKUP)
def test_texts_come_back_as_they_were_and_nowhere_else(web, text):
    browser = opened(web.port)
    reply = browser.say(text)
    answer = browser.call("GET", "/api/messages?after=0")
    assert answer.json["messages"][0]["text"] == text
    assert answer.headers["content-type"] == "application/json"
    for name in KEPT:
        assert name in answer.headers
    headers = json.dumps(dict(answer.headers))
    logged = web.logged()
    for piece in (
        "onerror",
        "onload",
        "javascript:",
        "DROP TABLE",
        "forged line",
        "\x1b[31m",
        "Set-Cookie",
    ):
        assert piece not in headers
        assert piece not in logged
    assert reply["custom"].get("type") != "error"


def test_nothing_that_is_sent_beside_the_text_ends_in_a_log(web):
    mark = "\x1b[31mINJECTED"
    browser = opened(web.port)
    for answer in (
        browser.post("x", key=mark),
        browser.post("x", act={"act": mark, "products": [mark]}),
        browser.post("x", picture=mark),
        browser.call("POST", "/api/events", {"events": [{"id": new_key(), "kind": mark}]}),
        browser.call("GET", "/api/messages?after=%1b[31mINJECTED&wait=INJECTED"),
        browser.call("GET", "/INJECTED%1b[31m%0d%0aforged"),
        browser.call("POST", "/api/messages", b"x", X_Forwarded_For=mark, User_Agent=mark),
    ):
        assert answer.status in (400, 404)
        assert b"INJECTED" not in answer.body
        assert "INJECTED" not in json.dumps(dict(answer.headers))
    assert "INJECTED" not in web.logged()


@pytest.mark.parametrize(
    "text", ["/restart", '/find{"product_type": "kettle"}', "/session_start", " /back"]
)
def test_a_slash_is_a_character_like_any_other(web, text):
    """Who writes a command is answered as one who writes the same words."""
    replies = []
    for said in (text, text.strip().lstrip("/")):
        browser = opened(web.port)
        browser.say("a red dress under 500")
        replies.append(browser.say(said))
        assert browser.messages()["messages"][2]["text"] == said.strip()
    command, words = replies
    assert command["custom"]["type"] != "error"
    assert (command["text"], command["buttons"]) == (words["text"], words["buttons"])
    assert items(command) == items(words)


# Sizes


def raw(web, head: str, body: bytes = b"", wait: float = SECONDS) -> bytes:
    """The answer to bytes as they are."""
    with socket.create_connection((HOST, web.port), timeout=wait) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        got = b""
        while part := connection.recv(65536):
            got += part
            if b"\r\n\r\n" in got:
                break
        return got


def test_a_message_of_a_megabyte_is_refused_unread(web):
    browser = opened(web.port)
    answer = browser.post("a" * 1_000_000)
    assert (answer.status, answer.json["error"]) == (413, "too_large")
    head = (
        f"POST /widget/api/messages HTTP/1.1\nHost: x\nAuthorization: Bearer {browser.token}\n"
        "Content-Length: 100000000000"
    )
    began = time.monotonic()
    assert b" 413 " in raw(web, head).partition(b"\r\n")[0]
    assert time.monotonic() - began < 5
    assert browser.post("a" * 2001).json["error"] == "too_long"
    assert browser.messages()["messages"] == []


def test_chunks_without_end_are_refused_at_the_limit(web):
    token = opened(web.port).token
    head = (
        f"POST /widget/api/messages HTTP/1.1\nHost: x\nAuthorization: Bearer {token}\n"
        "Transfer-Encoding: chunked"
    )
    chunk = b"4000\r\n" + b"a" * 0x4000 + b"\r\n"
    assert b" 413 " in raw(web, head, chunk * 4).partition(b"\r\n")[0]


@pytest.mark.parametrize(
    "body",
    [b"[" * 30_000, b'{"a":' * 6_000, b'{"id": "12345678", "text": NaN}', b"\xff\xfe\x00", b"null",
     b'{"id": "12345678", "text": {"a": 1}}'],
    ids=["deep list", "deep object", "no number", "no text", "null", "object for text"],
)  # fmt: skip
def test_other_bodies_are_refused_and_hurt_nobody(web, body):
    browser = opened(web.port)
    assert browser.call("POST", "/api/messages", body).status == 400
    assert browser.messages()["messages"] == []


@pytest.mark.parametrize(
    "query", ["after=-1", "after=1e9", "after=x", "wait=-5", "after=" + "9" * 50, "after=%00"]
)
def test_places_are_numbers(web, query):
    assert opened(web.port).call("GET", f"/api/messages?{query}").status == 400


# Paths, methods, origins


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd",
     "/....//etc/passwd", "/%252e%252e/etc/passwd", "/..\\..\\etc\\passwd", "//etc/passwd",
     "/api/../../../credentials.yml", "/__init__.py", "/shop-talk.js%00.png",
     "/api/pictures/..%2f..%2fstore.sqlite3", "/api/pictures/%2e%2e", "/api/nothing"],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(web, path):
    answer = opened(web.port).call("GET", path)
    assert answer.status == 404
    assert b"root:" not in answer.body
    assert b"passwd" not in answer.body or path.startswith("//")


def test_only_what_is_meant_can_be_done(web):
    browser = opened(web.port)
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        assert browser.call(method, "/api/messages").status == 405
    assert browser.call("GET", "/api/session").json["error"] == "method"


LOOK_ALIKES = [
    "https://shop.example.evil.com", "https://evilshop.example", "http://shop.example", "null",
    "https://shop.example.", "https://shop.example:444", "https://shop.example/", "*",
    "https://SHOP.EXAMPLE", f"http://{HOST}:1", f"https://{HOST}",
]  # fmt: skip


def test_the_listed_origin_may_and_is_told_so(web):
    browser = opened(web.port)
    asked = {"Origin": SHOP, "Access_Control_Request_Method": "POST"}
    allowed = browser.call("OPTIONS", "/api/messages", **asked)
    assert allowed.status == 204
    assert allowed.headers["access-control-allow-origin"] == SHOP
    assert "Authorization" in allowed.headers["access-control-allow-headers"]
    answer = browser.call("GET", "/api/messages", Origin=SHOP)
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "Origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in {*allowed.headers, *answer.headers}
    refused = browser.call("POST", "/api/messages", b"", Origin=SHOP)
    assert (refused.status, refused.headers["access-control-allow-origin"]) == (400, SHOP)
    own = f"http://{HOST}:{web.port}"
    assert browser.call("GET", "/api/messages", Origin=own).status == 200


@pytest.mark.parametrize("origin", LOOK_ALIKES)
def test_look_alikes_of_an_origin_may_nothing(web, origin):
    browser = opened(web.port)
    preflight = browser.call(
        "OPTIONS", "/api/messages", Origin=origin, Access_Control_Request_Method="POST"
    )
    answers = [browser.call("GET", "/api/messages", Origin=origin)]
    answers.append(browser.call("POST", "/api/session", {}, Origin=origin))
    assert {a.status for a in answers} == {403}
    for answer in (preflight, *answers):
        assert not [n for n in answer.headers if n.startswith("access-control-")]
        assert "Origin" in answer.headers["vary"]

    async def connect():
        async with Stream(browser, Origin=origin):
            raise AssertionError("It may connect.")

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        asyncio.run(connect())
    assert refused.value.status == 403


# Pictures


def png(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and has next to nothing in it."""

    def part(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\0" * 9))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(
    ("type_", "data", "status"),
    [("image/svg+xml", SVG, 415), ("image/jpeg", SVG, 415), ("text/html", b"<html>", 415),
     ("image/png", png(60_000, 60_000), 400), ("image/png", b"\x89PNG\r\n\x1a\n" + SVG, 400),
     ("image/jpeg", b"\xff\xd8\xff" + b"a" * 5_000_001, 413), ("image/jpeg", b"", 415)],
    ids=["svg", "svg as jpeg", "html", "too many pixels", "png in name", "too long", "empty"],
)  # fmt: skip
def test_what_is_no_picture_is_not_kept(web, type_, data, status):
    answer = opened(web.port).call("POST", "/api/pictures", data, content_type=type_)
    assert answer.status == status
    assert set(answer.json) == {"error", "message"}


def test_a_picture_is_its_senders_alone(web):
    ann, bob = opened(web.port), opened(web.port)
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    name = ann.call("POST", "/api/pictures", out.getvalue(), content_type="image/png").json[
        "picture"
    ]
    assert ann.call("GET", f"/api/pictures/{name}").status == 200
    assert bob.call("GET", f"/api/pictures/{name}").status == 404
    assert bob.post("look", picture=name).json["error"] == "bad_picture"
    assert Browser(web.port).call("GET", f"/api/pictures/{name}").status == 401


def test_pictures_are_not_sent_without_end(web):
    browser = opened(web.port)
    statuses = {
        browser.call("POST", "/api/pictures", b"", content_type="image/png").status
        for _ in range(8)
    }
    assert statuses == {415, 429}


# The stream


@pytest.mark.parametrize(
    "first",
    ['{"type": "say", "id": "12345678", "text": "hello"}', '{"type": "hello"}', "[]", "x",
     '{"type": "hello", "token": "x.y", "after": 0}', '{"type": "hello", "token": {"a": 1}}'],
)  # fmt: skip
def test_a_stream_without_a_token_is_ended(web, first):
    async def connect():
        async with Stream(Browser(web.port)) as stream:
            await stream.socket.send_str(first)
            error = await stream.next()
            assert await stream.next() == {"type": "closed"}
            return error, stream.closed_with

    error, code = asyncio.run(connect())
    assert error["type"] == "error"
    assert code in (4401, 1008)
    assert set(error) == {"type", "code", "message"}


def test_the_stream_takes_no_token_that_others_do_not(web):
    async def connect(token):
        async with Stream(Browser(web.port)) as stream:
            await stream.hello(token=token)
            return await stream.next()

    told = {
        json.dumps(asyncio.run(connect(token.removeprefix("Bearer "))))
        for name, token in bad_tokens(web).items()
        if name in ("forged", "expired", "for the staff", "nonsense")
    }
    assert len(told) == 1
    assert "unauthorized" in told.pop()


def test_who_says_nothing_is_not_waited_for(web):
    async def silent():
        began = time.monotonic()
        async with Stream(Browser(web.port)) as stream:
            assert (await stream.next())["code"] == "unauthorized"
            assert await stream.next() == {"type": "closed"}
        return time.monotonic() - began

    assert asyncio.run(silent()) < 10


@pytest.mark.parametrize("frame", ["a" * 40_000, b"\x00" * 40_000], ids=["text", "bytes"])
def test_frames_that_are_too_large_end_a_stream(web, frame):
    async def send():
        async with Stream(opened(web.port)) as stream:
            await stream.hello()
            await stream.next("status")
            send = stream.socket.send_str if isinstance(frame, str) else stream.socket.send_bytes
            await send(frame)
            assert await stream.next("closed", "ack") == {"type": "closed"}
            return stream.closed_with

    assert asyncio.run(send()) == 1009


def test_odd_frames_are_refused_and_the_stream_goes_on(web):
    async def send():
        async with Stream(opened(web.port)) as stream:
            await stream.hello()
            await stream.next("status")
            for odd in ("x", "[]", '{"type": "nothing"}', "[" * 9_000, '{"type": "say", "id": 5}'):
                await stream.socket.send_str(odd)
                assert (await stream.next())["type"] == "error"
            await stream.socket.send_bytes(b"\xff\xfe")
            assert (await stream.next())["type"] == "error"
            await stream.socket.send_json({"type": "ping"})
            assert await stream.next() == {"type": "pong"}

    asyncio.run(send())


def test_a_flood_of_frames_ends_the_stream(web):
    browser = opened(web.port)

    async def flood():
        async with Stream(browser) as stream:
            await stream.hello()
            try:
                for n in range(500):
                    say = {"type": "say", "id": f"flood-{n:04}", "text": "hello"}
                    await stream.socket.send_json(say)
            except ConnectionError:
                pass
            frames = []
            while (frame := await stream.next())["type"] != "closed":
                frames.append(frame)
            return frames, stream.closed_with

    frames, code = asyncio.run(flood())
    acks = [f for f in frames if f["type"] == "ack"]
    refused = [f for f in frames if f["type"] == "error"]
    assert code == 4429
    assert len(acks) <= 9
    assert {f["code"] for f in refused} == {"too_many"}
    assert refused[0]["id"].startswith("flood-")
    assert refused[0]["retry_after"] > 0
    browser.reply(acks[-1]["seq"])
    told = browser.messages()["messages"]
    assert len([m for m in told if m["author"] == "shopper"]) == len(acks)


def test_streams_of_one_session_are_counted(web):
    browser = opened(web.port)

    async def many():
        streams, refused = [], 0
        try:
            for _ in range(8):
                stream = await Stream(browser).__aenter__()
                streams.append(stream)
                await stream.hello()
                refused += (await stream.next("status", "error"))["type"] == "error"
        finally:
            for stream in streams:
                await stream.__aexit__()
        return refused

    assert asyncio.run(many()) == 2


def test_no_websocket_is_no_error_of_ours(web):
    for headers in (
        {},
        {"Upgrade": "websocket"},
        {"Upgrade": "websocket", "Sec_WebSocket_Key": "x"},
    ):
        connection = http.client.HTTPConnection(HOST, web.port, timeout=SECONDS)
        named = {n.replace("_", "-"): v for n, v in headers.items()}
        connection.request("GET", "/widget/api/stream", headers=named)
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["error"]) == (400, "no_websocket")
        connection.close()


# Much of everything


def test_too_many_messages_are_refused_and_told_when_to_come_again(web):
    browser = opened(web.port)
    answers = [browser.post(f"hello {n}", key=f"many-{n:04}") for n in range(14)]
    refused = [a for a in answers if a.status == 429]
    assert refused
    assert all(1 <= int(a.headers["retry-after"]) <= 10 for a in refused)
    assert refused[0].json["error"] == "too_many"


def test_others_are_served_beside_a_flood(web):
    """A thousand messages a second of one sender, for some seconds."""
    figures = measure_flood(web.port, rate=1000.0, seconds=8.0)
    if figures["ratio"] > 2:
        figures = measure_flood(web.port, rate=1000.0, seconds=8.0)
    assert figures["offered"] > 7000, figures
    assert figures["refused"] > 100, figures
    assert figures["accepted"] < 30, figures
    assert figures["ratio"] <= 2, figures


def test_after_all_that_the_logs_are_quiet(web):
    """No failure of ours, no token, no text of a shopper."""
    browser = opened(web.port)
    browser.say("a red dress for erika@example.com, order number 4711-0815")
    logged = web.logged()
    for piece in ("Traceback", "erika", "4711-0815", browser.token, web.settings.session_secret):
        assert piece not in logged
