"""How well a shop is searched: nDCG and recall of the first ten, beside simpler methods."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

import numpy as np

from bot.evaluate.retrieval_metrics import ndcg_at_k, recall_at_k
from bot.evaluate.search_cases import Case
from bot.evaluate.search_methods import Method

#: Products that are looked at for each query.
K = 10
RESAMPLES = 10_000
DEFAULT = "default"


@dataclass(frozen=True)
class Measured:
    """One method over all cases: a figure a case."""

    ndcg: np.ndarray
    recall: np.ndarray
    ms: np.ndarray


def measure(method: Method, cases: Sequence[Case]) -> Measured:
    """Search for every case and judge the first ten."""
    ndcg, recall, ms = [], [], []
    for case in cases:
        started = time.perf_counter()
        found = method(case.query, K)
        ms.append((time.perf_counter() - started) * 1000)
        ndcg.append(ndcg_at_k(found, case.grades, K))
        recall.append(recall_at_k(found, case.grades, K))
    return Measured(np.array(ndcg), np.array(recall), np.array(ms))


def evaluate_search(
    methods: Mapping[str, Method],
    cases: Sequence[Case],
    seed: int,
    each: bool = False,
) -> dict[str, Any]:
    """Figures of every method, and how far the default is ahead of each of the others.

    Returns
    -------
    ``queries`` a language; ``methods``: ``ndcg@10``, ``recall@10`` and ``p50_ms`` of each, also a
    language; ``ahead``: the mean difference in nDCG@10, default less the other, with its 95 %
    interval by the bootstrap over queries, a language and over all; with ``each``, ``each``: the
    nDCG@10 of every query by every method.
    """
    measured = {name: measure(method, cases) for name, method in methods.items()}
    groups = _groups(cases)
    figures: dict[str, Any] = {
        "queries": {name: len(rows) for name, rows in groups.items()},
        "seed": seed,
        "methods": {name: _figures(one, groups) for name, one in measured.items()},
        "ahead": {},
    }
    for name, one in measured.items():
        if name != DEFAULT and DEFAULT in measured:
            gained = measured[DEFAULT].ndcg - one.ndcg
            figures["ahead"][name] = {
                group: interval(gained[rows], seed) for group, rows in groups.items()
            }
    if each:
        figures["each"] = [
            {
                "query": case.query,
                **{name: round(float(m.ndcg[i]), 3) for name, m in measured.items()},
            }
            for i, case in enumerate(cases)
        ]
    return figures


def interval(differences: np.ndarray, seed: int) -> dict[str, float]:
    """The mean of paired differences and its 95 % interval: percentiles of resampled means."""
    rng = np.random.default_rng(seed)
    count = len(differences)
    means = np.array([differences[rng.integers(0, count, count)].mean() for _ in range(RESAMPLES)])
    low, high = np.percentile(means, [2.5, 97.5])
    return {
        "mean": round(float(differences.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }


def _groups(cases: Sequence[Case]) -> dict[str, np.ndarray]:
    languages = sorted({case.language for case in cases})
    rows = {
        language: np.array([i for i, case in enumerate(cases) if case.language == language])
        for language in languages
    }
    return {**rows, "all": np.arange(len(cases))}


def _figures(one: Measured, groups: Mapping[str, np.ndarray]) -> dict[str, Any]:
    return {
        "ndcg@10": round(float(one.ndcg.mean()), 4),
        "recall@10": round(float(one.recall.mean()), 4),
        "p50_ms": round(statistics.median(one.ms.tolist()), 2),
        "languages": {
            name: {
                "ndcg@10": round(float(one.ndcg[rows].mean()), 4),
                "recall@10": round(float(one.recall[rows].mean()), 4),
            }
            for name, rows in groups.items()
            if name != "all"
        },
    }
