"""What the text ranker learns from: contexts, what was taken in them, and what was passed over.

A context is what was said in a request and the titles of what the shopper took before, newest
first. A log without requests has baskets: the context is what was taken before the basket. What
was shown above the last product that was taken, and not taken itself, was very likely seen and
passed over: it makes the hard negatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence

import numpy as np
import numpy.typing as npt

from catalog.encoders.context import KEPT, RECENT, in_context
from catalog.event_table import EventTable

#: What says that a product was right for the request.
TAKEN = ("clicked", "liked", "chosen", "carted", "bought")


@dataclass(frozen=True)
class Example:
    """One request or basket; products are indices of texts."""

    shopper: int
    said: str
    """The words of the request; empty in logs that have none."""
    before: tuple[int, ...]
    """Texts of what was taken before, newest first, each once."""
    taken: tuple[int, ...]
    """Each once, in order."""
    passed: tuple[int, ...]
    """Shown, very likely seen, and not taken."""
    at: int
    """Milliseconds since 1970."""


def examples(
    table: EventTable, text_of: npt.NDArray[np.int64], recent: int = RECENT
) -> list[Example]:
    """All requests or baskets of a log in which something was taken, by time.

    Parameters
    ----------
    text_of
        Index of each product's text, -1 where it has none; shape (products,).
    recent
        Most texts in ``before``.
    """
    visit = _visits(table)
    order = np.lexsort((np.arange(len(table)), visit, table.at))
    taken, kept = table.of_kinds(*TAKEN), table.of_kinds(*KEPT)
    shown, refused = table.of_kinds("shown"), table.of_kinds("rejected")
    text = np.where(table.product >= 0, text_of[table.product], -1)
    visits: dict[int, list[int]] = {}
    for event in order.tolist():
        if text[event] >= 0 and (taken[event] or shown[event] or refused[event]):
            visits.setdefault(int(visit[event]), []).append(event)
    history: dict[int, list[int]] = {}
    found = []
    for events in visits.values():
        shopper = int(table.shopper[events[0]])
        right = list(dict.fromkeys(int(text[e]) for e in events if taken[e]))
        known = history.setdefault(shopper, [])
        if right:
            said = _said(table, events[0])
            before = tuple(dict.fromkeys(reversed(known)))[:recent]
            if said or before:
                passed = _passed(table, events, text, shown, refused, set(right))
                at = int(table.at[events[0]])
                found.append(Example(shopper, said, before, tuple(right), passed, at))
        known.extend(int(text[e]) for e in events if kept[e])
        del known[: -4 * recent]
    return found


def context(example: Example, titles: Sequence[str], query_prefix: str = "") -> str:
    """A context as the encoder reads it: words first, then titles.

    >>> context(Example(0, "red dress", (1,), (0,), (), 0), ["Silk dress", "Straw hat"])
    'red dress | Straw hat'
    """
    return query_prefix + in_context(example.said, (titles[text] for text in example.before))


def by_time(
    found: Sequence[Example], shares: Sequence[float] = (0.8, 0.1)
) -> tuple[list[Example], list[Example], list[Example]]:
    """Training, validation and test examples, one after the other in time.

    >>> row = [Example(0, "a", (), (0,), (), at) for at in range(10)]
    >>> [len(part) for part in by_time(row)]
    [8, 1, 1]
    """
    ordered = sorted(found, key=lambda example: example.at)
    first = round(shares[0] * len(ordered))
    second = first + round(shares[1] * len(ordered))
    return ordered[:first], ordered[first:second], ordered[second:]


def _visits(table: EventTable) -> npt.NDArray[np.int64]:
    """A number for each request of a conversation, or basket; shape (n,)."""
    talk = table.conversation if table.conversation is not None else np.full(len(table), -1)
    query: Optional[npt.NDArray[np.int32]] = table.query
    said = query if query is not None else np.full(len(table), -1)
    # Where nothing tells visits apart a day of a shopper is one.
    day = np.where(talk >= 0, 0, table.at // 86_400_000)
    keys = np.stack([table.shopper, talk, said, day], axis=1)
    _, number = np.unique(keys, axis=0, return_inverse=True)
    return np.asarray(number, np.int64).ravel()


def _said(table: EventTable, event: int) -> str:
    if table.query is None or table.query[event] < 0:
        return ""
    return table.queries[table.query[event]]


def _passed(
    table: EventTable,
    events: Sequence[int],
    text: npt.NDArray[np.int64],
    shown: npt.NDArray[np.bool_],
    refused: npt.NDArray[np.bool_],
    right: set[int],
) -> tuple[int, ...]:
    if table.rank is None:
        return ()
    rank = table.rank
    last = max((int(rank[e]) for e in events if shown[e] and int(text[e]) in right), default=0)
    above = [int(text[e]) for e in events if shown[e] and rank[e] <= last]
    above += [int(text[e]) for e in events if refused[e]]
    return tuple(t for t in dict.fromkeys(above) if t not in right)
