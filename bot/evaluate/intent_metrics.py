"""How well texts were classified, out-of-scope texts included.

A test text is *in scope* where its label was trained, and is not the label of what is out of
scope; any other text is *out of scope*. A text is *rejected* where its score is below the
threshold or its best label is that of what is out of scope. In-scope texts are handled rightly
where they get their label and are not rejected, out-of-scope texts where they are rejected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Sequence

import numpy as np

from bot.nlu.calibration import expected_calibration_error

BINS = 15


@dataclass(frozen=True)
class Answers:
    """What a classifier says of the test texts, whatever it is built on."""

    best: Sequence[str]
    """The most probable label of each text."""
    confidences: np.ndarray
    """Its probability: float (texts,)."""
    told: Optional[np.ndarray] = None
    """What is compared with a threshold, where it is not the probability: float (texts,)."""

    @property
    def scores(self) -> np.ndarray:
        """What is compared with a threshold: float (texts,) between 0 and 1."""
        return self.confidences if self.told is None else self.told


@dataclass(frozen=True)
class Truth:
    """What is right for the test texts."""

    labels: Sequence[str]
    foreign: np.ndarray
    """bool (texts,): which of them are out of scope."""
    rejecting: Optional[str] = None
    """The label of what is out of scope, where it was trained."""

    @classmethod
    def of(cls, labels: Sequence[str], trained: set[str], out_of_scope: str = "") -> Truth:
        """From the texts' labels, the labels that were trained, and that of what is out of scope
        (or the empty string)."""
        foreign = [label == out_of_scope or label not in trained for label in labels]
        rejecting = out_of_scope if out_of_scope in trained else None
        return cls(labels, np.array(foreign, bool), rejecting)


def figures(truth: Truth, answers: Answers, threshold: float) -> dict[str, Optional[float]]:
    """All figures of one classifier on one set of texts; None where there are no such texts.

    Returns
    -------
    accuracy
        Share of the in-scope texts whose best label is theirs; nothing is rejected.
    in_scope_accuracy
        Share of the in-scope texts that are handled rightly at the threshold.
    oos_recall
        Share of the out-of-scope texts that are rejected at the threshold.
    best_accuracy_with_oos
        The largest share of all texts, in scope or not, that is handled rightly at any threshold
        (Arora et al. 2020, HINT3).
    best_threshold
        The lowest threshold at which that is so; 0 rejects nothing.
    ece
        Expected calibration error of the best label's probability on the in-scope texts, over 15
        bins of equal width (Guo et al. 2017).
    macro_f1
        Mean F1 of the labels that in-scope texts have, on these texts; nothing is rejected.
    """
    inside = ~truth.foreign
    right = _right(truth, answers)
    rejected = _rejecting(truth, answers) | (answers.scores < threshold)
    best, best_threshold = best_with_out_of_scope(truth, answers)
    ece = expected_calibration_error(answers.confidences[inside], right[inside], BINS)
    f1 = [row["f1"] for row in per_label(truth, answers).values()]
    return {
        "accuracy": _share(right[inside]),
        "in_scope_accuracy": _share((right & ~rejected)[inside]),
        "oos_recall": _share(rejected[truth.foreign]),
        "best_accuracy_with_oos": best,
        "best_threshold": best_threshold,
        "ece": ece if inside.any() else None,
        "macro_f1": float(np.mean(f1)) if f1 else None,
    }


def best_with_out_of_scope(truth: Truth, answers: Answers) -> tuple[float, float]:
    """The largest share of all texts that is handled rightly, and the lowest threshold for it.

    Thresholds between two scores that follow each other do the same, so that those of the
    texts, and one above all, are all there are.
    """
    right, rejecting = _right(truth, answers), _rejecting(truth, answers)
    kept_well = right & ~truth.foreign & ~rejecting
    candidates = np.append(np.unique(answers.scores), np.inf)
    order = np.argsort(answers.scores, kind="stable")
    below = np.searchsorted(answers.scores[order], candidates, side="left")
    lost = np.append(0, np.cumsum(kept_well[order]))[below]
    won = np.append(0, np.cumsum((truth.foreign & ~rejecting)[order]))[below]
    handled = kept_well.sum() + (truth.foreign & rejecting).sum() - lost + won
    place = int(handled.argmax())
    threshold = 0.0 if place == 0 else min(float(candidates[place]), 1.0)
    return float(handled[place]) / max(len(truth.labels), 1), threshold


def per_label(truth: Truth, answers: Answers) -> dict[str, dict[str, Any]]:
    """Precision, recall, F1 and number of texts of each label that in-scope texts have.

    Only in-scope texts count, and nothing is rejected. A label that no text gets has precision 0.
    """
    labels = np.array(truth.labels, object)[~truth.foreign]
    best = np.array(answers.best, object)[~truth.foreign]
    rows = {}
    for label in sorted(set(labels.tolist())):
        hits = int(((labels == label) & (best == label)).sum())
        support, guessed = int((labels == label).sum()), int((best == label).sum())
        rows[label] = {
            "precision": hits / guessed if guessed else 0.0,
            "recall": hits / support,
            "f1": 2 * hits / (support + guessed),
            "support": support,
        }
    return rows


def _right(truth: Truth, answers: Answers) -> np.ndarray:
    return np.array([a == b for a, b in zip(answers.best, truth.labels, strict=True)], bool)


def _rejecting(truth: Truth, answers: Answers) -> np.ndarray:
    rejecting = truth.rejecting
    return np.array([rejecting is not None and best == rejecting for best in answers.best], bool)


def _share(flags: np.ndarray) -> Optional[float]:
    return float(flags.mean()) if len(flags) else None
