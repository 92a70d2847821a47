"""The shopper's acts in a turn, as events for the append-only log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Iterable, Optional

from actions.request.apply import Applied
from actions.request.types import Change
from actions.turn.model import Memory, TurnInput
from catalog.events import Event

#: Kinds of change → kinds of event.
ACTS = {
    "like": "liked",
    "reject": "rejected",
    "choose": "chosen",
    "unchoose": "unchosen",
    "ask": "asked",
    "compare": "asked",
    "refer": "asked",
    "similar": "asked",
}


@dataclass
class EventLog:
    """Collects the events of one turn."""

    turn: TurnInput
    number: int
    at: datetime
    events: tuple[Event, ...] = ()

    @classmethod
    def of(
        cls, turn: TurnInput, memory: Memory, changes: Iterable[Change], applied: Applied
    ) -> EventLog:
        """The acts in an utterance's changes."""
        log = cls(turn, memory.turn, datetime.now(timezone.utc))
        before, after = turn.request, applied.request
        new = {
            "liked": set(after.liked) - set(before.liked),
            "rejected": set(after.rejected) - set(before.rejected),
            "chosen": set(after.chosen) - set(before.chosen),
            "unchosen": set(before.chosen) - set(after.chosen),
        }
        for kind, ids in new.items():
            for product_id in sorted(ids):
                log.add(kind, product_id)
        for i, change in enumerate(changes):
            if ACTS.get(change.kind) == "asked":
                about = change.attribute or change.kind
                for product_id in applied.targets.get(i, applied.request.focus):
                    log.add("asked", product_id, about=about)
        return log

    @classmethod
    def corrected(cls, turn: TurnInput, memory: Memory) -> EventLog:
        """The shopper took a step back."""
        log = cls(turn, memory.turn, datetime.now(timezone.utc))
        log.add("corrected", None)
        return log

    def add(
        self, kind: str, product_id: Optional[str], rank: Optional[int] = None, **payload: Any
    ) -> Optional[Event]:
        """Append one event; its key makes writing it again a no-op.

        Returns
        -------
        The event, or None where it was there already.
        """
        turn = self.turn
        event = Event(
            key=f"{turn.conversation_id}:{self.number}:{kind}:{product_id or ''}",
            shopper_id=turn.shopper_id,
            conversation_id=turn.conversation_id,
            turn=self.number,
            kind=kind,
            product_id=product_id,
            rank=rank,
            payload=payload,
            at=self.at,
        )
        if event.key in {e.key for e in self.events}:
            return None
        self.events = (*self.events, event)
        return event
