"""Filters that merchant rules narrow: they only ever take products away."""

from __future__ import annotations

import copy
import sys
from dataclasses import dataclass

import numpy as np

from actions.recommend.filters import Filters, Mask
from actions.recommend.money import Rates
from actions.recommend.rules.active import ShopRules, Today
from actions.request.types import Request
from catalog.index import CatalogueIndex
from catalog.rules.model import RuleSet

#: An age that no limit is above.
ANY_AGE = sys.maxsize


@dataclass(frozen=True)
class HeldBack:
    """Products that meet a request and are for people of some age only."""

    age: int
    """The highest age that one of them is limited to."""
    count: int
    """Products, not variants."""


class RuledFilters(Filters):
    """Constraints as masks over one index, within what the shop's rules leave open."""

    def __init__(self, index: CatalogueIndex, rates: Rates, rules: RuleSet, today: Today) -> None:
        super().__init__(index, rates)
        self.rules = ShopRules(rules, self, today)
        self.age = 0
        """Years that the shopper is known to have; 0 where nothing is known."""

    def of_age(self, age: int) -> RuledFilters:
        """The same filters for a shopper known to be at least ``age`` years old."""
        if age == self.age or not self.rules:
            return self
        other = copy.copy(self)
        other.age = age
        return other

    def base(self, request: Request) -> Mask:
        """What is open to any request, and not closed by a rule."""
        mask = super().base(request)
        if not self.rules:
            return mask
        return self.rules.active(request).open(mask, self._chosen(request), self.age)

    def held_back(self, request: Request, below: int = 0) -> HeldBack:
        """What only the shopper's unknown age keeps from a request; nothing for a bare one.

        Parameters
        ----------
        below
            Leave out limits from this age on; 0 for none.
        """
        limits = self.rules.active(request).limits if self.rules else []
        limits = [(age, mask) for age, mask in limits if age > self.age and not 0 < below <= age]
        if not limits or not (request.constraints or request.text):
            return HeldBack(0, 0)
        fitting = self._found(request, self.of_age(ANY_AGE).hard(request))
        ages = [age for age, mask in limits if (fitting & mask).any()]
        held = fitting & np.logical_or.reduce([mask for _age, mask in limits])
        return HeldBack(max(ages, default=0), len(np.unique(self.index.group[held])))

    def kept_apart(self, request: Request) -> int:
        """How many products meet a request but do not go with what is on the shopper's list."""
        if not self.rules or not request.chosen:
            return 0
        if not (request.constraints or request.text):
            return 0
        apart = self.rules.active(request).apart(self._chosen(request))
        if apart is None:
            return 0
        without = Request(request.constraints, text=request.text, rejected=request.rejected)
        fitting = self._found(request, self.hard(without)) & apart
        return len(np.unique(self.index.group[fitting]))

    def _found(self, request: Request, mask: Mask) -> Mask:
        """Of what meets a request, that which has a word of its free text."""
        return mask & (self.index.words.scores(request.text) > 0) if request.text else mask

    def _chosen(self, request: Request) -> list[int]:
        position = self.index.position
        return [position[i] for i in request.chosen if i in position]
