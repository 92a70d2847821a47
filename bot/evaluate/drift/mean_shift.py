"""Baseline: the generalised likelihood ratio of a shift of the mean, after whitening.

For likes 1…t with unit covariance around an unknown mean, the evidence that the mean changed after
the k-th is ``k (t - k) / t · |mean of the first k - mean of the rest|²``; the change that is most
likely gives the score (Siegmund and Venkatraman 1995).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Mapping, Sequence

import numpy as np

from bot.evaluate.drift.detector import WARM_UP, Detector, Floats, Items, Known, Scores
from bot.evaluate.drift.groups import Histories


@dataclass(frozen=True)
class ShiftConfig:
    """What can be chosen."""

    dim: int = 16
    """Directions that are kept: those in which shoppers differ most beside their own scatter."""
    least: int = 3
    """Likes on either side of a change."""


class MeanShift(Detector):
    """The likelihood ratio of the likeliest change of the mean.

    Parameters
    ----------
    vectors
        Of the items, shape (items, ≥ dim), of unit covariance within a shopper.
    """

    name: ClassVar[str] = "glr"

    def __init__(self, vectors: Floats, config: ShiftConfig = ShiftConfig()) -> None:
        self.vectors = vectors[:, : config.dim]
        self.config = config

    @property
    def settings(self) -> Mapping[str, Any]:
        return asdict(self.config)

    def score(self, streams: Items) -> Scores:
        n, length = streams.shape
        sums = np.cumsum(self.vectors[streams], axis=1, dtype=np.float64)
        values = np.full((n, length), -np.inf)
        places = np.broadcast_to(np.arange(length), (n, length)).astype(np.int64).copy()
        least = self.config.least
        for t in range(max(2 * least, WARM_UP + 1), length + 1):
            k = np.arange(least, t - least + 1)
            before = sums[:, k - 1] / k[:, None]
            after = (sums[:, t - 1][:, None] - sums[:, k - 1]) / (t - k)[:, None]
            ratio = ((before - after) ** 2).sum(-1) * (k * (t - k) / t)
            best = ratio.argmax(1)
            values[:, t - 1] = ratio[np.arange(n), best]
            places[:, t - 1] = k[best]
        return Scores(values, places)


def whitened(vectors: Floats, likes: Histories) -> Floats:
    """Vectors with unit covariance within a shopper, the directions in which shoppers differ most
    first; those of unknown items stay 0, the mean.

    Parameters
    ----------
    vectors
        Shape (items, d).
    likes
        Shoppers by whose likes covariances are told.
    """
    known = np.linalg.norm(vectors, axis=1) > 0
    own = [vectors[items[known[items]]].astype(np.float64) for items in likes.values()]
    own = [rows for rows in own if len(rows) >= 5]
    dim = vectors.shape[1]
    if len(own) < 2:
        return vectors.astype(np.float64)
    centre = np.concatenate(own).mean(0)
    scatter = np.concatenate([rows - rows.mean(0) for rows in own])
    within = scatter.T @ scatter / len(scatter) + 1e-4 * np.eye(dim) / dim
    values, axes = np.linalg.eigh(within)
    white = axes / np.sqrt(values)
    means = np.stack([rows.mean(0) for rows in own]) @ white
    _, between = np.linalg.eigh(np.cov(means.T))
    moved = (vectors - centre) @ white @ between[:, ::-1]
    return np.where(known[:, None], moved, 0.0)


def mean_shifts(known: Known) -> Sequence[Detector]:
    """All that are tried, over whitened vectors."""
    return _variants(whitened(known.vectors, known.likes), known.length)


class PlainMeanShift(MeanShift):
    """The same without whitening: directions count by how far items lie apart in them."""

    name: ClassVar[str] = "glr_plain"


def plain_mean_shifts(known: Known) -> Sequence[Detector]:
    """All that are tried, over the vectors as they are."""
    return _variants(known.vectors, known.length, PlainMeanShift)


def _variants(
    vectors: Floats, length: int, kind: type[MeanShift] = MeanShift
) -> Sequence[Detector]:
    least = (2, 3, 5) if length >= 40 else (1, 2, 3)
    dims = [dim for dim in (4, 8, 16, 32, 64) if dim <= vectors.shape[1]] or [vectors.shape[1]]
    return [kind(vectors, ShiftConfig(dim, one)) for dim in dims for one in least]
