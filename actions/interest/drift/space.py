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

    dim: int = 32
    """Numbers in a vector; fewer where there are fewer items."""
    smoothing: float = 0.75
    """Power of an item's popularity as a context: below 1 rare items are not near each other for
    being rare (Levy, Goldberg and Dagan 2015)."""
    prior: float = 0.3
    """Pairs that every two items are taken to have had beyond those that were counted, times the
    number expected: tells chance from taste where an item was seen seldom."""
    power: float = 1.0
    """Of the eigenvalues."""


def item_space(
    histories: Iterable[npt.NDArray[np.int64]], items: int, config: SpaceConfig = SpaceConfig()
) -> Vectors:
    """Vectors of items by who likes them together, shape (items, dim), of length 1 or 0.

    The pointwise mutual information of two items in one shopper's likes, negative where they avoid
    each other, reduced to the directions with the largest eigenvalues, whatever their sign. An item
    that nobody liked has the zero vector.
    """
    import scipy.sparse as sp

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
    # Pairs grow with the square of likes: each counts less for who liked much.
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
    seen = share > 0
    mutual = np.log((pairs + config.prior) / (expected + config.prior))
    mutual *= seen[:, None] & seen[None]
    values, vectors = np.linalg.eigh(mutual)
    largest = np.argsort(-np.abs(values), kind="stable")[: config.dim]
    found = np.zeros((items, config.dim))
    found[:, : len(largest)] = vectors[:, largest] * np.abs(values[largest]) ** config.power
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return np.where(length > 1e-9, found / np.maximum(length, 1e-9), 0).astype(np.float32)
