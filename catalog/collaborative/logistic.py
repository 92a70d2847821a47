"""Logistic regression by Newton's method: few steps where there are many rows and few terms."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit

Weights = npt.NDArray[np.float64]
#: Steps end when one gains less than this, in units of log-likelihood.
ENOUGH = 0.5
STEPS = 25


def logistic_weights(
    terms: npt.NDArray[np.float32], taken: npt.NDArray[np.bool_], penalty: float
) -> tuple[Weights, float]:
    """The most likely weights under an L2 penalty, and the intercept, which has none.

    Parameters
    ----------
    terms
        Shape (rows, terms), about standardised.
    taken
        Shape (rows,), some true and some not.
    """
    rows = np.hstack([terms, np.ones((len(terms), 1), np.float32)])
    truth = taken.astype(np.float32)
    penalties = np.full(rows.shape[1], penalty)
    penalties[-1] = 0.0
    weights = np.zeros(rows.shape[1])
    weights[-1] = np.log(truth.mean() / (1 - truth.mean()))

    def loss(odds: npt.NDArray[np.float32], at: Weights) -> float:
        misfit = (np.logaddexp(0, odds) - truth * odds).sum(dtype=np.float64)
        return float(misfit + penalties @ at**2 / 2)

    odds: npt.NDArray[np.float32] = np.dot(rows, weights.astype(np.float32))
    current = loss(odds, weights)
    for _ in range(STEPS):
        likely = expit(odds)
        slope = (rows.T @ (likely - truth)).astype(np.float64) + penalties * weights
        bend = ((rows * (likely * (1 - likely))[:, None]).T @ rows).astype(np.float64)
        bend[np.diag_indices_from(bend)] += penalties
        step = np.linalg.solve(bend, slope)
        moved, length = rows @ step.astype(np.float32), 1.0
        # Far from the best weights a whole step may lead away from it.
        while (new := loss(odds - length * moved, weights - length * step)) > current:
            length /= 2
            if length < 1e-3:
                return weights[:-1], float(weights[-1])
        weights, odds = weights - length * step, odds - np.float32(length) * moved
        gained, current = current - new, new
        if gained < ENOUGH:
            break
    return weights[:-1], float(weights[-1])
