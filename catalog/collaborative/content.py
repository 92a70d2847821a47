"""Factors of products that nobody has taken yet, from what they are.

A ridge regression tells a product's ALS factor from its text vector; what neighbours in the
knowledge graph say is weighed with it. Each product's text prediction comes from a regression
that did not see it, so that the weights are those for new products.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
import numpy.typing as npt

from catalog.graph.knowledge import KnowledgeGraph
from catalog.graph.propagation import Propagation, Vectors

FOLDS = 5


@dataclass(frozen=True)
class ContentConfig:
    """What can be chosen."""

    penalty: float = 100.0
    """L2 penalty of the regression, of unit text vectors weighed by ``certainty``."""
    certainty: float = 0.5
    """Power of the number of shoppers that a product's factor is known by."""
    own: float = 5.0
    """Shoppers at which a product's own factor counts as much as what its content tells."""
    seed: int = 0


class ContentMap:
    """Text vectors and graph → ALS factors."""

    def __init__(self, config: ContentConfig = ContentConfig()) -> None:
        self.config = config

    def fit(
        self,
        texts: Vectors,
        factors: Vectors,
        counts: npt.NDArray[np.int64],
        graph: Optional[KnowledgeGraph] = None,
    ) -> ContentMap:
        """Learn from the products that were taken.

        Parameters
        ----------
        texts
            Unit vectors, shape (products, d).
        factors
            Of ALS, shape (products, factors).
        counts
            Shoppers who took each product; factors of those with none are not looked at.
        """
        self._known = counts.astype(np.float64) ** self.config.certainty * (counts > 0)
        own = np.flatnonzero(counts)
        self._mean = np.average(texts[own], axis=0, weights=self._known[own])
        self._factors = factors
        told = np.zeros_like(factors)
        fold = np.random.default_rng(self.config.seed).integers(0, FOLDS, len(own))
        for number in range(FOLDS):
            kept, out = own[fold != number], own[fold == number]
            if len(kept) and len(out):
                told[out] = self._apply(texts[out], self._ridge(texts, kept))
        self._weights = self._ridge(texts, own)
        self._graph = graph
        empty = graph or KnowledgeGraph(tuple(str(i) for i in range(len(texts))), {})
        self.propagation = Propagation.fit(empty, factors, self._known, told)
        return self

    def factors(self, texts: Vectors) -> Vectors:
        """Factors told by content alone, shape (products, factors)."""
        given = self._apply(texts, self._weights)
        empty = self._graph or KnowledgeGraph(tuple(str(i) for i in range(len(texts))), {})
        return self.propagation.vectors(empty, self._factors, self._known, given)

    def completed(self, texts: Vectors, counts: npt.NDArray[np.int64]) -> Vectors:
        """Own factors where there is evidence for them, drawn to what content tells."""
        share = (counts / (counts + self.config.own))[:, None].astype(np.float32)
        return share * self._factors + (1 - share) * self.factors(texts)

    def _ridge(self, texts: Vectors, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Intercept and slopes, shape (d + 1, factors)."""
        weight = self._known[rows][:, None]
        weight = weight / weight.mean()
        inputs = np.hstack([np.ones((len(rows), 1)), texts[rows] - self._mean])
        gram = inputs.T @ (weight * inputs)
        gram[np.diag_indices_from(gram)] += self.config.penalty / 100
        gram[0, 0] -= self.config.penalty / 100
        return np.linalg.solve(gram, inputs.T @ (weight * self._factors[rows]))

    def _apply(self, texts: Vectors, weights: npt.NDArray[np.float64]) -> Vectors:
        return (weights[0] + (texts - self._mean) @ weights[1:]).astype(np.float32)
