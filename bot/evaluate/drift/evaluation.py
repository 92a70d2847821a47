"""DriftSplice: detectors of a change of interest, measured where the change is known.

Shoppers are drawn by a seeded hash into four groups that share nobody: 40 % make the item vectors,
20 % train detectors, 20 % choose thresholds and settings, 20 % are tested. Streams are cut from
the likes of one group at a time. A threshold is the least at which at most 4 % of the streams of
one shopper, shuffled, raise an alarm, and at most 4 % of those with a gift among them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Mapping, Optional

import numpy as np

from actions.interest.drift.space import item_space
from bot.evaluate.drift.alarms import Alarms, of_streams, stacked
from bot.evaluate.drift.detector import Family, Floats, Known
from bot.evaluate.drift.groups import Groups
from bot.evaluate.drift.metrics import difference, false_alarms, figures
from bot.evaluate.drift.protocol import (
    CALM,
    CHOSEN_ON,
    CONTROL,
    CONTROLS,
    KINDS,
    Cut,
    Protocol,
    cut,
)
from bot.evaluate.drift.recovery import DRIFTS as RECOVERED
from bot.evaluate.drift.recovery import choose_kept, gains_of
from bot.evaluate.drift.recovery import figures as recovery_figures
from bot.evaluate.drift.recovery import settings as kept_settings
from bot.evaluate.drift.thresholds import LEAST, Chosen, choose

Report = Optional[Callable[[str], None]]

#: The detector that is shipped, and that without what was learned.
DEFAULT, PLAIN = "default", "statistics"
OURS = (DEFAULT, PLAIN)


def evaluate_drift(
    groups: Groups,
    families: Mapping[str, Family],
    protocol: Protocol,
    report: Report = None,
) -> dict[str, Any]:
    """Measure detectors.

    Parameters
    ----------
    families
        Name → what makes a detector's variants.
    report
        Told what is going on.

    Returns
    -------
    ``detectors`` → name → kind of stream → figures as in `bot.evaluate.drift.metrics` and
    ``us_per_event``; ``default`` repeats that of this name; ``ahead`` is by how much it exceeds
    the best of the others; see `bot.evaluate.drift.recovery` for ``recovery`` and ``harm``.

    Raises
    ------
    ShoptalkError
        Where the log is too small.
    """
    protocol = replace(protocol, far=groups.config.far)
    vectors = groups.space
    if vectors is None:
        vectors = item_space(groups.vectors.values(), groups.items).astype(np.float64)
    known = Known(
        vectors, groups.training, protocol.seed, protocol.length, groups.config, groups.calm
    )
    choosing = cut(
        groups.thresholds,
        vectors,
        protocol,
        "thresholds",
        tuple({CHOSEN_ON, *CONTROLS, *RECOVERED}),
    )
    chosen = {}
    for name, family in families.items():
        if report:
            report(f"choosing {name} …")
        chosen[name] = choose(
            family(known),
            choosing.streams[CHOSEN_ON],
            [choosing.streams[kind] for kind in CONTROLS if choosing.streams[kind]],
            protocol.false_alarms,
            protocol.within,
        )
    testing = cut(groups.test, vectors, protocol, "test", (*KINDS, CONTROL))
    detectors, alarms = {}, {}
    for name, one in chosen.items():
        if report:
            report(f"testing {name} …")
        alarms[name] = {
            kind: of_streams(streams, one.detector.score(stacked(streams)), one.threshold)
            for kind, streams in testing.streams.items()
            if streams
        }
        detectors[name] = _detector(one, alarms[name], testing, protocol)
    best = _best_other(chosen)
    ours = chosen.get(DEFAULT)
    return {
        "length": protocol.length,
        "seed": protocol.seed,
        "shoppers": {
            "vectors": len(groups.vectors),
            "training": len(groups.training),
            "thresholds": len(groups.thresholds),
            "test": len(groups.test),
        },
        "streams": {KINDS.get(k, k): len(v) for k, v in testing.streams.items()},
        **({DEFAULT: detectors[DEFAULT]} if ours else {}),
        "detectors": detectors,
        **(
            {"ahead": _ahead(alarms[DEFAULT], alarms[best], best, protocol.seed)}
            if ours and best
            else {}
        ),
        **(
            {"learned_stage": _ahead(alarms[DEFAULT], alarms[PLAIN], PLAIN, protocol.seed)}
            if ours and PLAIN in alarms
            else {}
        ),
        **_recovery(
            ours or max(chosen.values(), key=_f1), choosing, testing, vectors, protocol, report
        ),
    }


def _recovery(
    one: Chosen, choosing: Cut, testing: Cut, vectors: Floats, protocol: Protocol, report: Report
) -> dict[str, Any]:
    """``recovery`` and ``harm`` where this detector says when to discount an interest."""
    if not all(
        part.streams[kind] for part in (choosing, testing) for kind in (*RECOVERED, CONTROL)
    ):
        return {"recovery": {}, "harm": {}}
    if report:
        report("recommending around drifts …")
    kinds = (*RECOVERED, *CONTROLS)
    known = choosing.some(kinds, protocol.recommended)
    tested = testing.some(kinds, protocol.recommended)
    kept, there = choose_kept(one.detector, one.threshold, known, vectors)
    gains = gains_of(one.detector, one.threshold, kept, tested, vectors)
    users = {kind: [stream.user for stream in streams] for kind, streams in tested.items()}
    return {
        "recovery_settings": {**kept_settings(kept), "chosen_with": there},
        **recovery_figures(gains, users, protocol.seed),
    }


def _detector(
    one: Chosen, alarms: Mapping[str, Alarms], testing: Cut, protocol: Protocol
) -> dict[str, Any]:
    took = one.detector.times(stacked(testing.controls[: protocol.timed]))
    p50, p95 = (round(float(q), 1) for q in np.quantile(took, (0.5, 0.95)))
    found: dict[str, Any] = {
        "settings": dict(one.detector.settings),
        "threshold": None if one.threshold <= LEAST else round(one.threshold, 6),
        f"chosen_by_f1@{protocol.within}": round(one.f1, 4),
    }
    for kind, told in KINDS.items():
        if kind not in alarms:
            continue
        measured = (
            false_alarms(alarms[kind], protocol.seed)
            if kind in CALM
            else figures(alarms[kind], alarms[CONTROL], protocol.seed)
        )
        found[told] = {**measured, "us_per_event": p50, "us_per_event_p95": p95}
    return found


def _f1(one: Chosen) -> float:
    return one.f1


def _best_other(chosen: Mapping[str, Chosen]) -> Optional[str]:
    """The best detector that is not ours, by what it was chosen by and not by the test."""
    others = {name: one.f1 for name, one in chosen.items() if name not in OURS}
    return max(others, key=lambda name: others[name]) if others else None


def _ahead(
    ours: Mapping[str, Alarms], best: Mapping[str, Alarms], name: str, seed: int
) -> dict[str, Any]:
    return {
        "of": name,
        **{
            told: difference((ours[kind], ours[CONTROL]), (best[kind], best[CONTROL]), seed)
            for kind, told in KINDS.items()
            if kind in ours and kind not in CALM
        },
    }
