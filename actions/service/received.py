"""Complaints: something that was received is broken, wrong, missing or late.

That a price is too high, or what might happen, is none.
"""

from __future__ import annotations

from actions.service.words import first, plain, says

#: Kinds of complaint, in the order they are looked for.
KINDS = ("wrong", "missing", "damaged", "faulty", "late", "rude")
OTHER = "other"


def complaint(text: str) -> str:
    """What is complained about in a message about something received: one of ``KINDS``, or "".

    >>> complaint("the kettle you sent leaks"), complaint("too expensive")
    ('damaged', '')
    """
    said = plain(text)
    if says("supposed", said) or not says("received", said):
        return ""
    return first(KINDS, said)


def kind(text: str) -> str:
    """The kind of what is known to be a complaint."""
    return first(KINDS, plain(text)) or OTHER


def only_price(text: str) -> bool:
    """Whether what sounds like a complaint is only about a price."""
    said = plain(text)
    return says("price", said) and not complaint(text)
