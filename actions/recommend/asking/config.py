"""What can be chosen about asking and recommending."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Mapping


@dataclass(frozen=True)
class AskConfig:
    """One setting for all shoppers: nothing in it knows how often this one errs or does not know.

    ``noise``, ``turns_per_bit`` and the rates of answers were chosen on validation data of LastFM*,
    over shoppers of each kind. How flat the prior is to be depends on what it was made from.

    Raises
    ------
    ValueError
        For a value that makes no sense.
    """

    k: int = 10
    """Products in a list."""
    floor: float = 0.3
    """Share of the likeliest product's probability that every product has before anything is
    said: what shoppers look for now is not all that their past tells."""
    noise: float = 0.02
    """How often an answer is taken to be wrong; above 0, so that no answer excludes for good."""
    miss: float = 0.05
    """What is left of a product that was shown and not taken, though not rejected."""
    turns_per_bit: float = 1.0
    """Turns that each bit of uncertainty is expected to cost beyond that among ``k`` products."""
    answer_rate: float = 0.95
    """How often questions are answered at all, before the shopper has been asked any …"""
    rates: Mapping[str, float] = field(default=MappingProxyType({}))
    """… by attribute, where that is known; the rest are answered at ``answer_rate`` …"""
    answer_weight: float = 4.0
    """… and how many questions it takes to learn as much from what this shopper does."""
    patience: int = 3
    """After so many questions in a row that were not answered there is a recommendation."""
    least_bits: float = 0.001
    """Questions that tell less are not asked."""
    options: int = 4
    """Values offered in a question with a choice; 0 asks such questions not at all."""
    naming: float = 0.0
    """How often who prefers another value than those offered names it, rather than only that it is
    another."""
    yes_or_no: bool = True
    """Whether to ask for single values."""

    def __post_init__(self) -> None:
        numbers = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "rates"}
        for name, value in {**numbers, **self.rates}.items():
            if not math.isfinite(value):
                raise ValueError(f"{name} must be a number.")
        least = {"k": 1, "patience": 1, "answer_weight": 1e-9}
        for name in ("k", "turns_per_bit", "answer_weight", "patience", "least_bits", "options"):
            if getattr(self, name) < least.get(name, 0):
                raise ValueError(f"{name} is too small: {getattr(self, name)}.")
        for name, most in (
            ("floor", 1.0),
            ("noise", 0.49),
            ("miss", 1.0),
            ("answer_rate", 1.0),
            ("naming", 1.0),
        ):
            if not 0 <= getattr(self, name) <= most:
                raise ValueError(f"{name} must be from 0 to {most}, not {getattr(self, name)}.")
        for name, rate in self.rates.items():
            if not 0 < rate <= 1:
                raise ValueError(f"The rate of {name} must be above 0 and at most 1, not {rate}.")
