"""What shoppers do: the append-only log that interest, drift and the ranker learn from.

What every kind says, and what its payload holds as plain JSON; all of it may be missing unless it
is said to be needed. Events that come from a merchant's own log have ``query`` (what the product
was shown for) and ``value`` (a rating or a quantity) where that log has them.

========== ============================= =========================================================
kind       what the shopper did          payload
========== ============================= =========================================================
shown      was shown the product         scores {part: number}, relaxed, part (of a bundle)
skipped    passed over it
clicked    looked at it
asked      asked about it                about: the attribute, or what was asked for
liked      said to like it
rejected   said not to want it
chosen     put it on the list
unchosen   took it off the list
carted     put it into the cart
bought     bought it                     value: how many
rated      rated it                      value: the rating (needed to say anything)
corrected  said that the assistant was   about: ``step`` (a step was taken back), ``interest``
           wrong                         (what is known about the shopper) or ``drift`` (that the
                                         interest changed); and what was corrected
commented  wrote about it, or at large   text (needed): the words, personal data masked; value
shared     passed it on to somebody
helped     said whether the chat helped  value (needed): 1 or 0
profiled   nothing: the merchant knows   {attribute: value or list of values}
searched   changed what is looked for    text: own words, personal data masked; category: product
                                         types; constraints: as the request has them
========== ============================= =========================================================

``asked``, ``corrected``, ``commented``, ``helped``, ``profiled`` and ``searched`` need not be about
a product.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Mapping, Optional

#: Kinds of event. Tables of events keep the place of a kind in here: new ones go to the end.
EVENT_KINDS = (
    "shown", "skipped", "clicked", "asked", "liked", "rejected", "chosen", "unchosen", "carted",
    "bought", "rated", "corrected", "commented", "shared", "helped", "profiled", "searched",
)  # fmt: skip

#: Kinds that need not be about a product.
ABOUT_NOTHING = ("asked", "corrected", "commented", "helped", "profiled", "searched")

#: What a ``corrected`` event can be about.
STEP, INTEREST, DRIFT = "step", "interest", "drift"

#: The version of events that this program writes; ``catalog.event_versions`` reads older ones.
SCHEMA_VERSION = 2


@dataclass(frozen=True)
class Event:
    """One act of one shopper. The log keeps the order in which events were appended."""

    key: str
    """Unique name of the event; an event whose key is in the log already is not added again."""
    shopper_id: str
    conversation_id: str
    turn: int
    """The turn of the conversation it belongs to, from 1; 0 for events from elsewhere."""
    kind: str
    """One of ``EVENT_KINDS``."""
    product_id: Optional[str] = None
    rank: Optional[int] = None
    """Where in the shown list the product stood, from 1."""
    payload: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else belongs to the act, as plain JSON."""
    at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    """When it happened; aware, kept in UTC."""
    schema_version: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        if self.kind not in EVENT_KINDS:
            raise ValueError(f"There is no event of kind {self.kind!r}; there are {EVENT_KINDS}.")
        if not self.key or not self.shopper_id:
            raise ValueError("An event needs a key and a shopper.")
        if self.at.tzinfo is None:
            raise ValueError("The time of an event must be aware of its time zone.")
