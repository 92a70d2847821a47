"""How little each like resembles those before it: what detectors for streams of numbers watch."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def cosine_residuals(vectors: Floats) -> Floats:
    """One minus the cosine of every vector to the mean of those before it, in the same stream.

    Parameters
    ----------
    vectors
        Shape (streams, length, d).

    Returns
    -------
    Shape (streams, length - 1): the first like has nothing to be compared with. 1 where a vector
    or a mean is zero.

    >>> cosine_residuals(np.array([[[1.0, 0], [0, 1], [1, 1]]])).round(3).tolist()
    [[1.0, 0.0]]
    """
    before = np.cumsum(vectors, axis=1)[:, :-1]
    return 1 - cosines(before, vectors[:, 1:])


def cosines(one: Floats, other: Floats) -> Floats:
    """Cosines of vectors in the last axis; 0 where one of them is zero."""
    length = np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1)
    return (one * other).sum(-1) / np.where(length > 0, length, np.inf)
