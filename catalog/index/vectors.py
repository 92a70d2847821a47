"""Nearest products by embedding: the port, and its adapter over FAISS.

Products with the same text share one vector. Up to ``FLAT_LIMIT`` vectors search is exact; beyond,
an inverted file narrows it down, except where a filter leaves few enough to compare them all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Protocol

import faiss
import numpy as np

from catalog.machine import cores

FLAT_LIMIT = 100_000
#: With an inverted file: filters that leave fewer texts than this are searched exactly.
EXACT_BELOW = 20_000
#: Inverted lists looked into for one query, of about four times the square root of all vectors.
PROBES = 32
VECTORS_FILE = "vectors.npy"
TEXTS_FILE = "text_of.npy"
LISTS_FILE = "vectors.faiss"

Found = tuple[np.ndarray, np.ndarray]
"""Positions (int64) and scores (float32), best first."""


class VectorIndex(Protocol):
    """The products nearest to a vector, among those allowed."""

    def search(self, query: np.ndarray, k: int, allowed: Optional[np.ndarray] = None) -> Found:
        """The ``k`` products of highest cosine, fewer where fewer are allowed.

        Parameters
        ----------
        query
            L2-normalised, float32 (dim,).
        allowed
            bool (products,); None allows all.
        """

    def vector(self, position: int) -> np.ndarray:
        """The vector of the product at ``position``: float32 (dim,)."""


class FaissVectorIndex:
    """The adapter over FAISS.

    Parameters
    ----------
    vectors
        L2-normalised, float32 (texts, dim); may be memory-mapped.
    text_of
        int32 (products,): which row of ``vectors`` a product has.
    lists
        An inverted file over ``vectors``; without it search is exact.
    """

    def __init__(
        self, vectors: np.ndarray, text_of: np.ndarray, lists: Optional[faiss.IndexIVF] = None
    ):
        self._vectors = vectors
        self._text_of = text_of
        self._order = np.argsort(text_of, kind="stable")
        counts = np.bincount(text_of, minlength=len(vectors))
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self._one_each = bool(len(text_of) == len(vectors) and (counts == 1).all())
        self._index: faiss.Index = lists
        if lists is None:
            self._index = faiss.IndexFlatIP(vectors.shape[1])
            self._index.add(np.ascontiguousarray(vectors, np.float32))

    @classmethod
    def open(cls, folder: Path) -> FaissVectorIndex:
        """Open what ``write_vectors`` wrote."""
        vectors = np.load(folder / VECTORS_FILE, mmap_mode="r", allow_pickle=False)
        text_of = np.load(folder / TEXTS_FILE, allow_pickle=False)
        lists = None
        if (folder / LISTS_FILE).is_file():
            lists = faiss.read_index(
                str(folder / LISTS_FILE), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY
            )
        return cls(vectors, text_of, lists)

    def search(self, query: np.ndarray, k: int, allowed: Optional[np.ndarray] = None) -> Found:
        query = np.ascontiguousarray(query, np.float32)
        texts = None
        if allowed is not None:
            texts = np.zeros(len(self._vectors), bool)
            texts[self._text_of[allowed]] = True
        wanted = min(k, len(self._vectors) if texts is None else int(texts.sum()))
        if wanted <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        rows, scores = self._search_texts(query, wanted, texts)
        return self._to_products(rows, scores, k, allowed)

    def vector(self, position: int) -> np.ndarray:
        return np.array(self._vectors[self._text_of[position]], np.float32)

    def vectors(self, positions: np.ndarray) -> np.ndarray:
        """The vectors of several products: float32 (positions, dim)."""
        return np.asarray(self._vectors[self._text_of[positions]], np.float32)

    def _search_texts(
        self, query: np.ndarray, k: int, texts: Optional[np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        is_flat = not isinstance(self._index, faiss.IndexIVF)
        if texts is not None and not is_flat and texts.sum() < EXACT_BELOW:
            rows = np.flatnonzero(texts)
            scores = np.asarray(self._vectors[rows]) @ query
            best = np.argsort(-scores, kind="stable")[:k]
            return rows[best], scores[best]
        selector = None
        if texts is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(texts, bitorder="little"))
        if is_flat:
            parameters = faiss.SearchParameters(sel=selector)
        else:
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=PROBES)
        scores, rows = self._index.search(query[None], k, params=parameters)
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]

    def _to_products(
        self, rows: np.ndarray, scores: np.ndarray, k: int, allowed: Optional[np.ndarray]
    ) -> Found:
        if self._one_each:
            return self._order[rows].astype(np.int64), scores
        spans = [self._order[self._starts[row] : self._starts[row + 1]] for row in rows]
        positions = np.concatenate(spans).astype(np.int64)
        repeated = np.repeat(scores, [len(span) for span in spans])
        if allowed is not None:
            kept = allowed[positions]
            positions, repeated = positions[kept], repeated[kept]
        return positions[:k], repeated[:k]


def write_vectors(folder: Path, vectors: np.ndarray, text_of: np.ndarray) -> None:
    """Write the files of a ``FaissVectorIndex``."""
    np.save(folder / VECTORS_FILE, np.ascontiguousarray(vectors, np.float32))
    np.save(folder / TEXTS_FILE, text_of.astype(np.int32))
    if len(vectors) > FLAT_LIMIT:
        faiss.write_index(build_lists(vectors), str(folder / LISTS_FILE))


def build_lists(vectors: np.ndarray) -> faiss.IndexIVF:
    """Cluster vectors into an inverted file with half-precision entries, on every core."""
    count, dim = vectors.shape
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(cores())
    try:
        return _clustered(vectors, count, dim)
    finally:
        faiss.omp_set_num_threads(threads)


def _clustered(vectors: np.ndarray, count: int, dim: int) -> faiss.IndexIVF:
    lists = int(4 * np.sqrt(count))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dim),
        dim,
        lists,
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
        False,
    )
    index.cp.seed = 1
    sample = np.random.default_rng(1).choice(count, min(count, 40 * lists), replace=False)
    index.train(np.ascontiguousarray(vectors[np.sort(sample)], np.float32))
    for start in range(0, count, 50_000):
        index.add(np.ascontiguousarray(vectors[start : start + 50_000], np.float32))
    return index
