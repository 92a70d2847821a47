"""Attacks on the desk of a running bot: nothing gets through, and refusals tell no secrets."""

from __future__ import annotations

import io
import json
import re
import urllib.parse

import pytest
import sqlalchemy as sa
from PIL import Image

from bot.staff.tables import sessions_table
from tests.staff.conftest import PASSWORD, Staff

READS = ("me", "conversations", "messages?conversation=web:x", "answers", "requests", "audit")
CHANGES = {
    "take": {"conversation": "web:x"},
    "answer": {"conversation": "web:x", "text": "hello", "id": "1"},
    "hand-back": {"conversation": "web:x"},
    "requests/done": {"id": 1},
    "logout": {},
}


def forms(cookie):
    """Cookies that are none of ours."""
    name, value = cookie.split("=", 1)
    payload, _, mac = value.partition(".")
    return ["", "shoptalk-staff=", f"{name}={payload}.{mac[:-2]}AA", f"{name}={payload}",
            f"{name}={'x' * 5000}", f"{name}=' OR 1=1 --"]  # fmt: skip


def test_without_a_session_nothing_is_told(staffed, anna):
    for n, cookie in enumerate(forms(anna.cookie), start=2):
        source = f"127.0.0.{n}"
        for what in READS:
            path = f"/staff/api/{what}"
            answer = staffed.call("GET", path, headers={"Cookie": cookie}, source=source)
            assert answer.status == 401, what
            assert set(answer.json) == {"error", "message"}
        for what, body in CHANGES.items():
            headers = {"Cookie": cookie, "Origin": f"http://{staffed.host}"}
            answer = staffed.call("POST", f"/staff/api/{what}", body, headers, source)
            assert answer.status == 401, what
        page = staffed.call("GET", "/staff/", headers={"Cookie": cookie})
        assert b'name="password"' in page.body
        assert b"desk.js" not in page.body


def test_an_expired_session_is_none(staffed):
    ben = Staff(staffed, "Ben").begin()
    assert ben.get("me").status == 200
    token = ben.token
    with staffed.database.write.begin() as connection:
        mine = sessions_table.c.form_token == token
        connection.execute(sa.update(sessions_table).where(mine).values(active_at=0.0))
    assert ben.get("me").status == 401


def test_logging_out_makes_the_cookie_worthless(staffed):
    ben = Staff(staffed, "Ben").begin()
    answer = ben.post("logout")
    assert answer.status == 200
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert ben.get("me").status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://127.0.0.1:{port}.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:{port}"},
        {"X-Staff-Token": ""},
        {"X-Staff-Token": "a guess"},
    ],
)
def test_another_sites_page_changes_nothing(staffed, anna, waiting, headers):
    port = str(staffed.servers.bot_port)
    own = {"Cookie": anna.cookie, "X-Staff-Token": anna.token}
    sent = {**own, **{name: value.replace("{port}", port) for name, value in headers.items()}}
    answer = staffed.call("POST", "/staff/api/take", {"conversation": waiting}, sent)
    assert answer.status == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert anna.conversations()[waiting]["status"] == "waiting"


def test_another_sites_page_cannot_log_anybody_in(staffed):
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = staffed.log_in("Anna", **headers)
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers


def test_a_wrong_name_and_a_wrong_password_look_the_same(staffed):
    wrong, unknown = staffed.log_in("Anna", "not the password"), staffed.log_in("Nobody", "not it")
    assert (wrong.status, wrong.body) == (unknown.status, unknown.body)
    assert wrong.status == 401
    assert "Set-Cookie" not in wrong.headers


