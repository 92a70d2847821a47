"""What is known of one shopper's factor, and how one more act changes it.

Given the products' factors, implicit ALS is a Gaussian model of the shopper's factor: prior
precision ``YᵀY + λI``, and each act adds ``(c − 1) y yᵀ`` to the precision and ``c y`` to the
evidence. Adding an act is a rank-1 update of the inverse (Sherman and Morrison 1950): no solve,
and the mean is what ALS itself would fold in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catalog.collaborative.als import Als

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TastePosterior:
    """A Gaussian over a shopper's factor, shape (d,); a value: an update gives a new one."""

    covariance: npt.NDArray[np.float64]
    """Shape (d, d)."""
    evidence: Vector
    """Precision times mean, shape (d,)."""
    confidence: float
    """What an act of strength 1 weighs: ``c``."""

    @classmethod
    def prior(cls, model: Als) -> TastePosterior:
        """Of a shopper of whom nothing is known yet."""
        covariance = np.linalg.inv(model.gram)
        return cls(covariance, np.zeros(len(covariance)), model.config.confidence)

    @property
    def mean(self) -> Vector:
        """The shopper's factor as far as it is known, shape (d,)."""
        return self.covariance @ self.evidence

    def width(self, factors: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Standard deviation of the scores of products with these factors, shape (products,)."""
        return np.sqrt(np.einsum("nd,de,ne->n", factors, self.covariance, factors))

    def update(
        self, factor: npt.NDArray[np.float32], strength: float = 1.0, liked: bool = True
    ) -> TastePosterior:
        """Take in one act.

        Parameters
        ----------
        factor
            Of the product, shape (d,).
        strength
            How sure the act says something, above 0; 1 is a purchase.
        liked
            Whether it speaks for the product; a rejection draws its score to nought.
        """
        wide = np.asarray(factor, np.float64)
        through = self.covariance @ wide
        added = (self.confidence - 1) * strength
        covariance = self.covariance - np.outer(through, through) * (
            added / (1 + added * float(wide @ through))
        )
        evidence = self.evidence + (self.confidence * strength * wide if liked else 0.0)
        return TastePosterior(covariance, evidence, self.confidence)
