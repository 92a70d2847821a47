"""How likely a shopper answers what is asked."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from actions.recommend.asking.attributes import Vector
from actions.recommend.asking.config import AskConfig


def expected_answers(
    names: Sequence[str], asked: Vector, answered: Vector, config: AskConfig
) -> Vector:
    """The rate at which the next question about each attribute is answered.

    Learned from what this shopper did so far, by a Beta prior for the shopper and one around the
    shopper's mean for each attribute: who does not care for one question is less likely to care
    for the next, above all if it is about the same.

    Parameters
    ----------
    names
        The attributes.
    asked, answered
        Questions about each so far, and how many of them were answered; shapes (attributes,).
    """
    usual, weight = config.answer_rate, config.answer_weight
    rates = np.array([config.rates.get(name, usual) for name in names], np.float64)
    relative = rates / max(usual, 1e-9)
    # What few care for says little about a shopper who does not.
    mean = (answered.sum() + weight * usual) / ((asked * relative).sum() + weight)
    found: Vector = (answered + weight * np.minimum(1.0, mean * relative)) / (asked + weight)
    return found
