"""What a detector said of streams, beside what is true of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np
import numpy.typing as npt

from actions.interest.drift.splices import Stream
from bot.evaluate.drift.detector import Scores, first_alarms

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Alarms:
    """The first alarm of every stream; each array has shape (streams,)."""

    at: Ints
    """Index of the event at which it was raised; -1 for none."""
    place: Ints
    """Where the detector then took the new interest to begin; -1 without alarm."""
    drift: Ints
    """Where it truly begins; -1 where nothing changes."""
    user: Ints
    """Whose stream it is."""

    def __len__(self) -> int:
        return len(self.at)


def stacked(streams: Sequence[Stream]) -> Ints:
    """The items of streams of one length, shape (streams, length)."""
    return np.stack([stream.items for stream in streams])


def of_streams(streams: Sequence[Stream], scores: Scores, threshold: float) -> Alarms:
    """The first alarms at a threshold."""
    at = first_alarms(scores, threshold)
    rows = np.arange(len(streams))
    return Alarms(
        at=at,
        place=np.where(at >= 0, scores.places[rows, at], -1),
        drift=np.array([-1 if s.drift is None else s.drift for s in streams], np.int64),
        user=np.array([s.user for s in streams], np.int64),
    )
