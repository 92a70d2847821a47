"""Factors of shoppers and products by alternating least squares over implicit feedback.

Hu, Koren and Volinsky 2008, "Collaborative Filtering for Implicit Feedback Datasets"; fitted by
the package ``implicit``. Folding a history in is exact: a shopper's factor is the minimiser for
the products' factors as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from catalog.collaborative.base import CollaborativeModel, Scores, need_some
from catalog.collaborative.interactions import Interactions


@dataclass(frozen=True)
class AlsConfig:
    """What can be chosen."""

    factors: int = 32
    regularisation: float = 30.0
    confidence: float = 5.0
    """What a product taken with strength 1 weighs beside one that was not: ``c`` of the paper."""
    iterations: int = 15
    half_life: Optional[float] = None
    """See ``Interactions.matrix``; of histories that are scored, not of what is learned from."""
    seed: int = 0


class Als(CollaborativeModel):
    """Implicit-feedback ALS; for any number of products."""

    name: ClassVar[str] = "als"
    space: ClassVar[Mapping[str, Sequence[Any]]] = {
        "factors": (16, 24, 32, 48, 64, 96),
        "regularisation": (1.0, 3.0, 10.0, 20.0, 30.0, 50.0, 80.0),
        "confidence": (2.0, 3.0, 5.0, 8.0, 12.0),
        "half_life": (None, 3.0, 5.0, 8.0, 12.0, 20.0, 50.0),
    }

    def __init__(self, config: AlsConfig = AlsConfig()) -> None:
        self.config = config
        self.products: npt.NDArray[np.float32] = np.zeros((0, config.factors), np.float32)
        """Factors of products, shape (products, factors)."""
        self.gram: npt.NDArray[np.float64] = np.zeros((0, 0))
        """Precision of a shopper of whom nothing is known, shape (factors, factors)."""

    def fit(self, data: Interactions) -> Als:
        from implicit.cpu.als import AlternatingLeastSquares
        from threadpoolctl import threadpool_limits

        need_some(data)
        config = self.config
        matrix = data.matrix()
        matrix.data = 1 + (config.confidence - 1) * matrix.data
        # With threads of its own OpenBLAS takes many times as long for such small systems.
        with threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(
                factors=config.factors,
                regularization=config.regularisation,
                alpha=1.0,
                iterations=config.iterations,
                random_state=config.seed,
                num_threads=1,
            )
            model.fit(matrix, show_progress=False)
        return self.use(np.asarray(model.item_factors))

    def use(self, products: npt.NDArray[np.float32]) -> Als:
        """Take these factors of products, shape (products, factors)."""
        self.products = products
        wide = products.astype(np.float64)
        self.gram = wide.T @ wide + self.config.regularisation * np.eye(products.shape[1])
        return self

    def fold_in(self, histories: sp.csr_matrix) -> npt.NDArray[np.float32]:
        """Factors of the shoppers with these histories, shape (shoppers, factors)."""
        folded = np.zeros((histories.shape[0], self.products.shape[1]), np.float32)
        for row in range(histories.shape[0]):
            own = slice(histories.indptr[row], histories.indptr[row + 1])
            if own.stop > own.start:
                folded[row] = self.factor(histories.indices[own], histories.data[own])
        return folded

    def factor(
        self, positions: npt.NDArray[Any], strengths: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        """Factor of one shopper, shape (factors,), by what was taken and how surely; not empty."""
        factors = self.products[positions].astype(np.float64)
        strength = strengths.astype(np.float64)
        precision = self.gram + (factors.T * ((self.config.confidence - 1) * strength)) @ factors
        evidence = (self.config.confidence * strength) @ factors
        return np.linalg.solve(precision, evidence).astype(np.float32)

    def scores(self, histories: sp.csr_matrix) -> Scores:
        return self.fold_in(histories) @ self.products.T
