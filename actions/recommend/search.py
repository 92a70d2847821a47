"""From a request to a ranked list: filters, then words and vectors, then one blended score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Optional, Protocol

import numpy as np
import numpy.typing as npt

from actions.recommend.filters import Filters, Mask, Scores, is_constraint
from actions.recommend.rules.active import ShopRules
from actions.recommend.rules.order import Ordered, ordered
from actions.request.apply import NUMERIC
from actions.request.types import Request
from actions.stages import stage
from catalog.index import CatalogueIndex


class QueryEncoder(Protocol):
    """The part of a text encoder that a search needs."""

    def encode_queries(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dim)."""


@dataclass(frozen=True)
class Weights:
    """How much each part of the score counts; every part is scaled to 0..1 first."""

    text: float = 1.0
    """Cosine of the product's vector and the request's."""
    words: float = 0.6
    """BM25 of the request's words."""
    attributes: float = 0.8
    """How sure it is that the product has what was asked for, soft wishes included."""
    similar: float = 1.5
    """Cosine to the products the results should be like."""
    liked: float = 0.4
    """Cosine to the products the shopper liked in this conversation."""
    popularity: float = 0.3
    """Ratings, smoothed by their number."""


@dataclass(frozen=True)
class Hit:
    """One result."""

    id: str
    position: int
    total: float
    scores: Mapping[str, float]
    moved: tuple[str, ...] = ()
    """How merchant rules changed its place: see ``actions.recommend.rules.order``."""


@dataclass(frozen=True)
class Found:
    """A ranked list, and how many products meet the request in all."""

    hits: tuple[Hit, ...]
    total: int
    """Products (not variants) that meet every hard constraint."""
    by_words: bool = True
    """Whether the free text of the request occurs in any of them."""


