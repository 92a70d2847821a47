"""What is known of the shopper, while a turn is answered."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Iterable, Mapping, Optional, Protocol, Sequence

from actions.interest.drift.detector import Reading
from actions.interest.model import Line
from actions.interest.shopper import Opinion, ShopperModel, ShopperState
from actions.interest.steps import Step
from actions.recommend.filters import Scores
from actions.recommend.scoring import Positions
from actions.stages import stage
from catalog.events import Event


class Shoppers(Protocol):
    """Where states of shoppers come from."""

    @property
    def model(self) -> ShopperModel:
        """What the states were made with."""

    @property
    def opinion(self) -> Optional[Opinion]:
        """Of titles and words; None where no reader was trained."""

    def state(self, shopper_id: str) -> ShopperState:
        """What the log says of a shopper up to now."""


@dataclass
class Knowledge:
    """One shopper's state in the course of a turn."""

    model: ShopperModel
    state: ShopperState
    opinion: Optional[Opinion] = None
    """Of titles and words, where likes leave open whether interest has drifted."""
    read_ms: Optional[float] = None
    """Milliseconds that reading words took in this turn; None where they were not read."""
    _read: Optional[tuple[ShopperState, Reading]] = None

    def take(self, events: Iterable[Event]) -> None:
        """Fold in what the turn adds."""
        for event in events:
            self.state = self.model.observe(self.state, event)

    @property
    def reading(self) -> Reading:
        """Whether the interest has drifted."""
        if self._read is None or self._read[0] is not self.state:
            with stage("drift"):
                self._read = (self.state, self.model.reading(self.state, self._asked()))
        return self._read[1]

    def _asked(self) -> Optional[Opinion]:
        """The opinion of words, with the time that it takes noted."""
        opinion = self.opinion
        if opinion is None:
            return None

        def timed(before: Sequence[Step], after: Sequence[Step]) -> Optional[float]:
            began = time.perf_counter()
            found = opinion(before, after)
            self.read_ms = (self.read_ms or 0.0) + 1e3 * (time.perf_counter() - began)
            return found

        return timed

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
