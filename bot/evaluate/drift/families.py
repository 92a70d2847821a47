"""Which detectors there are to measure."""

from __future__ import annotations

from typing import Mapping, Sequence

from bot.evaluate.drift.detector import Family
from bot.evaluate.drift.mean_shift import mean_shifts, plain_mean_shifts
from bot.evaluate.drift.river_detectors import adwins, kswins, page_hinkleys, river_drift
from bot.evaluate.drift.shipped import shipped, statistics_alone
from bot.evaluate.drift.window_cosine import window_cosines
from catalog.errors import ShoptalkError

#: Name → what makes its variants.
BASELINES: Mapping[str, Family] = {
    "adwin": adwins,
    "kswin": kswins,
    "page_hinkley": page_hinkleys,
    "window_cosine": window_cosines,
    "glr": mean_shifts,
    "glr_plain": plain_mean_shifts,
}
#: Ours, and with a stage left out.
OURS: Mapping[str, Family] = {"default": shipped, "statistics": statistics_alone}
OF_RIVER = ("adwin", "kswin", "page_hinkley")


def families(names: Sequence[str]) -> dict[str, Family]:
    """Detectors by name.

    Raises
    ------
    ShoptalkError
        For a name that is none, or a detector whose package is not installed.
    """
    known = {**OURS, **BASELINES}
    unknown = [name for name in names if name not in known]
    if unknown:
        there = ", ".join(known)
        raise ShoptalkError(f"There is no detector {unknown[0]!r}; there are {there}.")
    if any(name in OF_RIVER for name in names):
        river_drift()
    return {name: known[name] for name in names}
