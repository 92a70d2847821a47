"""From which probability there is an alarm, chosen on shoppers of their own."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.interest.drift.many import follow
from actions.interest.drift.model import DriftModel
from actions.interest.drift.same_shopper import Array
from actions.interest.drift.splices import SpliceConfig, Splicer

Likes = Mapping[int, npt.NDArray[np.int64]]
#: Streams without a change that may raise an alarm; a little less than the 5 % that are allowed on
#: other shoppers.
FALSE_ALARMS = 0.04
#: Turns on which another opinion may be asked for.
ASKED = 0.15
#: What an alarm may not be raised by: likes of one interest, and a gift among them.
CONTROLS = ("shuffled", "blip")


def with_threshold(
    model: DriftModel,
    likes: Likes,
    seed: int = 0,
    length: int = 50,
    count: int = 600,
    false_alarms: float = FALSE_ALARMS,
    splices: Optional[SpliceConfig] = None,
    calm: Optional[Likes] = None,
) -> DriftModel:
    """The model with the least threshold that every control allows, and the band that is unsure.

    Parameters
    ----------
    likes, calm
        Of shoppers that nothing was learned from; see ``bot.drift_detector.training.learn``.

    Raises
    ------
    ValueError
        Where nobody liked enough for streams of this length.
    """
    splicer = Splicer(likes, model.items, seed, splices or SpliceConfig())
    loose = Splicer(calm or {}, model.items, seed, splices or SpliceConfig())
    controls = [splicer.streams(kind, sorted(likes), length, count) for kind in CONTROLS]
    controls.append(loose.streams("shuffled", sorted(calm or {}), length, count))
    highest, turns = [], []
    for streams in filter(None, controls):
        logits = _logits(model, [stream.items for stream in streams])
        highest.append(float(np.quantile(logits.max(1), 1 - false_alarms)))
        turns.append(logits)
    changed = splicer.streams("far_splice", sorted(likes), length, count)
    if not highest or not changed:
        raise ValueError(f"Nobody liked enough to try streams of {length} likes.")
    turns.append(_logits(model, [stream.items for stream in changed]))
    threshold = max(highest)
    return replace(
        model,
        threshold=_probability(threshold),
        unsure=unsure_band(np.concatenate(turns), threshold),
    )


def unsure_band(logits: Array, threshold: float, asked: float = ASKED) -> tuple[float, float]:
    """Probabilities around the threshold that hold the given share of turns.

    Parameters
    ----------
    logits
        Of every turn of streams, shape (streams, length).
    """
    away = np.sort(np.abs(logits[logits > -60] - threshold))
    if not len(away):
        return 0.0, 0.0
    reach = float(away[min(len(away) - 1, int(asked * logits.size))])
    return _probability(threshold - reach), _probability(threshold + reach)


def _logits(model: DriftModel, items: Sequence[npt.NDArray[np.int64]]) -> Array:
    return follow(model, model.items[np.stack(items)])[0]


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-min(max(logit, -60.0), 60.0)))
