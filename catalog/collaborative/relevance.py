"""From a score to a probability: how likely it is that a shopper takes what is offered.

Scores of a collaborative model order products for one shopper and say nothing of how sure that
is. A logistic model of the score, its rank, the product's popularity and the shopper's history
does. Everything enters as a piecewise linear function with knots at quantiles, and the pairs that
matter as products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from catalog.collaborative.base import Scores

Floats = npt.NDArray[np.float64]
QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9, 0.97)
#: What is bent at knots: score, log rank, log popularity, log history, taste for the popular.
BENT = 5


@dataclass(frozen=True)
class Offers:
    """The best candidates of some shoppers, best first; every array is (shoppers, n)."""

    products: npt.NDArray[np.int64]
    scores: Scores
    ranks: npt.NDArray[np.int64]
    """Places among all products, from 1."""
    popularity: Floats
    """Shoppers who took the product."""
    history: Floats
    """Products the shopper took, shape (shoppers, 1)."""
    taste: Floats
    """Mean log popularity of these, shape (shoppers, 1)."""
    tail_share: Floats
    """Share of the long tail among them, shape (shoppers, 1)."""

    @classmethod
    def of(
        cls,
        products: npt.NDArray[np.int64],
        scores: Scores,
        ranks: npt.NDArray[np.int64],
        histories: sp.csr_matrix,
        popularity: npt.NDArray[np.int64],
        tail: npt.NDArray[np.bool_],
    ) -> Offers:
        """Gather what the model looks at.

        Parameters
        ----------
        histories
            What the shoppers took, shape (shoppers, all products); counted, not weighed.
        popularity, tail
            Of all products.
        """
        taken = (histories > 0).astype(np.float64)
        count = np.asarray(taken.sum(axis=1))
        known = np.maximum(count, 1)
        return cls(
            products=products,
            scores=scores,
            ranks=ranks,
            popularity=popularity[products].astype(np.float64),
            history=count,
            taste=(taken @ np.log1p(popularity))[:, None] / known,
            tail_share=(taken @ tail.astype(np.float64))[:, None] / known,
        )

    def inputs(self) -> Floats:
        """Shape (shoppers, n, BENT + 1)."""
        parts = (
            self.scores,
            np.log(self.ranks),
            np.log1p(self.popularity),
            np.log1p(self.history),
            self.taste,
            self.tail_share,
        )
        whole = [np.broadcast_to(part, self.products.shape) for part in parts]
        return np.stack(whole, axis=-1).astype(np.float64)


@dataclass(frozen=True)
class Relevance:
    """Probability that an offered product is taken."""

    knots: Floats
    """Shape (BENT, quantiles)."""
    mean: Floats
    scale: Floats
    weights: Floats
    """Of the standardised terms, shape (terms,)."""
    intercept: float

    @classmethod
    def fit(cls, offers: Offers, taken: npt.NDArray[np.bool_], penalty: float = 10.0) -> Relevance:
        """Learn from what was taken of what was offered.

        Parameters
        ----------
        taken
            Shape (shoppers, n).
        penalty
            L2 penalty on the weights.

        Raises
        ------
        ValueError
            Where nothing was taken, or everything.
        """
        from sklearn.linear_model import LogisticRegression

        if taken.all() or not taken.any():
            raise ValueError("There is nothing to learn where all was taken, or nothing.")
        inputs = offers.inputs()
        knots = np.quantile(inputs[..., :BENT].reshape(-1, BENT), QUANTILES, axis=0).T
        terms = _terms(inputs, knots)
        terms = terms.reshape(-1, terms.shape[-1])
        mean, scale = terms.mean(axis=0), terms.std(axis=0) + 1e-9
        model = LogisticRegression(C=1 / penalty, max_iter=1000, solver="newton-cg")
        model.fit((terms - mean) / scale, taken.ravel())
        return cls(knots, mean, scale, model.coef_[0], float(model.intercept_[0]))

    def probabilities(self, offers: Offers) -> Floats:
        """Shape (shoppers, n)."""
        terms = (_terms(offers.inputs(), self.knots) - self.mean) / self.scale
        return 1 / (1 + np.exp(-(terms @ self.weights + self.intercept)))


def _terms(inputs: Floats, knots: Floats) -> Floats:
    score, rank, popularity, history, taste, tail = (inputs[..., i] for i in range(BENT + 1))
    straight = [inputs[..., i] for i in range(BENT)]
    hinges = [np.maximum(0.0, inputs[..., i] - knot) for i in range(BENT) for knot in knots[i]]
    pairs = (
        tail, tail * popularity, tail * score, score * history, score * popularity, score * taste,
        score * rank, rank * history, rank * popularity, rank * taste, popularity * taste,
        popularity * history,
    )  # fmt: skip
    return np.stack([*straight, *hinges, *pairs], axis=-1)
