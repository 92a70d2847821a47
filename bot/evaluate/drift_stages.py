"""What each stage of a shop's drift detector tells of written windows: likes alone, then words too.

Titles stand for likes: they are encoded as the shop's products are, and folded in their order. What
was seen earlier comes first. Two windows are few likes; that is what words are there for.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from actions.interest.drift.detector import DriftDetector
from actions.interest.drift.model import DriftModel
from bot.evaluate.drift_cases import Case
from catalog.encoders.text import TextEncoder

Floats = npt.NDArray[np.float64]
STATISTICS, LEARNED, WHOLE = "likes: statistics", "likes: + GRU", "likes: + GRU, + words"
#: Log odds where there are too few likes to tell anything.
TOO_FEW = -8.0
#: What likes may count beside words.
SHARES = (0.0, 0.25, 0.5, 1.0, 2.0)
_LEAST = 1e-3


def stage_scores(
    model: DriftModel, cases: Sequence[Case], encoder: TextEncoder
) -> Mapping[str, Floats]:
    """Log odds of a drift by the stages that read likes, shape (cases,); higher is likelier.

    Parameters
    ----------
    model
        A trained detector whose source vectors are the encoder's.
    """
    return {
        STATISTICS: _log_odds(DriftDetector(replace(model, learned=None)), cases, encoder),
        LEARNED: _log_odds(DriftDetector(model), cases, encoder),
    }


def with_words(likes: Floats, read: Floats, share: float) -> Floats:
    """Log odds of a drift by likes and words together, shape (cases,).

    Parameters
    ----------
    read
        The reader's probability of a drift in each case, shape (cases,).
    share
        What the log odds of likes count beside those of words.
    """
    words = np.array([_logit(p) for p in read])
    return words + share * np.maximum(likes, TOO_FEW)


def _log_odds(detector: DriftDetector, cases: Sequence[Case], encoder: TextEncoder) -> Floats:
    titles = list(dict.fromkeys(title for case in cases for title in _titles(case)))
    vectors = dict(zip(titles, encoder.encode_products(titles), strict=True))
    found = []
    for case in cases:
        state = detector.start()
        for title in _titles(case):
            state = detector.observe(state, vector=vectors[title])
        found.append(state.logits[-1] if state.logits else TOO_FEW)
    return np.array(found, np.float64)


def _titles(case: Case) -> tuple[str, ...]:
    earlier = case.earlier.titles if case.earlier is not None else ()
    return (*earlier, *case.before.titles, *case.after.titles)


def _logit(probability: float) -> float:
    inside = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(inside / (1 - inside))
