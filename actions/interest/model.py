"""The interest model: what a shopper likes, learned act by act from the log."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Iterable, Optional

from actions.interest.acts import Operation, operations
from actions.interest.config import USUAL, InterestConfig
from actions.interest.lines import Line, lines
from actions.interest.score import Positions, Scores, scores
from actions.interest.space import Space
from actions.interest.state import InterestState
from catalog.events import Event
from catalog.index import CatalogueIndex

#: Changes when states are made differently of the same events.
_VERSION = 1
#: How much older interest counts after a change, where it is not said.
KEEP = 0.3


class InterestModel:
    """Folds a shopper's events into a state, and tells what the state says.

    A state is a pure function of the events in their order. Everything here is pure, needs no
    clock, and takes well below a millisecond.

    Parameters
    ----------
    space
        The products, by position.
    """

    def __init__(self, space: Space, config: InterestConfig = USUAL) -> None:
        self.space = space
        self.config = config
        told = json.dumps([_VERSION, asdict(config)], sort_keys=True)
        digest = hashlib.sha256(f"{space.fingerprint} {told}".encode()).hexdigest()
        self.fingerprint: str = digest[:32]
        """Of the space and the settings: states are of use to a model with the same one only."""

    @classmethod
    def of(cls, index: CatalogueIndex, config: InterestConfig = USUAL) -> InterestModel:
        """The model of a shop's catalogue."""
        from actions.interest.of_index import space_of

        return cls(space_of(index), config)

    def start(self) -> InterestState:
        """Of a shopper of whom nothing is known."""
        return InterestState.empty(self.space, self.config)

    def observe(self, state: InterestState, event: Event) -> InterestState:
        """The state after an event of any kind; what says nothing, or is about a product that
        the space has not, leaves it as it is."""
        if _about_drift(event):
            return self._told_of_drift(state, event)
        found = operations(event, self.space, self.config)
        return state.after(found, self.space, self.config) if found else state

    def fold(self, events: Iterable[Event]) -> InterestState:
        """The state after these events, oldest first: the same as observing one after the other,
        in half the time."""
        state = self.start()
        waiting: list[Operation] = []
        for event in events:
            if _about_drift(event):
                state = self._told_of_drift(state.after(waiting, self.space, self.config), event)
                waiting = []
            else:
                waiting += operations(event, self.space, self.config)
        return state.after(waiting, self.space, self.config)

    def scores(self, state: InterestState, positions: Positions) -> Optional[Scores]:
        """How well products suit the shopper, 0 to 1, shape (m,); None while nothing is known."""
        head = state.head
        said = any(line.stated or line.profiled for line in head.lines.values())
        if not head.weight and not said:
            return None
        return scores(head, positions, self.space, self.config)

    def width(self, state: InterestState) -> float:
        """How little is known: 1 nothing, towards 0 the more acts agree with each other."""
        head = state.head
        total = float(head.mass.sum())
        if total <= 0:
            return 1.0
        lengths = (head.sums.astype(float) ** 2).sum(axis=1) ** 0.5
        agreed = float(lengths.sum()) / total
        return 1.0 - min(1.0, agreed) * total / (total + self.config.attribute_prior)

    def lines(self, state: InterestState, n: int = 6) -> list[Line]:
        """What is known, strongest first."""
        return lines(state.head, n, self.space, self.config)

    def discounted(self, state: InterestState, keep: float, since: int = 0) -> InterestState:
        """The state in which interest from before the last ``since`` acts counts ``keep`` of what
        it did. Nothing is erased: what comes back is strengthened from what is still there."""
        return state.discounted(keep, since, self.space, self.config)

    def without_last(self, state: InterestState, acts: int) -> InterestState:
        """The state as if the last ``acts`` acts on products, as far as they are remembered, had
        not been."""
        return state.without_last(acts, self.space, self.config)

    def to_bytes(self, state: InterestState) -> bytes:
        """A state as bytes."""
        return state.to_bytes()

    def from_bytes(self, data: bytes) -> InterestState:
        """The state again, bit for bit.

        Raises
        ------
        ValueError
            Where the bytes are not of a state of this model.
        """
        state = InterestState.from_bytes(data)
        if state.head.sums.shape != (self.config.interests, self.space.dimensions):
            raise ValueError("The state is of another interest model.")
        return state

    def _told_of_drift(self, state: InterestState, event: Event) -> InterestState:
        payload = event.payload
        since = max(0, int(payload.get("since", 0)))
        if payload.get("verdict") == "changed":
            return self.discounted(state, float(payload.get("keep", KEEP)), since)
        if payload.get("verdict") == "gift":
            return state.without_last(since, self.space, self.config)
        return state


def _about_drift(event: Event) -> bool:
    return event.kind == "corrected" and event.payload.get("about") == "drift"
