"""What is known of the shopper, while a turn is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Iterable, Mapping, Optional, Protocol, Sequence

from actions.interest.drift.detector import Reading
from actions.interest.model import Line
from actions.interest.shopper import ShopperModel, ShopperState
from actions.recommend.filters import Scores
from actions.recommend.scoring import Positions
from catalog.events import Event


class Shoppers(Protocol):
    """Where states of shoppers come from."""

    model: ShopperModel

    def state(self, shopper_id: str) -> ShopperState:
        """What the log says of a shopper up to now."""


@dataclass
class Knowledge:
    """One shopper's state in the course of a turn."""

    model: ShopperModel
    state: ShopperState

    def take(self, events: Iterable[Event]) -> None:
        """Fold in what the turn adds."""
        for event in events:
            self.state = self.model.observe(self.state, event)

    @property
    def reading(self) -> Reading:
        """Whether the interest has drifted."""
        return self.model.reading(self.state)

    @property
    def width(self) -> float:
        """How little is known: 1 nothing, towards 0 the surer."""
        return self.model.interest.width(self.state.interest)

    def scores(self, positions: Positions) -> Optional[Scores]:
        """How well products suit the shopper's interest, 0 to 1; None while nothing is known."""
        return self.model.interest.scores(self.state.interest, positions)

    def lines(self, n: int) -> list[Line]:
        """What is known, one thing a line, the surest first."""
        return list(self.model.interest.lines(self.state.interest, n))

    def remembered(self, events: Sequence[Event]) -> list[Event]:
        """Events without those that the shopper asked to forget."""
        forgotten = self.state.forgotten
        if not forgotten:
            return list(events)
        return [event for event in events if event.at > datetime.fromisoformat(forgotten)]

    def of_now(self, history: Mapping[str, float]) -> dict[str, float]:
        """A history with what was left behind counting less, and what was for others not at all."""
        stale = self.state.stale
        weighed = {i: sure * stale.get(i, 1.0) for i, sure in history.items()}
        return {i: sure for i, sure in weighed.items() if sure > 0}
