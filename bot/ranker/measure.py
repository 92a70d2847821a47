"""How well an encoder ranks what was taken, over every text of the catalogue."""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from bot.evaluate.ranking_metrics import auc, hits, ndcg, precision, recall, top
from bot.ranker.examples import Example, context
from catalog.encoders.text import TextEncoder

BATCH = 256


def measure(
    encoder: TextEncoder,
    vectors: npt.NDArray[np.float32],
    found: Sequence[Example],
    titles: Sequence[str],
    *,
    history: bool = True,
) -> dict[str, float]:
    """Rank all texts for each context by cosine.

    Parameters
    ----------
    vectors
        Of the texts, shape (texts, d).
    history
        Whether contexts have the titles of what was taken before, or words only.

    Returns
    -------
    ``auc``, ``ndcg@10``, ``precision@10``, ``recall@20``: means over the examples.
    """
    kept = [one if history else replace(one, before=()) for one in found]
    kept = [one for one in kept if one.said or one.before]
    n = len(vectors)
    figures: dict[str, list[npt.NDArray[np.float64]]] = {}
    for start in range(0, len(kept), BATCH):
        batch = kept[start : start + BATCH]
        queries = encoder.encode_queries([context(one, titles) for one in batch])
        scores = np.asarray(queries @ vectors.T, np.float32)
        rows = np.repeat(np.arange(len(batch)), [len(one.taken) for one in batch])
        columns = np.concatenate([one.taken for one in batch])
        relevant = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), (len(batch), n))
        counts = np.diff(relevant.indptr)
        listed = hits(top(scores, 20), relevant)
        for name, values in (
            ("auc", auc(scores, relevant, np.ones(scores.shape, bool))),
            ("ndcg@10", ndcg(listed, counts, 10)),
            ("precision@10", precision(listed, 10)),
            ("recall@20", recall(listed, counts, 20)),
        ):
            figures.setdefault(name, []).append(values)
    return {name: round(float(np.concatenate(all_).mean()), 5) for name, all_ in figures.items()}
