"""The shopper's acts in a turn, as events for the append-only log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any, Iterable, Optional, Sequence

from actions.request.apply import Applied
from actions.request.bundle import Bundle
from actions.request.types import Change, Constraint, Request
from actions.turn.model import Memory, TurnInput
from catalog.events import STEP, Event
from catalog.masking import masked, masked_json

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
                log.add(kind, product_id, log.rank(product_id))
        for i, change in enumerate(changes):
            if ACTS.get(change.kind) == "asked":
                about = change.attribute or change.kind
                for product_id in applied.targets.get(i, applied.request.focus):
                    log.add("asked", product_id, log.rank(product_id), about=about)
        return log

    @classmethod
    def corrected(cls, turn: TurnInput, memory: Memory) -> EventLog:
        """The shopper took a step back."""
        log = cls(turn, memory.turn, datetime.now(timezone.utc))
        log.add("corrected", None, about=STEP)
        return log

    def rank(self, product_id: str) -> Optional[int]:
        """Where the product stood in the list that the shopper has before them, from 1."""
        shown = self.turn.request.last_list
        return shown.index(product_id) + 1 if product_id in shown else None

    def searched(self, after: Request, products: Sequence[str] = ()) -> Optional[Event]:
        """Where what is looked for has changed: what the shopper said, and what it found first.

        Parameters
        ----------
        after
            What is looked for now.
        products
            The first that were found for it.

        Returns
        -------
        The event; None where nothing else is looked for, or it is logged already.
        """
        before = self.turn.request
        if after.bundle is None:
            # Being done with several things is no search for another.
            before = replace(before, bundle=None)
        if _looked_for(after) == _looked_for(before):
            return None
        if after.bundle is None:
            category, constraints = after.category, after.constraints
        else:
            kinds = (kind for part in after.bundle.parts for kind in part.kinds)
            category, constraints = tuple(dict.fromkeys(kinds)), _of_bundle(after.bundle)
        gift = any("gift" in map(str, c.values) for c in after.on("occasion"))
        found: dict[str, Any] = {"products": list(products)} if products else {}
        if gift:
            found["gift"] = True
        event = self.add(
            "searched",
            None,
            text=masked(self.turn.text),
            category=list(category),
            constraints=masked_json([c.to_json() for c in constraints]),
            **found,
        )
        if event is not None:
            # What is shown is shown for it.
            others = [e for e in self.events if e.kind != "shown" and e is not event]
            shown = [e for e in self.events if e.kind == "shown"]
            self.events = (*others, event, *shown)
        return event

    def add(
        self,
        kind: str,
        product_id: Optional[str],
        rank: Optional[int] = None,
        *,
        named: str = "",
        **payload: Any,
    ) -> Optional[Event]:
        """Append one event; its key makes writing it again a no-op.

        Parameters
        ----------
        named
            Tells events of one kind apart that are about no product.

        Returns
        -------
        The event, or None where it was there already.
        """
        turn = self.turn
        event = Event(
            key=f"{turn.conversation_id}:{self.number}:{kind}:{product_id or named}",
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


def _looked_for(request: Request) -> tuple[object, ...]:
    """What a request looks for, without what was shown for it and what was done with that."""
    bundle = request.bundle
    parts = () if bundle is None else tuple((p.kinds, p.text) for p in bundle.parts)
    together = () if bundle is None else _of_bundle(bundle)
    return request.constraints, request.text, parts, together


def _of_bundle(bundle: Bundle) -> tuple[Constraint, ...]:
    """What was said of all parts of a bundle, of its price, and of each part; each thing once."""
    budget = () if bundle.budget is None else (bundle.budget,)
    of_parts = (constraint for part in bundle.parts for constraint in part.constraints)
    return tuple(dict.fromkeys((*bundle.constraints, *budget, *of_parts)))
