"""Labels that spread from labelled texts to unlabelled ones near them.

Label propagation on a graph of nearest neighbours (Zhou et al. 2004), from what a classifier that
was trained on the labelled texts guesses (as Iscen et al. 2019 do for deep networks, from labels
alone). Where a class is one cloud of texts, its farther members get the label from those between.
Texts are near each other by what the classifier has learned and by what the encoder knew before:
alone, the first is too sure of itself.
"""

from __future__ import annotations

from typing import Sequence

import faiss
import numpy as np
from scipy import sparse

#: Each text is near so many others …
NEIGHBOURS = 8
#: … and the nearer, the more: exp((cosine - 1) / this).
WIDTH = 0.1
#: The share that neighbours have in what a text is taken for.
SPREAD = 0.9
#: A known label counts as much as so many guesses.
KNOWN = 3.0
STEPS = 50


def propagate(views: Sequence[np.ndarray], known: np.ndarray, guesses: np.ndarray) -> np.ndarray:
    """What unlabelled texts are taken for when labels have spread.

    Parameters
    ----------
    views
        Vectors of the labelled texts and then of the others, one array or several that count the
        same: float32 (texts, dim).
    known
        Shares of the labels of the labelled texts: float (labelled, labels).
    guesses
        The same of the others, as far as they are known: float (others, labels).

    Returns
    -------
    float32 (others, labels); rows sum to one.
    """
    graph = _graph(np.concatenate([_centred(view) for view in views], axis=1) / len(views) ** 0.5)
    start = np.concatenate([KNOWN * known, guesses]).astype(np.float32)
    spread = start
    for _ in range(STEPS):
        spread = SPREAD * (graph @ spread) + (1 - SPREAD) * start
    others = np.asarray(spread[len(known) :])
    return others / np.maximum(others.sum(axis=1, keepdims=True), 1e-12)


def _centred(vectors: np.ndarray) -> np.ndarray:
    """Unit vectors around the mean of all: what texts of one field have in common says nothing."""
    apart = vectors - vectors.mean(axis=0)
    return apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-12)


def _graph(vectors: np.ndarray) -> sparse.csr_matrix:
    """Symmetrically normalised weights of neighbours of unit vectors: float32 (texts, texts)."""
    count = len(vectors)
    vectors = np.ascontiguousarray(vectors, np.float32)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    near = min(NEIGHBOURS + 1, count)
    cosines, places = index.search(vectors, near)
    rows = np.repeat(np.arange(count), near)
    weights = np.exp((cosines.ravel() - 1.0) / WIDTH)
    weights[rows == places.ravel()] = 0.0
    one_way = sparse.csr_matrix((weights, (rows, places.ravel())), shape=(count, count))
    both = one_way.maximum(one_way.T)
    scale = 1.0 / np.sqrt(np.maximum(np.asarray(both.sum(axis=1)).ravel(), 1e-12))
    return (sparse.diags(scale) @ both @ sparse.diags(scale)).astype(np.float32).tocsr()
