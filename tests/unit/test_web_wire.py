"""What the widget sends is checked field by field, and texts stay as they were written."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.core.model import ACT, BOT, PICTURE, SHOPPER, TEXT, Message
from bot.channels.security.door import json_object
from bot.channels.security.problem import Problem
from bot.channels.web.limits import Limits
from bot.channels.web.wire import message_json, read_events, read_language, read_say

LIMITS = Limits()
ID = "b5a1c1f2-7f2e-4a51-9c0b-1d2e3f4a5b6c"
NAME = "0123456789abcdef0123456789abcdef.jpg"


@pytest.mark.parametrize(
    "text",
    ["<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "'; DROP TABLE messages; --",
     "two\nlines", "\x1b[31mred", "红色的连衣裙", "👗", "/restart", "a" * 2000, "👗" * 2000],
)  # fmt: skip
def test_a_text_stays_as_it_was_written(text):
    assert read_say({"id": ID, "text": text}, LIMITS).text == text


def test_what_no_database_keeps_is_left_out():
    assert read_say({"id": ID, "text": " a\x00b\ud800c "}, LIMITS).text == "abc"


def test_the_longest_message_fits_into_a_body():
    body = json.dumps({"type": "say", "id": ID, "text": "👗" * LIMITS.text})
    assert len(body) < LIMITS.body


def test_a_tapped_button_names_act_and_products_once():
    act = {"act": "compare", "products": ["A", "B", "A"]}
    say = read_say({"id": ID, "text": "Compare", "act": act}, LIMITS)
    assert (say.kind, say.payload) == (ACT, {"act": "compare", "products": ["A", "B"]})


def test_a_picture_needs_no_words():
    say = read_say({"id": ID, "picture": NAME}, LIMITS)
    assert (say.kind, say.text, say.payload) == (PICTURE, "", {"picture": NAME})
    assert read_say({"id": ID, "text": "hello"}, LIMITS).kind == TEXT


ACT_OK = {"act": "like", "products": ["A"]}
WRONG = {
    "bad_id": [{}, {"id": 5}, {"id": "short"}, {"id": "a" * 65}, {"id": "a/../../b-c"},
               {"id": f"{ID}\n"}, {"id": "日本語日本語日本"}],
    "bad_text": [{"text": 5}, {"text": ["a"]}, {"text": None}],
    "too_long": [{"text": "a" * 2001}],
    "empty": [{"text": ""}, {"text": " \n\t "}, {"text": "\x00"}, {"act": ACT_OK}],
    "bad_act": [{"text": "x", "act": a} for a in
                ("like", {}, {"act": "buy", "products": ["A"]}, {"act": "like"}, {"act": ["like"],
                 "products": ["A"]}, {"act": "like", "products": []}, {"act": "like", "products":
                 ["A"] * 9}, {"act": "like", "products": "A"})]
               + [{"text": "x", "act": ACT_OK, "picture": NAME}],
    "bad_product": [{"text": "x", "act": {"act": "like", "products": [p]}} for p in
                    (5, None, "", "a" * 201, "a\x00b", {"a": 1})],
    "bad_picture": [{"picture": p} for p in
                    (5, "", "x.jpg", f"../{NAME}", NAME.replace("jpg", "svg"), f"{NAME}\n")],
}  # fmt: skip


@pytest.mark.parametrize(("code", "body"), [(c, b) for c, bs in WRONG.items() for b in bs])
def test_what_is_wrong_is_said_without_repeating_it(code, body):
    with pytest.raises(Problem) as refused:
        read_say(body if code == "bad_id" else {"id": ID, **body}, LIMITS)
    assert (refused.value.status, refused.value.code) == (400, code)
    for value in body.values():
        assert not isinstance(value, str) or len(value) < 5 or value not in refused.value.message


EVENT = {"id": ID, "kind": "clicked", "product_id": "A", "rank": 1}


def test_events_are_read_with_rank_or_without():
    told = read_events({"events": [EVENT, {**EVENT, "kind": "carted", "rank": None}]}, LIMITS)
    assert [(e.kind, e.product_id, e.rank) for e in told] == [
        ("clicked", "A", 1),
        ("carted", "A", None),
    ]


@pytest.mark.parametrize(
    "change",
    [{"kind": "bought"}, {"kind": "shown"}, {"kind": ["clicked"]}, {"kind": "CLICKED"}, {"rank": 0},
     {"rank": "1"}, {"rank": True}, {"rank": 1.0}, {"rank": 10**30}, {"id": "x"}, {"product_id": 5},
     {"product_id": "' OR 1=1 --" * 40}],
)  # fmt: skip
def test_other_events_are_refused(change):
    with pytest.raises(Problem):
        read_events({"events": [EVENT, {**EVENT, **change}]}, LIMITS)


@pytest.mark.parametrize("events", [None, [], {}, "x", [EVENT] * 51, [5]])
def test_a_batch_is_a_list_of_bounded_length(events):
    with pytest.raises(Problem):
        read_events({"events": events}, LIMITS)


def test_languages_are_those_that_are_spoken():
    assert (read_language({"language": "zh"}), read_language({})) == ("zh", "en")
    with pytest.raises(Problem):
        read_language({"language": "<b>"})


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"[]", b"5", b'"a"', b"null", b"\xff\xfe", b'{"a": NaN}', b'{"b": Infinity}',
     b"[" * 30_000, b'{"a":' * 6_000, b'{"a": 1} x'],
)  # fmt: skip
def test_what_is_no_json_object_is_refused(data):
    with pytest.raises(Problem) as refused:
        json_object(data)
    assert refused.value.status == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
FIELDS = st.sampled_from(["id", "text", "act", "picture", "events", "language", "products", "kind"])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(FIELDS, JSON))
def test_any_object_is_read_or_refused(body):
    for read in (read_say, read_events):
        for value in (body, {"id": ID, "text": "x", **body}):
            try:
                read(value, LIMITS)
            except Problem as problem:
                assert problem.status == 400


def test_a_message_goes_out_whole():
    at = datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc)
    data = {"type": "products", "items": []}
    said = Message(
        "web:s", 2, BOT, "hello", key="k", buttons=("more",), custom=data, reply_to=1, at=at
    )
    assert message_json(said) == {
        "seq": 2, "id": "k", "author": "bot", "name": "", "kind": "text", "text": "hello",
        "buttons": ["more"], "custom": data, "at": "2026-01-02T03:04:00+00:00", "reply_to": 1,
        "picture": None,
    }  # fmt: skip
    sent = Message("web:s", 1, SHOPPER, "", kind=PICTURE, key=ID, payload={"picture": NAME})
    assert message_json(sent)["picture"] == NAME
