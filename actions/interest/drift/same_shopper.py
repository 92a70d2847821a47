"""Whether two runs of likes come from one interest or from two: a likelihood ratio.

The two-covariance model of speaker verification (Brümmer and de Villiers 2010), with shoppers for
speakers: what is liked scatters around an interest with one covariance, interests around the
common mean with another. Both are diagonal in the space that likes are brought into here, so that
the evidence of a run of likes is a sum over dimensions of its count and its sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, List

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TwoCovarianceConfig:
    """What can be chosen."""

    evenness: float = 0.9
    """How far the covariance within an interest is drawn towards equal variance in all directions:
    there are few shoppers to learn it from."""
    dim: int = 64
    """Directions kept, those in which interests differ most beside what is liked within one."""
    least: int = 8
    """Likes that a group has at least."""


@dataclass(frozen=True)
class TwoCovariance:
    """A space where likes within an interest have unit variance, and how far interests differ."""

    mean: Array
    """Of all likes, shape (d,)."""
    projection: Array
    """Into the space, shape (d, k)."""
    ratio: Array
    """Variance between interests over that within one, by direction, descending, shape (k,)."""
    heat: Array
    """What likelihood ratios are divided by, shape (1,): drawing the covariance within an interest
    towards evenness makes it too small where interests differ, and ratios too sure."""

    @classmethod
    def fit(
        cls, groups: Iterable[Array], config: TwoCovarianceConfig = TwoCovarianceConfig()
    ) -> TwoCovariance:
        """Learn from vectors of what was liked together.

        Parameters
        ----------
        groups
            For each shopper (or what stands for one interest) the vectors, shape (likes, d).

        Raises
        ------
        ValueError
            Where fewer than two groups are large enough.
        """
        large: List[npt.NDArray[np.float64]] = [
            np.asarray(group, np.float64) for group in groups if len(group) >= config.least
        ]
        if len(large) < 2:
            raise ValueError("It takes two shoppers with enough likes to tell how they differ.")
        counts = np.array([len(group) for group in large], np.float64)
        means = np.stack([group.mean(0) for group in large])
        apart = np.concatenate([group - group.mean(0) for group in large])
        within = apart.T @ apart / (counts.sum() - len(large))
        dim = len(within)
        level = float(np.trace(within)) / dim + 1e-9
        within = (1 - config.evenness) * within + config.evenness * level * np.eye(dim)
        weight = counts / (counts + 20)
        weight /= weight.sum()
        mean = weight @ means
        # The means of groups scatter by what is liked within them as well.
        between = (weight[:, None] * (means - mean)).T @ (means - mean)
        between -= within * float((weight / counts).sum())
        whiten = np.linalg.inv(np.linalg.cholesky(within))
        ratio, turn = np.linalg.eigh(whiten @ between @ whiten.T)
        kept = np.argsort(-ratio, kind="stable")[: min(config.dim, dim)]
        kept = kept[ratio[kept] > 1e-4] if (ratio > 1e-4).any() else kept[:1]
        projection = whiten.T @ turn[:, kept]
        ratio = np.maximum(ratio[kept], 1e-4)
        inside = ((apart @ projection) ** 2).sum(0) / (counts.sum() - len(large))
        heat = max(1.0, float((ratio * inside).sum() / ratio.sum()))
        return cls(
            mean.astype(np.float32),
            projection.astype(np.float32),
            ratio.astype(np.float32),
            np.array([heat], np.float32),
        )

    def project(self, vectors: Array) -> Array:
        """Vectors, shape (…, d), in the space, shape (…, k)."""
        return (vectors - self.mean) @ self.projection

    def evidence(self, counts: npt.ArrayLike, sums: Array) -> Array:
        """How likely runs of likes are as one interest each, beside no interest at all; in nats.

        Parameters
        ----------
        counts
            Likes in each run, shape (…).
        sums
            Of their projections, shape (…, k).
        """
        spread = 1 + np.asarray(counts, np.float32)[..., None] * self.ratio
        likely = (self.ratio * sums**2 / spread - np.log(spread)).sum(-1)
        return np.asarray(likely / (2 * self.heat[0]), np.float32)

    def divided(self, counts: Array, sums: Array, at: npt.NDArray[np.int64]) -> Array:
        """Log likelihood ratio of two interests to one, for every place to divide; in nats.

        Parameters
        ----------
        counts, sums
            Of the first likes, the first none (or what came earlier) and the last all of them,
            shapes (m + 1,) and (…, m + 1, k).
        at
            Places to divide at, indices into them, shape (s,).

        Returns
        -------
        shape (…, s).
        """
        last_count, last = counts[-1], sums[..., -1:, :]
        before = sums[..., at, :]
        runs = np.concatenate([before, last - before, last], -2)
        told = self.evidence(
            np.concatenate([counts[at], last_count - counts[at], counts[-1:]]), runs
        )
        two = told[..., : len(at)] + told[..., len(at) : -1]
        return np.asarray(two - told[..., -1:], np.float32)
