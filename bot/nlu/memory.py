"""The texts that a classifier learned from, to see what a new one is near to."""

from __future__ import annotations

import numpy as np

#: Vectors are kept in so many steps from 0 to 1.
STEPS = 127
#: So many texts at a time are compared with those that are known.
TOGETHER = 256
#: So many of the nearest texts have a say …
NEIGHBOURS = 8
#: … and the nearer, the more: exp((cosine - 1) / this).
WIDTH = 0.05
#: A label that a text has none of is as far from it as can be.
FARTHEST = -1.0
VECTORS, LABELS = "vectors", "labels"


class Memory:
    """Vectors of known texts and the label of each.

    Parameters
    ----------
    vectors
        Unit vectors: float (texts, dim). They are rounded as they will be when they are read again.
    labels
        int (texts,).
    """

    def __init__(self, vectors: np.ndarray, labels: np.ndarray) -> None:
        self._vectors = np.round(STEPS * vectors) / np.float32(STEPS)
        self._labels = labels

    def nearest(self, vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Cosine of each vector and the nearest known one of a label.

        Parameters
        ----------
        vectors
            Unit vectors: float (vectors, dim).
        labels
            int (vectors,): the label for each.

        Returns
        -------
        float32 (vectors,), -1 where nothing of that label is known.
        """
        found = np.full(len(vectors), FARTHEST, np.float32)
        for start in range(0, len(vectors), TOGETHER):
            some = slice(start, start + TOGETHER)
            cosines = vectors[some] @ self._vectors.T
            same = self._labels == labels[some, None]
            found[some] = np.where(same, cosines, FARTHEST).max(axis=1)
        return found

    def votes(self, vectors: np.ndarray, labels: int) -> np.ndarray:
        """Shares of the labels among the nearest known texts: float32 (vectors, labels)."""
        shares = np.zeros((len(vectors), labels), np.float32)
        count = min(NEIGHBOURS, len(self._labels))
        for start in range(0, len(vectors), TOGETHER):
            cosines = vectors[start : start + TOGETHER] @ self._vectors.T
            places = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
            weights = np.exp((np.take_along_axis(cosines, places, axis=1) - 1.0) / WIDTH)
            rows = np.arange(start, start + len(cosines))[:, None]
            np.add.at(shares, (rows, self._labels[places]), weights)
        return shares / shares.sum(axis=1, keepdims=True)

    def tensors(self, name: str) -> dict[str, np.ndarray]:
        """What is to be stored, under a name."""
        return {
            f"{name}.{VECTORS}": np.round(STEPS * self._vectors).astype(np.int8),
            f"{name}.{LABELS}": self._labels.astype(np.int32),
        }

    @classmethod
    def out_of(cls, tensors: dict[str, np.ndarray], name: str) -> Memory:
        """Take what ``tensors`` gave from among others.

        Raises
        ------
        KeyError
            Where something is missing.
        """
        vectors = tensors.pop(f"{name}.{VECTORS}").astype(np.float32) / STEPS
        return cls(vectors, tensors.pop(f"{name}.{LABELS}"))
