"""The same evaluation with several seeds, and what of it is kept in BENCHMARKS.md."""

from __future__ import annotations

import statistics
from typing import Any, Iterator, Mapping, Optional, Sequence

#: What differs from seed to seed without being a figure.
NO_FIGURES = ("seed", "settings", "threshold", "recovery_settings", "shoppers", "streams")


def averaged(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The means of several runs, the standard deviations of the detectors' figures (``sd``), and
    the ``runs``; of one run its own figures.

    The ends of intervals are averaged, too: that makes an interval as wide as a single run's,
    wider than that of the mean.
    """
    if len(runs) == 1:
        return dict(runs[0])
    found = _over(runs, _mean)
    return {**found, "sd": _over([run["detectors"] for run in runs], _deviation), "runs": [*runs]}


def lines(title: str, found: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Table, line and figures of everything that is kept."""
    for name, figures in found["detectors"].items():
        yield "drift", f"{title}: {name}", figures
    for key in ("ahead", "learned_stage"):
        if key in found:
            yield "drift-ahead", f"{title}: default, beside {found[key]['of']}", found[key]
    recovery, harm = found["recovery"], found["harm"]
    if not recovery:
        return
    for name in recovery["far_splice"]["methods"]:
        told = {kind: figures["methods"][name] for kind, figures in recovery.items()}
        yield "drift-recovery", f"{title}: {name}", {**told, "harm": harm[name]}


def _over(runs: Sequence[Mapping[str, Any]], figure: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in runs[0]:
        values = [run[name] for run in runs if name in run]
        if name in NO_FIGURES:
            continue
        first = next((value for value in values if value is not None), None)
        if isinstance(first, Mapping):
            found[name] = _over(values, figure)
        elif isinstance(first, list):
            parts = zip(*(value for value in values if value is not None), strict=True)
            found[name] = [figure(part) for part in parts]
        elif isinstance(first, str):
            found[name] = first if len(set(values)) == 1 else ", ".join(map(str, values))
        else:
            found[name] = figure(values)
    return found


def _mean(values: Sequence[Optional[float]]) -> Optional[float]:
    known = [value for value in values if value is not None]
    return round(statistics.fmean(known), 4) if known else None


def _deviation(values: Sequence[Optional[float]]) -> Optional[float]:
    known = [value for value in values if value is not None]
    return round(statistics.stdev(known), 4) if len(known) > 1 else None
