"""What is believed about a shopper's taste: sums over acts, each with its own decay.

Each interest is a Gaussian posterior over a direction of the space: the prior is 0 with weight
``prior``, an act of weight w draws it towards its product as w observations would, and time takes
weight away. All of it is closed form, and of a size that does not depend on the number of acts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, NamedTuple

import numpy as np
import numpy.typing as npt

from actions.interest.config import InterestConfig

Vector = npt.NDArray[np.float32]
#: Less weight than this is none.
TINY = 1e-6
#: So many products are remembered of each line.
PRODUCTS = 3


class Evidence(NamedTuple):
    """What speaks for and against one value of an attribute."""

    clock: float
    """What the posterior's clock said when the weights were true."""
    liked: float
    """Weight of likes of products that have the value."""
    disliked: float
    """Weight of dislikes of such."""
    liked_before: float
    """Weight of all likes when the line was forgotten last."""
    disliked_before: float
    """Weight of all dislikes then."""
    stated: float
    """What the shopper said about it, −1 to 1; 0 where nothing was said."""
    profiled: float
    """What the merchant's profile says, −1 to 1."""
    events: int
    """Acts that it comes from."""
    products: tuple[int, ...] = ()
    """Positions of the last ones."""


#: The fields that are numbers and come first.
NUMBERS = Evidence._fields[:7]


@dataclass(frozen=True, eq=False)
class Posterior:
    """The belief after some acts; never changes."""

    at: int
    """Milliseconds since 1970 of the last act; 0 before the first."""
    acts: int
    """How many there were."""
    clock: float
    """Half-lives of the long term that have passed."""
    sums: Vector
    """Of each interest, the weighted sum of its products; shape (interests, dimensions)."""
    mass: npt.NDArray[np.float64]
    """Of each interest, its weight; shape (interests,)."""
    held: npt.NDArray[np.float64]
    """Of each interest, the weight that a discount took from it; shape (interests,)."""
    session: Vector
    """The same sum for the session, shape (dimensions,)."""
    session_mass: float
    avoided: Vector
    """The same sum of what was disliked, shape (dimensions,)."""
    avoided_mass: float
    liked_mass: float
    """Weight of all likes."""
    disliked_mass: float
    """Weight of all dislikes."""
    lines: Mapping[int, Evidence] = field(default_factory=dict)
    """Column of the attribute's value → what is known about it."""

    @classmethod
    def empty(cls, dimensions: int, config: InterestConfig) -> Posterior:
        """Nothing known, in so many dimensions."""
        k = config.interests
        return cls(
            at=0,
            acts=0,
            clock=0.0,
            sums=np.zeros((k, dimensions), np.float32),
            mass=np.zeros(k),
            held=np.zeros(k),
            session=np.zeros(dimensions, np.float32),
            session_mass=0.0,
            avoided=np.zeros(dimensions, np.float32),
            avoided_mass=0.0,
            liked_mass=0.0,
            disliked_mass=0.0,
        )

    @property
    def weight(self) -> float:
        """Of everything in it: 0 while nothing is known."""
        total = float(self.mass.sum()) + self.avoided_mass + self.session_mass
        return total if total > TINY else 0.0

    def now(self, evidence: Evidence) -> Evidence:
        """A line's weights as they are now."""
        kept = 2.0 ** (evidence.clock - self.clock)
        return evidence._replace(
            clock=self.clock,
            liked=evidence.liked * kept,
            disliked=evidence.disliked * kept,
            liked_before=evidence.liked_before * kept,
            disliked_before=evidence.disliked_before * kept,
        )


def nothing(clock: float) -> Evidence:
    """A line of which nothing is known."""
    return Evidence(clock, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0)
