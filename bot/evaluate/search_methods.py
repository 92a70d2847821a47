"""Ways to search one shop, compared: the assistant's own, and what it has to be better than."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.scoring import QueryEncoder, scaled
from actions.request.types import Request
from actions.turn.context import Context
from actions.turn.opening import opening
from actions.turn.service import TurnService
from catalog.index import CatalogueIndex
from catalog.index.facet_table import LIKELY
from catalog.index.product_text import word_fields
from catalog.index.words import query_tokens, tokens
from catalog.shop import Shop

#: How far down the lists go that are fused.
DEPTH = 1_000
#: The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009).
RRF_K = 60
#: Weights of words and vectors where only these two are fused; chosen on the validation queries.
FUSED = (1.0, 1.0)

Method = Callable[[str, int], list[str]]
"""Query and number of products → ids, best first."""


class CachedEncoder:
    """An encoder that reads each query once, so that methods are compared without it."""

    def __init__(self, encoder: QueryEncoder) -> None:
        self._encoder = encoder
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def encode_queries(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dim)."""
        for text in texts:
            if text not in self._known:
                self._known[text] = self._encoder.encode_queries([text])[0]
        return np.array([self._known[text] for text in texts], np.float32)


def methods(context: Context, shop: Shop) -> dict[str, Method]:
    """Every method by its name; ``default`` is the assistant's own."""
    index, encoder = context.index, context.searcher.encoder
    return {
        "default": lambda query, k: by_turn(context, query, k),
        "bm25": lambda query, k: _ids(index, index.words.search(query, k)[0]),
        "bm25s": _peer_bm25(index, shop),
        "vectors": lambda query, k: _ids(
            index, index.vectors.search(_vector(encoder, query), k)[0]
        ),
        "rrf": lambda query, k: _ids(index, _rrf(_both(index, encoder, query), k)),
        "fused": lambda query, k: _ids(index, _weighted(_both(index, encoder, query), FUSED, k)),
    }


def by_turn(context: Context, query: str, k: int) -> list[str]:
    """The products that the assistant shows where a conversation begins with the query."""
    turn = opening(query, context.index.vocabulary, Request(count=k))
    custom = TurnService(context).handle(turn).reply.custom or {}
    return [item["id"] for item in custom.get("items", ())]


@dataclass(frozen=True)
class _List:
    """Positions and scores, best first."""

    positions: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]


def _both(index: CatalogueIndex, encoder: QueryEncoder, query: str) -> tuple[_List, _List]:
    return (
        _List(*index.words.search(query, DEPTH)),
        _List(*index.vectors.search(_vector(encoder, query), DEPTH)),
    )


def _rrf(lists: Sequence[_List], k: int) -> npt.NDArray[np.int64]:
    fused: dict[int, float] = {}
    for found in lists:
        for rank, position in enumerate(found.positions, 1):
            fused[int(position)] = fused.get(int(position), 0.0) + 1.0 / (RRF_K + rank)
    return _best(fused, k)


def _weighted(lists: Sequence[_List], weights: Sequence[float], k: int) -> npt.NDArray[np.int64]:
    fused: dict[int, float] = {}
    for found, weight in zip(lists, weights, strict=True):
        for position, score in zip(found.positions, scaled(found.scores), strict=True):
            fused[int(position)] = fused.get(int(position), 0.0) + weight * float(score)
    return _best(fused, k)


def _best(fused: Mapping[int, float], k: int) -> npt.NDArray[np.int64]:
    return np.array(sorted(fused, key=lambda p: (-fused[p], p))[:k], np.int64)


def _vector(encoder: QueryEncoder, query: str) -> npt.NDArray[np.float32]:
    return encoder.encode_queries([query])[0]


def _ids(index: CatalogueIndex, positions: npt.NDArray[np.int64]) -> list[str]:
    return [index.ids[position] for position in positions]


def _peer_bm25(index: CatalogueIndex, shop: Shop) -> Method:
    """BM25 of the package bm25s, over the texts of our own word index, with its own settings.

    It knows no fields: what counts more there is in its texts so many times.
    """
    import bm25s

    corpus = []
    for product in shop.store.products(index.ids):
        of = index.facets.of(index.position[product.id])
        likely = [(a, v) for a, values in of.items() for v, sure, _ in values if sure >= LIKELY]
        fields = word_fields(product, likely, index.vocabulary.lexicon)
        corpus.append([t for text, weight in fields for t in tokens(text) * round(weight)])
    retriever = bm25s.BM25()
    retriever.index(corpus, show_progress=False)

    def search(query: str, k: int) -> list[str]:
        words = [word for word in query_tokens(query) if word in retriever.vocab_dict]
        if not words:
            return []
        found, scores = retriever.retrieve([words], k=k, show_progress=False)
        return [index.ids[p] for p, s in zip(found[0], scores[0], strict=True) if s > 0]

    return search
