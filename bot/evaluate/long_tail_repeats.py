"""Long-tail figures of several splits: one split says little about costs below half a percent."""

from __future__ import annotations

from typing import Any, Sequence

from bot.evaluate.repeats import rounded, summary

#: What was chosen, which has no mean.
CHOSEN = ("price", "spread", "weight")


def averaged(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Means of what ``evaluate_long_tail`` gave for several splits, with standard deviations.

    A re-ranking that found nothing within a budget on one split has no mean there. Of one run,
    the run itself.
    """
    if len(runs) == 1:
        return runs[0]
    found: dict[str, Any] = {"base": _means([run["base"] for run in runs])}
    for budget in (key for key in runs[0] if key.startswith("at_")):
        names = set.intersection(*(set(run[budget]) for run in runs))
        found[budget] = {
            name: _means([run[budget][name] for run in runs]) for name in sorted(names)
        }
    return {**found, "runs": list(runs)}


def _means(figures: Sequence[dict[str, Any]]) -> dict[str, Any]:
    plain = [{k: v for k, v in one.items() if k not in CHOSEN} for one in figures]
    return {k: v for k, v in rounded(summary(plain)).items() if k != "runs"}
