"""What can be chosen about the interest model, and how much each act says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

#: Act → weight for the long-term interest, weight for the session. Below 0 is dislike.
Weights = Mapping[str, tuple[float, float]]

#: Ratings are acts of their own, by how high they are.
RATED_HIGH, RATED_MIDDLE, RATED_LOW = "rated:high", "rated:middle", "rated:low"

#: Chosen on shoppers of the demo shop's log and of MovieLens 100K, see BENCHMARKS.md. What is
#: turned down in a session still tells what is looked for in it: it counts against it in the long
#: term.
WEIGHTS: Weights = {
    "clicked": (1.0, 1.0),
    "asked": (0.5, 1.0),
    "liked": (1.0, 1.0),
    "shared": (1.0, 1.0),
    "chosen": (1.0, 1.0),
    "carted": (0.7, 0.7),
    "bought": (0.7, 0.5),
    RATED_HIGH: (1.0, 1.0),
    RATED_MIDDLE: (0.2, 0.2),
    RATED_LOW: (-0.3, 0.0),
    "skipped": (-0.1, 0.0),
    "unchosen": (-0.5, 0.0),
    "rejected": (-1.0, 0.0),
}


@dataclass(frozen=True)
class InterestConfig:
    """Settings of ``InterestModel``."""

    weights: Weights = field(default_factory=lambda: dict(WEIGHTS))
    """What is not in it says nothing."""
    half_life: float = 30.0
    """After so many acts of full weight a like counts half in the long term."""
    half_life_days: float = 120.0
    """The same in days that pass."""
    session_half_life: float = 2.0
    """In acts of full weight, for the session."""
    session_hours: float = 2.0
    """In hours, for the session."""
    session_share: float = 0.5
    """Of the session in a score; the rest is the long term's."""
    interests: int = 4
    """How many are kept apart."""
    apart: float = 0.2
    """An act whose cosine with every interest is lower begins a new one."""
    sharpness: float = 0.3
    """How far a score goes with the interest that suits the product best: towards 0 it is that
    one's alone, for large values the mean of all by their weight."""
    prior: float = 0.3
    """Weight of the prior, at which nothing is wanted: interest is drawn towards it."""
    dislike: float = 0.05
    """Of likeness to what was disliked, in a score."""
    attributes: float = 0.1
    """Of the attributes that are liked more than they occur, in a score."""
    stated: float = 0.8
    """Of what the shopper said to want or not to want, in a score."""
    popularity: float = 0.04
    """Of the logarithm of popularity, in standard deviations, in a score."""
    attribute_prior: float = 3.0
    """Weight of an attribute's base rate among what was liked."""
    profiled: float = 0.4
    """Strength of what a merchant's profile says; what shoppers say themselves has their own."""
    revived: float = 0.5
    """Of what an interest lost by a discount, an act of full weight for it gives so much back."""
    remembered: int = 48
    """So many last acts can be taken back."""
    lines: int = 192
    """So many values of attributes are remembered, the most telling ones."""
    high: float = 4.0
    """Ratings from here on are likes."""
    low: float = 2.0
    """Ratings up to here are dislikes."""
    least: float = 0.5
    """A product has a value of an attribute from this confidence on."""


#: The settings that shops begin with.
USUAL = InterestConfig()
