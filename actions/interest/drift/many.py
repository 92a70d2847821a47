"""Many streams of one length at once: what training and evaluation follow thousands with.

The same figures as folding ``DriftDetector.observe`` over each of them, up to rounding.
"""

from __future__ import annotations

from typing import Tuple

import numpy as np
import numpy.typing as npt

from actions.interest.drift.detector import ARMED
from actions.interest.drift.judging import beside, by_statistics, surprise_of
from actions.interest.drift.model import DriftModel
from actions.interest.drift.recurrent import Gru
from actions.interest.drift.same_shopper import Array, TwoCovariance
from actions.interest.drift.statistics import limited, statistics, width

#: Streams followed at once: what they need stays in the processor's cache.
TOGETHER = 64


def statistics_along(
    vectors: Array, spaces: Tuple[TwoCovariance, ...]
) -> Tuple[Array, npt.NDArray[np.int64], Array]:
    """Statistics after each like of streams of at most as many likes as a detector keeps.

    Parameters
    ----------
    vectors
        Shape (streams, length, d).

    Returns
    -------
    The statistics, shape (streams, length, width); likes since the likeliest place of a change,
    shape (streams, length); likes in the first space, shape (streams, length, k).
    """
    streams, length = vectors.shape[:2]
    found = np.zeros((streams, length, width(len(spaces))), np.float32)
    since = np.zeros((streams, length), np.int64)
    points = [space.project(vectors) for space in spaces]
    for first in range(0, streams, TOGETHER):
        some = slice(first, first + TOGETHER)
        sums = []
        for own in points:
            start = np.zeros_like(own[some, :1])
            sums.append(np.cumsum(np.concatenate([start, own[some]], 1), 1, dtype=np.float32))
        for place in range(length):
            counts = np.arange(place + 2, dtype=np.float32)
            found[some, place], since[some, place] = statistics(
                counts, [own[:, : place + 2] for own in sums], spaces
            )
    return found, since, points[0]


def follow(model: DriftModel, vectors: Array) -> Tuple[Array, npt.NDArray[np.int64]]:
    """Log odds of a change and likes since, after each like; shapes (streams, length).

    Before a detector is armed the log odds are -60.
    """
    found, since, points = statistics_along(np.asarray(vectors, np.float32), model.spaces)
    if model.learned is None:
        logits = by_statistics(model, found)
    else:
        learned = model.learned
        seen = np.concatenate([limited(found), surprises(learned.surprise, points)], -1)
        logits = _along(learned.drift, (seen - learned.centre) / learned.scale).mean((0, 3))
        logits += beside(model, found)
    logits = np.asarray(logits, np.float32)
    logits[:, : ARMED - 1] = -60
    return logits, since


def surprises(gru: Gru, points: Array) -> Array:
    """How each like differs from what was expected after those before it, (streams, length, 2)."""
    expected = np.zeros_like(points)
    expected[:, 0] = gru.reading(gru.start())[0]
    expected[:, 1:] = _along(gru, points[:, :-1])[0]
    return surprise_of(points, expected)


def _along(gru: Gru, seen: Array) -> Array:
    """Readings after each input of shape (streams, length, inputs): (members, streams, length, o).

    Raises
    ------
    ValueError
        Where the inputs are of another width than the unit's.
    """
    members, hidden = gru.shape
    streams, length = seen.shape[:2]
    state = np.zeros((members, streams, hidden), np.float32)
    new = np.einsum("mhi,nti->tmnh", gru.of_input, seen, optimize=True)
    new += gru.input_bias[None, :, None]
    read = np.zeros((members, streams, length, gru.read.shape[1]), np.float32)
    for place in range(length):
        old = state @ gru.of_state.transpose(0, 2, 1) + gru.state_bias[:, None]
        gates = 0.5 * (1 + np.tanh(0.5 * (new[place] + old)[..., : 2 * hidden]))
        candidate = np.tanh(
            new[place, ..., 2 * hidden :] + gates[..., :hidden] * old[..., 2 * hidden :]
        )
        state = (1 - gates[..., hidden:]) * candidate + gates[..., hidden:] * state
        read[:, :, place] = state @ gru.read.transpose(0, 2, 1) + gru.read_bias[:, None]
    return read
