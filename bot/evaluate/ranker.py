"""The text ranker beside the encoder that it was fine-tuned from."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator, Optional

from bot.evaluate.cross_encoder import evaluate_cross
from bot.ranker.artefact import write_ranker
from bot.ranker.config import RankerConfig
from bot.ranker.cross_encoder import CrossConfig
from bot.ranker.data import RankerData
from bot.ranker.measure import Served, measure_both, titles_gain
from bot.ranker.training import train_ranker, triples
from catalog.encoders.base import BaseEncoder

Report = Callable[[str], None]


def evaluate_ranker(
    data: RankerData,
    base: BaseEncoder,
    config: RankerConfig,
    report: Report,
    folder: Optional[Path] = None,
) -> dict[str, Any]:
    """Train on the earlier part of a log and rank every text for the later requests.

    Both encoders are measured as they are served: exported, in eight bits.

    Parameters
    ----------
    folder
        Takes checkpoints, from which an interrupted run goes on; by default a temporary one.

    Returns
    -------
    ``untuned`` and ``untuned_words_only`` (without the titles of what was taken before),
    ``ranker`` and ``ranker_words_only``, and ``gain``: of the ranker over the better of the two
    untuned ones, in each figure a difference, and ``ndcg@10_ratio``; ``titles_gain`` on the
    validation part.
    """
    with _place(folder) as place:
        untuned = measure_both(Served.of(base, data.texts, report), data.test, data.titles)
        started = time.perf_counter()
        ranker, learned = _trained(data, base, config, place, report)
        seconds = time.perf_counter() - started
        served = Served.of(ranker, data.texts, report)
        tuned = measure_both(served, data.test, data.titles)
        by_titles = titles_gain(served, data.valid, data.titles)
    best = max(untuned.values(), key=lambda figures: figures["ndcg@10"])
    gain = {name: round(tuned["history"][name] - best[name], 5) for name in best}
    ratio = tuned["history"]["ndcg@10"] / max(1e-9, best["ndcg@10"])
    return {
        "texts": len(data.texts),
        "learned": learned,
        "tested": len(data.test),
        "untuned": untuned["history"],
        "untuned_words_only": untuned.get("words"),
        "ranker": tuned["history"],
        "ranker_words_only": tuned.get("words"),
        "gain": {**gain, "ndcg@10_ratio": round(ratio, 3)},
        "titles_gain": by_titles,
        "train_seconds": round(seconds),
    }


def evaluate_with_cross(
    data: RankerData,
    base: BaseEncoder,
    config: RankerConfig,
    cross: CrossConfig,
    report: Report,
    folder: Optional[Path] = None,
) -> dict[str, Any]:
    """Train the ranker, and a cross-encoder over its lists; see ``evaluate_cross``."""
    with _place(folder) as place:
        ranker, _ = _trained(data, base, config, place, report)
        served = Served.of(ranker, data.texts, report)
        return evaluate_cross(served, data, cross, place / "cross", report)


def _trained(
    data: RankerData, base: BaseEncoder, config: RankerConfig, place: Path, report: Report
) -> tuple[BaseEncoder, int]:
    """The ranker, and how many triples it learned from."""
    learned = triples(data.learned, data.texts, data.titles, base, config)
    model = train_ranker(learned, base, config, place / "training", report)
    return write_ranker(model, base, place / "ranker", {}), len(learned)


@contextmanager
def _place(folder: Optional[Path]) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(temporary)
