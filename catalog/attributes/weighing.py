"""How much each kind of evidence counts, and what a score is worth as a probability.

Both are learned from products that the tagger and the classifier were not trained on. The weights
are those of a conditional logit (McFadden 1974), the same for all values, so that a value seen
once is judged like any other. Calibration is by Platt scaling (Platt 1999), apart for products
whose text names a value and those whose text does not: in a column where nearly every text names
its value nothing is known of the others, and nothing is said about them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from catalog.attributes.candidates import FEATURES, Candidates

PENALTY = 0.5
#: What is learned of fewer products is not believed.
ENOUGH = 30
#: A value is inferred from this probability on …
SURE = 0.85
#: … if of all that are as probable this share was right, and surely (95 %) the second share.
PRECISION, AT_LEAST = 0.95, 0.9
_EDGE = 1e-6


@dataclass(frozen=True)
class Weighing:
    """Weights of evidence, lines from score to probability, and where to begin to believe."""

    weights: np.ndarray
    """float64 (``FEATURES``,)."""
    lines: Mapping[bool, tuple[float, float]]
    """Named in the text or not → slope and offset of the log-odds; absent where too few were
    seen."""
    threshold: float
    """Probability from which values are inferred; above 1 where never."""

    def best(self, candidates: Candidates) -> tuple[str, float]:
        """The likeliest value and the probability that it is right (0 where nothing is known)."""
        if not candidates.values:
            return "", 0.0
        scores = candidates.scores(self.weights)
        at = int(scores.argmax())
        line = self.lines.get(candidates.named)
        return candidates.values[at], 0.0 if line is None else float(_on(line, scores[at]))

    def to_json(self) -> dict[str, Any]:
        return {
            "weights": self.weights.tolist(),
            "lines": {str(int(named)): list(line) for named, line in self.lines.items()},
            "threshold": self.threshold,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Weighing:
        lines = {name == "1": (line[0], line[1]) for name, line in data["lines"].items()}
        return cls(np.array(data["weights"]), lines, data["threshold"])


def learn(candidates: Sequence[Candidates], values: Sequence[str]) -> Weighing:
    """Learn from products that nothing else was trained on, and their true values."""
    weights = _weights(candidates, values)
    top, right, named = [], [], []
    for one, value in zip(candidates, values, strict=True):
        scores = one.scores(weights)
        at = int(scores.argmax())
        top.append(float(scores[at]))
        right.append(one.values[at] == value)
        named.append(one.named)
    scores, hits, kinds = np.array(top), np.array(right, bool), np.array(named, bool)
    lines: dict[bool, tuple[float, float]] = {}
    probabilities = np.zeros(len(scores))
    for kind in (True, False):
        of = kinds == kind
        if of.sum() >= ENOUGH:
            lines[kind] = _platt(scores[of], hits[of])
            probabilities[of] = _on(lines[kind], scores[of])
    return Weighing(weights, lines, threshold(probabilities, hits))


def threshold(probabilities: np.ndarray, right: np.ndarray, precision: float = PRECISION) -> float:
    """The lowest probability, of ``SURE`` or more, from which on enough is right; 2 where none is.

    >>> threshold(np.array([0.9] * 60 + [0.4] * 60), np.array([True] * 60 + [False] * 60))
    0.9
    """
    order = np.argsort(-probabilities, kind="stable")
    sorted_, hits = probabilities[order], np.cumsum(right[order])
    counts = np.arange(1, len(order) + 1)
    share = hits / counts
    good = (share >= precision) & (wilson(hits, counts) >= AT_LEAST) & (sorted_ >= SURE)
    ends = np.diff(sorted_, append=-1.0) != 0
    places = np.flatnonzero(good & ends)
    return float(sorted_[places[-1]]) if len(places) else 2.0


def wilson(hits: np.ndarray, counts: np.ndarray, z: float = 1.645) -> np.ndarray:
    """Lower bound of a share of which so many were seen (Wilson 1927)."""
    share = hits / counts
    middle = share + z * z / (2 * counts)
    spread = z * np.sqrt(share * (1 - share) / counts + z * z / (4 * counts**2))
    bound: np.ndarray = (middle - spread) / (1 + z * z / counts)
    return bound


def _weights(candidates: Sequence[Candidates], values: Sequence[str]) -> np.ndarray:
    """Of the conditional logit; products whose value is no candidate say nothing."""
    there = [
        (one, one.values.index(value))
        for one, value in zip(candidates, values, strict=True)
        if value in one.values and len(one.values) > 1
    ]
    start = np.zeros(FEATURES)
    start[:2] = 1.0, 0.5
    if not there:
        return start
    rows = np.vstack([one.features for one, _ in there])
    sizes = np.array([len(one.values) for one, _ in there])
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    truth = begins + np.array([at for _, at in there])

    def cost(weights: np.ndarray) -> tuple[float, np.ndarray]:
        raw = rows @ weights
        top = np.repeat(np.maximum.reduceat(raw, begins), sizes)
        parts = np.exp(raw - top)
        totals = np.add.reduceat(parts, begins)
        loss = float((np.log(totals) + top[begins] - raw[truth]).sum())
        share = parts / np.repeat(totals, sizes)
        slope = rows.T @ share - rows[truth].sum(axis=0)
        away = weights - start
        return loss + PENALTY * float(away @ away), slope + 2 * PENALTY * away

    found: np.ndarray = minimize(cost, start, jac=True, method="L-BFGS-B").x
    return found


def _odds(scores: np.ndarray) -> np.ndarray:
    clipped = np.clip(scores, _EDGE, 1 - _EDGE)
    odds: np.ndarray = np.log(clipped / (1 - clipped))
    return odds


def _on(line: tuple[float, float], scores: np.ndarray) -> np.ndarray:
    on: np.ndarray = expit(line[0] * _odds(np.asarray(scores, np.float64)) + line[1])
    return on


def _platt(scores: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Slope and offset from the log-odds of a score to those of being right.

    Targets are drawn in from 0 and 1 by what a uniform prior says, as Platt does.
    """
    odds = _odds(scores)
    hits, misses = float(right.sum()), float((~right).sum())
    target = np.where(right, (hits + 1) / (hits + 2), 1 / (misses + 2))

    def cost(line: np.ndarray) -> float:
        raw = line[0] * odds + line[1]
        return float((np.logaddexp(0.0, raw) - target * raw).sum() + 0.01 * (line[0] - 1.0) ** 2)

    slope, offset = minimize(
        cost, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.0, None), (None, None)]
    ).x
    return float(slope), float(offset)
