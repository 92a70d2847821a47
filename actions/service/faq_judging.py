"""Whether an entry answers a question: one weight for each thing that is measured, and a threshold.

``faq_weights.yml`` is written by ``shoptalk evaluate faq --fit`` on questions about the demo
shop's own answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping

import numpy as np
import yaml

from actions.service.faq_index import FEATURES

FILE = Path(__file__).with_name("faq_weights.yml")


@dataclass(frozen=True)
class Judge:
    """A logistic model of "this entry answers it" against "none does"."""

    weights: np.ndarray
    """(features,), in the order of ``FEATURES``."""
    bias: float
    threshold: float
    """The probability from which on an entry is given as the answer."""

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Judge:
        """The one that is shipped."""
        return cls.from_data(yaml.safe_load(FILE.read_text("utf-8")))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Judge:
        """From what ``to_data`` gives."""
        weights = np.array([float(data["weights"][name]) for name in FEATURES])
        return cls(weights, float(data["bias"]), float(data["threshold"]))

    def to_data(self) -> dict[str, Any]:
        """As plain data with four digits."""
        weights = dict(zip(FEATURES, (round(float(w), 4) for w in self.weights), strict=True))
        return {
            "weights": weights,
            "bias": round(self.bias, 4),
            "threshold": round(self.threshold, 4),
        }

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """Of each row, that it answers the question rather than none: (rows,)."""
        return 1 / (1 + np.exp(-(features @ self.weights + self.bias)))
