"""A linear head on the encoder as it was before training.

Training draws texts of one label together and forgets part of what the encoder knew; a head on
what it knew before errs elsewhere, and tells better what is like nothing that was trained on.
"""

from __future__ import annotations

import warnings

import numpy as np

#: How freely the head fits: the inverse of the strength of its L2 penalty.
FREEDOM = 100.0
ITERATIONS = 200
WEIGHTS, BIAS = "probe.weights", "probe.bias"


class Probe:
    """A linear probe (Alain & Bengio 2016).

    Parameters
    ----------
    weights
        float32 (labels, dim).
    bias
        float32 (labels,).
    """

    def __init__(self, weights: np.ndarray, bias: np.ndarray) -> None:
        self._weights = weights
        self._bias = bias

    @classmethod
    def learn(cls, vectors: np.ndarray, targets: np.ndarray, labels: int) -> Probe:
        """Multinomial logistic regression.

        Parameters
        ----------
        vectors
            Unit vectors: float32 (texts, dim).
        targets
            int (texts,), of at least two labels; a label without texts is never the best.
        labels
            How many labels there are.
        """
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression

        middle = vectors.mean(axis=0)
        model = LogisticRegression(
            C=FREEDOM, max_iter=ITERATIONS, multi_class="multinomial", random_state=0
        )
        with warnings.catch_warnings():
            # Where it stops short of the optimum, it generalises no worse.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(vectors - middle, targets)
        found, offsets = model.coef_, model.intercept_
        if len(model.classes_) == 2:  # one row stands for both
            found, offsets = np.concatenate([-found, found]), np.concatenate([-offsets, offsets])
        weights = np.zeros((labels, vectors.shape[1]), np.float32)
        bias = np.full(labels, offsets.min() - 10.0, np.float32)
        weights[model.classes_] = found
        bias[model.classes_] = offsets - found @ middle
        return cls(weights, bias)

    def logits(self, vectors: np.ndarray) -> np.ndarray:
        """float32 (texts, labels), of unit vectors (texts, dim)."""
        return vectors @ self._weights.T + self._bias

    def tensors(self) -> dict[str, np.ndarray]:
        """What is to be stored."""
        return {WEIGHTS: self._weights, BIAS: self._bias}

    @classmethod
    def out_of(cls, tensors: dict[str, np.ndarray]) -> Probe:
        """Take what ``tensors`` gave from among others.

        Raises
        ------
        KeyError
            Where something is missing.
        """
        return cls(tensors.pop(WEIGHTS), tensors.pop(BIAS))
