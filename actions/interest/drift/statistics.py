"""Statistics of change at a moment of a stream of likes: what the learned stage looks at.

Every number is a function of the counts and sums of the likes so far, for one stream or for many
of the same length at once: training and serving share the code.
"""

from __future__ import annotations

from typing import Sequence, Tuple

import numpy as np
import numpy.typing as npt

from actions.interest.drift.same_shopper import Array, TwoCovariance

#: Likes that an interest is known from before a change can be told.
LEAST = 4
#: Lengths of the window of latest likes that are set against everything before.
WINDOWS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20)
#: Of those, the ones whose mean is set against the mean before.
MEANS = (3, 5, 10)
#: Statistics of one space.
EACH = len(WINDOWS) + len(MEANS) + 6
#: Where the first space has the ratio of the likeliest change, and the likes since it.
STRONGEST = len(WINDOWS) + len(MEANS)
SINCE = STRONGEST + 1
#: Those that are of no space: how many likes there were.
COMMON = 2
#: To learned stages nothing is more telling than this many nats.
MOST = 40.0


def width(spaces: int) -> int:
    """How many statistics there are."""
    return EACH * spaces + COMMON


def statistics(
    counts: Array, sums: Sequence[Array], spaces: Sequence[TwoCovariance]
) -> Tuple[Array, npt.NDArray[np.int64]]:
    """Statistics of change after the last like.

    Parameters
    ----------
    counts
        Of likes up to each place, the first what came before the window, shape (m + 1,).
    sums
        Of their projections into each space, shapes (streams, m + 1, k).
    spaces
        As many.

    Returns
    -------
    The statistics, shape (streams, width), and the likeliest place of a change by the first
    space: likes since then, shape (streams,); 0 while there are too few.
    """
    streams, likes = len(sums[0]), len(counts) - 1
    found = np.zeros((streams, width(len(spaces))), np.float32)
    since = np.zeros(streams, np.int64)
    total = float(counts[-1])
    found[:, -2] = np.log1p(total) / 4
    found[:, -1] = min(total, 20.0) / 20
    at = np.flatnonzero(counts[:-1] >= LEAST)
    if not len(at):
        return found, since
    for place, space in enumerate(spaces):
        own = sums[place]
        ratios = space.divided(counts, own, at)
        best = ratios.argmax(1)
        if place == 0:
            since = likes - at[best]
        of_space = found[:, EACH * place : EACH * (place + 1)]
        of_space[:, : len(WINDOWS)] = _windows(ratios, likes - at)
        rest = of_space[:, len(WINDOWS) :]
        rest[:, : len(MEANS)] = _angles(counts, own, space, likes)
        rest = rest[:, len(MEANS) :]
        highest = ratios.max(1)
        rest[:, 0] = highest / 10
        rest[:, 1] = (likes - at[best]) / 20
        rest[:, 2] = (np.log(np.exp(ratios - highest[:, None]).mean(1)) + highest) / 10
        rest[:, 3:6] = _latest(counts, own, space, likes)
    return found, since


def limited(found: Array) -> Array:
    """The statistics as learned stages see them: none beyond what they were taught with."""
    return np.clip(found, -MOST / 10, MOST / 10)


def _windows(ratios: Array, lengths: npt.NDArray[np.int64]) -> Array:
    """The ratio for windows of fixed lengths; those there is no room for say nothing."""
    of_length = {int(length): place for place, length in enumerate(lengths)}
    found = np.zeros((len(ratios), len(WINDOWS)), np.float32)
    for column, length in enumerate(WINDOWS):
        if length in of_length:
            found[:, column] = ratios[:, of_length[length]] / 10
    return found


def _angles(counts: Array, sums: Array, space: TwoCovariance, likes: int) -> Array:
    """How far the latest likes point from those before: 1 − cosine of what is expected of each."""
    found = np.zeros((len(sums), len(MEANS)), np.float32)
    for column, length in enumerate(MEANS):
        if likes - length < 0 or counts[likes - length] < LEAST:
            continue
        before = _expected(counts[likes - length], sums[:, likes - length], space)
        after = _expected(float(length), sums[:, -1] - sums[:, likes - length], space)
        scale = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
        found[:, column] = 1 - (before * after).sum(1) / np.maximum(scale, 1e-9)
    return found


def _latest(counts: Array, sums: Array, space: TwoCovariance, likes: int) -> Array:
    """How the latest like suits what came before it.

    Its log likelihood given all before it, given all but the four before it, and given those four
    alone; each beside no interest at all.
    """
    like = sums[:, -1] - sums[:, likes - 1]
    recent = max(0, likes - 5)
    last_but_one, before = sums[:, likes - 1], sums[:, recent]
    runs = (last_but_one, before, last_but_one - before)
    counts_of = counts[likes - 1], counts[recent], counts[likes - 1] - counts[recent]
    totals = np.stack([like, *runs, *(run + like for run in runs)], 1)
    told = space.evidence(np.array([1, *counts_of, *(n + 1 for n in counts_of)]), totals)
    return np.asarray((told[:, 4:] - told[:, 1:4] - told[:, :1]) / 3, np.float32)


def _expected(count: float, total: Array, space: TwoCovariance) -> Array:
    """The interest that is expected behind likes, drawn towards the mean of all."""
    return np.asarray(space.ratio * total / (1 + count * space.ratio), np.float32)
