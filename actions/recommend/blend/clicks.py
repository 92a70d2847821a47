"""What a shopper takes of a list: where they look, and how good what they see is.

The position-based model (Craswell et al., 2008): a product at place r of a list is taken with
probability ``examination[r] · σ(intercept + temperature · parts @ weights)``. Both factors are
learned at once by maximum likelihood; looking at the first place is certain by definition. The
weights, which are what is served, are thereby free of where products stood.

The weights are drawn towards given ones by a Gaussian prior, in the units of these: the
temperature takes up how much they say in all. With few lists the weights stay where they were.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: Keeps logarithms finite.
LEAST = 1e-9


@dataclass(frozen=True)
class ClicksConfig:
    """How much is assumed before anything is seen."""

    spread: float = 0.5
    """Standard deviation of the prior on each weight."""
    smooth: float = 0.3
    """Standard deviation of the step from one place to the next, in log odds of examination."""
    by_place: bool = True
    """Whether places matter; without, what stood high is taken for good."""
    places: int = 20
    """Later places count as this one."""
    temperature: float = 2.0
    """The one expected; the prior on its logarithm has a standard deviation of 1."""


@dataclass(frozen=True)
class Rows:
    """Products that were shown, all lists below each other; arrays have n rows."""

    parts: Floats
    """Shape (n, parts)."""
    place: Ints
    """From 1."""
    group: Ints
    """Which curve of examination is whose: a number from 0, as of the language."""
    taken: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class Clicks:
    """A fitted model."""

    weights: Floats
    """Not below 0, shape (parts,)."""
    temperature: float
    intercept: float
    examination: Floats
    """How surely each place is looked at, shape (groups, places)."""

    def attraction(self, total: Floats) -> Floats:
        """Probability that a product with such a score is taken where it is looked at."""
        return _sigmoid(self.intercept + self.temperature * total)

    def looked_at(self, place: Ints, group: Ints) -> Floats:
        """Probability that places are looked at, shape (n,)."""
        last = self.examination.shape[1]
        return self.examination[group, np.minimum(place, last) - 1]


def fit(rows: Rows, prior: Floats, config: ClicksConfig, held: Sequence[int] = ()) -> Clicks:
    """Learn from lists.

    Parameters
    ----------
    prior
        The weights that are assumed, shape (parts,).
    held
        Parts whose weights stay what they are: beside them the others are learned.

    Raises
    ------
    ValueError
        Where nothing was taken, or everything.
    """
    if rows.taken.all() or not rows.taken.any():
        raise ValueError("There is nothing to learn where all was taken, or nothing.")
    problem = _Problem(rows, prior, config, held)
    found = minimize(
        problem.loss, problem.start(), jac=True, method="L-BFGS-B", bounds=problem.bounds(),
        options={"maxiter": 1000},
    )  # fmt: skip
    weights, log_temperature, intercept, odds = problem.read(found.x)
    return Clicks(weights, float(np.exp(log_temperature)), intercept, problem.examination(odds))


def calibrated(clicks: Clicks, total: Floats, rows: Rows) -> Clicks:
    """The same with another temperature and intercept: for scores on another footing.

    Parameters
    ----------
    total
        The scores that ``attraction`` is to be asked with, shape (len(rows),).
    """
    looked = clicks.looked_at(rows.place, rows.group)
    y = rows.taken.astype(np.float64)

    def loss(unknowns: Floats) -> tuple[float, Floats]:
        attraction = _sigmoid(unknowns[0] + unknowns[1] * total)
        taken = np.clip(looked * attraction, LEAST, 1 - LEAST)
        slope = (y - taken) / (1 - taken) * (1 - attraction)
        likelihood = float(y @ np.log(taken) + (1 - y) @ np.log1p(-taken))
        return -likelihood, -np.array([slope.sum(), slope @ total])

    start = np.array([clicks.intercept, clicks.temperature])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(-60, 60), (0, 60)])
    return replace(clicks, intercept=float(found.x[0]), temperature=float(found.x[1]))


class _Problem:
    """The negative log posterior and its gradient, over one vector of unknowns."""

    def __init__(
        self, rows: Rows, prior: Floats, config: ClicksConfig, held: Sequence[int]
    ) -> None:
        self._held = frozenset(held)
        self._rows, self._prior, self._config = rows, prior, config
        self._y = rows.taken.astype(np.float64)
        self._place = np.minimum(rows.place, config.places) - 1
        self._shape = (int(rows.group.max()) + 1, config.places - 1)

    def start(self) -> Floats:
        steps = np.zeros(int(np.prod(self._shape)))
        rate = float(np.clip(self._y.mean(), LEAST, 1 - LEAST))
        temperature = self._config.temperature
        level = np.log(rate / (1 - rate)) - temperature * float(
            (self._rows.parts @ self._prior).mean()
        )
        return np.concatenate([self._prior, [np.log(temperature), level], steps])

    def bounds(self) -> Sequence[tuple[float | None, float | None]]:
        free = (-8.0, 8.0) if self._config.by_place else (0.0, 0.0)
        steps = int(np.prod(self._shape))
        weights = [(w, w) if i in self._held else (0.0, None) for i, w in enumerate(self._prior)]
        return [*weights, (-3.0, 4.0), (-60.0, 60.0), *[free] * steps]

    def read(self, unknowns: Floats) -> tuple[Floats, float, float, Floats]:
        n = len(self._prior)
        odds = unknowns[n + 2 :].reshape(self._shape)
        return unknowns[:n], float(unknowns[n]), float(unknowns[n + 1]), odds

    def examination(self, odds: Floats) -> Floats:
        first = np.ones((self._shape[0], 1))
        if not self._config.by_place:
            return np.ones((self._shape[0], self._config.places))
        return np.concatenate([first, _sigmoid(odds)], axis=1)

    def loss(self, unknowns: Floats) -> tuple[float, Floats]:
        rows, config = self._rows, self._config
        weights, log_temperature, intercept, odds = self.read(unknowns)
        temperature = np.exp(log_temperature)
        total = rows.parts @ weights
        attraction = _sigmoid(intercept + temperature * total)
        looked = self.examination(odds)[rows.group, self._place]
        taken = np.clip(looked * attraction, LEAST, 1 - LEAST)
        y = self._y
        likelihood = float(y @ np.log(taken) + (1 - y) @ np.log1p(-taken))
        # Of the log likelihood by the logits of both factors.
        slope = (y - taken) / (1 - taken)
        by_attraction, by_looking = slope * (1 - attraction), slope * (1 - looked)
        of_weights = temperature * (rows.parts.T @ by_attraction)
        of_temperature = temperature * float(by_attraction @ total)
        of_odds = np.zeros((self._shape[0], config.places))
        np.add.at(of_odds, (rows.group, self._place), by_looking)
        off = (weights - self._prior) / config.spread
        warm = log_temperature - np.log(config.temperature)
        steps = np.diff(odds, axis=1) / config.smooth
        assumed = 0.5 * float(off @ off + warm * warm + (steps * steps).sum())
        bend = np.zeros(self._shape)
        bend[:, 1:] += steps / config.smooth
        bend[:, :-1] -= steps / config.smooth
        gradient = np.concatenate(
            [
                off / config.spread - of_weights,
                [warm - of_temperature, -float(by_attraction.sum())],
                (bend - of_odds[:, 1:]).ravel(),
            ]
        )
        return assumed - likelihood, gradient


def rows_of(
    lists: Sequence[tuple[Floats, Ints, str, npt.NDArray[np.bool_]]], groups: Mapping[str, int]
) -> Rows:
    """Lists below each other: parts, places, the name of the group, what was taken."""
    return Rows(
        np.concatenate([parts for parts, _, _, _ in lists]).astype(np.float64),
        np.concatenate([places for _, places, _, _ in lists]).astype(np.int64),
        np.concatenate([np.full(len(p), groups.get(name, 0)) for _, p, name, _ in lists]),
        np.concatenate([taken for _, _, _, taken in lists]).astype(bool),
    )


def _sigmoid(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))))
