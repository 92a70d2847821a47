"""From a score to a probability: how likely it is that a shopper takes what is offered.

Scores of a collaborative model order products for one shopper and say nothing of how sure that
is. A logistic model of the score, its rank, the product's popularity, the shopper's history and
what other models say does. Everything enters as a piecewise linear function with knots at
quantiles, and the pairs that matter as products.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.special import expit

from catalog.collaborative.base import Scores
from catalog.collaborative.logistic import logistic_weights

Floats = npt.NDArray[np.float64]
QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9, 0.97)
#: What is bent at knots besides opinions: score, log rank, log popularity, log history, taste for
#: the popular.
BENT = 5
#: It is learned from the first of each list and from the long tail: the others are never chosen.
FIRST = 20


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
    tail: npt.NDArray[np.bool_]
    """Which are in the long tail."""
    opinions: npt.NDArray[np.float32]
    """What other models say, shape (shoppers, n, models); see ``Opinions``."""

    @classmethod
    def of(
        cls,
        products: npt.NDArray[np.int64],
        scores: Scores,
        ranks: npt.NDArray[np.int64],
        histories: sp.csr_matrix,
        popularity: npt.NDArray[np.int64],
        tail: npt.NDArray[np.bool_],
        opinions: Optional[npt.NDArray[np.float32]] = None,
    ) -> Offers:
        """Gather what the model looks at.

        Parameters
        ----------
        histories
            What the shoppers took, shape (shoppers, all products); counted, not weighed.
        popularity, tail
            Of all products.
        opinions
            Of the candidates, by other models, shape (shoppers, n, models), where there are any.
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
            tail=tail[products],
            opinions=np.zeros((*products.shape, 0), np.float32) if opinions is None else opinions,
        )

    def inputs(self) -> Floats:
        """What is bent, opinions last, then the share of the tail: (shoppers, n, inputs)."""
        known = (
            self.scores,
            np.log(self.ranks),
            np.log1p(self.popularity),
            np.log1p(self.history),
            self.taste,
        )
        spread = [np.broadcast_to(part, self.products.shape)[..., None] for part in known]
        share = np.broadcast_to(self.tail_share, self.products.shape)[..., None]
        return np.concatenate([*spread, self.opinions, share], axis=-1, dtype=np.float64)


@dataclass(frozen=True)
class Relevance:
    """Probability that an offered product is taken."""

    knots: Floats
    """Shape (BENT + models, quantiles)."""
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
        chosen = offers.tail | (offers.ranks <= FIRST)
        inputs, truth = offers.inputs()[chosen], taken[chosen]
        if truth.all() or not truth.any():
            raise ValueError("There is nothing to learn where all was taken, or nothing.")
        knots = np.quantile(inputs[:, :-1], QUANTILES, axis=0).T
        terms = _terms(inputs, knots)
        mean, scale = terms.mean(axis=0), terms.std(axis=0) + 1e-9
        weights, intercept = logistic_weights(
            ((terms - mean) / scale).astype(np.float32), truth, penalty
        )
        return cls(knots, mean, scale, weights, intercept)

    def probabilities(self, offers: Offers) -> Floats:
        """Shape (shoppers, n).

        Raises
        ------
        ValueError
            Where there are not as many opinions as were learned from.
        """
        inputs = offers.inputs()
        if inputs.shape[-1] != len(self.knots) + 1:
            raise ValueError(
                f"This was learned from {len(self.knots) - BENT} opinions of each product, and "
                f"there are {offers.opinions.shape[-1]}."
            )
        terms = (_terms(inputs, self.knots) - self.mean) / self.scale
        found: Floats = expit(terms @ self.weights + self.intercept)
        return found


def _terms(inputs: Floats, knots: Floats) -> Floats:
    bent = [inputs[..., i] for i in range(len(knots))]
    score, rank, popularity, history, taste, *opinions = bent
    tail = inputs[..., -1]
    hinges = [
        np.maximum(0.0, one - knot) for one, own in zip(bent, knots, strict=True) for knot in own
    ]
    pairs = (
        tail, tail * popularity, tail * score, score * history, score * popularity, score * taste,
        score * rank, rank * history, rank * popularity, rank * taste, popularity * taste,
        popularity * history,
    )  # fmt: skip
    more = [one * other for one in opinions for other in (popularity, history, taste)]
    return np.stack([*bent, *hinges, *pairs, *more], axis=-1)
