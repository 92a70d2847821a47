"""Vectors of a log's products, learned from some of its shoppers only."""

from __future__ import annotations

import numpy as np
import scipy.sparse.linalg as spl

from actions.interest.space import Vectors
from catalog.collaborative.als import Als, AlsConfig
from catalog.collaborative.ease import Ease, EaseConfig
from catalog.collaborative.interactions import Interactions

DIMENSIONS = 64
#: λ of EASE, and the options of ALS.
LINKS = EaseConfig(regularisation=300.0)
FACTORS = AlsConfig(factors=48, regularisation=10.0, confidence=5.0)


def link_vectors(data: Interactions, config: EaseConfig = LINKS) -> Vectors:
    """Vectors whose products are EASE's links, as near as can be; shape (products, ``DIMENSIONS``).

    EASE's map made symmetric, its directions of the largest positive eigenvalues.
    """
    weights = Ease(config).fit(data).weights
    both = (weights + weights.T).astype(np.float64) / 2
    k = min(DIMENSIONS, both.shape[0] - 1)
    start = np.ones(both.shape[0])
    values, directions = spl.eigsh(both, k=k, which="LA", v0=start)
    kept = values > 1e-6
    return (directions[:, kept] * np.sqrt(values[kept])).astype(np.float32)


def factor_vectors(data: Interactions, config: AlsConfig = FACTORS) -> Vectors:
    """ALS factors of products, such that a shopper's factor is the sum of those taken."""
    als = Als(config).fit(data)
    lower = np.linalg.cholesky(als.gram)
    found = np.linalg.solve(lower, als.products.astype(np.float64).T).T
    return np.where(data.popularity()[:, None] > 0, found, 0.0).astype(np.float32)
