"""What a row of windows comes to: the last step of the reader, in numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

import numpy as np
import numpy.typing as npt

from actions.interest.reading.rows import (
    EARLIER_TITLES,
    EARLIER_WORDS,
    NOW_TITLES,
    NOW_WORDS,
    PARTS,
    TITLES,
    WORDS,
)

Floats = npt.NDArray[np.float32]
#: Parts whose means are compared: words and titles of now with those of before and of earlier.
COMPARED = tuple(
    (now, then)
    for then in (WORDS, TITLES, EARLIER_WORDS, EARLIER_TITLES)
    for now in (NOW_WORDS, NOW_TITLES)
)
#: Means that the head sees as they are; those of before and earlier would have it learn products.
SEEN = (NOW_WORDS, NOW_TITLES, PARTS)
#: Parts whose distance the head sees channel by channel.
APART = ((NOW_TITLES, TITLES), (NOW_TITLES, EARLIER_TITLES))
#: Brings cosines, and channels of unit vectors, to the size of the others.
COSINE_SCALE, CHANNEL_SCALE = 4.0, 5.0
NAMES = ("wide.weight", "wide.bias", "out.weight", "out.bias")


@dataclass(frozen=True)
class Head:
    """One hidden layer over what is seen of a pair of windows."""

    tensors: Mapping[str, Floats]
    """``NAMES``: (hidden, width), (hidden,), (kinds, hidden), (kinds,)."""
    temperature: float = 1.0
    """Divides the logits."""

    def probabilities(self, seen: Floats) -> npt.NDArray[np.float64]:
        """Of the kinds, shape (kinds,), from what is seen, shape (width,)."""
        wide, wide_bias, out, out_bias = (self.tensors[name] for name in NAMES)
        hidden = np.maximum(wide @ seen + wide_bias, 0)
        logits = np.asarray(out @ hidden + out_bias, np.float64) / self.temperature
        odds = np.exp(logits - logits.max())
        return odds / odds.sum()


def features(means: Floats) -> Floats:
    """What the head sees of one row, from the means of its parts (parts + 1, dim): those of now and
    of all, distances and cosines.

    A part that is not there is a zero vector, and has the cosine 0 with every other.
    """
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    unit = means / np.maximum(norms, 1e-12)
    cosines = [COSINE_SCALE * float(unit[a] @ unit[b]) for a, b in COMPARED]
    apart = [CHANNEL_SCALE * np.abs(unit[a] - unit[b]) * 4 for a, b in APART]
    return np.concatenate([CHANNEL_SCALE * unit[[*SEEN]].ravel(), *apart, cosines]).astype(
        np.float32
    )
