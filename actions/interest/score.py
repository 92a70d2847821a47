"""How well products suit a belief about a shopper's taste."""

from __future__ import annotations

from typing import Optional

import numpy as np
import numpy.typing as npt

from actions.interest.config import InterestConfig
from actions.interest.lines import leanings
from actions.interest.posterior import TINY, Posterior, Vector
from actions.interest.space import Space

Positions = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


def scores(
    posterior: Posterior, positions: Positions, space: Space, config: InterestConfig
) -> Scores:
    """0 to 1, shape (m,): 0.5 is a product like any other, and everything while little is known.

    What is scored beside a product does not matter: scores are told in standard deviations over a
    sample of all products.
    """
    beside = np.concatenate([positions, space.sample])
    raw = suited(posterior, beside, space, config)
    usual = raw[len(positions) :]
    spread = float(usual.std())
    away = (raw[: len(positions)] - usual.mean()) / (spread if spread > 1e-9 else 1.0)
    sure = posterior.weight / (posterior.weight + config.prior)
    if not posterior.weight:
        sure = 0.5
    return (0.5 + sure * np.tanh(away / 2) / 2).astype(np.float32)


def suited(
    posterior: Posterior, positions: Optional[Positions], space: Space, config: InterestConfig
) -> Scores:
    """The same before it is told beside others, shape (m,); without positions of all products."""
    vectors = space.vectors if positions is None else space.vectors[positions]
    found = (1.0 - config.session_share) * _wanted(posterior, vectors, config)
    if posterior.session_mass > TINY:
        mean = posterior.session / np.float32(posterior.session_mass + config.prior)
        found += config.session_share * (vectors @ mean)
    if posterior.avoided_mass > TINY:
        mean = posterior.avoided / np.float32(posterior.avoided_mass + config.prior)
        found -= config.dislike * np.maximum(vectors @ mean, 0.0)
    if posterior.lines:
        evident, stated = leanings(posterior, space, config)
        matrix = space.attributes.matrix
        own = matrix if positions is None else matrix[positions]
        for strengths, share in ((evident, config.attributes), (stated, config.stated)):
            total = float(np.abs(strengths).sum())
            if total > 0 and share:
                found += (own @ strengths) * np.float32(share / max(1.0, total))
    if config.popularity:
        own_popularity = space.popularity if positions is None else space.popularity[positions]
        found += config.popularity * own_popularity
    return found


def _wanted(posterior: Posterior, vectors: Vector, config: InterestConfig) -> Scores:
    """Likeness to the interests: a soft maximum, so that several do not blur into one."""
    used = np.flatnonzero(posterior.mass > TINY)
    if not len(used):
        return np.zeros(len(vectors), np.float32)
    mass = posterior.mass[used]
    means = posterior.sums[used] / (mass + config.prior)[:, None].astype(np.float32)
    likeness = means @ vectors.T
    if len(used) == 1:
        return likeness[0]
    shares = (mass / mass.sum()).astype(np.float32)
    scaled = likeness / np.float32(config.sharpness)
    most = scaled.max(axis=0)
    summed = shares @ np.exp(scaled - most)
    return np.float32(config.sharpness) * (most + np.log(summed))
