"""Candidates for a request, and every part of their scores."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Callable, Mapping, Optional, Protocol, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.companions import Companions
from actions.recommend.filters import Filters, Mask, Scores, is_constraint
from actions.recommend.parts import Traits, companionship, wished_price
from actions.request.apply import NUMERIC
from actions.request.types import Request
from actions.stages import stage
from catalog.collaborative.taste import Taste
from catalog.encoders.context import in_context
from catalog.index import CatalogueIndex

Positions = npt.NDArray[np.int64]
#: Positions → how well products suit a shopper's interest, 0 to 1; None while nothing is known.
Interest = Callable[[Positions], Optional[Scores]]


class QueryEncoder(Protocol):
    """The part of a text encoder that a search needs."""

    def encode_queries(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dim)."""


@dataclass(frozen=True)
class Weights:
    """How much each part of the score counts; every part is scaled to 0..1 first.

    Those of a first search are chosen by ``shoptalk evaluate search --tune``.
    """

    text: float = 1.0
    """Cosine of the product's vector and the request's."""
    words: float = 0.3
    """BM25 of the request's words."""
    attributes: float = 0.8
    """How sure it is that the product has what was asked for, soft wishes included."""
    similar: float = 1.5
    """Cosine to the products the results should be like."""
    goes_with: float = 1.0
    """How surely the product goes with what the results should go with."""
    common: float = 1.0
    """How much it has in common with that."""
    variety: float = 1.0
    """Below 0 for a product of a kind that better ones are of."""
    liked: float = 0.4
    """Cosine to the products the shopper liked in this conversation."""
    collaborative: float = 0.5
    """What shoppers with such a history took."""
    popularity: float = 0.3
    """Ratings, smoothed by their number."""
    graph: float = 0.0
    """What is taken together with what the shopper took before."""
    price_fit: float = 0.0
    """Nearness to a price that was wished for, or to what the shopper usually pays."""
    freshness: float = 0.0
    """How new it is in the shop."""
    interest: float = 0.4
    """How well it suits what is known of the shopper's interest."""


@dataclass(frozen=True)
class Scored:
    """Candidates with the parts of their scores."""

    pool: Positions
    """In ascending order, shape (m,)."""
    parts: dict[str, Scores]
    """Each of shape (m,); ``total`` is what they make together."""
    by_words: bool = True
    """Whether the free text of the request occurs in any of them."""
    vector: Optional[Scores] = None
    """What the encoder read."""
    words: Optional[Scores] = None
    """What the words of the request say of all products."""
    interest: Optional[Scores] = None
    """How well the candidates suit the shopper's interest."""


