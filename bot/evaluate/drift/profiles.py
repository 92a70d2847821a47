"""Recommendation by a weighted mean of likes, measured event by event.

Before every event all items that the stream has not shown yet are ranked by the cosine of their
vector to the profile; the one that comes next is the only one that is relevant.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Items = npt.NDArray[np.int64]

#: Streams that are ranked at once.
_STEP = 64


def prequential_ndcg(streams: Items, vectors: Floats, weights: Floats, k: int = 10) -> Floats:
    """nDCG@k of every event, shape (streams, length): ``1 / log2(rank + 1)``, 0 below rank k.

    Parameters
    ----------
    streams
        Shape (streams, length).
    vectors
        Of the items, of length 1 or 0, shape (items, d).
    weights
        [s, t, i]: how much like i counts in the profile before event t; shape (streams, length,
        length).

    Notes
    -----
    Of items that score alike the one that comes is ranked last, so that a profile of nothing finds
    nothing.
    """
    found = np.empty(streams.shape)
    for start in range(0, len(streams), _STEP):
        part = slice(start, start + _STEP)
        found[part] = _ndcg(streams[part], vectors, weights[part], k)
    return found


def _ndcg(streams: Items, vectors: Floats, weights: Floats, k: int) -> Floats:
    n, length = streams.shape
    items = vectors.astype(np.float32)
    profiles = weights.astype(np.float32) @ items[streams]
    scores = (profiles.reshape(n * length, -1) @ items.T).reshape(n, length, -1)
    wanted = np.take_along_axis(scores, streams[:, :, None], axis=2)
    ahead = (scores >= wanted).sum(2)
    # What was shown already is not ranked; [s, t, i]: like i is ranked no lower than event t's.
    own = np.take_along_axis(scores, np.broadcast_to(streams[:, None], (n, length, length)), axis=2)
    shown = (own >= wanted) & (np.tri(length, k=-1) > 0)
    rank = ahead - shown.sum(2)
    return np.where(rank <= k, 1 / np.log2(rank + 1), 0.0)


def all_alike(length: int) -> Floats:
    """Everything liked so far counts the same; shape (length, length)."""
    return np.tri(length, k=-1)


def latest(length: int, k: int) -> Floats:
    """Only the latest k likes count."""
    return np.tri(length, k=-1) - np.tri(length, k=-1 - k)


def decaying(length: int, half_life: float) -> Floats:
    """A like counts half of one that came so many events later."""
    age = np.arange(length)[:, None] - np.arange(length)[None]
    return np.where(age > 0, 0.5 ** (age / half_life), 0.0)
