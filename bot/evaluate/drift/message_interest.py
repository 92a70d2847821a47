"""Whether a message will interest a reader, learned message by message in closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class InterestConfig:
    """What can be chosen."""

    prior: float = 1.0
    """Variance of every word's weight before anything is known."""
    noise: float = 0.5
    """Variance of the answers, which are -1 and 1, around their expectation."""
    walk: float = 3e-4
    """By which that of every weight grows with each message: nothing is known for ever."""


class MessageInterest:
    """Bayesian linear regression of answers -1 and 1 on words, whose weights may wander.

    The posterior of the weights is normal (a Kalman filter); the chance that a message interests
    is that of its expected answer, with its uncertainty, to be above 0: near a half while little is
    known.
    """

    def __init__(self, words: int, config: InterestConfig = InterestConfig()) -> None:
        self.config = config
        self.weights = np.zeros(words + 1)
        self.covariance = np.eye(words + 1) * config.prior

    def chance(self, words: Floats) -> float:
        """That a message with these flags interests."""
        own = _present(words)
        spread = self.config.noise + float(self.covariance[np.ix_(own, own)].sum())
        return 0.5 * math.erfc(-float(self.weights[own].sum()) / math.sqrt(2 * spread))

    def learn(self, words: Floats, interesting: bool) -> None:
        """Take an answer in."""
        own = _present(words)
        known = self.covariance[own].sum(0)
        gain = known / (self.config.noise + float(known[own].sum()))
        missed = (1.0 if interesting else -1.0) - float(self.weights[own].sum())
        self.weights += gain * missed
        self.covariance -= gain[:, None] * known
        self.covariance.flat[:: len(known) + 1] += self.config.walk

    def flip(self) -> None:
        """Expect the opposite of everything."""
        self.weights = -self.weights


def _present(words: Floats) -> npt.NDArray[np.int64]:
    """Places of the words that a message has, and of what all messages have."""
    return np.append(np.flatnonzero(words), len(words))
