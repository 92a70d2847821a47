"""The weights of a search: tried on validation queries, and each part tested by leaving it out.

A grid over one weight at a time, in a seeded order, until no step is better: the parts are few and
each is scaled to 0–1, so that only their proportions matter.
"""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from typing import Any, Callable, Mapping, Optional, Sequence

import numpy as np

from actions.recommend.scoring import Weights
from actions.turn.context import Context
from bot.evaluate.search import interval, measure
from bot.evaluate.search_cases import Case
from bot.evaluate.search_methods import by_turn

#: What a first search is ranked by; likeness to shown or liked products begins later.
PARTS = ("text", "words", "attributes", "popularity")
GRID = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0)
#: Steps that gain less are chance.
LEAST = 0.0005
ROUNDS = 3


def tune(
    context: Context,
    cases: Sequence[Case],
    seed: int,
    progress: Optional[Callable[[], None]] = None,
) -> dict[str, Any]:
    """Tune the weights and leave out each part of the best; the context keeps what it had.

    Returns
    -------
    ``weights`` and ``ndcg@10`` before and after; ``tried``: every step; ``without``: what leaving
    out a part costs, with its 95 % interval. A part that costs nothing can go.
    """
    started = context.searcher.weights
    known: dict[tuple[float, ...], np.ndarray] = {}

    def ndcg(weights: Weights) -> np.ndarray:
        key = tuple(asdict(weights).values())
        if key not in known:
            context.searcher.weights = weights
            known[key] = measure(lambda query, k: by_turn(context, query, k), cases).ndcg
            if progress:
                progress()
        return known[key]

    try:
        best, tried = _climb(started, ndcg, random.Random(seed))
        without = {
            name: interval(ndcg(best) - ndcg(replace(best, **{name: 0.0})), seed)
            for name in PARTS
            if getattr(best, name)
        }
        return {
            "queries": len(cases),
            "seed": seed,
            "before": {"ndcg@10": _mean(ndcg(started)), "weights": _told(started)},
            "after": {"ndcg@10": _mean(ndcg(best)), "weights": _told(best)},
            "tried": tried,
            "without": without,
        }
    finally:
        context.searcher.weights = started


def _climb(
    weights: Weights, ndcg: Callable[[Weights], np.ndarray], chance: random.Random
) -> tuple[Weights, list[Mapping[str, Any]]]:
    best, reached = weights, float(ndcg(weights).mean())
    tried: list[Mapping[str, Any]] = []
    for _ in range(ROUNDS):
        before = best
        for name in chance.sample(PARTS, len(PARTS)):
            for value in GRID:
                one = replace(best, **{name: value})
                if not any(getattr(one, part) for part in PARTS):
                    continue
                mean = float(ndcg(one).mean())
                tried.append({**_told(one), "ndcg@10": round(mean, 4)})
                if mean > reached + LEAST:
                    best, reached = one, mean
        if best == before:
            break
    return best, tried


def _told(weights: Weights) -> dict[str, float]:
    return {name: getattr(weights, name) for name in PARTS}


def _mean(values: np.ndarray) -> float:
    return round(float(values.mean()), 4)
