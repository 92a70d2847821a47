"""What a person is told who takes a conversation over: two to five lines. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Sequence

from catalog.masking import masked

#: Says a sentence by its key, in the language of the staff.
Say = Callable[..., str]
#: How much of the shopper's last words, and of a title, is told.
_WORDS, _TITLE = 240, 80
_PRODUCTS = 3


@dataclass(frozen=True)
class Case:
    """What is known when a person is asked for."""

    reason: str
    """Why: one of the codes of handoffs."""
    wanted: str = ""
    """What is looked for, in words."""
    products: Sequence[str] = ()
    """Titles of what is talked about, or is on the list."""
    order: str = ""
    """The order that was proven: its number and state, in words."""
    wish: str = ""
    """What shall be done about it: one of the kinds of requests; empty for nothing."""
    wrongs: Sequence[str] = ()
    """What went wrong before, by code."""
    trouble: str = ""
    """The kind of a complaint about something received."""
    words: str = ""
    """What the matter began with, in the shopper's words."""
    last_words: str = ""
    """The shopper's last words, as they were written."""


def summary(case: Case, say: Say) -> str:
    """Two to five lines for the person who takes over."""
    lines = [say("service_summary_reason", why=say(f"service_why_{case.reason}"))]
    what = [say(f"service_do_{case.wish}")] if case.wish else []
    what += [say(f"service_trouble_{case.trouble}")] if case.trouble else []
    if case.order:
        order = say("service_summary_order", order=case.order)
        lines.append(f"{order} {_joined(what, say)}".rstrip())
    elif what:
        lines.append(say("service_summary_wish", what=_joined(what, say)))
    about = []
    if case.wanted:
        about.append(say("service_summary_wanted", what=case.wanted))
    if case.products:
        titles = [_cut(title, _TITLE) for title in case.products[:_PRODUCTS]]
        about.append(say("service_summary_products", titles=_joined(titles, say)))
    if about:
        lines.append(" ".join(about))
    wrongs = [say(f"service_wrong_{code}") for code in case.wrongs]
    if wrongs:
        lines.append(say("service_summary_wrong", what=_joined(wrongs, say)))
    words = [_cut(masked(w), _WORDS) for w in (case.words, case.last_words) if w]
    quoted = say("service_and").join(f"“{w}”" for w in dict.fromkeys(words))
    lines.append(say("service_summary_words", words=quoted))
    return "\n".join(lines)


def _joined(parts: Sequence[str], say: Say) -> str:
    return say("service_and").join(parts)


def _cut(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
