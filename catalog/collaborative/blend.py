"""EASE and ALS together: what each misses is not the same.

EASE links single products; factors see what kind of shopper it is. Their standardised scores are
averaged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Mapping, Optional, Sequence

import numpy as np
import scipy.sparse as sp

from catalog.collaborative.als import Als, AlsConfig
from catalog.collaborative.base import CollaborativeModel, Scores
from catalog.collaborative.ease import Ease, EaseConfig
from catalog.collaborative.interactions import Interactions


@dataclass(frozen=True)
class BlendConfig:
    """What can be chosen."""

    share: float = 0.6
    """Of ALS; the rest is EASE's."""
    half_life: Optional[float] = None
    """See ``Interactions.matrix``; it takes the place of that of the parts."""
    ease: EaseConfig = field(default_factory=EaseConfig)
    als: AlsConfig = field(default_factory=AlsConfig)


class Blend(CollaborativeModel):
    """A weighted mean of the scores of EASE and ALS, each standardised within its row."""

    name: ClassVar[str] = "blend"
    space: ClassVar[Mapping[str, Sequence[Any]]] = {
        "share": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
        "half_life": (None, 3.0, 5.0, 8.0, 12.0, 20.0, 50.0),
        "ease.regularisation": (200.0, 300.0, 500.0, 800.0),
        "als.factors": (16, 24, 32, 48),
        "als.regularisation": (10.0, 20.0, 30.0, 50.0, 80.0),
        "als.confidence": (3.0, 5.0, 8.0, 12.0),
    }

    def __init__(self, config: BlendConfig = BlendConfig()) -> None:
        self.config = config
        self.ease = Ease(config.ease)
        self.als = Als(config.als)

    def fit(self, data: Interactions) -> Blend:
        self.ease.fit(data)
        self.als.fit(data)
        return self

    def scores(self, histories: sp.csr_matrix) -> Scores:
        share = np.float32(self.config.share)
        return (1 - share) * standardised(self.ease.scores(histories)) + share * standardised(
            self.als.scores(histories)
        )


def standardised(scores: Scores) -> Scores:
    """Rows moved and scaled to mean 0 and standard deviation 1; a row of equal scores to 0."""
    spread = scores.std(axis=1, keepdims=True)
    return (scores - scores.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)
