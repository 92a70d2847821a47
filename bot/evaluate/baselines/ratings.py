"""Models that predict explicit ratings: the classic baselines, measured by their squared error.

Sarwar et al. 2001, "Item-Based Collaborative Filtering Recommendation Algorithms"; Koren, Bell
and Volinsky 2009, "Matrix Factorization Techniques for Recommender Systems".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from catalog.collaborative.base import Scores
from catalog.collaborative.interactions import Interactions


class RatingModel(ABC):
    """Predicts every rating of the shoppers it was fitted on."""

    name: ClassVar[str]
    space: ClassVar[Mapping[str, Sequence[Any]]]
    config: Any

    @abstractmethod
    def fit(self, data: Interactions) -> RatingModel:
        """Learn from the ratings among the interactions."""

    @abstractmethod
    def predict(self) -> Scores:
        """Ratings as predicted, shape (shoppers, products)."""


@dataclass(frozen=True)
class BiasConfig:
    """What can be chosen."""

    damping: float = 10.0
    """So many ratings at the mean are added to everybody's own."""


@dataclass(frozen=True)
class Biases:
    """The mean rating, and how far shoppers and products are from it."""

    mean: float
    shopper: npt.NDArray[np.float64]
    product: npt.NDArray[np.float64]

    @classmethod
    def of(cls, data: Interactions, damping: float) -> Biases:
        mean = float(data.rating.mean())
        product = _damped(data.product, data.rating - mean, data.shape[1], damping)
        rest = data.rating - mean - product[data.product]
        return cls(mean, _damped(data.shopper, rest, data.shape[0], damping), product)

    def predict(self) -> npt.NDArray[np.float64]:
        """Shape (shoppers, products)."""
        return self.mean + self.shopper[:, None] + self.product[None, :]

    def residuals(self, data: Interactions) -> sp.csr_matrix:
        """What the biases do not tell, shoppers × products."""
        rest = data.rating - self.mean - self.shopper[data.shopper] - self.product[data.product]
        # A residual of nought is still a rating.
        rest = np.where(rest == 0, 1e-9, rest)
        return sp.csr_matrix((rest, (data.shopper, data.product)), data.shape)


class Bias(RatingModel):
    """Mean plus the shopper's and the product's damped deviations."""

    name: ClassVar[str] = "bias"
    space: ClassVar[Mapping[str, Sequence[Any]]] = {"damping": (1.0, 3.0, 5.0, 10.0, 20.0)}

    def __init__(self, config: BiasConfig = BiasConfig()) -> None:
        self.config = config

    def fit(self, data: Interactions) -> Bias:
        self.biases = Biases.of(data, self.config.damping)
        return self

    def predict(self) -> Scores:
        return self.biases.predict().astype(np.float32)


@dataclass(frozen=True)
class NeighbourConfig:
    """What can be chosen."""

    damping: float = 10.0
    shrinkage: float = 50.0
    """Ratings in common at which a likeness counts half."""
    neighbours: int = 50


