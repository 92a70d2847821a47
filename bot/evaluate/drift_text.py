"""Whether two windows tell that a shopper's interest drifted: the reader beside plain measures.

The positive class is drift: the interest moved to something new, for the shopper's own use. A
narrower search, a gift, and a return to what ``earlier`` shows are negatives.
"""

from __future__ import annotations

import time
from typing import Any, Callable, Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.interest.drift.model import DriftModel
from actions.interest.reading.reader import DriftReader
from actions.interest.reading.windows import KINDS, Window
from bot.evaluate.drift_cases import Case
from bot.evaluate.drift_stages import LEARNED, SHARES, WHOLE, stage_scores, with_words
from catalog.encoders.text import TextEncoder

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
RESAMPLES = 2_000
READER = "reader"
#: Window → the text that a plain measure compares.
VIEWS: Mapping[str, Callable[[Window], str]] = {
    "cosine": lambda w: " ".join((*w.titles, *w.words)),
    "cosine of titles": lambda w: " ".join(w.titles),
    "cosine of words": lambda w: " ".join(w.words),
}
OVERLAP = "shared words"


def evaluate_drift_text(
    cases: Sequence[Case],
    valid: Sequence[Case],
    reader: DriftReader,
    encoder: TextEncoder,
    tokens: Callable[[str], Sequence[int]],
    seed: int,
    detector: Optional[DriftModel] = None,
) -> dict[str, Any]:
    """Read every case; choose each plain measure's threshold on the validation cases.

    Parameters
    ----------
    encoder
        The base encoder, for cosines.
    tokens
        Token numbers of a text, for shared words.
    detector
        A shop's trained detector over vectors of ``encoder``, to tell what its stages make of the
        titles alone, and with the reader where they leave it open.

    Returns
    -------
    For ``reader`` and each plain measure ``f1``, ``precision``, ``recall`` over drift and ``f1``
    by language; of the reader ``kinds`` (share of each kind's cases that it names), ``drifted``
    (share of each kind's that it takes for drift) and milliseconds a reading; of each plain measure
    how far it is ``behind`` the reader in F1, with the 95 % bootstrap interval over cases.
    """
    truth = np.array([case.drifted for case in cases])
    probabilities, ms = _read(reader, cases)
    answers: dict[str, Bools] = {READER: probabilities[:, 0] >= reader.threshold}
    thresholds: dict[str, float] = {READER: reader.threshold}
    scores = [_plain(group, encoder, tokens) for group in (valid, cases)]
    valid_read, _ = _read(reader, valid)
    valid_truth = np.array([case.drifted for case in valid])
    if detector is not None:
        _add_stages(scores, detector, (valid, cases), (valid_read, probabilities), encoder)
    for name, values in scores[0].items():
        thresholds[name] = best_threshold(values, valid_truth)
        answers[name] = scores[1][name] >= thresholds[name]
    languages = sorted({case.language for case in cases})
    of = {name: np.array([c.language == name for c in cases]) for name in languages}
    figures: dict[str, Any] = {
        "cases": len(cases),
        "valid": len(valid),
        "kinds": {kind: sum(case.kind == kind for case in cases) for kind in KINDS},
        "seed": seed,
    }
    figures["methods"] = {
        name: {
            **scored(answer, truth),
            **{f"f1_{lang}": scored(answer[own], truth[own])["f1"] for lang, own in of.items()},
            "threshold": round(thresholds[name], 4),
        }
        for name, answer in answers.items()
    }
    figures["methods"][READER].update(
        {
            "valid_f1": scored(valid_read[:, 0] >= reader.threshold, valid_truth)["f1"],
            **_by_kind(cases, probabilities, answers[READER]),
            "p50_ms": round(float(np.percentile(ms, 50)), 1),
            "p95_ms": round(float(np.percentile(ms, 95)), 1),
        }
    )
    for name, answer in answers.items():
        if name != READER:
            figures["methods"][name]["behind"] = _behind(answers[READER], answer, truth, seed)
    return figures


