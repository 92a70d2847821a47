"""Several interests, kept apart: which of them a like belongs to."""

from __future__ import annotations

from typing import Optional

import numpy as np
import numpy.typing as npt

from actions.interest.config import InterestConfig
from actions.interest.posterior import TINY, Vector
from actions.interest.space import Space


def join(
    sums: Vector,
    mass: npt.NDArray[np.float64],
    held: npt.NDArray[np.float64],
    vector: Vector,
    weight: float,
    space: Space,
    config: InterestConfig,
) -> None:
    """Add a like to the interest that it is most like, or begin a new one; in place."""
    if len(mass) == 1:
        place = 0
    else:
        beside = sums - mass[:, None].astype(np.float32) * space.mean
        place, merged = _place(beside, mass, vector - space.mean, config.apart)
        if merged is not None:
            sums[merged] += sums[place]
            mass[merged] += mass[place]
            held[merged] += held[place]
            sums[place], mass[place], held[place] = 0.0, 0.0, 0.0
    if held[place] > TINY:
        back = held[place] * config.revived * min(1.0, weight)
        if mass[place] > TINY:
            sums[place] *= np.float32((mass[place] + back) / mass[place])
            mass[place] += back
        held[place] -= back
    sums[place] += np.float32(weight) * vector
    mass[place] += weight


def _place(
    beside: Vector, mass: npt.NDArray[np.float64], vector: Vector, apart: float
) -> tuple[int, Optional[int]]:
    """Number of the interest that a product belongs to; where it is like none and none is free,
    the two that are most alike become one, if they are more alike than it is to any: then the
    place that is given up, and the one that takes over what was there.

    Parameters
    ----------
    beside, vector
        The interests and the product beside the mean product.
    """
    used = mass > TINY
    lengths = np.sqrt((beside * beside).sum(axis=1)) * np.sqrt(float((vector * vector).sum()))
    cosines = (beside * vector).sum(axis=1) / np.maximum(lengths, 1e-9)
    cosines[~used] = -2.0
    best = int(cosines.argmax())
    if used[best] and cosines[best] >= apart:
        return best, None
    if not used.all():
        return int(used.argmin()), None
    one, other, likeness = _closest(beside)
    if likeness <= cosines[best]:
        return best, None
    return other, one


def _closest(sums: Vector) -> tuple[int, int, float]:
    lengths = np.sqrt((sums * sums).sum(axis=1))
    units = sums / np.maximum(lengths, 1e-9)[:, None]
    best = (0, 1, -2.0)
    for i in range(len(sums) - 1):
        likeness = (units[i + 1 :] * units[i]).sum(axis=1)
        j = int(likeness.argmax())
        if likeness[j] > best[2]:
            best = (i, i + 1 + j, float(likeness[j]))
    return best
