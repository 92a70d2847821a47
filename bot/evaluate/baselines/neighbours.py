"""Neighbourhood models over what was taken: products alike, and walks over them.

Deshpande and Karypis 2004, "Item-Based Top-N Recommendation Algorithms"; Paudel et al. 2017,
"Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive Applications" (RP3β).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Mapping, Optional, Sequence

import numpy as np
import scipy.sparse as sp

from catalog.collaborative.base import CollaborativeModel, Scores, need_some
from catalog.collaborative.interactions import Interactions


@dataclass(frozen=True)
class ItemKnnConfig:
    """What can be chosen."""

    neighbours: int = 100
    shrinkage: float = 10.0
    """Added to the product of the norms: how much evidence a likeness needs."""
    half_life: Optional[float] = None


class ItemKnn(CollaborativeModel):
    """Scores by the cosine of a product's column to those of the history."""

    name: ClassVar[str] = "itemknn"
    space: ClassVar[Mapping[str, Sequence[Any]]] = {
        "neighbours": (20, 50, 100, 200, 400, 800),
        "shrinkage": (0.0, 5.0, 10.0, 20.0, 50.0, 100.0),
        "half_life": (None, 3.0, 5.0, 8.0, 12.0, 20.0, 50.0),
    }

    def __init__(self, config: ItemKnnConfig = ItemKnnConfig()) -> None:
        self.config = config

    def fit(self, data: Interactions) -> ItemKnn:
        need_some(data)
        matrix = data.matrix()
        together = (matrix.T @ matrix).tocoo()
        norms = np.sqrt(np.asarray(matrix.power(2).sum(axis=0)).ravel())
        values = together.data / (norms[together.row] * norms[together.col] + self.config.shrinkage)
        off = together.row != together.col
        likeness = sp.csr_matrix(
            (values[off], (together.row[off], together.col[off])), together.shape, np.float32
        )
        self.likeness = strongest(likeness, self.config.neighbours)
        return self

    def scores(self, histories: sp.csr_matrix) -> Scores:
        return np.asarray((histories @ self.likeness.T).toarray(), np.float32)


@dataclass(frozen=True)
class Rp3BetaConfig:
    """What can be chosen."""

    alpha: float = 1.0
    """Power of the transition probabilities."""
    beta: float = 0.6
    """How much popular products are held back."""
    neighbours: int = 200
    half_life: Optional[float] = None


class Rp3Beta(CollaborativeModel):
    """Three-step random walks from the history, divided by a power of popularity."""

    name: ClassVar[str] = "rp3beta"
    space: ClassVar[Mapping[str, Sequence[Any]]] = {
        "alpha": (0.6, 0.8, 1.0, 1.2, 1.5),
        "beta": (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
        "neighbours": (50, 100, 200, 400, 800),
        "half_life": (None, 3.0, 5.0, 8.0, 12.0, 20.0, 50.0),
    }

    def __init__(self, config: Rp3BetaConfig = Rp3BetaConfig()) -> None:
        self.config = config

    def fit(self, data: Interactions) -> Rp3Beta:
        need_some(data)
        matrix = data.matrix()
        matrix.data[:] = 1
        from_product = _transitions(matrix.T.tocsr(), self.config.alpha)
        from_shopper = _transitions(matrix, self.config.alpha)
        walks = (from_product @ from_shopper).tocsr()
        walks.setdiag(0)
        popularity = np.maximum(data.popularity(), 1).astype(np.float64)
        walks = walks @ sp.diags(popularity**-self.config.beta)
        # What each product leads to; histories are summed over its columns.
        self.likeness = strongest(walks.T.tocsr().astype(np.float32), self.config.neighbours)
        return self

    def scores(self, histories: sp.csr_matrix) -> Scores:
        return np.asarray((histories @ self.likeness.T).toarray(), np.float32)


def strongest(matrix: sp.csr_matrix, k: int) -> sp.csr_matrix:
    """The ``k`` largest entries of every row."""
    matrix = matrix.tocsr()
    kept = []
    for row in range(matrix.shape[0]):
        own = np.arange(matrix.indptr[row], matrix.indptr[row + 1])
        if len(own) > k:
            own = own[np.argpartition(-matrix.data[own], k - 1)[:k]]
        kept.append(own)
    rows = np.repeat(np.arange(matrix.shape[0]), [len(own) for own in kept])
    entries = np.concatenate(kept) if kept else np.zeros(0, int)
    return sp.csr_matrix(
        (matrix.data[entries], (rows, matrix.indices[entries])), matrix.shape, matrix.dtype
    )


def _transitions(matrix: sp.csr_matrix, power: float) -> sp.csr_matrix:
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    scaled = sp.diags(1 / np.maximum(sums, 1e-12)) @ matrix
    scaled.data **= power
    return scaled.tocsr()
