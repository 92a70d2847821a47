"""Whether a smaller encoder is as good: equal tokens, near vectors, the same neighbours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Sequence

import numpy as np

from catalog.encoders.base import Report, load_base, to_stderr
from catalog.encoders.footprint import measure_apart
from catalog.encoders.text import EXACT, INT8, OnnxTextEncoder
from catalog.settings import EN_ZH, FULL, Settings

NEAREST = 10
#: Texts whose vectors are compared; tokens are compared of all.
VECTORS = 2000


def compare(texts: Sequence[str], settings: Settings, report: Report = to_stderr) -> dict[str, Any]:
    """Compare the pruned vocabulary with the full one, and int8 with single precision.

    Returns
    -------
    dict
        ``texts``; ``same_tokens``, the share that both tokenizers cut alike; ``vectors``, of how
        many texts the vectors are compared, with ``cosine_mean``, ``cosine_min`` and
        ``top10_overlap`` of the pruned to the full encoder; under ``full`` and ``en-zh`` what each
        costs (see ``footprint.measure``); under ``int8`` cosines and overlap to single precision.
    """
    full = load_base(replace(settings, vocabulary=FULL), report)
    pruned = load_base(replace(settings, vocabulary=EN_ZH), report)
    whole, part = (
        [e.tokens for e in base.tokenizer.encode_batch([base.query_prefix + t for t in texts])]
        for base in (full, pruned)
    )
    same = sum(a == b for a, b in zip(whole, part, strict=True))
    chosen = [texts[i] for i in evenly(len(texts), VECTORS)]
    report(f"Encoding {len(chosen)} texts three times …")
    vectors = OnnxTextEncoder(full, INT8).encode_queries(chosen)
    smaller = OnnxTextEncoder(pruned, INT8).encode_queries(chosen)
    exact = OnnxTextEncoder(full, EXACT).encode_queries(chosen)
    return {
        "texts": len(texts),
        "same_tokens": round(same / max(1, len(texts)), 5),
        "vectors": len(chosen),
        **nearness(vectors, smaller),
        FULL: measure_apart(replace(settings, vocabulary=FULL)),
        EN_ZH: measure_apart(replace(settings, vocabulary=EN_ZH)),
        "int8": nearness(exact, vectors),
    }


def nearness(ours: np.ndarray, theirs: np.ndarray) -> dict[str, float]:
    """How near two sets of unit vectors of the same texts are: float32 (texts, dim) each.

    ``top10_overlap`` is the share of a text's ten nearest others that are the same in both.
    """
    cosines = (ours * theirs).sum(axis=1)
    pairs = zip(_nearest(ours), _nearest(theirs), strict=True)
    shared = [len(set(a) & set(b)) / max(1, len(a)) for a, b in pairs]
    return {
        "cosine_mean": round(float(cosines.mean()), 5),
        "cosine_min": round(float(cosines.min()), 5),
        "top10_overlap": round(float(np.mean(shared)), 4),
    }


def _nearest(vectors: np.ndarray) -> np.ndarray:
    """Positions of the nearest others of each vector: int64 (texts, 10 or fewer)."""
    products = vectors @ vectors.T
    np.fill_diagonal(products, -np.inf)
    count = min(NEAREST, len(vectors) - 1)
    return np.argsort(-products, axis=1, kind="stable")[:, :count]


def evenly(total: int, count: int) -> list[int]:
    """At most ``count`` of the positions 0 … total, evenly spread.

    >>> evenly(10, 4)
    [0, 2, 5, 7]
    """
    return list(range(total)) if total <= count else [i * total // count for i in range(count)]
