"""A space of products by what they are: where no log tells who likes what together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.interest.drift.model import DriftModel
from actions.interest.drift.same_shopper import Array, TwoCovariance, TwoCovarianceConfig

#: Numbers that texts' vectors are reduced to.
DIM = 24
#: Kinds of product stand farther apart than shoppers' tastes: it takes more for a change.
OFFSET = 25.0


@dataclass(frozen=True)
class Reduction:
    """Brings texts' vectors into few dimensions."""

    brought: Array
    """Shape (1 + source, dim): the first row is added, the others are multiplied with."""

    @classmethod
    def fit(cls, texts: npt.NDArray[np.floating], dim: int = DIM) -> Reduction:
        """The main directions of vectors of shape (products, source), of mean square length 1."""
        whole = np.asarray(texts, np.float64)
        mean = whole.mean(0)
        values, turn = np.linalg.eigh(np.cov(whole.T))
        kept = np.argsort(-values, kind="stable")[:dim]
        scale = 1 / np.sqrt(max(float(np.maximum(values[kept], 0).sum()), 1e-12))
        axes = turn[:, kept] * scale
        return cls(np.concatenate([-(mean @ axes)[None], axes]).astype(np.float32))

    def __call__(self, texts: npt.NDArray[np.floating]) -> Array:
        """Vectors of shape (…, source) reduced, shape (…, dim)."""
        return np.asarray(self.brought[0] + texts @ self.brought[1:], np.float32)


def untrained(
    texts: npt.NDArray[np.floating], kinds: Sequence[str], ids: Sequence[str] = ()
) -> Optional[DriftModel]:
    """A detector of statistics alone, for a shop whose log is too small to learn from.

    What shoppers' interests are elsewhere, kinds of product are here.

    Parameters
    ----------
    texts
        Vectors of the products' texts, shape (products, source).
    kinds
        What kind each product is of; empty where that is not known.

    Returns
    -------
    None where there are not two kinds with some products each.
    """
    reduction = Reduction.fit(texts)
    items = reduction(texts)
    groups = [items[rows] for rows in by_kind(kinds).values()]
    try:
        space = TwoCovariance.fit(groups, TwoCovarianceConfig())
    except ValueError:
        return None
    return DriftModel(items, (space,), offset=OFFSET, brought=reduction.brought, ids=tuple(ids))


def by_kind(kinds: Sequence[str]) -> Dict[str, List[int]]:
    """Rows of the products of each kind."""
    rows: Dict[str, List[int]] = {}
    for row, kind in enumerate(kinds):
        if kind:
            rows.setdefault(kind, []).append(row)
    return rows
