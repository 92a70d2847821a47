"""Confidences that mean what they say, and the confidence below which the bot asks."""

from __future__ import annotations

from typing import Optional

import numpy as np
from scipy.optimize import minimize_scalar


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def temperature(logits: np.ndarray, targets: np.ndarray) -> float:
    """The divisor of the logits with the highest likelihood (Guo et al. 2017).

    Parameters
    ----------
    logits
        float (texts, labels), of texts that were not trained on.
    targets
        int (texts,), the right labels.
    """
    if len(targets) == 0:
        return 1.0
    rows = np.arange(len(targets))

    def cost(log_t: float) -> float:
        probabilities = softmax(logits / np.exp(log_t))[rows, targets]
        return float(-np.log(np.maximum(probabilities, 1e-12)).mean())

    return float(np.exp(minimize_scalar(cost, bounds=(-2.5, 2.5), method="bounded").x))


def threshold(
    probabilities: np.ndarray, targets: np.ndarray, out_of_scope: Optional[int] = None
) -> float:
    """The confidence below which a text counts as out of scope.

    Where held-out texts are labelled out of scope, the one that classifies most texts rightly,
    counting them right both by their label and by falling below it. Otherwise one that only two
    in a hundred of the rightly classified held-out texts fall below.
    """
    if len(targets) == 0:
        return 0.3
    guesses, confidences = probabilities.argmax(-1), probabilities.max(-1)
    right = guesses == targets
    if out_of_scope is not None and (targets == out_of_scope).sum() >= 20:
        foreign = targets == out_of_scope
        grid = np.linspace(0.05, 0.95, 91)
        scores = [np.where(confidences < t, foreign, right).mean() for t in grid]
        best = np.flatnonzero(np.isclose(scores, max(scores)))
        return float(grid[best[len(best) // 2]])
    if not right.any():
        return 0.3
    return float(np.clip(np.quantile(confidences[right], 0.02), 0.2, 0.6))
