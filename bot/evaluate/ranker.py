"""The text ranker beside the encoder that it was fine-tuned from."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Optional, Sequence

from bot.ranker.artefact import write_ranker
from bot.ranker.config import RankerConfig
from bot.ranker.data import RankerData
from bot.ranker.measure import measure
from bot.ranker.training import train_ranker, triples
from catalog.encoders.base import BaseEncoder
from catalog.encoders.text import INT8, OnnxTextEncoder

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
    untuned ones, in each figure a difference, and ``ndcg@10_ratio``.
    """
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        untuned = measure_both(base, data, data.test, report)
        started = time.perf_counter()
        learned = triples(data.learned, data.texts, data.titles, base, config)
        model = train_ranker(learned, base, config, place / "training", report)
        seconds = time.perf_counter() - started
        tuned = measure_both(
            write_ranker(model, base, place / "ranker", {}), data, data.test, report
        )
    best = max(untuned.values(), key=lambda figures: figures["ndcg@10"])
    gain = {name: round(tuned["history"][name] - best[name], 5) for name in best}
    ratio = tuned["history"]["ndcg@10"] / max(1e-9, best["ndcg@10"])
    return {
        "texts": len(data.texts),
        "learned": len(learned),
        "tested": len(data.test),
        "untuned": untuned["history"],
        "untuned_words_only": untuned.get("words"),
        "ranker": tuned["history"],
        "ranker_words_only": tuned.get("words"),
        "gain": {**gain, "ndcg@10_ratio": round(ratio, 3)},
        "train_seconds": round(seconds),
    }


def measure_both(
    base: BaseEncoder, data: RankerData, found: Sequence[Any], report: Report
) -> dict[str, dict[str, float]]:
    """Figures with histories (``history``) and, where requests have words, without (``words``)."""
    encoder = OnnxTextEncoder(base, INT8, callers=2, report=report)
    vectors = encoder.encode_products(data.texts)
    figures = {"history": measure(encoder, vectors, found, data.titles)}
    if any(example.said for example in found):
        figures["words"] = measure(encoder, vectors, found, data.titles, history=False)
    return figures
