"""How good an order of shown products is, freed of where they were shown.

What was taken at a place that few look at counts as often as it was overlooked: by the inverse of
its probability of being looked at (Joachims, Swaminathan and Schnabel, 2017). Lists count by what
was taken in them, so that the mean is a ratio of sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.blend.replay import Replayed

Floats = npt.NDArray[np.float64]
Order = Callable[[Replayed], Floats]
"""Scores of what was shown, shape (m,)."""
LookedAt = Callable[[Replayed], Floats]
"""How surely the places of what was shown are looked at, shape (m,)."""
#: Less is taken for this: a few lucky finds at the bottom would outweigh everything else.
LEAST = 0.05
K = 10


@dataclass(frozen=True)
class Terms:
    """A figure as sums over lists; shape (lists,) each."""

    got: Floats
    possible: Floats

    @property
    def mean(self) -> float:
        """The figure."""
        return float(self.got.sum() / max(self.possible.sum(), 1e-12))

    def interval(self, seed: int, resamples: int = 2000) -> tuple[float, float]:
        """Its 95 % interval, by the bootstrap over lists."""
        means = _resampled(seed, resamples, len(self.got), self.got, self.possible)
        return _ends(means[0] / np.maximum(means[1], 1e-12))


def difference(one: Terms, other: Terms, seed: int, resamples: int = 2000) -> tuple[float, float]:
    """The 95 % interval of how far one is ahead of the other on the same lists."""
    a, b, c, d = _resampled(
        seed, resamples, len(one.got), one.got, one.possible, other.got, other.possible
    )
    return _ends(a / np.maximum(b, 1e-12) - c / np.maximum(d, 1e-12))


def ndcg(lists: Sequence[Replayed], order: Order, looked_at: LookedAt, k: int = K) -> Terms:
    """nDCG of the first ``k`` of what was shown, in another order."""
    discounts = 1 / np.log2(np.arange(2, k + 2))
    got, possible = [], []
    for one in lists:
        gains = one.taken / np.maximum(looked_at(one), LEAST)
        ranked = gains[np.argsort(-order(one), kind="stable")][:k]
        best = np.sort(gains)[::-1][:k]
        got.append(float(ranked @ discounts[: len(ranked)]))
        possible.append(float(best @ discounts[: len(best)]))
    return Terms(np.array(got), np.array(possible))


def auc(lists: Sequence[Replayed], order: Order, looked_at: LookedAt) -> Terms:
    """How often what was taken is before what was not, of pairs in one list; a tie is half."""
    got, possible = [], []
    for one in lists:
        scores, gains = order(one), one.taken / np.maximum(looked_at(one), LEAST)
        left, right = scores[one.taken][:, None], scores[~one.taken][None, :]
        won = ((left > right) + 0.5 * (left == right)).mean(axis=1) if right.size else left[:, 0]
        counts = gains[one.taken] * bool(right.size)
        got.append(float(counts @ won))
        possible.append(float(counts.sum()))
    return Terms(np.array(got), np.array(possible))


def found(lists: Sequence[Replayed], weights: Floats, looked_at: LookedAt, k: int = K) -> Terms:
    """nDCG of the first ``k`` of all candidates: what was not shown is not known to be good."""
    discounts = 1 / np.log2(np.arange(2, k + 2))
    got, possible = [], []
    for one in lists:
        gains = np.zeros(len(one.pool))
        gains[one.shown] = one.taken / np.maximum(looked_at(one), LEAST)
        ranked = gains[np.argsort(-(one.parts @ weights), kind="stable")][:k]
        best = np.sort(gains)[::-1][:k]
        got.append(float(ranked @ discounts[: len(ranked)]))
        possible.append(float(best @ discounts[: len(best)]))
    return Terms(np.array(got), np.array(possible))


def _resampled(seed: int, resamples: int, n: int, *sums: Floats) -> Floats:
    """Sums over lists drawn with replacement, shape (len(sums), resamples)."""
    rng = np.random.default_rng(seed)
    columns = np.stack(sums, axis=1)
    drawn = [columns[rng.integers(0, n, n)].sum(axis=0) for _ in range(resamples)]
    return np.array(drawn).T


def _ends(values: Floats) -> tuple[float, float]:
    low, high = np.percentile(values, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)
