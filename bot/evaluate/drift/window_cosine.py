"""Baseline: the cosine of what was liked lately to what was liked before."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Mapping, Sequence

import numpy as np

from bot.evaluate.drift.detector import WARM_UP, Detector, Floats, Items, Known, Scores
from bot.evaluate.drift.residuals import cosines


@dataclass(frozen=True)
class WindowConfig:
    """What can be chosen."""

    recent: int = 5
    """Likes in the window at the end."""
    before: int = 0
    """Likes in the window before it; 0 for all of them."""


class WindowCosine(Detector):
    """One minus the cosine of the means of two windows that adjoin, the later at the end."""

    name: ClassVar[str] = "window_cosine"

    def __init__(self, vectors: Floats, config: WindowConfig = WindowConfig()) -> None:
        self.vectors = vectors
        self.config = config

    @property
    def settings(self) -> Mapping[str, Any]:
        return asdict(self.config)

    def score(self, streams: Items) -> Scores:
        n, length = streams.shape
        sums = np.cumsum(self.vectors[streams], axis=1, dtype=np.float64)
        sums = np.concatenate([np.zeros_like(sums[:, :1]), sums], axis=1)
        values = np.full((n, length), -np.inf)
        end = np.arange(1, length + 1)
        start = end - self.config.recent
        first = np.maximum(0, start - self.config.before) if self.config.before else 0 * start
        able = np.flatnonzero((start - first >= 2) & (end > WARM_UP))
        late = sums[:, end[able]] - sums[:, start[able]]
        early = sums[:, start[able]] - sums[:, first[able]]
        values[:, able] = 1 - cosines(late, early)
        places = np.broadcast_to(np.maximum(0, start), (n, length)).astype(np.int64)
        return Scores(values, places)


def window_cosines(known: Known) -> Sequence[Detector]:
    """All that are tried."""
    wide = (3, 5, 7, 10) if known.length >= 40 else (2, 3, 4, 5)
    configs = [WindowConfig(recent, before) for recent in wide for before in (0, recent)]
    return [WindowCosine(known.vectors, config) for config in configs]