@dataclass
class Scorer:
    """Finds candidates in one index and scores them."""

    filters: Filters
    encoder: QueryEncoder
    weights: Weights = field(default_factory=Weights)
    candidates: int = 200
    by_taste: int = 30
    """Candidates that only the shopper's taste speaks for."""
    companions: Optional[Companions] = None
    """What goes with what; without it nothing does."""
    _traits: Optional[Traits] = field(default=None, repr=False)

    @property
    def index(self) -> CatalogueIndex:
        """The index searched."""
        return self.filters.index

    @property
    def titles(self) -> int:
        """How many titles of what the shopper took before the encoder is to read."""
        return int(getattr(self.encoder, "titles", 0))

    def score(
        self,
        request: Request,
        query: str,
        mask: Mask,
        history: Mapping[str, float],
        titles: Sequence[str] = (),
        besides: Optional[Positions] = None,
        interest: Optional[Interest] = None,
    ) -> Scored:
        """Find candidates and score them.

        Parameters
        ----------
        titles
            Of what the shopper took before, as the encoder is to read them.
        besides
            Positions that are candidates whatever speaks for them; all in ``mask``.
        """
        index = self.index
        if request.goes_with and self.companions is not None:
            pool, parts = self.companions.scores(request.goes_with, mask)
            parts["attributes"] = self._attributes(request, pool)
            return Scored(pool, self._blended(pool, parts))
        found: list[Positions] = []
        vector = words = None
        if query:
            with stage("encode"):
                read = in_context(index.vocabulary.widened(query), titles)
                vector = self.encoder.encode_queries([read])[0]
            found.append(index.vectors.search(vector, self.candidates, mask)[0])
            words = index.words.scores(query)
            found.append(_highest(words, self.candidates, mask))
        free = index.words.scores(request.text) if request.text else None
        if free is not None:
            found.append(_highest(free, self.candidates, mask))
        by_words = free is None or len(found[-1]) > 0
        anchors = {"similar": self._mean(request.similar_to), "liked": self._mean(request.liked)}
        if anchors["similar"] is not None:
            found.append(index.vectors.search(anchors["similar"], self.candidates, mask)[0])
        own = self._own(request, history)
        with stage("fold_in"):
            taste = index.learned.taste(own) if index.learned is not None else None
        if taste is not None and found:
            with stage("by_taste"):
                found.append(taste.best(self.by_taste, mask))
        if not found or (request.sort is not None and not request.text):
            pool = np.flatnonzero(mask)
        else:
            pool = np.unique(np.concatenate(found))
            pool = pool if len(pool) else np.flatnonzero(mask)
        if besides is not None:
            pool = np.union1d(pool, besides)
        with stage("rank"):
            near = {"text": vector, **anchors}
            parts = self._parts(request, pool, near, words, taste, own)
            suits = interest(pool) if interest is not None else None
            if suits is not None:
                parts["interest"] = suits
            return Scored(pool, self._blended(pool, parts), by_words, vector, words, suits)

    def rescored(
        self, scored: Scored, request: Request, history: Mapping[str, float]
    ) -> dict[str, Scores]:
        """The parts of the same candidates' scores for a shopper with other likes or history."""
        own = self._own(request, history)
        taste = self.index.learned.taste(own) if self.index.learned is not None else None
        anchors = {"similar": self._mean(request.similar_to), "liked": self._mean(request.liked)}
        near = {"text": scored.vector, **anchors}
        parts = self._parts(request, scored.pool, near, scored.words, taste, own)
        if scored.interest is not None:
            parts["interest"] = scored.interest
        return self._blended(scored.pool, parts)

    def _parts(
        self,
        request: Request,
        pool: Positions,
        near: Mapping[str, Optional[Scores]],
        words: Optional[Scores],
        taste: Optional[Taste],
        own: Mapping[int, float],
    ) -> dict[str, Scores]:
        """The parts of the candidates' scores.

        Parameters
        ----------
        near
            Vectors that products should be near to.
        words
            What the words of the request say of all products.
        own
            What the shopper likes, by position.
        """
        index = self.index
        parts: dict[str, Scores] = {}
        if any(v is not None for v in near.values()):
            vectors = index.vectors.vectors(pool)
            parts.update({k: scaled(vectors @ v) for k, v in near.items() if v is not None})
        if words is not None:
            parts["words"] = scaled(words[pool])
        if taste is not None:
            parts["collaborative"] = scaled(taste.scores(pool))
        parts["attributes"] = self._attributes(request, pool)
        return {**parts, **self._told(request, own, pool)}

    def _blended(self, pool: Positions, parts: dict[str, Scores]) -> dict[str, Scores]:
        """The parts with the popularity of the candidates, and ``total``."""
        parts["popularity"] = self.index.popularity[pool].astype(np.float32)
        total = np.zeros(len(pool), dtype=np.float32)
        for name, part in parts.items():
            total += np.float32(getattr(self.weights, name)) * part
        return {**parts, "total": total}

    def of_unknown_price(self, request: Request, history: Mapping[str, float]) -> float:
        """What ``price_fit`` of a product would be if its price were not known."""
        if (
            self._traits is None
            or wished_price(request, self.filters, np.zeros(1, int)) is not None
        ):
            return 0.0
        return self._traits.of_unknown(self._own(request, history))

    def _own(self, request: Request, history: Mapping[str, float]) -> dict[int, float]:
        """What the shopper likes by position, from before and from this conversation."""
        liked = {**history, **dict.fromkeys((*request.liked, *request.chosen), 1.0)}
        return {self.index.position[i]: s for i, s in liked.items() if i in self.index.position}

    def _told(
        self, request: Request, own: Mapping[int, float], pool: Positions
    ) -> dict[str, Scores]:
        """Parts that are 0 to 1 as they are; none where there is nothing to tell."""
        if self._traits is None:
            self._traits = Traits.of(self.index)
        learned = self.index.learned
        known = own if learned is not None else {}
        parts: dict[str, Optional[Scores]] = {"freshness": None, "graph": None}
        if self._traits.freshness is not None:
            parts["freshness"] = self._traits.freshness[pool]
        if learned is not None and known:
            parts["graph"] = companionship(learned.together, known, pool)
        wished = wished_price(request, self.filters, pool)
        parts["price_fit"] = wished if wished is not None else self._traits.usual(known, pool)
        return {name: part for name, part in parts.items() if part is not None}

    def _mean(self, ids: Sequence[str]) -> Optional[Scores]:
        """The direction of several products, those that the index knows."""
        known = [self.index.position[i] for i in ids if i in self.index.position]
        if not known:
            return None
        mean = self.index.vectors.vectors(np.array(known)).mean(axis=0)
        return (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)

    def _attributes(self, request: Request, pool: Positions) -> Scores:
        wanted = [c for c in request.constraints if is_constraint(c) or not c.hard]
        score = np.zeros(len(pool), dtype=np.float32)
        for constraint in wanted:
            if constraint.op in NUMERIC:
                score += self.filters.mask(constraint)[pool]
            elif is_constraint(constraint):
                score += self.filters.evidence(constraint)[pool]
            else:
                score += 1.0 - self.filters.evidence(constraint)[pool]
        return score / max(1, len(wanted))

    def weights_of_parts(self) -> Scores:
        """The weights in the order of their fields, shape (parts,)."""
        return np.array([getattr(self.weights, f.name) for f in fields(Weights)], np.float32)


def scaled(scores: npt.NDArray[np.float32]) -> Scores:
    """Scores from .1, for the lowest found, to 1 for the best; none found is 0."""
    if not len(scores):
        return scores
    low, high = float(scores.min()), float(scores.max())
    if high <= low:
        return np.ones_like(scores)
    return (np.float32(0.1) + np.float32(0.9) * (scores - low) / (high - low)).astype(np.float32)


def _highest(scores: Scores, k: int, mask: Mask) -> Positions:
    """The positions of the ``k`` highest scores above 0 among those allowed, in any order."""
    matching = np.flatnonzero((scores > 0) & mask)
    if len(matching) <= k:
        return matching
    return matching[np.argpartition(-scores[matching], k - 1)[:k]]
