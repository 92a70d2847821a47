"""Settings of the interest model, weights by act among them, learned from shoppers' streams."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any, Callable, Mapping, Optional, Sequence

from actions.interest.config import RATED_LOW, RATED_MIDDLE, InterestConfig
from actions.interest.space import Space
from actions.interest.streams import Stream
from actions.interest.walk import mean_ndcg

WEIGHT = "weight of "
_WEIGHTS: Sequence[tuple[float, float]] = (
    (0.0, 0.0), (0.3, 0.3), (0.3, 1.0), (0.5, 0.5), (0.7, 0.3), (1.0, 0.5), (1.0, 1.0), (1.5, 1.5),
)  # fmt: skip
_DISLIKES: Sequence[tuple[float, float]] = (
    (-1.0, 0.5), (0.0, 0.0), (-0.3, 0.3), (-1.0, 0.0), (0.0, 0.5),
)  # fmt: skip
#: What matters most in the logs that the usual settings were chosen on; tried first.
FIRST: Sequence[tuple[str, Any]] = (
    (WEIGHT + "rejected", (-1.0, 0.5)),
    (WEIGHT + "skipped", (-0.1, 0.3)),
    ("interests", 1),
    ("dislike", 0.0),
    ("session_share", 0.65),
    ("prior", 0.5),
    ("half_life_days", 400.0),
)
#: Option → values worth trying. Weights are of acts that the streams have.
OPTIONS: Mapping[str, Sequence[Any]] = {
    "half_life": (10.0, 15.0, 30.0, 60.0, 120.0),
    "half_life_days": (30.0, 120.0, 400.0),
    "session_half_life": (1.0, 2.0, 3.0, 5.0),
    "session_hours": (0.5, 2.0, 12.0),
    "session_share": (0.35, 0.5, 0.65, 0.8),
    "interests": (1, 4, 6),
    "apart": (0.0, 0.2, 0.35),
    "sharpness": (0.2, 0.3, 0.5, 1.0),
    "prior": (0.1, 0.3, 0.5, 1.0),
    "dislike": (0.0, 0.05, 0.15),
    "attributes": (0.0, 0.05, 0.1, 0.2),
    "attribute_prior": (1.0, 3.0, 8.0),
    "popularity": (0.0, 0.02, 0.04, 0.06),
    **{
        WEIGHT + act: _WEIGHTS
        for act in ("clicked", "asked", "liked", "shared", "chosen", "carted", "bought")
    },
    WEIGHT + RATED_MIDDLE: _WEIGHTS[:4],
    **{WEIGHT + act: _DISLIKES for act in (RATED_LOW, "skipped", "unchosen", "rejected")},
}


@dataclass(frozen=True)
class Learned:
    """What a search found."""

    config: InterestConfig
    score: float
    """Mean nDCG@10 over the shoppers that it was chosen on."""
    before: float
    """That of the settings it began with."""
    trials: int


def learn(
    streams: Sequence[Stream],
    space: Space,
    start: InterestConfig,
    *,
    trials: int,
    seed: int,
    report: Optional[Callable[[str], None]] = None,
) -> Learned:
    """Change one option after the other, and keep what tells the next products better.

    After ``FIRST`` options are drawn; none is tried with the same value again before another has
    changed.
    """
    drawn = random.Random(seed)
    acts = {act for stream in streams for act in stream.acts}
    options = {name: values for name, values in OPTIONS.items() if _speaks(name, acts, space)}
    config, best = start, mean_ndcg(streams, space, start)
    before, tried = best, 1
    open_steps = _steps(options, drawn)
    open_steps += [step for step in reversed(FIRST) if step[0] in options]
    while tried < trials and open_steps:
        name, value = open_steps.pop()
        other = changed(config, name, value)
        if other == config:
            continue
        score = mean_ndcg(streams, space, other)
        tried += 1
        if score > best:
            config, best = other, score
            if tried > len(FIRST):
                open_steps = _steps(options, drawn)
            if report:
                report(f"{name} = {value}: {score:.4f} after {tried} trials")
    return Learned(config, best, before, tried)


def changed(config: InterestConfig, name: str, value: Any) -> InterestConfig:
    """The settings with one option changed; weights have names of their own."""
    if name.startswith(WEIGHT):
        return replace(config, weights={**config.weights, name[len(WEIGHT) :]: value})
    return replace(config, **{name: value})


def _steps(options: Mapping[str, Sequence[Any]], drawn: random.Random) -> list[tuple[str, Any]]:
    found = [(name, value) for name, values in options.items() for value in values]
    drawn.shuffle(found)
    return found


def _speaks(name: str, acts: set[str], space: Space) -> bool:
    """Whether an option can matter for these streams."""
    if name.startswith(WEIGHT):
        return name[len(WEIGHT) :] in acts
    return bool(space.attributes.keys) or not name.startswith("attribute")
