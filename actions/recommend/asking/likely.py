"""The products that hold nearly all of a belief, and expectations over them."""

from __future__ import annotations

from functools import cached_property
from typing import Optional

import numpy as np
import numpy.typing as npt

from actions.recommend.asking.attributes import Attributes, Cells, Positions, Vector
from actions.recommend.asking.belief import Belief

#: Products that together hold less than this are left out where that leaves few.
UNLIKELY = 1e-3
#: Rows or columns are picked out where they are fewer than one in so many.
FEW = 10


class Likely:
    """Sums over products, weighted by how likely each is the target."""

    def __init__(self, belief: Belief) -> None:
        self.attributes: Attributes = belief.attributes
        p = belief.probabilities
        rows = np.flatnonzero(p > UNLIKELY / max(1, len(p)))
        self.rows: Optional[Positions] = rows if FEW * len(rows) < len(p) else None
        """None where it is not worth picking them out."""
        weights = p if self.rows is None else np.where(p > UNLIKELY / max(1, len(p)), p, 0.0)
        self.weights: npt.NDArray[np.float32] = (weights / weights.sum()).astype(np.float32)
        """Probabilities adding up to 1, shape (products,)."""

    def mass(self, cells: Cells, columns: Optional[Positions] = None) -> Vector:
        """Expectation of each column of a matrix with these cells, or of some; shape (columns,)."""
        n = len(self.attributes.keys)
        if columns is not None:
            few = self.rows is None and FEW * len(columns) < n
            if few:
                return np.asarray(cells.by_column[columns] @ self.weights, np.float64)
            return self.mass(cells)[columns]
        if self.rows is not None:
            entries, weights = self._picked
            numbers = self.attributes.matrix.indices[entries]
            found = np.bincount(numbers, cells.by_row[entries] * weights, minlength=n)
            return found.astype(np.float64)
        return np.asarray(cells.by_column @ self.weights, np.float64)

    @cached_property
    def unknown(self) -> Vector:
        """Probability that nothing is known of the target, by attribute."""
        names = len(self.attributes.names)
        if self.attributes.closed:
            return np.zeros(names)
        known = np.bincount(
            self.attributes.attribute, self.mass(self.attributes.firsts), minlength=names
        )
        return np.clip(1 - known, 0.0, 1.0)

    @cached_property
    def _picked(self) -> tuple[Positions, npt.NDArray[np.float32]]:
        """The entries of the picked products, row by row, and the weights of their products."""
        assert self.rows is not None
        indptr = self.attributes.matrix.indptr
        counts = (indptr[self.rows + 1] - indptr[self.rows]).astype(np.int64)
        shift = np.repeat(indptr[self.rows] - (np.cumsum(counts) - counts), counts)
        return np.arange(int(counts.sum())) + shift, np.repeat(self.weights[self.rows], counts)
