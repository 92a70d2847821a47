"""Windows compared by the vectors of each title and message, read apart.

What is read together is read closely, and what is read apart compares better where its words are
of no kind that was learned from: the reader goes by both. A text that came before is not read
again.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Mapping, Optional, Protocol, Sequence

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
from actions.interest.reading.windows import Window

Floats = npt.NDArray[np.float32]
#: Parts of which the nearest two texts count.
NEAREST = (
    *((now, then) for now in (NOW_WORDS, NOW_TITLES) for then in (WORDS, TITLES)),
    *((now, then) for now in (NOW_WORDS, NOW_TITLES) for then in (EARLIER_WORDS, EARLIER_TITLES)),
    (NOW_WORDS, NOW_TITLES),
)
#: Brings everything to about one size.
SCALE = 5.0
#: Texts whose vectors are kept.
KEPT = 4096


class Vectors(Protocol):
    """What encodes texts: ``catalog.encoders.text.TextEncoder``."""

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, float32 (texts, dim)."""


class TextVectors:
    """Vectors of texts about a middle, each computed once."""

    def __init__(self, encoder: Vectors, middle: Floats) -> None:
        self._encoder, self._middle = encoder, middle
        self._kept: OrderedDict[str, Floats] = OrderedDict()

    def of(self, texts: Sequence[str]) -> Mapping[str, Floats]:
        """Unit vectors by text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        if new:
            for text, vector in zip(new, self._encoder.encode_queries(new), strict=True):
                self._kept[text] = unit(vector - self._middle)
        found = {text: self._kept[text] for text in texts}
        for text in texts:
            self._kept.move_to_end(text)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found


def parts_of(
    before: Window, after: Window, earlier: Optional[Window]
) -> tuple[tuple[str, ...], ...]:
    """The texts of each part of a row, in their order."""
    windows = (after, before, earlier or Window())
    return tuple(part for window in windows for part in (window.words, window.titles))


def compare(parts: Sequence[Sequence[str]], vectors: Mapping[str, Floats], dim: int) -> Floats:
    """What the head of the comparison sees of one pair of windows: what is said now, and how near
    the parts are to each other. What the products are it does not see, so that it learns none.

    Parameters
    ----------
    vectors
        Unit vectors of every text of the parts.
    """
    each = [[vectors[text] for text in part] for part in parts]
    means = [unit(np.mean(found, axis=0)) if found else np.zeros(dim, np.float32) for found in each]
    cosines = [means[a] @ means[b] for a in range(PARTS) for b in range(a)]
    nearest = [
        float((np.stack(each[a]) @ np.stack(each[b]).T).max()) if each[a] and each[b] else 0.0
        for a, b in NEAREST
    ]
    return SCALE * np.concatenate([means[NOW_WORDS], cosines, nearest]).astype(np.float32)


def unit(vector: Floats) -> Floats:
    """The vector, scaled to length one."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)
