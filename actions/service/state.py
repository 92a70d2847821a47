"""What a conversation remembers of customer service, as JSON in its memory."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Mapping, Optional

from catalog.service import REQUEST_KINDS

#: What an order is asked for: where it is, what a person shall do about it, or what is wrong.
STATUS, COMPLAINT = "status", "complaint"
PURPOSES = (STATUS, COMPLAINT, *REQUEST_KINDS)
#: How many things that went wrong are remembered.
_WRONGS = 4


@dataclass(frozen=True)
class ServiceState:
    """What is open, proven, and has gone wrong. Numbers and contacts are sealed."""

    pending: str = ""
    """What an order's number and contact are asked for: one of ``PURPOSES``; empty for nothing."""
    number: str = ""
    """The order's number as it was told, sealed, while the contact is missing."""
    contact: str = ""
    """The contact as it was told, sealed, while the number is missing."""
    asked: int = 0
    """How often in a row the same was asked for."""
    proven: str = ""
    """The number of the order that was proven to be the shopper's, sealed."""
    offered: str = ""
    """Why it was offered to ask a person, while that can be taken with a yes."""
    missed: int = 0
    """Messages in a row that were not understood."""
    blamed: int = 0
    """Complaints about the assistant in a row."""
    wrongs: tuple[str, ...] = ()
    """What went wrong, oldest first, by code."""
    trouble: str = ""
    """The kind of a complaint about something received."""
    said: str = ""
    """The words that an offer, a complaint or a wish began with, masked."""

    def carried(self) -> ServiceState:
        """The state as the next turn begins with it: what is open is open for one turn."""
        return replace(self, pending="", number="", contact="", asked=0, offered="")

    def went_wrong(self, code: str) -> ServiceState:
        """With one thing more that went wrong; the same is noted once."""
        kept = tuple(w for w in self.wrongs if w != code)
        return replace(self, wrongs=(*kept, code)[-_WRONGS:])

    def handed_over(self) -> ServiceState:
        """After a person was asked for: what went wrong is theirs."""
        return ServiceState(proven=self.proven)

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value:
                out[field.name] = list(value) if isinstance(value, tuple) else value
        return out

    @classmethod
    def from_json(cls, data: Optional[Mapping[str, Any]]) -> ServiceState:
        values = dict(data or {})
        if "wrongs" in values:
            values["wrongs"] = tuple(values["wrongs"])
        names = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in names})
