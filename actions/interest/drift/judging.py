"""What is made of the statistics at a moment: with learned stages, and without."""

from __future__ import annotations

import numpy as np

from actions.interest.drift.model import DriftModel
from actions.interest.drift.same_shopper import Array
from actions.interest.drift.statistics import SINCE, STRONGEST, WINDOWS, limited

#: Without learned stages, fewer likes than this are no change: two may be a gift.
SHORTEST = 3
#: Places of the windows that no gift fills.
LONG = [place for place, length in enumerate(WINDOWS) if length >= 5]


def by_statistics(model: DriftModel, found: Array) -> Array:
    """Log odds of a change without learned stages, from statistics of shape (…, width).

    The strongest window's, where the likeliest place of a change is not within the last likes.
    """
    strongest = 10 * found[..., STRONGEST]
    few = 20 * found[..., SINCE] < SHORTEST - 0.5
    strongest = np.where(few, np.minimum(strongest, 0), strongest)
    return np.asarray(model.slope * (strongest - model.offset), np.float32)


def beside(model: DriftModel, found: Array) -> Array:
    """What the strongest of the long windows adds to the log odds of learned stages.

    A change that has lasted is told by it as surely as it can be, with nothing learned that could
    be wrong; the learned stages tell sooner, and gifts apart.
    """
    return np.asarray(model.beside * 10 * limited(found)[..., LONG].max(-1), np.float32)


def surprise_of(like: Array, expected: Array) -> Array:
    """How a like differs from what was expected, shape (…, 2).

    The squared distance beside that to the mean of all likes, for each direction, and the cosine.
    """
    away = ((like - expected) ** 2 - like**2).mean(-1)
    scale = np.linalg.norm(like, axis=-1) * np.linalg.norm(expected, axis=-1)
    cosine = (like * expected).sum(-1) / np.maximum(scale, 1e-6)
    return np.stack([away, cosine], -1).astype(np.float32)
