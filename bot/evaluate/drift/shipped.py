"""Our own detector, measured as the others are: learned and chosen on the same shoppers."""

from __future__ import annotations

import math
import time
from typing import Any, ClassVar, Mapping, Sequence

import numpy as np

from actions.interest.drift.detector import DriftDetector
from actions.interest.drift.many import follow
from actions.interest.drift.model import DriftModel
from bot.drift_detector.training import fit_spaces, learn
from bot.evaluate.drift.detector import WARM_UP, Detector, Floats, Items, Known, Scores
from catalog.errors import ShoptalkError


class Shipped(Detector):
    """The detector of the assistant; scores are log odds of a change."""

    name: ClassVar[str] = "default"

    def __init__(self, model: DriftModel) -> None:
        self.model = model

    @property
    def settings(self) -> Mapping[str, Any]:
        return {"learned": self.model.learned is not None}

    def score(self, streams: Items) -> Scores:
        logits, since = follow(self.model, self.model.items[streams])
        values = np.where(logits <= -60, -np.inf, logits).astype(np.float64)
        values[:, :WARM_UP] = -np.inf
        places = np.arange(1, streams.shape[1] + 1) - since
        # Where no change can be placed it is taken to begin with the event itself.
        return Scores(values, np.where(since > 0, places, places - 1))

    def at(self, threshold: float) -> Detector:
        probability = 1 / (1 + math.exp(-min(max(threshold, -60.0), 60.0)))
        return Shipped(self.model.with_threshold(probability))

    def times(self, streams: Items) -> Floats:
        """Of every event, as in a conversation: one act, then what it tells."""
        detector, took = DriftDetector(self.model), []
        for stream in streams.tolist():
            state = detector.start()
            for item in stream:
                started = time.thread_time()
                state = detector.observe(state, item)
                detector.reading(state)
                took.append((time.thread_time() - started) * 1e6)
        return np.array(took)


def shipped(known: Known) -> Sequence[Detector]:
    """Statistics, read by what was learned.

    Raises
    ------
    ShoptalkError
        Where the log is too small to learn from.
    """
    try:
        model = learn(known.vectors, known.likes, known.config, known.seed, calm=known.calm)
    except ValueError as error:
        raise ShoptalkError(f"The detector cannot be trained on this log: {error}") from error
    return [Shipped(model)]


def statistics_alone(known: Known) -> Sequence[Detector]:
    """Without what was learned."""
    vectors = np.asarray(known.vectors, np.float32)
    return [Shipped(DriftModel(vectors, fit_spaces(vectors, known.likes, known.config)))]