def _add_stages(
    scores: Sequence[dict[str, Floats]],
    detector: DriftModel,
    groups: tuple[Sequence[Case], Sequence[Case]],
    read: tuple[Floats, Floats],
    encoder: TextEncoder,
) -> None:
    """Add what a detector's stages tell of validation and test cases; what likes count beside
    words is chosen on the former."""
    for own, group in zip(scores, groups, strict=True):
        own.update(stage_scores(detector, group, encoder))
    truth = np.array([case.drifted for case in groups[0]])

    def together(share: float, part: int) -> Floats:
        return with_words(scores[part][LEARNED], read[part][:, 0], share)

    def f1(share: float) -> float:
        values = together(share, 0)
        return scored(values >= best_threshold(values, truth), truth)["f1"]

    best = max(SHARES, key=f1)
    for part, own in enumerate(scores):
        own[WHOLE] = together(best, part)


def _read(reader: DriftReader, cases: Sequence[Case]) -> tuple[Floats, Floats]:
    """Probabilities (cases, kinds) and how many milliseconds each reading took."""
    found, ms = [], []
    for case in cases:
        began = time.perf_counter()
        reading = reader.read(case.before, case.after, case.earlier)
        ms.append(1000 * (time.perf_counter() - began))
        found.append([reading.probabilities[kind] for kind in KINDS])
    return np.array(found), np.array(ms)


def _plain(
    cases: Sequence[Case], encoder: TextEncoder, tokens: Callable[[str], Sequence[int]]
) -> dict[str, Floats]:
    """How far apart the windows of each case are, by every plain measure; higher is further."""
    far: dict[str, Floats] = {}
    for name, view in VIEWS.items():
        before = encoder.encode_queries([view(case.before) for case in cases])
        after = encoder.encode_queries([view(case.after) for case in cases])
        far[name] = 1 - np.einsum("nd,nd->n", before, after).astype(np.float64)
    whole = VIEWS["cosine"]
    far[OVERLAP] = np.array(
        [1 - _jaccard(tokens(whole(c.before)), tokens(whole(c.after))) for c in cases]
    )
    return far


def _jaccard(one: Sequence[int], other: Sequence[int]) -> float:
    return len({*one} & {*other}) / max(1, len({*one} | {*other}))


def best_threshold(values: Floats, truth: Bools) -> float:
    """The value from which answering yes gives the highest F1."""
    return max(map(float, np.unique(values)), key=lambda t: scored(values >= t, truth)["f1"])


def scored(answer: Bools, truth: Bools) -> dict[str, float]:
    """F1, precision and recall of yes; 0 where nothing is right.

    >>> scored(np.array([True, True, False]), np.array([True, False, True]))
    {'f1': 0.5, 'precision': 0.5, 'recall': 0.5}
    """
    right = float((answer & truth).sum())
    precision, recall = right / max(1, answer.sum()), right / max(1, truth.sum())
    f1 = 2 * right / max(1.0, float(answer.sum() + truth.sum()))
    told = {"f1": f1, "precision": precision, "recall": recall}
    return {name: round(float(value), 4) for name, value in told.items()}


def _by_kind(cases: Sequence[Case], probabilities: Floats, drifted: Bools) -> dict[str, Any]:
    kinds = np.array([KINDS.index(case.kind) for case in cases])
    named = probabilities.argmax(axis=1)
    present = [(i, kind) for i, kind in enumerate(KINDS) if (kinds == i).any()]
    return {
        "accuracy": round(float((named == kinds).mean()), 4),
        "kinds": {k: round(float((named[kinds == i] == i).mean()), 4) for i, k in present},
        "drifted": {k: round(float(drifted[kinds == i].mean()), 4) for i, k in present},
    }


def _behind(own: Bools, other: Bools, truth: Bools, seed: int) -> dict[str, float]:
    """Difference of F1 and its 95 % interval, the cases drawn anew with replacement."""
    drawn = np.random.default_rng(seed).integers(0, len(truth), (RESAMPLES, len(truth)))
    found = [_f1s(answer[drawn], truth[drawn]) for answer in (own, other)]
    low, high = np.percentile(found[0] - found[1], [2.5, 97.5])
    difference = scored(own, truth)["f1"] - scored(other, truth)["f1"]
    told = {"f1": difference, "low": low, "high": high}
    return {name: round(float(value), 4) for name, value in told.items()}


def _f1s(answers: Bools, truths: Bools) -> Floats:
    both = (answers & truths).sum(axis=1)
    return 2 * both / np.maximum(1, answers.sum(axis=1) + truths.sum(axis=1))
