"""One shopper's taste over the products of an index: scores of some, and the best of all.

Scores are standardised over all products without scoring them: mean and spread follow from the
moments of the products' factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
import numpy.typing as npt

from catalog.collaborative.longest import LongestFirst

Factors = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]
#: So few allowed products are scored one and all.
FEW = 10_000


@dataclass(frozen=True)
class Moments:
    """Mean and covariance of the factors of all products, shapes (d,) and (d, d)."""

    mean: npt.NDArray[np.float64]
    covariance: npt.NDArray[np.float64]

    @classmethod
    def of(cls, factors: Factors) -> Moments:
        """Those of factors of shape (products, d)."""
        wide = factors.astype(np.float64)
        mean = wide.mean(axis=0)
        return cls(mean, wide.T @ wide / max(1, len(wide)) - np.outer(mean, mean))

    def of_scores(self, factor: npt.NDArray[np.float32]) -> tuple[float, float]:
        """Mean and standard deviation of the scores of all products for one shopper."""
        wide = factor.astype(np.float64)
        variance = float(wide @ self.covariance @ wide)
        return float(self.mean @ wide), float(np.sqrt(max(0.0, variance)))


@dataclass(frozen=True)
class Linear:
    """Scores ``factors @ weights + offset``."""

    factors: Factors
    """Shape (products, d)."""
    weights: npt.NDArray[np.float32]
    offset: float

    @classmethod
    def standardised(
        cls, factors: Factors, moments: Moments, shopper: npt.NDArray[np.float32], share: float
    ) -> Linear:
        """A shopper's scores with mean 0 and standard deviation ``share``."""
        mean, spread = moments.of_scores(shopper)
        scale = share / spread if spread > 0 else share
        return cls(factors, (shopper * np.float32(scale)).astype(np.float32), -mean * scale)


@dataclass(frozen=True)
class Taste:
    """How well products suit one shopper; 0 is the mean product."""

    parts: tuple[Linear, ...]
    """Their sum is the score, with ``linked``."""
    linked: Optional[Scores] = None
    """What EASE makes of the history, shape (products,)."""
    longest: Optional[LongestFirst] = None
    """The factors of the only part, for finding the best of very many products."""

    def scores(self, positions: Optional[Positions] = None) -> Scores:
        """Of the products at these positions, or of all; in their order."""
        rows = slice(None) if positions is None else positions
        total: Scores = np.zeros(1, np.float32)
        for part in self.parts:
            total = total + (part.factors[rows] @ part.weights + np.float32(part.offset))
        if self.linked is not None:
            total = total + self.linked[rows]
        return np.asarray(total, np.float32)

    def best(self, k: int, allowed: npt.NDArray[np.bool_]) -> Positions:
        """Positions of the ``k`` allowed products of the highest scores above 0, in any order.

        Parameters
        ----------
        allowed
            Shape (products,).
        """
        if self.longest is not None and int(np.count_nonzero(allowed)) > FEW:
            (part,) = self.parts
            return self.longest.best(part.weights, k, allowed, above=-part.offset)
        positions = np.flatnonzero(allowed)
        few = 2 * len(positions) < len(allowed)
        scores = self.scores(positions) if few else self.scores()[positions]
        above = scores > 0
        positions, scores = positions[above], scores[above]
        if len(positions) <= k:
            return positions
        return positions[np.argpartition(-scores, k - 1)[:k]]
