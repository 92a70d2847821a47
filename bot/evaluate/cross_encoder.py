"""A cross-encoder over the first of the ranker's list: does reading both together pay?

It is trained to tell what was taken from what the ranker put beside it, and measured as the bot
would serve it.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Sequence

import numpy as np
import numpy.typing as npt

from bot.evaluate.ranking_metrics import ndcg, top
from bot.ranker.cross_encoder import CrossConfig, CrossEncoder, PairReader, train_cross
from bot.ranker.data import RankerData
from bot.ranker.examples import Example, context
from bot.ranker.measure import Served

Report = Callable[[str], None]
Floats = npt.NDArray[np.float64]
SHARES = tuple(np.linspace(0, 1, 11).round(1).tolist())
RESAMPLES = 10_000


def evaluate_cross(
    served: Served, data: RankerData, config: CrossConfig, folder: Path, report: Report
) -> dict[str, Any]:
    """Train on the ranker's lists for the earlier requests, put those for the later in order.

    Parameters
    ----------
    served
        The ranker.
    folder
        Takes the exported model.

    Returns
    -------
    ``lists``: of the ``cross-encoder``'s own order of the ranker's first ``depth``, and of that by
    ``both`` scores, nDCG@10, what it gains over the ranker on the same requests with its 95 %
    interval by the bootstrap, and how many milliseconds a request takes more; ``share`` of the
    cross-encoder in the blend of both, the best on the validation part; ``recall``: share of what
    was taken that is among the first ``depth``.
    """
    reader = PairReader(served.base, data, config)
    learned = data.learned[-config.examples :]
    lists = _Lists.of(served, learned, data.titles, config.depth)
    groups = _groups(learned, lists, reader, len(data.texts), config)
    started = time.perf_counter()
    model = train_cross(groups, served.base, config, report)
    seconds = time.perf_counter() - started
    cross = CrossEncoder(model, served.base, folder)
    report("Putting the ranker's lists in order …")
    valid = data.valid[: config.valid]
    lists = _Lists.of(served, valid, data.titles, config.depth)
    scores, _ = _ordered(cross, valid, lists, reader)
    share = max(SHARES, key=lambda share: lists.ndcg(share, scores).mean())
    lists = _Lists.of(served, data.test, data.titles, config.depth)
    scores, ms = _ordered(cross, data.test, lists, reader)
    alone = lists.ndcg(0.0, scores)
    layers = len(model.encoder.encoder.layer)
    p50, p95 = np.percentile(ms, [50, 95])
    time_more = {"p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1)}
    told = {f"cross-encoder of {layers} layers": 1.0, "ranker and cross-encoder": share}
    return {
        "depth": config.depth,
        "layers": layers,
        "learned": len(groups),
        "train_seconds": round(seconds),
        "recall": round(float(lists.recall.mean()), 5),
        "ranker": round(float(alone.mean()), 5),
        "share": share,
        "lists": {
            name: {
                "ndcg@10": round(float(lists.ndcg(own, scores).mean()), 5),
                "gain": _interval(lists.ndcg(own, scores) - alone, config.seed),
                **time_more,
            }
            for name, own in told.items()
        },
    }


@dataclass(frozen=True)
class _Lists:
    """The first products of the ranker for some requests; every array is (requests, depth)."""

    products: npt.NDArray[np.int64]
    near: npt.NDArray[np.float32]
    """Cosines."""
    taken: npt.NDArray[np.bool_]
    wanted: npt.NDArray[np.int64]
    """Products that were taken, in the list or not; shape (requests,)."""

    @classmethod
    def of(
        cls, served: Served, found: Sequence[Example], titles: Sequence[str], depth: int
    ) -> _Lists:
        vectors = served.encoder.encode_queries([context(one, titles) for one in found])
        parts = []
        for start in range(0, len(found), 256):
            near = np.asarray(vectors[start : start + 256] @ served.vectors.T, np.float32)
            first = top(near, depth)
            parts.append((first, np.take_along_axis(near, first, axis=1)))
        products = np.concatenate([first for first, _ in parts])
        taken = [np.isin(row, one.taken) for row, one in zip(products, found, strict=True)]
        return cls(
            products,
            np.concatenate([near for _, near in parts]),
            np.stack(taken),
            np.array([len(one.taken) for one in found]),
        )

    @property
    def recall(self) -> Floats:
        return self.taken.sum(axis=1) / self.wanted

    def ndcg(self, share: float, scores: Floats) -> Floats:
        """Of each list by a blend in which ``scores`` have this share."""
        blend = (1 - share) * _standardised(self.near) + share * _standardised(scores)
        order = np.argsort(-blend, axis=1, kind="stable")
        return ndcg(np.take_along_axis(self.taken, order, axis=1), self.wanted, 10)


def _groups(
    found: Sequence[Example],
    lists: _Lists,
    reader: PairReader,
    texts: int,
    config: CrossConfig,
) -> list[list[list[int]]]:
    """Rows of one product that was taken and of some that were not, for each request.

    The latter are what was passed over, for the most part what the ranker likes best, and a few
    of all ``texts``.
    """
    drawn = random.Random(config.seed)
    groups = []
    for example, listed in zip(found, lists.products, strict=True):
        others = [int(p) for p in listed if int(p) not in example.taken]
        passed = drawn.sample(example.passed, min(2, len(example.passed)))
        near = [p for p in others if p not in passed]
        left = config.negatives - config.easy - len(passed)
        easy = _drawn_apart(example.taken, texts, config.easy, drawn)
        if len(near) >= left and len(easy) == config.easy:
            chosen = [drawn.choice(example.taken), *passed, *drawn.sample(near, left), *easy]
            groups.append(reader.rows(example, chosen))
    drawn.shuffle(groups)
    return groups


def _drawn_apart(taken: Sequence[int], texts: int, count: int, drawn: random.Random) -> list[int]:
    """So many of all texts that were not taken, or as many as there are."""
    found = drawn.sample(range(texts), min(texts, count + len(taken)))
    return [text for text in found if text not in taken][:count]


def _ordered(
    cross: CrossEncoder, found: Sequence[Example], lists: _Lists, reader: PairReader
) -> tuple[Floats, list[float]]:
    """Scores of the products of some lists, and the milliseconds that each list took."""
    scores, ms = np.empty(lists.products.shape), []
    for i, example in enumerate(found):
        started = time.perf_counter()
        scores[i] = cross.scores(reader.rows(example, lists.products[i].tolist()))
        ms.append((time.perf_counter() - started) * 1000)
    return scores, ms


def _standardised(scores: npt.NDArray[Any]) -> Floats:
    spread = scores.std(axis=1, keepdims=True)
    return (scores - scores.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)


def _interval(gains: Floats, seed: int) -> dict[str, float]:
    """Mean, and its 95 % interval by the bootstrap."""
    rng = np.random.default_rng(seed)
    means = [gains[rng.integers(0, len(gains), len(gains))].mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return {
        "mean": round(float(gains.mean()), 5),
        "low": round(float(low), 5),
        "high": round(float(high), 5),
    }
