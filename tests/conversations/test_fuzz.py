"""Whatever is said, there is an answer, and none that shows the inside of the program."""

from __future__ import annotations

import re
import time

import pytest

from .odd_texts import odd_texts
from .played import Seen

TEXTS = odd_texts()
INSIDE = re.compile(
    r"Traceback \(most recent|File \"[^\"]+\", line \d|sqlite3\.|OperationalError"
    r"|[A-Z]\w+(?:Error|Exception)\b: |<[\w.]+ object at 0x"
)
SECONDS = 30


def test_there_are_enough_odd_texts():
    assert len(TEXTS) >= 150
    assert max(len(text.encode("utf-8")) for text in TEXTS) >= 50_000


@pytest.mark.parametrize("start", range(0, len(TEXTS), 25))
def test_every_odd_text_is_answered(start, shop_session):
    """A fresh conversation for each handful, so that they also meet what the others left."""
    say = shop_session("demo")
    bad = []
    for text in TEXTS[start : start + 25]:
        began = time.monotonic()
        seen = Seen.of(say(text))
        seconds = time.monotonic() - began
        if not seen.text.strip():
            bad.append(f"{text[:60]!r}: no text")
        if "error" in seen.types:
            bad.append(f"{text[:60]!r}: {seen.text[:120]!r}")
        if inside := INSIDE.search(seen.text):
            bad.append(f"{text[:60]!r} shows {inside[0]!r}")
        if seconds > SECONDS:
            bad.append(f"{text[:60]!r}: {seconds:.0f} s")
    assert not bad, "\n" + "\n".join(bad)


def test_the_conversation_goes_on_after_odd_texts(shop_session):
    say = shop_session("demo")
    for text in ("/restart", "'; --", "😀", "not not not red", "( " * 300):
        say(text)
    say("start over")
    assert Seen.of(say("a red dress under 500")).items


def test_odd_texts_do_not_leak_into_another_conversation(shop_session):
    one, other = shop_session("demo"), shop_session("demo")
    one("red dress under 300")
    seen = Seen.of(other("backpacks"))
    attributes = {c["attribute"] for c in (seen.request or {}).get("constraints", ())}
    assert attributes == {"product_type"}