def test_guessing_is_stopped(staffed):
    answers = [staffed.log_in("Guessed", f"guess number {n}") for n in range(7)]
    assert [one.status for one in answers][-2:] == [429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert b"Too many tries" in answers[-1].body


def test_an_agent_reaches_no_conversation_of_others(staffed, shopper, waiting, anna, ben, lee):
    assert anna.post("take", conversation=waiting).status == 200
    assert waiting not in ben.conversations()
    for answer in (
        ben.get("messages", conversation=waiting),
        ben.post("take", conversation=waiting),
        ben.post("answer", conversation=waiting, text="hello", id="1"),
        ben.post("hand-back", conversation=waiting),
        ben.get("messages", conversation="web:there-is-no-such-one"),
    ):
        assert answer.status == 404
    assert lee.conversations()[waiting]["person"] == "Anna"
    assert lee.post("answer", conversation=waiting, text="hello", id="1").status == 409


def test_roles_are_kept(anna, lee, ada):
    assert anna.get("requests").status == 403
    assert anna.post("requests/done", id=1).status == 403
    for one in (anna, lee):
        assert one.get("audit").status == 403
    assert ada.get("audit").status == 200
    assert lee.post("requests/done", id=10**9).status == 404


def test_the_audit_log_says_who_did_what_from_where_and_no_words(staffed, waiting, anna, ada):
    anna.get("messages", conversation=waiting)
    anna.post("take", conversation=waiting)
    anna.post("answer", conversation=waiting, text="very secret words", id="1")
    anna.post("hand-back", conversation=waiting)
    answer = ada.get("audit")
    mine = [one for one in answer.json["entries"] if one["conversation_id"] == waiting]
    assert [one["act"] for one in mine[::-1]] == ["view", "take", "answer", "hand_back"]
    assert {(one["who"], one["address"]) for one in mine} == {("Anna", "127.0.0.1")}
    assert b"secret words" not in answer.body
    assert PASSWORD.encode() not in answer.body


@pytest.mark.parametrize(
    "name",
    [
        "../channel.py",
        "..%2fchannel.py",
        "%2e%2e/%2e%2e/launch.py",
        "....//channel.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "desk.html",
        ".hidden",
        "desk.js%00.css",
    ],
)
def test_only_the_pages_files_are_served(staffed, name):
    answer = staffed.call("GET", f"/staff/files/{name}")
    assert answer.status in (400, 404)
    assert b"import" not in answer.body
    assert b"root:" not in answer.body


def test_pages_come_with_a_strict_policy(staffed, anna):
    for headers in ({}, {"Cookie": anna.cookie}):
        answer = staffed.call("GET", "/staff/", headers=headers)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in anna.get("conversations").headers["Content-Security-Policy"]


def test_the_login_page_repeats_nothing_that_was_sent(staffed):
    hostile = urllib.parse.quote('"><script>alert(1)</script>')
    answer = staffed.call("GET", f"/staff/?lang={hostile}&problem={hostile}")
    assert b"<script" not in answer.body
    form = urllib.parse.urlencode({"name": "<script>alert(1)</script>", "password": "x" * 20})
    assert b"<script" not in staffed.call("POST", "/staff/login", form).body


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"conversation": 7},
        {"conversation": "x" * 1000, "text": "a", "id": "1"},
        {"conversation": "web:x", "text": ["a"], "id": "1"},
        {"conversation": "web:x", "text": "a" * 20_000, "id": "1"},
        {"conversation": "web:x", "text": "a", "id": "1" * 100},
    ],
)
def test_what_is_no_answer_is_refused(anna, body):
    assert anna.post("answer", **body).status == 400


def test_a_large_body_is_refused(staffed, anna):
    headers = {
        "Cookie": anna.cookie,
        "X-Staff-Token": anna.token,
        "Content-Type": "application/json",
    }
    data = json.dumps({"conversation": "web:x", "text": "a" * (1 << 20), "id": "1"}).encode()
    assert staffed.call("POST", "/staff/api/answer", data, headers).status == 413


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    return out.getvalue()


def test_a_picture_is_shown_to_who_may_see_the_conversation(staffed, shopper, anna, ben):
    headers = {**shopper.headers, "Content-Type": "image/png"}
    sent = staffed.call("POST", "/widget/api/pictures", picture(), headers)
    name = sent.json["picture"]
    shopper.say("", picture=name)
    shopper.hear("bot")
    found = anna.conversations()
    assert all(one["status"] != "bot" for one in found.values())
    conversation = newest(staffed)
    assert anna.get("picture", conversation=conversation, name=name).status == 404
    staffed.ask_for_person(conversation)
    anna.post("take", conversation=conversation)
    answer = anna.get("picture", conversation=conversation, name=name)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.body)).size == (40, 30)
    assert ben.get("picture", conversation=conversation, name=name).status == 404
    for other in ("../../shop.json", "..%2f..%2fshop.json", "0" * 32 + ".png", ""):
        assert anna.get("picture", conversation=conversation, name=other).status == 404


def newest(staffed):
    from bot.channels.core.transcript import Transcript

    return Transcript(staffed.database).conversations(None, 1)[0].id


def test_no_words_of_people_are_in_the_logs(staffed, waiting, anna):
    anna.post("take", conversation=waiting)
    anna.post("answer", conversation=waiting, text="words for nobody's log", id="1")
    anna.post("answer", conversation=waiting, text=7, id="1")
    staffed.log_in("Anna", "a password for nobody's log")
    logs = "".join(path.read_text("utf-8") for path in staffed.servers.log.glob("*.log"))
    assert not re.search("nobody's log|a long password of ours", logs)
