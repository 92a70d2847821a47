"""xQuAD re-ranking for the long tail, the smooth variant.

Abdollahpouri, Burke and Mobasher 2019, "Managing Popularity Bias in Recommender Systems with
Personalized Re-ranking".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bot.evaluate.ranking_metrics import Lists


def xquad(
    candidates: Lists,
    scores: npt.NDArray[np.float32],
    tail: npt.NDArray[np.bool_],
    tail_share: npt.NDArray[np.float64],
    weight: float,
    k: int = 10,
) -> Lists:
    """Re-rank candidates greedily.

    Parameters
    ----------
    candidates, scores
        Shape (shoppers, n), best first; scores are scaled to 0..1 in each row.
    tail
        Which candidates are in the long tail, shape (shoppers, n).
    tail_share
        Share of the long tail in each shopper's history, shape (shoppers,).
    weight
        λ of the paper, from 0 (the ranking as it is) to 1.
    """
    low, high = scores.min(axis=1, keepdims=True), scores.max(axis=1, keepdims=True)
    fit = (scores - low) / np.maximum(high - low, 1e-9)
    rows = np.arange(len(candidates))
    left = np.ones(candidates.shape, bool)
    chosen = np.zeros((len(candidates), k), np.int64)
    in_tail = np.zeros(len(candidates))
    wish = np.where(tail, tail_share[:, None], 1 - tail_share[:, None])
    for place in range(k):
        share = in_tail / max(1, place)
        covered = np.where(tail, share[:, None], (1 - share)[:, None] if place else 0.0)
        gain = (1 - weight) * fit + weight * wish * (1 - covered)
        best = np.where(left, gain, -np.inf).argmax(axis=1)
        left[rows, best] = False
        chosen[:, place] = candidates[rows, best]
        in_tail += tail[rows, best]
    return chosen
