"""The products of the highest inner products with a shopper's factor, without scoring them all.

Products are looked at from the longest factor to the shortest. No score exceeds the product of
two lengths (Cauchy and Schwarz), so once that bound is below the worst of those wanted the rest
need not be looked at (Teflioudi, Gemulla and Mykytiuk 2015, "LEMP"). The result is exact; popular
products have long factors, and most of a large catalogue is never touched.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
#: Products that are scored at once.
CHUNK = 2048


class LongestFirst:
    """Factors of products by their length.

    Parameters
    ----------
    factors
        float32, shape (products, d).
    """

    def __init__(self, factors: npt.NDArray[np.float32]) -> None:
        lengths = np.sqrt(np.einsum("nd,nd->n", factors, factors))
        self._order = np.argsort(-lengths, kind="stable")
        self._lengths = lengths[self._order]
        self._factors = np.ascontiguousarray(factors[self._order])

    def best(
        self,
        weights: npt.NDArray[np.float32],
        k: int,
        allowed: npt.NDArray[np.bool_],
        above: float = -np.inf,
    ) -> Positions:
        """Positions of the ``k`` allowed products of the highest ``factors @ weights``.

        Parameters
        ----------
        weights
            Shape (d,).
        allowed
            Shape (products,).
        above
            Scores that are not higher do not count.

        Returns
        -------
        In any order; fewer where fewer are high enough.
        """
        size = float(np.linalg.norm(weights))
        best = np.empty(0, np.int64)
        scores = np.empty(0, np.float32)
        floor = above
        for start in range(0, len(self._order), CHUNK):
            # A little more than the bound, which rounding may exceed.
            if self._lengths[start] * size * (1 + 1e-5) < floor:
                break
            own = self._factors[start : start + CHUNK] @ weights
            positions = self._order[start : start + CHUNK]
            found = np.flatnonzero((own > floor) & allowed[positions])
            best = np.concatenate([best, positions[found]])
            scores = np.concatenate([scores, own[found]])
            if len(best) > k:
                kept = np.argpartition(-scores, k - 1)[:k]
                best, scores = best[kept], scores[kept]
            if len(best) == k:
                floor = max(floor, float(scores.min()))
        return best
