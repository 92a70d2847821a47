"""What a shopper's acts say, and how likely each product makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

import numpy as np

from actions.recommend.asking.attributes import Attributes, Vector
from actions.recommend.asking.config import AskConfig

#: No answer makes a product less likely than this by a factor: what is said may be mistaken.
LEAST = 1e-4


@dataclass(frozen=True)
class Answer:
    """Yes or no to a value, asked for or said; columns are those of the ``Attributes``."""

    column: int
    yes: bool


@dataclass(frozen=True)
class Choice:
    """One of the values that were offered, or none of them."""

    columns: tuple[int, ...]
    """Of one attribute."""
    chosen: Optional[int]
    """One of the columns; None for another value than these."""


@dataclass(frozen=True)
class NoAnswer:
    """The shopper does not know, or does not care."""

    columns: tuple[int, ...]
    """What was asked for: one value, or the options."""


@dataclass(frozen=True)
class NotTaken:
    """Products that were shown, and none of them taken."""

    products: tuple[int, ...]
    rejected: bool = False
    """Refused outright: they are not coming back."""


Evidence = Union[Answer, Choice, NoAnswer, NotTaken]


def log_likelihood(attributes: Attributes, evidence: Evidence, config: AskConfig) -> Vector | float:
    """Logarithm of how likely the act is for each product that may be the target.

    Shape (products,), or 0 where the act says nothing about products. A wrong answer to a choice
    is any of the options, or none of them, alike.
    """
    noise = max(config.noise, LEAST)
    if isinstance(evidence, Answer):
        yes = noise + (1 - 2 * noise) * attributes.has(evidence.column)
        return np.log(yes if evidence.yes else 1 - yes)
    if isinstance(evidence, Choice):
        others = 1.0 / (len(evidence.columns) + 1)
        return np.log(noise * others + (1 - noise) * _chosen(attributes, evidence))
    if isinstance(evidence, NotTaken):
        found = np.zeros(len(attributes))
        positions = np.array(evidence.products, np.int64)
        found[positions] = -np.inf if evidence.rejected else np.log(max(config.miss, LEAST))
        return found
    return 0.0


def _chosen(attributes: Attributes, choice: Choice) -> Vector:
    if choice.chosen is not None:
        return attributes.named(choice.chosen)
    total = sum((attributes.named(c) for c in choice.columns), np.zeros(len(attributes)))
    return np.clip(1 - total, 0.0, 1.0)
