"""Vectors of products from their neighbours in the graph: ``v(p) = Σᵣ w(r) · v(neighbours by r)``.

The weights of relations are learned: they are those, none below nought, with which products whose
vectors are known are told best from their neighbours, each left out of its own telling. A relation
that tells nothing gets the weight nought.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import nnls

from catalog.graph.knowledge import KnowledgeGraph

Vectors = npt.NDArray[np.float32]
#: So many neighbours at the mean are added to those that an entity has.
DAMPING = 3.0
#: L2 penalty on the weights, as a share of the evidence of the relation that has most of it.
PENALTY = 0.003


@dataclass(frozen=True)
class Propagation:
    """Learned weights of relations, and of what is told by other means."""

    weights: Mapping[str, float]
    """Relation → weight, of those that say something."""
    other: float
    """Weight of ``given``."""
    mean: Vectors
    """Mean of the known vectors, shape (d,); weights speak of differences from it."""

    @classmethod
    def fit(
        cls,
        graph: KnowledgeGraph,
        vectors: Vectors,
        known: npt.NDArray[np.float64],
        given: Optional[Vectors] = None,
    ) -> Propagation:
        """Learn the weights.

        Parameters
        ----------
        vectors
            Of the graph's products, shape (products, d).
        known
            How well each vector is known, 0 where it is not, shape (products,).
        given
            Vectors told by other means without looking at the product's own; to be weighed
            together with the neighbours.
        """
        mean = np.average(vectors, axis=0, weights=known).astype(np.float32)
        own = np.flatnonzero(known > 0)
        names = list(graph.relations)
        columns = [_neighbours(graph, name, vectors - mean, known)[own] for name in names]
        if given is not None:
            columns.append((given - mean)[own])
        if not columns:
            return cls({}, 0.0, mean)
        scale = np.sqrt(known[own])[:, None]
        design = np.stack([(column * scale).ravel() for column in columns], axis=1)
        target = ((vectors - mean)[own] * scale).ravel()
        penalty = np.sqrt(PENALTY * (design**2).sum(axis=0).max())
        solved, _ = nnls(
            np.vstack([design, penalty * np.eye(len(columns))]),
            np.concatenate([target, np.zeros(len(columns))]),
        )
        weights = {name: float(w) for name, w in zip(names, solved, strict=False) if w > 1e-6}
        return cls(weights, float(solved[-1]) if given is not None else 0.0, mean)

    def vectors(
        self,
        graph: KnowledgeGraph,
        vectors: Vectors,
        known: npt.NDArray[np.float64],
        given: Optional[Vectors] = None,
    ) -> Vectors:
        """Vectors of all products from their neighbours, shape (products, d).

        No product's own vector enters into its result.
        """
        found = np.tile(self.mean, (len(vectors), 1)).astype(np.float32)
        for name, weight in self.weights.items():
            if name in graph.relations:
                found += weight * _neighbours(graph, name, vectors - self.mean, known)
        if given is not None:
            found += self.other * (given - self.mean)
        return found


def _neighbours(
    graph: KnowledgeGraph, name: str, vectors: Vectors, known: npt.NDArray[np.float64]
) -> Vectors:
    """Mean over a product's entities of the mean vector of the others linked to each."""
    links = graph.relations[name].links
    product = np.repeat(np.arange(links.shape[0]), np.diff(links.indptr))
    own = known[product] * links.data
    weighed = sp.csr_matrix((own, links.indices, links.indptr), links.shape)
    sums = weighed.T @ vectors
    counts = np.asarray(weighed.sum(axis=0)).ravel()
    # A product is taken out of its entities' means, so that these differ from link to link.
    damping = DAMPING * float(known[known > 0].mean())
    share = links.data / (counts[links.indices] - own + damping)
    total = np.bincount(product, links.data, links.shape[0])
    itself = np.bincount(product, share * own, links.shape[0])
    told = sp.csr_matrix((share, links.indices, links.indptr), links.shape) @ sums
    told -= itself[:, None] * vectors
    return np.asarray(told / np.maximum(total, 1e-9)[:, None], np.float32)
