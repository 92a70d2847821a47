"""Metrics of one ranked list against graded judgements. All are 0 where nothing is relevant."""

from __future__ import annotations

import math
from typing import Mapping, Sequence


def dcg(gains: Sequence[float]) -> float:
    """Discounted cumulative gain: Σ gain at rank r / log2(r + 1), as trec_eval has it.

    >>> round(dcg([2, 0, 1]), 4)
    2.5
    """
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def ndcg_at_k(ranked: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """DCG of the first ``k`` over that of the best ``k`` there are (Järvelin and Kekäläinen 2002).

    A product listed twice counts once, where it comes first.

    >>> round(ndcg_at_k(["a", "b"], {"a": 1, "b": 2}, 10), 4)
    0.8597
    """
    best = dcg(sorted((float(grade) for grade in grades.values()), reverse=True)[:k])
    found = list(dict.fromkeys(ranked))[:k]
    return dcg([float(grades.get(id_, 0)) for id_ in found]) / best if best > 0 else 0.0


def recall_at_k(ranked: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """The share of relevant products among the first ``k``, of as many as ``k`` places can hold.

    >>> recall_at_k(["a", "x"], {"a": 1, "b": 2, "c": 1}, 2)
    0.5
    """
    relevant = {id_ for id_, grade in grades.items() if grade > 0}
    if not relevant or k < 1:
        return 0.0
    return len(relevant.intersection(list(dict.fromkeys(ranked))[:k])) / min(k, len(relevant))
