"""The space that interest lives in: products as vectors, and the values of their attributes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from actions.recommend.asking.attributes import Attributes

Vectors = npt.NDArray[np.float32]
#: Scores are told beside those of so many products, evenly drawn.
SAMPLE = 256


@dataclass(frozen=True)
class Space:
    """Products of one catalogue or log, by position."""

    ids: tuple[str, ...]
    vectors: Vectors
    """Shape (products, dimensions); of lengths about 1, 0 where nothing is known of a product."""
    popularity: npt.NDArray[np.float32]
    """Logarithm of how often each was taken, standardised; shape (products,)."""
    attributes: Attributes
    """What they are, for telling interest in words."""

    @classmethod
    def of(
        cls,
        ids: Sequence[str],
        blocks: Sequence[tuple[Vectors, float]],
        popularity: Optional[npt.ArrayLike] = None,
        attributes: Optional[Attributes] = None,
    ) -> Space:
        """Join several sorts of vectors.

        Parameters
        ----------
        blocks
            Vectors of shape (products, …) with their share in a likeness; shares are above 0.
            Rows keep the square root of their length, and have a mean square length of 1: the
            more is known of a product, the more it counts, but not in proportion.
        popularity
            How often each product was taken, shape (products,).
        """
        n = len(ids)
        total = sum(share for _, share in blocks)
        parts = [even(vectors) * np.float32(np.sqrt(share / total)) for vectors, share in blocks]
        vectors = np.hstack(parts) if parts else np.zeros((n, 1), np.float32)
        counts = np.zeros(n) if popularity is None else np.asarray(popularity, np.float64)
        log = np.log1p(np.maximum(counts, 0.0))
        spread = float(log.std())
        standard = (log - log.mean()) / (spread if spread > 0 else 1.0)
        return cls(
            tuple(ids),
            np.ascontiguousarray(vectors, np.float32),
            standard.astype(np.float32),
            attributes or Attributes([], sp.csr_matrix((n, 0), dtype=np.float32)),
        )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def dimensions(self) -> int:
        """Of a vector."""
        return int(self.vectors.shape[1])

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Id of a product → its position."""
        return {id_: i for i, id_ in enumerate(self.ids)}

    @cached_property
    def sample(self) -> npt.NDArray[np.int64]:
        """Positions of some products, evenly drawn; shape (at most ``SAMPLE``,)."""
        n = len(self)
        return np.unique(np.linspace(0, max(0, n - 1), min(n, SAMPLE)).astype(np.int64))

    @cached_property
    def fingerprint(self) -> str:
        """Equal for spaces in which states mean the same."""
        digest = hashlib.sha256("\0".join(self.ids).encode())
        digest.update(self.vectors.tobytes())
        digest.update(self.popularity.tobytes())
        digest.update("\0".join(f"{a}={v}" for a, v in self.attributes.keys).encode())
        digest.update(self.attributes.matrix.indices.tobytes())
        digest.update(self.attributes.matrix.data.tobytes())
        return digest.hexdigest()

    def columns(self, position: int, least: float) -> npt.NDArray[np.int32]:
        """Columns of the values that a product has with a confidence of ``least`` at least."""
        matrix = self.attributes.matrix
        own = slice(matrix.indptr[position], matrix.indptr[position + 1])
        return matrix.indices[own][matrix.data[own] >= least]

    def centre(self, column: int) -> Vectors:
        """Where the products with a value are, beside all others: a direction of length 1, or 0
        where there are none; shape (dimensions,)."""
        span = slice(self.attributes.starts[column], self.attributes.starts[column + 1])
        rows = self.attributes.rows[span]
        if not len(rows):
            return np.zeros(self.dimensions, np.float32)
        return unit((self.vectors[rows].mean(axis=0) - self.mean)[None])[0]

    @cached_property
    def rates(self) -> npt.NDArray[np.float64]:
        """Share of all products that have each value, shape (columns,)."""
        matrix = self.attributes.matrix
        counts = np.bincount(matrix.indices, matrix.data, minlength=matrix.shape[1])
        return counts / max(1, len(self))

    @cached_property
    def mean(self) -> Vectors:
        """The mean vector, shape (dimensions,): likenesses are told beside it."""
        return self.vectors.mean(axis=0, dtype=np.float64).astype(np.float32)


def even(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Rows of the square root of their lengths, together of mean square length 1; those of next
    to no length become 0."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    used = lengths > 1e-8
    rows = np.where(used, vectors / np.sqrt(np.maximum(lengths, 1e-8)), 0.0)
    size = float(np.sqrt((rows**2).sum() / max(1, int(used.sum()))))
    return (rows / (size if size > 0 else 1.0)).astype(np.float32)


def unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Rows brought to length 1; those of next to no length become 0."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(lengths > 1e-8, vectors / np.maximum(lengths, 1e-8), 0.0).astype(np.float32)


def principal(vectors: Vectors, dimensions: int, whitened: float, most: int = 20_000) -> Vectors:
    """The directions in which vectors differ most, shape (n, ``dimensions`` at most).

    Parameters
    ----------
    whitened
        0 keeps how far they differ in each direction, 1 makes it the same in all.
    most
        Rows that the directions are learned from, evenly drawn.
    """
    rows = np.unique(np.linspace(0, len(vectors) - 1, min(len(vectors), most)).astype(np.int64))
    some = np.asarray(vectors[rows], np.float64)
    mean = some.mean(axis=0)
    values, directions = np.linalg.eigh((some - mean).T @ (some - mean) / max(1, len(some)))
    kept = np.argsort(-values)[:dimensions]
    kept = kept[values[kept] > 1e-9]
    scale = values[kept] ** (-whitened / 2)
    centred = vectors - mean.astype(np.float32)
    return (centred @ (directions[:, kept] * scale).astype(np.float32)).astype(np.float32)
