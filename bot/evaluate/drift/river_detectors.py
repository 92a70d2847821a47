"""Baselines: detectors of the library river, over how little a like resembles those before it.

Each is scored so that an alarm at a threshold is the alarm that river would raise with that
setting: before its first alarm no state of these detectors depends on how strict it is.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Iterator, Mapping, Sequence

import numpy as np

from bot.evaluate.drift.detector import WARM_UP, Detector, Floats, Items, Known, Scores
from bot.evaluate.drift.residuals import cosine_residuals
from catalog.errors import ShoptalkError

#: From the most sensitive to the strictest.
ADWIN_DELTAS = (0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.002, 1e-4, 1e-6)


def river_drift() -> Any:
    """The module of river with its detectors.

    Raises
    ------
    ShoptalkError
        Where river is not installed.
    """
    try:
        from river import drift
    except ImportError as error:
        raise ShoptalkError(
            "The detectors ADWIN, KSWIN and Page–Hinkley come from the package river: install "
            "shoptalk[drift], or name other --detectors."
        ) from error
    return drift


class RiverDetector(Detector):
    """A detector that is given one number after the other."""

    config: Any

    def __init__(self, vectors: Floats) -> None:
        self.vectors = vectors
        self.river = river_drift()

    @property
    def settings(self) -> Mapping[str, Any]:
        return asdict(self.config)

    def score(self, streams: Items) -> Scores:
        n, length = streams.shape
        values = np.full((n, length), -np.inf)
        residuals = cosine_residuals(self.vectors[streams].astype(np.float64))
        for row, numbers in enumerate(residuals.tolist()):
            values[row, 1:] = list(self.watch(numbers))
        values[:, :WARM_UP] = -np.inf
        places = np.broadcast_to(np.arange(length), (n, length)).astype(np.int64)
        return Scores(values, places)

    @abstractmethod
    def watch(self, numbers: Sequence[float]) -> Iterator[float]:
        """A score for each number, right up to the first alarm."""


@dataclass(frozen=True)
class AdwinConfig:
    """Of river's ADWIN; its confidence is the threshold."""

    clock: int = 1
    min_window_length: int = 3
    grace_period: int = 5


class Adwin(RiverDetector):
    """Adaptive windowing (Bifet and Gavaldà 2007); the score tells with how strict a confidence
    there still is an alarm: 1 for the first of ``ADWIN_DELTAS``, and so on."""

    name: ClassVar[str] = "adwin"

    def __init__(
        self,
        vectors: Floats,
        config: AdwinConfig = AdwinConfig(),
        levels: Sequence[int] = range(1, len(ADWIN_DELTAS) + 1),
    ) -> None:
        super().__init__(vectors)
        self.config, self.levels = config, levels

    def at(self, threshold: float) -> Detector:
        enough = [level for level in self.levels if level >= threshold]
        return Adwin(self.vectors, self.config, enough[:1])

    def watch(self, numbers: Sequence[float]) -> Iterator[float]:
        own = asdict(self.config)
        watching = [
            (level, self.river.ADWIN(delta=ADWIN_DELTAS[level - 1], **own)) for level in self.levels
        ]
        for number in numbers:
            strict = 0
            for level, detector in watching:
                detector.update(number)
                if detector.drift_detected:
                    strict = level
            yield float(strict) if strict else -np.inf


@dataclass(frozen=True)
class KswinConfig:
    """Of river's KSWIN; its alpha is the threshold."""

    window_size: int = 20
    stat_size: int = 7


class Kswin(RiverDetector):
    """Kolmogorov–Smirnov windowing (Raab, Heusinger and Schleif 2020); scored by ``-log p``."""

    name: ClassVar[str] = "kswin"

    def __init__(self, vectors: Floats, config: KswinConfig = KswinConfig(), seed: int = 0) -> None:
        super().__init__(vectors)
        self.config, self.seed = config, seed

    def watch(self, numbers: Sequence[float]) -> Iterator[float]:
        detector = self.river.KSWIN(alpha=0.0, seed=self.seed, **asdict(self.config))
        for number in numbers:
            detector.update(number)
            # Zero until the window is full.
            yield -float(np.log(detector.p_value)) if detector.p_value > 0 else -np.inf


@dataclass(frozen=True)
class PageHinkleyConfig:
    """Of river's Page–Hinkley test; its lambda is the threshold."""

    min_instances: int = 5
    delta: float = 0.005
    alpha: float = 0.9999


class PageHinkley(RiverDetector):
    """The test of Page (1954) for an increase; scored by what river compares with lambda."""

    name: ClassVar[str] = "page_hinkley"

    def __init__(self, vectors: Floats, config: PageHinkleyConfig = PageHinkleyConfig()) -> None:
        super().__init__(vectors)
        self.config = config

    def watch(self, numbers: Sequence[float]) -> Iterator[float]:
        detector = self.river.PageHinkley(threshold=np.inf, mode="up", **asdict(self.config))
        for place, number in enumerate(numbers, 1):
            detector.update(number)
            risen = detector._sum_increase - detector._min_increase
            yield risen if place >= self.config.min_instances else -np.inf


def adwins(known: Known) -> Sequence[Detector]:
    """All that are tried."""
    return [Adwin(known.vectors, AdwinConfig(1, least, 2 * least)) for least in (2, 3, 5)]


def kswins(known: Known) -> Sequence[Detector]:
    """All that are tried."""
    sizes = ((15, 5), (20, 7), (30, 10)) if known.length >= 40 else ((8, 4), (10, 5), (12, 4))
    return [Kswin(known.vectors, KswinConfig(*size), known.seed) for size in sizes]


def page_hinkleys(known: Known) -> Sequence[Detector]:
    """All that are tried."""
    return [
        PageHinkley(known.vectors, PageHinkleyConfig(least, delta, alpha))
        for least in (5, 10)
        for delta in (0.005, 0.05, 0.15)
        for alpha in (0.9999, 0.95)
    ]
