"""Products whose texts are like those of the history: what can be done without learning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Mapping, Optional, Sequence

import numpy as np
import scipy.sparse as sp

from catalog.collaborative.base import CollaborativeModel, Scores
from catalog.collaborative.hybrid import Content
from catalog.collaborative.interactions import Interactions


@dataclass(frozen=True)
class TextNeighboursConfig:
    """What can be chosen."""

    half_life: Optional[float] = None


class TextNeighbours(CollaborativeModel):
    """Scores by the cosine of a product's text vector to the mean of those of the history."""

    name: ClassVar[str] = "text"
    space: ClassVar[Mapping[str, Sequence[Any]]] = {
        "half_life": (None, 3.0, 5.0, 8.0, 12.0, 20.0, 50.0),
    }

    def __init__(
        self, content: Content, config: TextNeighboursConfig = TextNeighboursConfig()
    ) -> None:
        self.config = config
        self._texts = content.texts

    def fit(self, data: Interactions) -> TextNeighbours:
        return self

    def scores(self, histories: sp.csr_matrix) -> Scores:
        means = histories @ self._texts
        norms = np.linalg.norm(means, axis=1, keepdims=True)
        return np.asarray((means / np.maximum(norms, 1e-9)) @ self._texts.T, np.float32)
