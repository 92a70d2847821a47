"""EASE: one linear map from a history to scores, in closed form.

Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.linalg import lapack

from catalog.collaborative.base import CollaborativeModel, Scores, need_some
from catalog.collaborative.interactions import Interactions

#: Up to so many products the map is kept whole; beyond, each product keeps its strongest entries.
WHOLE = 4000


@dataclass(frozen=True)
class EaseConfig:
    """What can be chosen."""

    regularisation: float = 500.0
    """λ of the paper: how much evidence it takes to link two products."""
    evenness: float = 0.0
    """Power of a product's popularity that λ is multiplied by for it: above 0 popular products
    are linked less and rare ones more than with one λ for all."""
    half_life: Optional[float] = None
    """See ``Interactions.matrix``; of histories that are scored, not of what is learned from."""
    keep: int = 400
    """Entries kept of each product where there are more than ``WHOLE``."""


class Ease(CollaborativeModel):
    """Minimises ``‖X − XB‖² + λ‖B‖²`` over maps ``B`` with a zero diagonal.

    Takes memory and time for a dense products × products matrix once: about 4 GB and some minutes
    for 30,000 products. ``fit`` refuses more than ``LIMIT``.
    """

    LIMIT: ClassVar[int] = 30_000
    name: ClassVar[str] = "ease"
    space: ClassVar[Mapping[str, Sequence[Any]]] = {
        "regularisation": (50.0, 100.0, 200.0, 300.0, 500.0, 800.0, 1200.0, 2000.0),
        "half_life": (None, 3.0, 5.0, 8.0, 12.0, 20.0, 50.0),
    }

    def __init__(self, config: EaseConfig = EaseConfig()) -> None:
        self.config = config
        self.weights: Any = None
        """``B``, products × products: a float32 array, or a CSR matrix where it was thinned."""

    def fit(self, data: Interactions) -> Ease:
        need_some(data)
        n = data.shape[1]
        if n > self.LIMIT:
            raise ValueError(f"EASE is for up to {self.LIMIT} products, not {n}: use ALS.")
        taken = np.flatnonzero(data.popularity())
        matrix = data.matrix()[:, taken]
        gram = (matrix.T @ matrix).toarray()
        own = gram.diagonal().astype(np.float64)
        inverse = _inverse(gram, self.config.regularisation * own**self.config.evenness)
        inverse /= -np.diag(inverse)
        np.fill_diagonal(inverse, 0.0)
        self.weights = _spread(inverse, taken, n) if n <= WHOLE else self._thin(inverse, taken, n)
        return self

    def scores(self, histories: sp.csr_matrix) -> Scores:
        found = histories @ self.weights
        return np.asarray(found.toarray() if sp.issparse(found) else found, np.float32)

    def _thin(self, weights: Any, taken: Any, n: int) -> sp.csr_matrix:
        k = min(self.config.keep, len(taken))
        strongest = np.argpartition(-np.abs(weights), k - 1, axis=1)[:, :k]
        values = np.take_along_axis(weights, strongest, axis=1)
        rows = np.repeat(taken, k)
        return sp.csr_matrix((values.ravel(), (rows, taken[strongest].ravel())), (n, n), np.float32)


def _inverse(gram: Any, penalty: npt.NDArray[np.float64]) -> Any:
    """Inverse of a Gram matrix with a penalty on its diagonal, in place; shape (n, n), float32.

    A Cholesky factor takes half the time and no second matrix.
    """
    gram = np.asarray(gram, np.float32 if len(gram) > WHOLE else np.float64, order="F")
    gram[np.diag_indices_from(gram)] += penalty
    factor, failed = _lapack(gram, "potrf")(gram, lower=1, overwrite_a=1)
    if not failed:
        factor, failed = _lapack(gram, "potri")(factor, lower=1, overwrite_c=1)
    if failed:
        raise ValueError("The regularisation of EASE must be above zero.")
    lower = np.tril(factor)
    diagonal = np.diag(lower).copy()
    lower += lower.T
    np.fill_diagonal(lower, diagonal)
    return lower.astype(np.float32)


def _lapack(array: Any, name: str) -> Any:
    return getattr(lapack, ("s" if array.dtype == np.float32 else "d") + name)


def _spread(weights: Any, taken: Any, n: int) -> Any:
    whole = np.zeros((n, n), np.float32)
    whole[np.ix_(taken, taken)] = weights
    return whole
