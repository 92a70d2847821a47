"""What is known about a shopper, in values of attributes that can be told and corrected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from actions.interest.acts import key_of
from actions.interest.config import InterestConfig
from actions.interest.posterior import NUMBERS, Posterior
from actions.interest.space import Space

Vector = npt.NDArray[np.float64]
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
    if not posterior.lines:
        return []
    found = [
        (abs(strength), posterior.lines[column].events, -column, strength)
        for column, strength in zip(*map(list, strengths(posterior, space, config)), strict=True)
        if abs(strength) >= LEAST
    ]
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
        told.append(Line(key, attribute, value, round(float(strength), 4), events, products))
    return told


def leanings(
    posterior: Posterior, space: Space, config: InterestConfig
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """By column: what acts tell of each value, and what was said; −1 to 1, shape (columns,)."""
    n = len(space.attributes.keys)
    columns = np.fromiter(posterior.lines, np.int64, len(posterior.lines))
    said, profiled, evident = _strengths(posterior, columns, space, config)
    acts, words = np.zeros(n, np.float32), np.zeros(n, np.float32)
    acts[columns] = np.where(said != 0, 0.0, evident)
    words[columns] = np.where(said != 0, said, profiled)
    return acts, words


def strengths(
    posterior: Posterior, space: Space, config: InterestConfig
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Columns of the lines, and what is known of each in all, −1 to 1: what the shopper said, else
    the profile and the acts."""
    columns = np.fromiter(posterior.lines, np.int64, len(posterior.lines))
    said, profiled, evident = _strengths(posterior, columns, space, config)
    known = profiled + (1.0 - np.abs(profiled)) * evident
    return columns, np.where(said != 0, said, known)


def _strengths(
    posterior: Posterior, columns: npt.NDArray[np.int64], space: Space, config: InterestConfig
) -> tuple[Vector, Vector, Vector]:
    """What was said of each line, what its profile says, and how much more often the value is
    among what was liked, or disliked, than among all products.

    The last is the difference of the posterior means of two shares, each with the base rate as
    its prior.
    """
    rows = np.array([line[: len(NUMBERS)] for line in posterior.lines.values()], np.float64)
    clock, liked, disliked, liked_before, disliked_before, said, profiled = rows.reshape(
        -1, len(NUMBERS)
    ).T
    kept = np.exp2(clock - posterior.clock)
    base = space.rates[columns]
    more = _more(liked * kept, posterior.liked_mass - liked_before * kept, base, config)
    less = _more(disliked * kept, posterior.disliked_mass - disliked_before * kept, base, config)
    return said, profiled, more - less


def _more(part: Vector, whole: Vector, base: Vector, config: InterestConfig) -> Vector:
    prior = config.attribute_prior
    share = (part + prior * base) / (np.maximum(np.maximum(whole, part), 0.0) + prior)
    return np.maximum(0.0, (share - base) / np.maximum(1e-6, 1.0 - base))