class Neighbours(RatingModel):
    """Weighted mean of the neighbours' residuals, of shoppers or of products.

    ``cosine`` compares residuals over the biases as vectors with nought where there is no
    rating; ``pearson`` only over the ratings in common.
    """

    space: ClassVar[Mapping[str, Sequence[Any]]] = {
        "damping": (3.0, 5.0, 10.0, 20.0),
        "shrinkage": (10.0, 30.0, 50.0, 100.0, 200.0),
        "neighbours": (20, 40, 80, 150, 300),
    }
    of_products: ClassVar[bool]
    pearson: ClassVar[bool]

    def __init__(self, config: NeighbourConfig = NeighbourConfig()) -> None:
        self.config = config

    def fit(self, data: Interactions) -> RatingModel:
        self.biases = Biases.of(data, self.config.damping)
        rest = self.biases.residuals(data)
        self._rest = rest.T.tocsr() if self.of_products else rest
        given = self._rest.copy()
        given.data[:] = 1
        common = (given @ given.T).toarray()
        dot = (self._rest @ self._rest.T).toarray()
        if self.pearson:
            squares = (self._rest.power(2) @ given.T).toarray()
            norms = np.sqrt(squares * squares.T)
        else:
            own = np.sqrt(np.maximum(np.diag(dot), 1e-12))
            norms = own[:, None] * own
        likeness = dot / np.maximum(norms, 1e-12) * common / (common + self.config.shrinkage)
        np.fill_diagonal(likeness, 0.0)
        self._likeness = np.maximum(likeness, 0.0)
        return self

    def predict(self) -> Scores:
        rated = self._rest.toarray()
        given = rated != 0
        moved = np.zeros_like(rated)
        k = self.config.neighbours
        for other in range(rated.shape[1]):
            own = np.flatnonzero(given[:, other])
            if len(own):
                near = self._likeness[:, own]
                if len(own) > k:
                    least = np.partition(near, len(own) - k, axis=1)[:, len(own) - k]
                    near = np.where(near >= least[:, None], near, 0.0)
                moved[:, other] = (near @ rated[own, other]) / (near.sum(axis=1) + 1e-9)
        return (self.biases.predict() + (moved.T if self.of_products else moved)).astype(np.float32)


class UserCosine(Neighbours):
    """Shoppers alike by cosine."""

    name: ClassVar[str] = "user-cosine"
    of_products, pearson = False, False


class UserPearson(Neighbours):
    """Shoppers alike by Pearson's correlation."""

    name: ClassVar[str] = "user-pearson"
    of_products, pearson = False, True


class ItemCosine(Neighbours):
    """Products alike by cosine."""

    name: ClassVar[str] = "item-cosine"
    of_products, pearson = True, False


class ItemPearson(Neighbours):
    """Products alike by Pearson's correlation."""

    name: ClassVar[str] = "item-pearson"
    of_products, pearson = True, True


@dataclass(frozen=True)
class FactorisationConfig:
    """What can be chosen."""

    factors: int = 16
    regularisation: float = 0.1
    """Times the number of ratings of the shopper or product."""
    damping: float = 5.0
    iterations: int = 12
    seed: int = 0


class Factorisation(RatingModel):
    """Matrix factorisation of the residuals over the biases, squared error, by least squares."""

    name: ClassVar[str] = "mf"
    space: ClassVar[Mapping[str, Sequence[Any]]] = {
        "factors": (4, 8, 16, 32),
        "regularisation": (0.03, 0.06, 0.1, 0.15, 0.2, 0.3),
        "damping": (3.0, 5.0, 10.0),
    }

    def __init__(self, config: FactorisationConfig = FactorisationConfig()) -> None:
        self.config = config

    def fit(self, data: Interactions) -> Factorisation:
        config, random = self.config, np.random.default_rng(self.config.seed)
        self.biases = Biases.of(data, config.damping)
        rest = self.biases.residuals(data)
        self.shoppers = np.zeros((data.shape[0], config.factors))
        self.products = random.normal(0, 0.1, (data.shape[1], config.factors))
        for _ in range(config.iterations):
            self._solve(rest, self.products, self.shoppers)
            self._solve(rest.T.tocsr(), self.shoppers, self.products)
        return self

    def predict(self) -> Scores:
        return (self.biases.predict() + self.shoppers @ self.products.T).astype(np.float32)

    def _solve(self, rest: sp.csr_matrix, fixed: Any, free: Any) -> None:
        unit = np.eye(fixed.shape[1]) * self.config.regularisation
        for row in range(rest.shape[0]):
            own = slice(rest.indptr[row], rest.indptr[row + 1])
            near = fixed[rest.indices[own]]
            if len(near):
                free[row] = np.linalg.solve(
                    near.T @ near + unit * len(near), near.T @ rest.data[own]
                )


def _damped(index: Any, values: Any, n: int, damping: float) -> npt.NDArray[np.float64]:
    return np.bincount(index, values, n) / (np.bincount(index, minlength=n) + damping)


RATING_MODELS: tuple[type[RatingModel], ...] = (
    Bias,
    Factorisation,
    UserCosine,
    UserPearson,
    ItemCosine,
    ItemPearson,
)
