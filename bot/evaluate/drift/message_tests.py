"""Tests of whether a reader's interest has flipped, message by message.

``FlipTest`` is ours. The others are river's, over the same errors of the same model, with what
they let be chosen chosen in the same way. At an alarm the model either expects the opposite from
then on or begins anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any, Callable, Iterator, Mapping, Protocol, Sequence

import numpy as np

from bot.evaluate.drift.message_interest import MessageInterest
from bot.evaluate.drift.messages import Messages
from bot.evaluate.drift.river_detectors import river_drift


class ChangeTest(Protocol):
    """Sees one answer after the other."""

    def changed(self, expected: float, interesting: bool) -> bool:
        """Whether there is an alarm after this answer.

        Parameters
        ----------
        expected
            The chance that the model gave it to be interesting.
        """


@dataclass
class FlipTest:
    """CUSUM of how much likelier answers are if everything is the other way round (Page 1954).

    Answers of which the model is unsure hardly count: this is what tells a flip from a beginner.
    """

    threshold: float
    """Log likelihood ratio of an alarm."""
    surest: float = 2.0
    """No answer counts more than this many nats: the model may be too sure of itself."""
    evidence: float = field(default=0.0, init=False)

    def changed(self, expected: float, interesting: bool) -> bool:
        right = min(max(expected if interesting else 1 - expected, 1e-9), 1 - 1e-9)
        ratio = math.log((1 - right) / right)
        self.evidence = max(0.0, self.evidence + min(max(ratio, -self.surest), self.surest))
        if self.evidence < self.threshold:
            return False
        self.evidence = 0.0
        return True


class RiverTest:
    """A detector of river over errors: 1 where the likelier answer was wrong."""

    def __init__(self, detector: Any) -> None:
        self.detector = detector

    def changed(self, expected: float, interesting: bool) -> bool:
        self.detector.update(float((expected > 0.5) != interesting))
        return bool(self.detector.drift_detected)


@dataclass(frozen=True)
class Variant:
    """A test with its settings, and what becomes of the model at an alarm."""

    settings: Mapping[str, Any]
    make: Callable[[], ChangeTest]
    flip: bool
    """Whether the model is turned round; else it begins anew."""


def alarms(variant: Variant, messages: Messages) -> list[int]:
    """Indices of the messages after which there is an alarm; every message is first judged and
    then learned from."""
    words = messages.words.shape[1]
    model, test = MessageInterest(words), variant.make()
    found = []
    for place, (flags, interesting) in enumerate(
        zip(messages.words, messages.interesting.tolist(), strict=True)
    ):
        if test.changed(model.chance(flags), interesting):
            found.append(place)
            if variant.flip:
                model.flip()
            else:
                model = MessageInterest(words)
        model.learn(flags, interesting)
    return found


def variants() -> dict[str, Sequence[Variant]]:
    """Name of the test → what is tried."""
    river = river_drift()
    confidences = (0.1, 0.01, 1e-3, 1e-5, 1e-8)
    grids: dict[str, tuple[Any, Sequence[Mapping[str, Any]]]] = {
        "ddm": (river.binary.DDM, [{"drift_threshold": x} for x in (2.5, 3.0, 3.5, 4.0, 5.0)]),
        "eddm": (
            river.binary.EDDM,
            [{"alpha": x, "beta": x - 0.05} for x in (0.95, 0.85, 0.7, 0.5, 0.3)],
        ),
        "hddm_a": (river.binary.HDDM_A, [{"drift_confidence": x} for x in confidences]),
        "hddm_w": (river.binary.HDDM_W, [{"drift_confidence": x} for x in confidences]),
        "adwin": (river.ADWIN, [{"delta": x, "clock": 1} for x in confidences]),
        "kswin": (
            river.KSWIN,
            [{"alpha": x, "window_size": 60, "stat_size": 20, "seed": 0} for x in (1e-3, 1e-5)],
        ),
        "page_hinkley": (
            river.PageHinkley,
            [
                {"threshold": x, "delta": 0.1, "mode": "up", "min_instances": 10}
                for x in (3.0, 6.0, 10.0, 15.0, 25.0)
            ],
        ),
    }
    found: dict[str, Sequence[Variant]] = {
        "default": [
            Variant({"threshold": x}, partial(FlipTest, x), True)
            for x in (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0, 20.0)
        ]
    }
    for name, (kind, grid) in grids.items():
        found[name] = list(_of_river(kind, grid))
    return found


def _of_river(kind: Any, grid: Sequence[Mapping[str, Any]]) -> Iterator[Variant]:
    for settings in grid:
        for flip in (True, False):
            yield Variant(
                {**settings, "at_an_alarm": "flip" if flip else "begin anew"},
                partial(_made, kind, settings),
                flip,
            )


def _made(kind: Any, settings: Mapping[str, Any]) -> RiverTest:
    return RiverTest(kind(**settings))


def places(found: Sequence[int], messages: Messages) -> tuple[list[float], int]:
    """Messages until each flip was found, and false alarms.

    Returns
    -------
    For each flip the messages since, the one of the first alarm among them; infinite where there
    is none before the next flip. An alarm before the first flip, or a further one between two, is
    false.
    """
    edges = [*messages.flips, len(messages)]
    delays, false = [], int(np.sum(np.array(found, int) < edges[0]))
    for start, end in pairwise(edges):
        own = [place for place in found if start <= place < end]
        delays.append(own[0] - start + 1 if own else math.inf)
        false += max(0, len(own) - 1)
    return delays, false
