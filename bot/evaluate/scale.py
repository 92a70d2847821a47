"""What finding products takes over a large catalogue: on one thread, with filters and without."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional, Sequence

import faiss
import numpy as np
import numpy.typing as npt
import psutil

from actions.recommend.filters import Filters, Mask
from actions.recommend.money import Rates
from actions.recommend.scoring import QueryEncoder
from actions.recommend.search import Searcher
from actions.request.types import AT_MOST, IS, Constraint, Request
from bot.evaluate.scale_shop import make_shop
from bot.evaluate.scale_taste import learn_simulated, ranking_figures, simulated
from bot.evaluate.search_methods import CachedEncoder
from catalog.event_table import EventTable
from catalog.index import CatalogueIndex
from catalog.index.build import build_index
from catalog.lexicon import Lexicon
from catalog.shop import Shop

#: Products in a list, and how many of the nearest the search asks the index for.
K, NEAREST = 10, 200
QUERIES = 200
Vector = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Search:
    """A request, what the encoder reads of it, and the words for it."""

    request: Request
    query: str


def evaluate_scale(
    small: Shop, encoder: QueryEncoder, products: int, seed: int, folder: Optional[Path] = None
) -> dict[str, Any]:
    """Time searches over ``products`` products that are made from those of ``small``.

    Encoding the query is left out: it does not depend on the catalogue. Every search is a filter
    of the whole catalogue, the nearest vectors, the words, and one blended list.

    Returns
    -------
    ``build_seconds`` without encoding; ``memory_mb`` that the open index adds, and
    ``memory_with_taste_mb`` with what it learned from simulated shoppers; ``p50_ms``,
    ``p95_ms`` and ``recall@10`` of ``filtered`` and ``unfiltered`` searches, and over both;
    ``flat``: the nearest vectors alone by comparing with all. Recall is that of the nearest ten.
    ``fold_in``, ``ranking`` and ``by_taste`` of shoppers with a history: see ``ranking_figures``.
    """
    lexicon = Lexicon.load()
    index = CatalogueIndex.open(small, lexicon)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        shop, nearby = make_shop(small, index, products, seed, Path(temporary) / "large")
        try:
            started = time.perf_counter()
            build_index(shop, nearby, lexicon)
            seconds = time.perf_counter() - started
            memory = _fresh_memory(shop.path)
            large = CatalogueIndex.open(shop, lexicon)
            table, kinds = simulated(large, seed)
            learn_simulated(shop, table, kinds)
            large = CatalogueIndex.open(shop, lexicon)
            filters = Filters(large, Rates(small.settings.currency, {}))
            return {
                "products": len(large),
                "seed": seed,
                "build_seconds": round(seconds, 1),
                "memory_mb": memory,
                "memory_with_taste_mb": _fresh_memory(shop.path),
                **_one_thread(lambda: _figures(filters, CachedEncoder(encoder), seed, table)),
            }
        finally:
            shop.close()


def _fresh_memory(path: Path) -> int:
    """Megabytes that opening an index adds to a new process."""
    with multiprocessing.get_context("spawn").Pool(1) as fresh:
        return round(fresh.apply(_memory, (path,)) / 2**20)


def _memory(path: Path) -> int:
    """Bytes that opening an index adds to a process that has all else a search needs."""
    shop, lexicon = Shop.open(path), Lexicon.load()
    before = psutil.Process().memory_info().rss
    index = CatalogueIndex.open(shop, lexicon)
    index.vectors.search(index.vectors.vector(0), K)
    index.words.search("dress", K)
    return psutil.Process().memory_info().rss - before


def _one_thread(measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        return measure()
    finally:
        faiss.omp_set_num_threads(threads)


def _figures(
    filters: Filters, encoder: CachedEncoder, seed: int, table: EventTable
) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    searcher = Searcher(filters, encoder)
    sets = {"unfiltered": _unfiltered(filters, rng), "filtered": _filtered(filters, rng)}
    out: dict[str, Any] = {}
    everything: list[float] = []
    recalls: list[float] = []
    for name, searches in sets.items():
        encoder.encode_queries([search.query for search in searches])
        searcher.search(searches[0].request, searches[0].query, K)
        ms = [_timed(lambda s=s: _core(searcher, s)) for s in searches]  # type: ignore[misc]
        recall = [_recall(filters, encoder, search) for search in searches]
        left = [int(filters.hard(s.request).sum()) for s in searches]
        out[name] = {**_told(ms), "recall@10": round(float(np.mean(recall)), 4)}
        out[name]["products_left"] = int(np.median(left))
        everything += ms
        recalls += recall
    asked = [(search.request, search.query) for searches in sets.values() for search in searches]
    ranked = ranking_figures(searcher, asked, table, seed, _told)
    flat = _flat(filters, encoder, sets["unfiltered"])
    total = {**_told(everything), "recall@10": round(float(np.mean(recalls)), 4)}
    return {"searches": len(everything), **total, **out, **ranked, "flat": _told(flat)}


def _core(searcher: Searcher, search: _Search) -> None:
    mask = searcher.filters.hard(search.request)
    searcher.search(search.request, search.query, K, mask)


def _unfiltered(filters: Filters, rng: np.random.Generator) -> list[_Search]:
    """Two to four words of what products are called, as free text."""
    found = []
    for position in rng.integers(0, len(filters), QUERIES):
        text = " ".join(_values(filters, int(position)).values())
        found.append(_Search(Request(text=text), text))
    return found


def _filtered(filters: Filters, rng: np.random.Generator) -> list[_Search]:
    """What a product is, one or two of its attributes, and a price that it does not exceed."""
    found = []
    for position in rng.integers(0, len(filters), QUERIES):
        values = _values(filters, int(position))
        constraints = [Constraint(name, IS, value, words=value) for name, value in values.items()]
        price = float(filters.index.price[position])
        if np.isfinite(price):
            constraints.append(Constraint("price", AT_MOST, round(price * 1.5)))
        chosen = tuple(constraints[int(rng.integers(0, len(constraints))) :])
        found.append(_Search(Request(chosen or tuple(constraints)), " ".join(values.values())))
    return found


def _values(filters: Filters, position: int) -> dict[str, str]:
    """What a product surely is, the kind of thing first: attribute → value."""
    known = filters.index.facets.of(position)
    names = ("product_type", "color", "gender", "pattern")
    return {name: known[name][0][0] for name in names if known.get(name)} or {"brand": "shop"}


def _recall(filters: Filters, encoder: CachedEncoder, search: _Search) -> float:
    """How many of the nearest ten the index finds, of those that comparing with all finds."""
    mask: Mask = filters.hard(search.request)
    vector = encoder.encode_queries([search.query])[0]
    vectors = filters.index.vectors
    allowed = np.flatnonzero(mask)
    if not len(allowed):
        return 1.0
    exact = vectors.vectors(allowed) @ vector
    wanted = min(K, len(allowed))
    least = np.partition(-exact, wanted - 1)[wanted - 1]
    found = vectors.search(vector, NEAREST, mask)[1][:wanted]
    # Equal vectors are equally good: what counts is how near those found are.
    return float((found >= -least - 1e-5).sum()) / wanted


def _flat(filters: Filters, encoder: CachedEncoder, searches: Sequence[_Search]) -> list[float]:
    vectors = filters.index.vectors.vectors(np.arange(len(filters)))
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    queries = [encoder.encode_queries([search.query]) for search in searches]
    index.search(queries[0], NEAREST)
    return [_timed(lambda q=q: index.search(q, NEAREST)) for q in queries]  # type: ignore[misc]


def _timed(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def _told(ms: Sequence[float]) -> dict[str, Any]:
    p50, p95 = np.percentile(ms, [50, 95])
    return {"p50_ms": round(float(p50), 2), "p95_ms": round(float(p95), 2)}
