"""Simpler models of interest: one vector, made of the last products, of fading ones, or of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.interest.config import RATED_LOW
from actions.interest.space import Space
from actions.interest.streams import POSITIVE, Stream
from actions.interest.walk import gains, questions, rank

DISLIKED = (RATED_LOW, "skipped", "unchosen", "rejected")
NEVER = 1e9


@dataclass(frozen=True)
class Baseline:
    """A weighted mean of the vectors of products that were wanted."""

    last: int = 10**6
    """How many of the last ones count."""
    half_life: float = NEVER
    """After so many later ones one counts half."""
    disliked: float = 0.0
    """How much a dislike counts against."""
    popularity: float = 0.0
    """Of the logarithm of popularity, in a score."""
    again: bool = True
    """Whether a product that was wanted before counts again."""
    vectors: bool = True
    """Without them only popularity counts."""


_COMMON: Mapping[str, Sequence[Any]] = {
    "popularity": (0.0, 0.02, 0.04, 0.08),
    "disliked": (0.0, 0.1, 0.3),
    "again": (True, False),
}
#: Name → what it begins with, and the values that are tried.
BASELINES: Mapping[str, tuple[Baseline, Mapping[str, Sequence[Any]]]] = {
    "last-k": (Baseline(last=3, popularity=0.04), {**_COMMON, "last": (1, 2, 3, 5, 8, 12, 20, 40)}),
    "decay": (
        Baseline(half_life=2.0, popularity=0.04),
        {**_COMMON, "half_life": (1.0, 2.0, 3.0, 4.0, 6.0, 10.0, 20.0, 40.0)},
    ),
    "single": (Baseline(popularity=0.04), _COMMON),
    "popularity": (Baseline(popularity=1.0, vectors=False), {}),
}


def ndcg(stream: Stream, space: Space, model: Baseline) -> Optional[float]:
    """The same figure as ``actions.interest.walk.ndcg``."""
    asked = questions(stream)
    if not len(asked):
        return None
    liked = np.array([act in POSITIVE for act in stream.acts], bool)
    if not model.again:
        liked &= stream.wanted
    vectors = space.vectors[stream.items]
    means = np.zeros((len(asked), space.dimensions), np.float32)
    if model.vectors:
        signs = liked - model.disliked * np.array([act in DISLIKED for act in stream.acts])
        for row, end in enumerate(asked.tolist()):
            weights = signs[:end] * _kept(liked[:end], model)
            total = weights[weights > 0].sum()
            means[row] = weights @ vectors[:end] / (total if total > 0 else 1.0)
    scores = means @ space.vectors.T + model.popularity * space.popularity
    free = np.ones(len(space), bool)
    ranks, row = [], 0
    for i, item in enumerate(stream.items.tolist()):
        if row < len(asked) and i == asked[row]:
            ranks.append(rank(scores[row], item, free))
            row += 1
        if stream.taken[i]:
            free[item] = False
    return float(gains(np.array(ranks)).mean())


def _kept(liked: npt.NDArray[np.bool_], model: Baseline) -> npt.NDArray[np.float64]:
    """What each act counts, by how many were wanted since."""
    since = int(liked.sum()) - np.cumsum(liked)
    return np.where(since < model.last, 0.5 ** (since / model.half_life), 0.0)
