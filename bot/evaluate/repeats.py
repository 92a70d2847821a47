"""Figures of the same task with several seeds, and how many of their decimals are told."""

from __future__ import annotations

import statistics
from typing import Any, Mapping, Sequence

DECIMALS = {"train_seconds": 1, "ms_p50": 2}
#: What is not averaged.
NO_FIGURES = ("report", "seed")


def summary(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Mean and sample standard deviation of every figure of several runs, and the runs."""
    mean, deviation = _over(runs)
    return {**mean, "sd": deviation, "runs": list(runs)}


def _over(runs: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    mean: dict[str, Any] = {}
    deviation: dict[str, Any] = {}
    for name, first in runs[0].items():
        values = [run[name] for run in runs]
        if name == "peer":
            mean[name], deviation[name] = _over(values)
        elif isinstance(first, str):
            mean[name] = first
        elif name not in NO_FIGURES:
            known = [value for value in values if value is not None]
            mean[name] = statistics.fmean(known) if known else None
            deviation[name] = statistics.stdev(known) if len(known) > 1 else None
    return mean, deviation


def rounded(value: Any, name: str = "") -> Any:
    """Figures with as many decimals as they are good for, however deep they lie."""
    if isinstance(value, Mapping):
        return {key: rounded(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner, name) for inner in value]
    return round(value, DECIMALS.get(name, 4)) if isinstance(value, float) else value
