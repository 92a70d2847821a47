"""What every detector of drift does, so that all can be measured alike."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Callable, ClassVar, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.drift_detector.config import DriftTrainConfig
from bot.evaluate.drift.groups import Histories

Items = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: Likes of a stream in which nothing can be told yet: there is no interest to have moved.
WARM_UP = 5


@dataclass(frozen=True)
class Scores:
    """How surely interest has moved, after every event of every stream."""

    values: Floats
    """Higher is surer; -inf in the warm-up. Shape (streams, length)."""
    places: Items
    """Index of the first event of the new interest, if there is one; where a detector cannot tell,
    the event itself. The same shape."""


@dataclass(frozen=True)
class Known:
    """What a detector may learn from: nobody here is among those who choose thresholds or test."""

    vectors: Floats
    """Of the items, shape (items, d): length 1, or 0 where an item is unknown."""
    likes: Histories
    """Of shoppers whose streams nobody else sees."""
    seed: int
    length: int
    """Events in the streams it is to be measured on."""
    config: DriftTrainConfig = field(default_factory=DriftTrainConfig)
    """For ours."""
    calm: Histories = field(default_factory=dict)
    """Likes that hang together more loosely, in which nothing changes either."""


class Detector(ABC):
    """Scores streams event by event; it sees no event before it scores those that came earlier.

    A detector raises an alarm at the first event whose score reaches a threshold. Thresholds are
    not its business.
    """

    name: ClassVar[str]

    @property
    def settings(self) -> Mapping[str, Any]:
        """What was chosen for it, to be told in a report."""
        return {}

    @abstractmethod
    def score(self, streams: Items) -> Scores:
        """Score streams of one length.

        Parameters
        ----------
        streams
            Codes of the items liked in order, shape (streams, length).
        """

    def times(self, streams: Items) -> Floats:
        """Microseconds of processor time that events take, each stream by itself; shape (n,).

        Where a detector scores a whole stream at once, an event's share of it.
        """
        took = []
        for stream in streams:
            started = time.thread_time()
            self.score(stream[None])
            took.append((time.thread_time() - started) * 1e6 / len(stream))
        return np.array(took)

    def at(self, threshold: float) -> Detector:
        """The detector as it is used with a threshold: it may leave out what only tells by how much
        scores miss it."""
        return self


#: Makes a detector's variants, one of which is chosen on the shoppers for thresholds.
Family = Callable[[Known], Sequence[Detector]]


def first_alarms(scores: Scores, threshold: float) -> Items:
    """Index of the first event of every stream that reaches the threshold; -1 where none does.

    >>> first_alarms(Scores(np.array([[0, 2, 3.0], [0, 0, 0]]), np.zeros((2, 3), int)), 2).tolist()
    [1, -1]
    """
    reached = scores.values >= threshold
    return np.where(reached.any(1), reached.argmax(1), -1)