@dataclass
class Searcher:
    """Hybrid search over one index."""

    filters: Filters
    encoder: QueryEncoder
    weights: Weights = field(default_factory=Weights)
    candidates: int = 200
    rules: Optional[ShopRules] = None
    """The merchant's rules on the order."""
    _brands: dict[int, str] = field(default_factory=dict, repr=False)
    """Position → brand, as far as it was asked for."""

    @property
    def index(self) -> CatalogueIndex:
        """The index searched."""
        return self.filters.index

    def search(
        self,
        request: Request,
        query: str,
        k: int,
        mask: Optional[Mask] = None,
        by_rules: bool = True,
    ) -> Found:
        """The best ``k`` products for a request.

        Parameters
        ----------
        query
            The request in words, as the encoder is to read it; may be empty.
        mask
            Products that may be shown; by default those that meet every hard constraint.
        by_rules
            Whether the merchant's rules have a say in the order.
        """
        if mask is None:
            mask = self.filters.hard(request)
        total = len(np.unique(self.index.group[mask]))
        mask = self.unseen(request, mask)
        if not mask.any():
            return Found((), total)
        chosen, parts, by_words = self._score(request, query, mask)
        listed = self._listed(request, chosen, parts["total"], mask, k, by_rules)
        hits = []
        for position in listed.positions:
            scores = {name: round(float(part[position]), 4) for name, part in parts.items()}
            total_score = scores.pop("total") + listed.shift.get(position, 0.0)
            hits.append(
                Hit(
                    id=self.index.ids[position],
                    position=int(position),
                    total=round(total_score, 4),
                    scores={**scores, **listed.scores.get(position, {})},
                    moved=listed.moved.get(position, ()),
                )
            )
        return Found(tuple(hits), total, by_words)

    def unseen(self, request: Request, mask: Mask) -> Mask:
        """Drop what was already shown for this request, and what the results should be like."""
        mask = mask.copy()
        for product_id in (*request.shown, *request.similar_to):
            position = self.index.position.get(product_id)
            if position is None:
                continue
            if product_id in request.similar_to and request.constraints:
                # Another variant of the same product ("that one, but in blue") is welcome.
                mask[position] = False
            else:
                mask &= self.index.group != self.index.group[position]
        return mask

    def _listed(
        self,
        request: Request,
        chosen: npt.NDArray[np.int64],
        total: Scores,
        mask: Mask,
        k: int,
        by_rules: bool,
    ) -> Ordered:
        """The first ``k`` of the candidates, as the merchant's rules have it."""

        def listing(pool: npt.NDArray[np.int64], totals: Scores) -> list[int]:
            return self._one_per_group(request, self._sorted(request, pool, totals), k)

        if not self.rules or not by_rules:
            return Ordered(listing(chosen, total[chosen]))
        active = self.rules.active(request)
        return ordered(request, self.filters, active, chosen, total[chosen], mask, listing, k)

    def _score(
        self, request: Request, query: str, mask: Mask
    ) -> tuple[npt.NDArray[np.int64], dict[str, Scores], bool]:
        n, weights = len(self.filters), self.weights
        parts: dict[str, Scores] = {}
        pool = np.zeros(n, dtype=bool)
        by_words = True
        if query:
            with stage("encode"):
                vector = self.encoder.encode_queries([self.index.vocabulary.widened(query)])[0]
            positions, cosine = self.index.vectors.search(vector, self.candidates, mask)
            parts["text"] = _scaled(n, positions, cosine)
            pool[positions] = True
        words = request.text or query
        if words:
            positions, bm25 = self.index.words.search(words, self.candidates, mask)
            parts["words"] = _scaled(n, positions, bm25)
            pool[positions] = True
            by_words = not request.text or len(positions) > 0
        for name, ids in (("similar", request.similar_to), ("liked", request.liked)):
            anchors = [self.index.position[i] for i in ids if i in self.index.position]
            if anchors:
                mean = np.mean([self.index.vectors.vector(p) for p in anchors], axis=0)
                mean = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
                positions, cosine = self.index.vectors.search(mean, self.candidates, mask)
                parts[name] = _scaled(n, positions, cosine)
                if name == "similar":
                    pool[positions] = True
        if not pool.any() or (request.sort is not None and not request.text):
            pool = mask
        parts["attributes"] = self._attributes(request)
        parts["popularity"] = self.index.popularity.astype(np.float32)
        total = np.zeros(n, dtype=np.float32)
        for name, part in parts.items():
            total += np.float32(getattr(weights, name)) * part
        parts["total"] = total
        return np.flatnonzero(pool & mask), parts, by_words

    def _attributes(self, request: Request) -> Scores:
        wanted = [c for c in request.constraints if is_constraint(c) or not c.hard]
        score = np.zeros(len(self.filters), dtype=np.float32)
        for constraint in wanted:
            if constraint.op in NUMERIC:
                score += self.filters.mask(constraint)
            elif is_constraint(constraint):
                score += self.filters.evidence(constraint)
            else:
                score += 1.0 - self.filters.evidence(constraint)
        return score / max(1, len(wanted))

    def _sorted(
        self, request: Request, chosen: npt.NDArray[np.int64], totals: Scores
    ) -> npt.NDArray[np.int64]:
        """Candidates in order; ``totals`` are their scores, one each."""
        if request.sort is None:
            return chosen[np.argsort(-totals, kind="stable")]
        values = self.filters.numbers(request.sort.attribute)
        if values is None:
            return chosen[np.argsort(-totals, kind="stable")]
        keys = values[chosen] * (-1.0 if request.sort.descending else 1.0)
        return chosen[np.lexsort((-totals, np.where(np.isnan(keys), np.inf, keys)))]

    def _one_per_group(self, request: Request, order: npt.NDArray[np.int64], k: int) -> list[int]:
        """The best variant of each product, and not one brand's only where there is a choice."""
        seen: set[int] = set()
        brands: dict[str, int] = {}
        picked: list[int] = []
        spare: list[int] = []
        spread = request.sort is None and not request.on("brand")
        for position in order:
            group = int(self.index.group[position])
            if group in seen:
                continue
            seen.add(group)
            brand = self._brand(int(position))
            if spread and brand and brands.get(brand, 0) >= 2:
                spare.append(int(position))
                continue
            brands[brand] = brands.get(brand, 0) + 1
            picked.append(int(position))
            if len(picked) == k:
                return picked
        return (picked + spare)[:k]

    def _brand(self, position: int) -> str:
        if position not in self._brands:
            own = self.index.facets.of(position).get("brand", [])
            self._brands[position] = str(own[0][0]) if own else ""
        return self._brands[position]


def _scaled(n: int, positions: npt.NDArray[np.int64], scores: npt.NDArray[np.float32]) -> Scores:
    """Spread scores over all positions, the lowest found at .1 and the best at 1. Shape (n,)."""
    out = np.zeros(n, dtype=np.float32)
    if len(positions):
        low, high = float(scores.min()), float(scores.max())
        out[positions] = 0.1 + 0.9 * (scores - low) / (high - low) if high > low else 1.0
    return out
