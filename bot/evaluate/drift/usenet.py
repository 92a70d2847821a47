"""Flips of interest in real messages: found how soon, with thresholds set on made-up streams."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional, Sequence

import numpy as np

from bot.evaluate.drift.message_tests import Variant, alarms, places, variants
from bot.evaluate.drift.messages import Messages, generated, read_usenet

#: A flip counts as found within so many messages.
WITHIN = 30
#: Made-up streams that settings are chosen on: with flips, and as many without.
MADE = 8
#: False alarms for every such stream that are allowed.
FALSE = 1 / (2 * MADE)


@dataclass(frozen=True)
class Told:
    """What a variant does on some streams."""

    found: float
    """Share of the flips found within ``WITHIN`` messages."""
    delay: float
    """Mean messages to a flip, those not found as ``WITHIN`` twice over."""
    false: float
    """False alarms a stream."""


def evaluate_usenet(
    path: Path, seed: int = 0, report: Optional[Callable[[str], None]] = None
) -> dict[str, Any]:
    """Every test on a real stream, its settings fixed beforehand.

    Of a test's settings those are taken that find most on made-up streams, soonest, among those
    with next to no false alarm; where none has so few, those with the fewest.

    Returns
    -------
    ``detectors`` → name → ``found`` of the ``flips`` within 30 messages, ``delays`` (null where
    not found before the next flip), ``mtd``, ``false_alarms``, ``us_per_message`` and ``alarms``;
    ``default`` repeats ours.
    """
    made = [generated(1000 * seed + i, flips=i % 2 == 0) for i in range(2 * MADE)]
    messages = read_usenet(path)
    detectors = {}
    for name, tried in variants().items():
        if report:
            report(f"choosing {name} …")
        detectors[name] = _measured(*_choose(tried, made), messages)
    return {
        "seed": seed,
        "messages": len(messages),
        "flips": list(messages.flips),
        "default": detectors["default"],
        "detectors": detectors,
    }


def _choose(tried: Sequence[Variant], made: Sequence[Messages]) -> tuple[Variant, Told]:
    told = [(variant, _told(variant, made)) for variant in tried]
    calm = [one for one in told if one[1].false <= FALSE]
    fewest = min(one[1].false for one in told)
    return min(
        calm or [one for one in told if one[1].false == fewest],
        key=lambda one: (one[1].delay, one[1].false),
    )


def _told(variant: Variant, made: Sequence[Messages]) -> Told:
    delays: list[float] = []
    false = 0
    for messages in made:
        own, wrong = places(alarms(variant, messages), messages)
        delays += own
        false += wrong
    return Told(
        float(np.mean([delay <= WITHIN for delay in delays])),
        float(np.mean([min(delay, 2 * WITHIN) for delay in delays])),
        false / len(made),
    )


def _measured(variant: Variant, told: Told, messages: Messages) -> dict[str, Any]:
    started = time.perf_counter()
    found = alarms(variant, messages)
    took = (time.perf_counter() - started) * 1e6 / len(messages)
    delays, false = places(found, messages)
    reached = [delay for delay in delays if math.isfinite(delay)]
    return {
        "settings": dict(variant.settings),
        "found": sum(delay <= WITHIN for delay in delays),
        "of": len(delays),
        "delays": [int(delay) if math.isfinite(delay) else None for delay in delays],
        "mtd": round(float(np.mean(reached)), 2) if reached else None,
        "false_alarms": false,
        "alarms": found,
        "us_per_message": round(took, 1),
        "made_up": {
            "found": round(told.found, 4),
            "delay": round(told.delay, 2),
            "false_alarms_a_stream": round(told.false, 4),
        },
    }
