"""What a text ranker reads of a request: what was said, and what the shopper took before."""

from __future__ import annotations

from typing import Iterable

#: What makes a product part of the shopper's context in later requests.
KEPT = ("liked", "chosen", "carted", "bought")
#: Titles in a context.
RECENT = 4
SEPARATOR = " | "


def in_context(said: str, titles: Iterable[str]) -> str:
    """Words first, then titles, newest first.

    >>> in_context("red dress", ["Straw hat"])
    'red dress | Straw hat'
    """
    return SEPARATOR.join(part for part in (said, *titles) if part)
