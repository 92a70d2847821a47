"""What is learned from a shop's events, beside the index whose products it speaks of.

``learned.json`` and ``learned.npz`` are two files of a build of the index: products go by its
positions, and whoever follows the index follows them. Numbers and texts only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from catalog.collaborative.als import Als, AlsConfig
from catalog.collaborative.interactions import Interactions
from catalog.collaborative.longest import LongestFirst
from catalog.collaborative.taste import FEW, Linear, Moments, Taste
from catalog.graph.together import Together

if TYPE_CHECKING:
    from catalog.collaborative.hybrid import Hybrid

ABOUT, NUMBERS = "learned.json", "learned.npz"
WHAT, FORMAT = "taste learned from events", 1
#: Links kept of each product.
LINKS = 200


@dataclass(frozen=True)
class Learned:
    """Scores products for a history, and knows what goes with what."""

    counts: npt.NDArray[np.int64]
    """Shoppers who took each product, shape (products,)."""
    als: Als
    told: npt.NDArray[np.float32]
    """Factors that content alone tells, shape (products, factors)."""
    links: Optional[sp.csr_matrix]
    """EASE's map, its strongest entries; None for catalogues that it cannot hold."""
    shares: tuple[float, float, float]
    """Of EASE, ALS and content in a score; they sum to 1."""
    together: Together

    @classmethod
    def of(cls, model: Hybrid | Als, data: Interactions, together: Together) -> Learned:
        """Take what is needed to serve from a fitted model."""
        counts = data.popularity()
        if isinstance(model, Als):
            return cls(counts, model, model.products, None, (0.0, 1.0, 0.0), together)
        content, als = model.config.share, model.config.blend.share
        shares = ((1 - content) * (1 - als), (1 - content) * als, content)
        links = strongest_links(model.blend.ease.weights, LINKS)
        return cls(counts, model.blend.als, model.told, links, shares, together)

    def scores(self, history: Mapping[int, float]) -> npt.NDArray[np.float32]:
        """Score all products, shape (products,); standardised, 0 is the mean product.

        Parameters
        ----------
        history
            Position of a product → how surely it was liked, below 0 for what was rejected;
            nothing is known of a shopper whose history is empty, and all scores are 0.
        """
        taste = self.taste(history)
        return np.zeros(len(self.counts), np.float32) if taste is None else taste.scores()

    def taste(self, history: Mapping[int, float]) -> Optional[Taste]:
        """What ``scores`` tells, for any products; None of a shopper of whom nothing is known."""
        liked = {i: s for i, s in history.items() if s > 0}
        if not liked:
            return None
        positions = np.fromiter(liked, np.int64, len(liked))
        strengths = np.fromiter(liked.values(), np.float32, len(liked))
        factor = self.als.factor(positions, strengths)
        of_ease, of_als, of_content = self.shares
        parts = [Linear.standardised(self.als.products, self._moments[0], factor, of_als)]
        if of_content:
            parts.append(Linear.standardised(self.told, self._moments[1], factor, of_content))
        linked = None
        if self.links is not None and of_ease:
            row = np.asarray(strengths @ self.links[positions], np.float32)
            linked = np.float32(of_ease) * _standardised(row)
        return Taste(tuple(parts), linked, self._longest)

    def prepare(self) -> Learned:
        """Make what a first turn would wait for."""
        _ = self._moments, self._longest
        return self

    @cached_property
    def _moments(self) -> tuple[Moments, Moments]:
        own = Moments.of(self.als.products)
        return own, Moments.of(self.told) if self.shares[2] else own

    @cached_property
    def _longest(self) -> Optional[LongestFirst]:
        """For catalogues that are too large to score them all, and of which factors tell all."""
        alone = self.links is None and not self.shares[2]
        return LongestFirst(self.als.products) if alone and len(self.counts) > FEW else None

    def write(self, folder: Path, about: Mapping[str, Any]) -> None:
        """Write both files; ``about`` is kept with them."""
        config = self.als.config
        data = {
            "what": WHAT,
            "format": FORMAT,
            "products": len(self.counts),
            "visits": self.together.visits,
            "shares": self.shares,
            "als": {
                "factors": config.factors,
                "regularisation": config.regularisation,
                "confidence": config.confidence,
            },
            "about": dict(about),
        }
        arrays = {
            "counts": self.counts,
            "factors": self.als.products,
            **({} if self.told is self.als.products else {"told": self.told}),
            "kind": self.together.kind,
            "visits_of": self.together.counts,
            "kind_counts": self.together.kind_counts,
            "kind_pairs": self.together.kind_pairs,
            **_sparse("pairs", self.together.pairs),
            **(_sparse("links", self.links) if self.links is not None else {}),
        }
        (folder / ABOUT).write_text(json.dumps(data), encoding="utf-8")
        np.savez(folder / NUMBERS, **arrays)

    @classmethod
    def read(cls, folder: Path) -> Optional[Learned]:
        """What ``write`` wrote; None where there is nothing, or it is of another version.

        Raises
        ------
        ValueError, OSError, KeyError
            Where the files are damaged.
        """
        if not (folder / ABOUT).is_file():
            return None
        data = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        if (data["what"], data["format"]) != (WHAT, FORMAT):
            return None
        with np.load(folder / NUMBERS, allow_pickle=False) as file:
            arrays = dict(file)
        n = data["products"]
        together = Together(
            arrays["kind"],
            arrays["visits_of"],
            _joined("pairs", arrays, n),
            arrays["kind_counts"],
            arrays["kind_pairs"],
            data["visits"],
        )
        links = _joined("links", arrays, n) if "links.data" in arrays else None
        of_ease, of_als, of_content = data["shares"]
        als = Als(AlsConfig(**data["als"])).use(arrays["factors"])
        shares = (of_ease, of_als, of_content)
        return cls(
            arrays["counts"], als, arrays.get("told", als.products), links, shares, together
        ).prepare()


def strongest_links(weights: Any, keep: int) -> sp.csr_matrix:
    """The largest entries, by size, of every row of a map from products to products."""
    if sp.issparse(weights):
        return weights.tocsr()
    k = min(keep, weights.shape[1])
    columns = np.argpartition(-np.abs(weights), k - 1, axis=1)[:, :k]
    values = np.take_along_axis(weights, columns, axis=1)
    rows = np.repeat(np.arange(len(weights)), k)
    found = sp.csr_matrix((values.ravel(), (rows, columns.ravel())), weights.shape, np.float32)
    found.eliminate_zeros()
    return found


def positions(table_ids: Sequence[str], index_ids: Mapping[str, int]) -> npt.NDArray[np.int64]:
    """Position in an index of each product of a log, -1 for those that it has not."""
    return np.array([index_ids.get(id_, -1) for id_ in table_ids], np.int64)


def _standardised(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    spread = float(scores.std())
    return (scores - scores.mean()) / np.float32(spread if spread > 0 else 1.0)


def _sparse(name: str, matrix: sp.csr_matrix) -> dict[str, Any]:
    return {
        f"{name}.data": matrix.data,
        f"{name}.indices": matrix.indices.astype(np.int32),
        f"{name}.indptr": matrix.indptr,
    }


def _joined(name: str, arrays: Mapping[str, Any], n: int) -> sp.csr_matrix:
    parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
    return sp.csr_matrix(parts, (n, n))
