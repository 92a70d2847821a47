"""Nearest products by embedding: the port, and its adapter over FAISS.

Products with the same text share one vector. Up to ``FLAT_LIMIT`` vectors search is exact. Beyond,
a first pass compares four-bit codes (product quantisation, Jégou and others 2011, scanned as by
André and others 2017), and what it finds is compared exactly; except where a filter leaves few
enough to compare them all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Protocol

import faiss
import numpy as np

from catalog.machine import cores

FLAT_LIMIT = 30_000
#: With codes: filters that leave fewer texts than this are searched exactly.
EXACT_BELOW = 15_000
#: How many texts the first pass leaves at least, and for each that is wanted.
FIRST_PASS, FOR_EACH = 2_000, 10
#: Vectors that the codes are learned from.
SAMPLE = 30_000
VECTORS_FILE = "vectors.npy"
TEXTS_FILE = "text_of.npy"
CODES_FILE = "codes.faiss"

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
    codes
        The vectors in four-bit codes, for a first pass; without them search is exact.
    """

    def __init__(
        self, vectors: np.ndarray, text_of: np.ndarray, codes: Optional[faiss.Index] = None
    ):
        self._vectors = vectors
        self._text_of = text_of
        self._order = np.argsort(text_of, kind="stable")
        counts = np.bincount(text_of, minlength=len(vectors))
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self._one_each = bool(len(text_of) == len(vectors) and (counts == 1).all())
        self._codes = codes
        if codes is None:
            self._flat = faiss.IndexFlatIP(vectors.shape[1])
            self._flat.add(np.ascontiguousarray(vectors, np.float32))

    @classmethod
    def open(cls, folder: Path) -> FaissVectorIndex:
        """Open what ``write_vectors`` wrote."""
        vectors = np.load(folder / VECTORS_FILE, mmap_mode="r", allow_pickle=False)
        text_of = np.load(folder / TEXTS_FILE, allow_pickle=False)
        codes = None
        if (folder / CODES_FILE).is_file():
            codes = faiss.read_index(str(folder / CODES_FILE))
        return cls(vectors, text_of, codes)

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

    def _search_texts(self, query: np.ndarray, k: int, texts: Optional[np.ndarray]) -> Found:
        if self._codes is None:
            return self._search_flat(query, k, texts)
        count = len(self._vectors)
        left = count if texts is None else int(texts.sum())
        if texts is not None and left < EXACT_BELOW:
            return self._compared(query, k, np.flatnonzero(texts))
        # Of what the first pass finds, a filter leaves about the share that it leaves of all.
        depth = min(count, int(max(FIRST_PASS, FOR_EACH * k) * count / left))
        rows = self._codes.search(query[None], depth)[1][0]
        rows = rows[rows >= 0]
        if texts is not None:
            rows = rows[texts[rows]]
        if len(rows) < k:
            rows = np.arange(count) if texts is None else np.flatnonzero(texts)
        return self._compared(query, k, rows)

    def _search_flat(self, query: np.ndarray, k: int, texts: Optional[np.ndarray]) -> Found:
        selector = None
        if texts is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(texts, bitorder="little"))
        parameters = faiss.SearchParameters(sel=selector)
        scores, rows = self._flat.search(query[None], k, params=parameters)
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]

    def _compared(self, query: np.ndarray, k: int, rows: np.ndarray) -> Found:
        """The best of these rows by their exact cosine."""
        scores = np.asarray(self._vectors[rows]) @ query
        if len(rows) > k:
            best = np.argpartition(-scores, k - 1)[:k]
            rows, scores = rows[best], scores[best]
        order = np.argsort(-scores, kind="stable")
        return rows[order], scores[order]

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
        faiss.write_index(build_codes(vectors), str(folder / CODES_FILE))


def build_codes(vectors: np.ndarray) -> faiss.Index:
    """Four-bit codes of every two numbers of every vector, learned from a sample, on every core."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(cores())
    try:
        return _coded(vectors)
    finally:
        faiss.omp_set_num_threads(threads)


def _coded(vectors: np.ndarray) -> faiss.Index:
    count, dim = vectors.shape
    parts = dim // 2 if dim % 2 == 0 else dim
    index = faiss.IndexPQFastScan(dim, parts, 4, faiss.METRIC_INNER_PRODUCT)
    index.pq.cp.seed = 1
    sample = np.random.default_rng(1).choice(count, min(count, SAMPLE), replace=False)
    index.train(np.ascontiguousarray(vectors[np.sort(sample)], np.float32))
    for start in range(0, count, 50_000):
        index.add(np.ascontiguousarray(vectors[start : start + 50_000], np.float32))
    return index
