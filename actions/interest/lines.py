"""What is known about a shopper, in values of attributes that can be told and corrected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from actions.interest.acts import key_of
from actions.interest.config import InterestConfig
from actions.interest.posterior import Evidence, Posterior
from actions.interest.space import Space

#: Weaker lines are not told.
LEAST = 0.1
#: So many lines are told of one attribute at most.
OF_ONE = 2


@dataclass(frozen=True)
class Line:
    """One thing that is known."""

    key: str
    """Its name, for correcting it."""
    attribute: str
    value: str
    strength: float
    """−1 (not at all) to 1 (always)."""
    events: int
    """Acts that it comes from."""
    products: tuple[str, ...]
    """Ids of the last products that it comes from."""


def lines(posterior: Posterior, n: int, space: Space, config: InterestConfig) -> list[Line]:
    """The strongest lines, strongest first."""
    found = []
    for column, line in posterior.lines.items():
        strength = strength_of(posterior, column, line, space, config)
        if abs(strength) >= LEAST:
            found.append((abs(strength), line.events, -column, strength))
    told: list[Line] = []
    of_one: dict[str, int] = {}
    for _, events, place, strength in sorted(found, reverse=True):
        attribute, value = space.attributes.keys[-place]
        line = posterior.lines[-place]
        said = line.stated != 0
        if len(told) >= n:
            break
        if of_one.get(attribute, 0) >= OF_ONE and not said:
            continue
        of_one[attribute] = of_one.get(attribute, 0) + 1
        products = tuple(space.ids[p] for p in line.products)
        key = key_of(attribute, value)
        told.append(Line(key, attribute, value, round(strength, 4), events, products))
    return told


def leanings(
    posterior: Posterior, space: Space, config: InterestConfig
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """By column: what acts tell of each value, and what was said; −1 to 1, shape (columns,)."""
    evident = np.zeros(len(space.attributes.keys), np.float32)
    stated = np.zeros_like(evident)
    for column, line in posterior.lines.items():
        if line.stated:
            stated[column] = line.stated
        else:
            evident[column] = evident_of(posterior, column, line, space, config)
            stated[column] = line.profiled
    return evident, stated


def strength_of(
    posterior: Posterior, column: int, line: Evidence, space: Space, config: InterestConfig
) -> float:
    """What is known of a value in all: what the shopper said, else the profile and the acts."""
    if line.stated:
        return line.stated
    evident = evident_of(posterior, column, line, space, config)
    return line.profiled + (1.0 - abs(line.profiled)) * evident


def evident_of(
    posterior: Posterior, column: int, line: Evidence, space: Space, config: InterestConfig
) -> float:
    """How much more often a value is among what was liked, or disliked, than among all products.

    Posterior means of two shares, each with the base rate as its prior; −1 to 1.
    """
    base = float(space.rates[column])
    now = posterior.now(line)
    liked = _more(now.liked, posterior.liked_mass - now.liked_before, base, config)
    disliked = _more(now.disliked, posterior.disliked_mass - now.disliked_before, base, config)
    return liked - disliked


def _more(part: float, whole: float, base: float, config: InterestConfig) -> float:
    prior = config.attribute_prior
    share = (part + prior * base) / (max(whole, part, 0.0) + prior)
    return max(0.0, (share - base) / max(1e-6, 1.0 - base))
