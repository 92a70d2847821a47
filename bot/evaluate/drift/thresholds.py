"""When to raise an alarm: chosen on shoppers of its own, so that few who did not drift get one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np

from actions.interest.drift.splices import Stream
from bot.evaluate.drift.alarms import of_streams, stacked
from bot.evaluate.drift.detector import Detector, Scores
from bot.evaluate.drift.metrics import f1

#: Reached by every score but that of a warm-up.
LEAST = float(np.finfo(np.float64).min)


@dataclass(frozen=True)
class Chosen:
    """A detector with the threshold it is used with."""

    detector: Detector
    threshold: float
    f1: float
    """On the shoppers it was chosen on."""


def threshold_for(scores: Scores, most: float) -> float:
    """The least threshold that at most this share of streams without drift reaches at any event;
    half-way to the next score, so that it hangs on no single one.

    >>> scores = Scores(np.array([[0, 1.0], [3, 0], [0, 5], [0, 2]]), np.zeros((4, 2), int))
    >>> threshold_for(scores, 0.25)
    4.0
    """
    highest = np.sort(scores.values.max(axis=1))[::-1]
    last = highest[min(int(most * len(highest)), len(highest) - 1)]
    above = highest[highest > last]
    if not np.isfinite(last):
        # Few of them score at all, so that every score may raise an alarm.
        return LEAST
    return float((last + above.min()) / 2) if len(above) else float(np.nextafter(last, np.inf))


def choose(
    variants: Sequence[Detector],
    drifted: Sequence[Stream],
    controls: Sequence[Sequence[Stream]],
    most: float,
    within: int,
) -> Chosen:
    """The variant that does best at its own threshold, both on the same shoppers.

    Parameters
    ----------
    drifted, controls
        Streams of the shoppers for thresholds, with a drift and without. Of controls there may be
        several sorts; the threshold is the least that each allows, F1 counts the first.
    most
        Share of the controls of a sort that may raise an alarm.
    within
        F1 counts alarms within so many events of a drift.
    """
    tried: list[Chosen] = []
    for detector in variants:
        calm = [detector.score(stacked(sort)) for sort in controls]
        threshold = max(threshold_for(scores, most) for scores in calm)
        found = f1(
            of_streams(drifted, detector.score(stacked(drifted)), threshold),
            of_streams(controls[0], calm[0], threshold),
            within,
        )
        tried.append(Chosen(detector.at(threshold), threshold, found))
    return max(tried, key=lambda one: one.f1)
