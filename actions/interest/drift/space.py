"""Where items stand to one another in shoppers' likes: the space that interest moves in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SpaceConfig:
    """What can be chosen."""

    dim: int = 64
    """Numbers in a vector; fewer where there are fewer items."""
    smoothing: float = 0.75
    """Power of an item's popularity as a context: below 1 rare items are not near each other for
    being rare (Levy, Goldberg and Dagan 2015)."""
    shift: float = 0.0
    """Taken from every pointwise mutual information: only surer neighbours are kept."""
    prior: float = 1.0
    """Pairs that every two items are taken to have had beyond those that were counted, times the
    number expected: tells chance from taste where an item was seen seldom."""
    power: float = 0.5
    """Of the singular values."""


def item_space(
    histories: Iterable[npt.NDArray[np.int64]], items: int, config: SpaceConfig = SpaceConfig()
) -> Vectors:
    """Vectors of items by who likes them together, shape (items, dim), of length 1 or 0.

    The positive pointwise mutual information of two items in one shopper's likes, reduced by a
    singular value decomposition. An item that nobody liked has the zero vector.
    """
    import scipy.sparse as sp
    from scipy.linalg import eigh

    rows = [np.asarray(history, np.int64) for history in histories]
    likes = sp.csr_matrix(
        (
            np.ones(sum(map(len, rows)), np.float32),
            (
                np.repeat(np.arange(len(rows)), [len(r) for r in rows]),
                np.concatenate(rows) if rows else np.zeros(0, np.int64),
            ),
        ),
        shape=(len(rows), items),
    )
    # Every shopper has the same say, however much was liked.
    weight = sp.diags(1.0 / np.maximum(1, np.asarray(likes.sum(1)).ravel() - 1) ** 0.5)
    pairs = np.asarray((likes.T @ weight @ likes).todense(), np.float64)
    np.fill_diagonal(pairs, 0.0)
    total = pairs.sum()
    if total == 0:
        return np.zeros((items, config.dim), np.float32)
    share = pairs.sum(1) / total
    context = share**config.smoothing
    context /= context.sum()
    expected = total * np.outer(share, context)
    expected = (expected + expected.T) / 2
    prior = config.prior
    with np.errstate(divide="ignore", invalid="ignore"):
        mutual = np.log((pairs + prior) / (expected + prior)) - config.shift
    mutual = np.where((share[:, None] > 0) & (share[None] > 0), np.maximum(mutual, 0), 0)
    dim = min(config.dim, items - 1)
    values, vectors = eigh(mutual, subset_by_index=(items - dim, items - 1))
    found = vectors[:, ::-1] * np.maximum(values[::-1], 0) ** config.power
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return np.where(length > 1e-9, found / np.maximum(length, 1e-9), 0).astype(np.float32)
