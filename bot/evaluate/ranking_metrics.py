"""Metrics of top-k lists over shoppers × products, always over all products, never a sample.

Binary relevance; shoppers for whom nothing is relevant are left out of the means. The figures
are those of ``trec_eval`` for the same lists; see the tests.
"""

from __future__ import annotations

import math
from typing import Any, Mapping, Optional

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Lists = npt.NDArray[np.int64]
PerShopper = npt.NDArray[np.float64]


def top(scores: npt.NDArray[np.float32], k: int) -> Lists:
    """Positions of the ``k`` best of every row, best first; of equals the first position.

    >>> top(np.array([[0.1, 0.9, 0.5, 0.5]], np.float32), 3).tolist()
    [[1, 2, 3]]
    """
    k = min(k, scores.shape[1])
    cut = np.partition(scores, -k, axis=1)[:, -k][:, None]
    # Of those that equal the last one that fits, the first positions are taken.
    key = np.where(scores > cut, 2, np.where(scores == cut, 1, 0))
    near = np.argsort(-key, axis=1, kind="stable")[:, :k]
    order = np.argsort(-np.take_along_axis(scores, near, axis=1), axis=1, kind="stable")
    return np.take_along_axis(near, order, axis=1)


def hits(lists: Lists, relevant: sp.csr_matrix) -> npt.NDArray[np.bool_]:
    """Which entries of the lists are relevant; the lists' shape."""
    found = np.asarray(relevant[np.arange(len(lists))[:, None], lists].todense())
    return found > 0


def ndcg(found: npt.NDArray[np.bool_], relevant: npt.NDArray[np.int64], k: int) -> PerShopper:
    """Normalised discounted cumulative gain: ``Σ rel/log2(rank+1)`` over the best possible.

    Parameters
    ----------
    found
        What ``hits`` gave, shape (shoppers, ≥ k).
    relevant
        How many products are relevant to each shopper, above 0.

    >>> ndcg(np.array([[True, False, True]]), np.array([2]), 3).round(4).tolist()
    [0.9197]
    """
    found = found[:, :k]
    discount = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[0.0], np.cumsum(discount)])
    return (found * discount[: found.shape[1]]).sum(axis=1) / ideal[np.minimum(relevant, k)]


def precision(found: npt.NDArray[np.bool_], k: int) -> PerShopper:
    """Share of the first ``k`` that is relevant."""
    return found[:, :k].sum(axis=1) / k


def recall(found: npt.NDArray[np.bool_], relevant: npt.NDArray[np.int64], k: int) -> PerShopper:
    """Share of what is relevant that is among the first ``k``."""
    return found[:, :k].sum(axis=1) / relevant


def auc(
    scores: npt.NDArray[np.float32], relevant: sp.csr_matrix, candidate: npt.NDArray[np.bool_]
) -> PerShopper:
    """How often a relevant product scores above another candidate; equals count half.

    NaN for a shopper without relevant candidates, or without others.

    >>> auc(np.array([[3.0, 1.0, 2.0]], np.float32), sp.csr_matrix([[1, 0, 1]]),
    ...     np.ones((1, 3), bool)).tolist()
    [1.0]
    """
    from scipy.stats import rankdata

    out = np.full(len(scores), np.nan)
    for row in range(len(scores)):
        positive = np.zeros(scores.shape[1], bool)
        positive[relevant.indices[relevant.indptr[row] : relevant.indptr[row + 1]]] = True
        pool = candidate[row]
        positive = positive[pool]
        right, wrong = int(positive.sum()), int((~positive).sum())
        if right and wrong:
            ranks = rankdata(scores[row, pool])
            out[row] = (ranks[positive].sum() - right * (right + 1) / 2) / (right * wrong)
    return out


def exposure(lists: Lists, products: int) -> npt.NDArray[np.int64]:
    """How many lists each product is in, shape (products,)."""
    return np.bincount(lists.ravel(), minlength=products)


def gini(counts: npt.NDArray[np.int64]) -> float:
    """Gini coefficient of exposure: 0 where all have the same, near 1 where one has all.

    >>> gini(np.array([5, 5, 5, 5])), round(gini(np.array([0, 0, 0, 8])), 2)
    (0.0, 0.75)
    """
    ordered = np.sort(counts).astype(np.float64)
    total, n = ordered.sum(), len(ordered)
    if not total:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def long_tail(popularity: npt.NDArray[np.int64], head: float = 0.2) -> npt.NDArray[np.bool_]:
    """Which products are in the long tail: all but the most popular ``head`` of them.

    >>> long_tail(np.array([9, 1, 5, 2, 2])).tolist()
    [False, True, True, True, True]
    """
    tail = np.ones(len(popularity), bool)
    tail[np.argsort(-popularity, kind="stable")[: math.ceil(head * len(popularity))]] = False
    return tail


def list_figures(
    lists: Lists,
    found: npt.NDArray[np.bool_],
    relevant: npt.NDArray[np.int64],
    popularity: npt.NDArray[np.int64],
    aucs: Optional[PerShopper] = None,
) -> dict[str, float]:
    """All figures of lists of at least 20 for shoppers with something relevant.

    Returns
    -------
    ``ndcg@10``, ``precision@10``, ``recall@20``, ``auc``; of the first ten of all lists
    ``coverage@10`` (share of the products that are in any), ``gini``, ``arp`` (mean popularity of
    what is in them) and ``aplt`` (mean share of the long tail).
    """
    ten = lists[:, :10]
    counts = exposure(ten, len(popularity))
    figures: Mapping[str, Any] = {
        "ndcg@10": ndcg(found, relevant, 10).mean(),
        "precision@10": precision(found, 10).mean(),
        "recall@20": recall(found, relevant, 20).mean(),
        **({} if aucs is None else {"auc": np.nanmean(aucs)}),
        "coverage@10": (counts > 0).mean(),
        "gini": gini(counts),
        "arp": popularity[ten].mean(),
        "aplt": long_tail(popularity)[ten].mean(),
    }
    return {name: round(float(value), 5) for name, value in figures.items()}
