"""Confidences that mean what they say, and the score below which the bot asks."""

from __future__ import annotations

from typing import Optional

import numpy as np
from scipy.optimize import minimize, minimize_scalar

#: The number of a label that was not trained: a text of it is out of scope.
FOREIGN = -1
#: The threshold where there is nothing to choose it by.
USUAL = 0.3
#: Fewer out-of-scope texts than this say nothing about a threshold.
ENOUGH_FOREIGN = 20


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


def familiarity(similarities: np.ndarray, foreign: np.ndarray) -> tuple[np.ndarray, float]:
    """Slopes and offset from similarities to the log-odds of being in scope.

    Parameters
    ----------
    similarities
        float (texts, kinds): of texts that were not trained on, to what was, in one way or more.
    foreign
        bool (texts,): which of them are out of scope; both kinds must be there.

    Returns
    -------
    float64 (kinds,), none of them negative, and the offset.
    """
    # In single precision the differences that the search goes by are noise.
    similarities = similarities.astype(np.float64)
    middle, spread = similarities.mean(axis=0), similarities.std(axis=0) + 1e-6
    scaled, sign = (similarities - middle) / spread, np.where(foreign, -1.0, 1.0)

    def cost(line: np.ndarray) -> float:
        margins = sign * (scaled @ line[:-1] + line[-1])
        return float(np.logaddexp(0.0, -margins).mean() + 1e-4 * (line[:-1] ** 2).sum())

    # What is nearer is never less in scope.
    kinds = similarities.shape[1]
    start, bounds = np.append(np.ones(kinds), 0.0), [(0, None)] * kinds + [(None, None)]
    line = minimize(cost, start, bounds=bounds).x
    slopes = line[:-1] / spread
    return slopes, float(line[-1] - slopes @ middle)


def threshold(
    guesses: np.ndarray,
    scores: np.ndarray,
    targets: np.ndarray,
    out_of_scope: Optional[int] = None,
) -> float:
    """The score below which a text counts as out of scope.

    Where enough held-out texts are out of scope — of the label ``out_of_scope``, or of one that
    was not trained (``FOREIGN``) — the score at which most held-out texts are handled rightly:
    those in scope by their label, those out of scope by their label or by falling below it
    (Larson et al. 2019). Otherwise one that only two in a hundred of the rightly classified texts
    fall below.

    Parameters
    ----------
    guesses
        int (texts,): the best label of each held-out text.
    scores
        float (texts,) between 0 and 1: how sure it is.
    targets
        int (texts,): the right labels.
    """
    if len(targets) == 0:
        return USUAL
    right = guesses == targets
    foreign = targets == FOREIGN
    if out_of_scope is not None:
        foreign |= targets == out_of_scope
    if foreign.sum() >= ENOUGH_FOREIGN and not foreign.all():
        order = np.argsort(scores, kind="stable")
        gains = np.cumsum(foreign[order].astype(int) - right[order])
        ends = np.flatnonzero(np.diff(scores[order], append=np.inf))
        best = ends[gains[ends] == gains[ends].max()]
        place = int(best[len(best) // 2])
        if gains[place] <= 0:
            return 0.0
        if place + 1 == len(order):
            return 1.0
        return float(scores[order[place : place + 2]].mean())
    if not right.any():
        return USUAL
    return float(np.clip(np.quantile(scores[right], 0.02), 0.2, 0.6))


def expected_calibration_error(confidences: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Mean distance between confidence and accuracy over equal-width bins (Guo et al. 2017).

    >>> round(expected_calibration_error(np.array([0.9, 0.9]), np.array([True, False])), 2)
    0.4
    """
    if not len(confidences):
        return 0.0
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    total = 0.0
    for b in np.unique(places):
        inside = places == b
        total += inside.mean() * abs(confidences[inside].mean() - right[inside].mean())
    return float(total)
