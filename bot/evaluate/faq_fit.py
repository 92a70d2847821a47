"""The weights by which an entry answers a question, learned from questions about one shop.

The questions are seen several times: over the entries in both languages and in each alone, and with
a part of the phrases that name concepts not known, because no list of those is ever whole: what is
learned must also hold for what people say otherwise. Each question that is answered is seen once
more without its entry: then none answers it. What is minimised is the log loss of the right entry,
or none, among all; the threshold is the one at which ``REJECTED`` of what none answers is rejected,
three tenths of it questions without their entry.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Iterator, Sequence

import numpy as np
import yaml
from scipy.optimize import minimize

from actions.service.faq import Encoder
from actions.service.faq_concepts import Concepts
from actions.service.faq_index import FEATURES, FaqIndex, passages
from actions.service.faq_judging import Judge
from actions.service.faq_reading import Reader
from bot.evaluate.faq_cases import Case, only, right
from catalog.product import LANGUAGES
from catalog.service import FaqEntry

WITHOUT_ENTRY = 0.3
"""Weight of a question that is seen without its entry, and their share when it is thresholded."""
RIDGE = 0.003
REJECTED = 0.92
UNKNOWN = (0.0, 0.25, 0.5)
"""Shares of the phrases that are not known, one after the other."""
UNKNOWN_OTHERS = 0.5
"""Share of the concepts no answer is about that are not known, where some phrases are not."""
_FAR = -1e9


def fit(
    entries: Sequence[FaqEntry], cases: Sequence[Case], encoder: Encoder, seed: int = 0
) -> Judge:
    """Weights and threshold from cases over entries that are in both languages."""
    views = list(_views(entries, cases, encoder, seed))
    answers = right(cases, entries)
    found = minimize(
        _loss,
        np.zeros(len(FEATURES) + 1),
        (views, answers),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 500},
    )
    judge = Judge(found.x[:-1], float(found.x[-1]), 0.5)
    return replace(judge, threshold=_threshold(judge, views, answers))


def write(judge: Judge, path: Path) -> None:
    """Write weights as ``Judge.load`` reads them."""
    text = yaml.safe_dump(judge.to_data(), sort_keys=False)
    path.write_text(f"# Written by `shoptalk evaluate faq --fit`.\n\n{text}", "utf-8")


def _views(
    entries: Sequence[FaqEntry], cases: Sequence[Case], encoder: Encoder, seed: int
) -> Iterator[np.ndarray]:
    """Features of all cases over one way to see them, (cases, entries, features) each."""
    concepts, chance = Concepts.load(), random.Random(seed)
    vectors = encoder.encode_queries([case.text for case in cases])
    for languages in (LANGUAGES, *((language,) for language in LANGUAGES)):
        seen = [only(entry, languages) for entry in entries]
        encoded = encoder.encode_products([passage.text for passage in passages(seen)])
        index = FaqIndex(seen, Reader(concepts), encoded)
        for share in UNKNOWN:
            reader = Reader(concepts.thinned(share, chance, others=UNKNOWN_OTHERS * (share > 0)))
            readings = [reader.read(case.text) for case in cases]
            yield np.stack(
                [index.features(r, vector) for r, vector in zip(readings, vectors, strict=True)]
            )


def _loss(
    values: np.ndarray, views: Sequence[np.ndarray], answers: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean log loss and its gradient."""
    weights, bias = values[:-1], values[-1]
    loss, slope = RIDGE * float(weights @ weights), 2 * RIDGE * np.append(weights, 0.0)
    asked = answers.any(1)
    scale = 1 / (len(views) * len(answers))
    for view in views:
        scores = view @ weights + bias
        for some, hidden, weight in (
            (slice(None), None, 1.0),
            (asked, answers[asked], WITHOUT_ENTRY),
        ):
            features, score = view[some], scores[some]
            wanted = np.column_stack([~asked, answers]) if hidden is None else None
            if hidden is not None:
                score = np.where(hidden, _FAR, score)
            shares = _shares(score)
            if wanted is None:
                wanted = np.zeros_like(shares, bool)
                wanted[:, 0] = True
            sure = np.where(wanted, shares, 0.0)
            total = np.maximum(sure.sum(1, keepdims=True), 1e-300)
            loss -= scale * weight * float(np.log(total).sum())
            pull = scale * weight * (shares - sure / total)[:, 1:]
            slope[:-1] += np.einsum("ce,cef->f", pull, features)
            slope[-1] += pull.sum()
    return loss, slope


def _shares(scores: np.ndarray) -> np.ndarray:
    """Probabilities of none and of each entry, (cases, 1 + entries)."""
    full = np.column_stack([np.zeros(len(scores)), scores])
    full = np.exp(full - full.max(1, keepdims=True))
    return full / full.sum(1, keepdims=True)


def _threshold(judge: Judge, views: Sequence[np.ndarray], answers: np.ndarray) -> float:
    asked = answers.any(1)
    found = []
    for view in views:
        scores = judge.probabilities(view)
        without = np.where(answers, 0.0, scores)[asked].max(1)
        found.append(quantile_of_rejected(scores[~asked].max(1), without))
    return float(np.mean(found))


def quantile_of_rejected(none: np.ndarray, without: np.ndarray) -> float:
    """The score that ``REJECTED`` of what none answers stays below."""
    scores = np.concatenate([none, without])
    shares = np.concatenate(
        [
            np.full(len(none), (1 - WITHOUT_ENTRY) / len(none)),
            np.full(len(without), WITHOUT_ENTRY / len(without)),
        ]
    )
    order = np.argsort(scores)
    return float(scores[order][np.searchsorted(np.cumsum(shares[order]), REJECTED)])
