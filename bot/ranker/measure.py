"""How well an encoder ranks what was taken, over every text of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from bot.evaluate.ranking_metrics import auc, hits, ndcg, precision, recall, top
from bot.ranker.examples import Example, context
from catalog.encoders.base import BaseEncoder
from catalog.encoders.text import INT8, OnnxTextEncoder, TextEncoder

BATCH = 256


@dataclass(frozen=True)
class Served:
    """An encoder as it is served, and the texts of a catalogue as it reads them."""

    base: BaseEncoder
    encoder: TextEncoder
    vectors: npt.NDArray[np.float32]
    """Shape (texts, d)."""

    @classmethod
    def of(cls, base: BaseEncoder, texts: Sequence[str], report: Callable[[str], None]) -> Served:
        """Export an encoder in eight bits and encode the texts."""
        encoder = OnnxTextEncoder(base, INT8, callers=2, report=report)
        return cls(base, encoder, encoder.encode_products(texts))


def measure_both(
    served: Served, found: Sequence[Example], titles: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Figures with histories (``history``) and, where requests have words, without (``words``)."""
    figures = {"history": measure(served.encoder, served.vectors, found, titles)}
    if any(example.said for example in found):
        figures["words"] = measure(served.encoder, served.vectors, found, titles, history=False)
    return figures


#: Requests with words and a history, fewer than which do not tell whether the history helps.
TELLING = 50


def titles_gain(served: Served, found: Sequence[Example], titles: Sequence[str]) -> float:
    """What titles of products taken before gain over words alone, in nDCG@10.

    Parameters
    ----------
    found
        Requests that the encoder did not learn from; those with both words and a history count,
        and where these are too few to tell, the gain is 0.
    """
    both = [example for example in found if example.said and example.before]
    if len(both) < TELLING:
        return 0.0
    figures = measure_both(served, both, titles)
    return round(figures["history"]["ndcg@10"] - figures["words"]["ndcg@10"], 5)


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
