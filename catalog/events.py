"""What shoppers do: the append-only log that interest, drift and the ranker learn from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Mapping, Optional

#: Kinds of event, roughly from the weakest to the strongest sign of interest.
EVENT_KINDS = (
    "shown", "skipped", "clicked", "asked", "liked", "rejected", "chosen", "unchosen", "carted",
    "bought", "rated", "corrected",
)  # fmt: skip

SCHEMA_VERSION = 1


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
