"""Every question that can be asked now, with what its answer tells and how likely there is one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Collection, Optional

import numpy as np

from actions.recommend.asking.attributes import Attributes, Positions
from actions.recommend.asking.belief import Belief
from actions.recommend.asking.gain import Choices
from actions.recommend.asking.likely import Likely
from actions.recommend.asking.naming import Amounts, limit_gain, naming_gains
from actions.recommend.asking.rates import expected_answers
from actions.request.types import AT_MOST, IS, Constraint

PRICE = "price"
#: Something must be known of an attribute for this share of what may be the target …
COVERAGE = 0.5
#: … and the likeliest of the answers on offer make up this share of all.
OFFERED = 0.25
#: An answer that fewer than this share would give is not offered.
RARE = 0.01
#: Where prices are cut into options: shares of what may be the target that cost at most this.
CUTS = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Question:
    """What to ask for, and the likeliest answers."""

    attribute: str
    wishes: tuple[Constraint, ...]
    """What each option would add to the request, the likeliest first; prices in order."""
    bits: float
    """What an answer tells on average."""
    answered: float
    """How likely there is one."""

    @property
    def worth(self) -> float:
        """Bits that asking brings on average."""
        return self.bits * self.answered


def questions(
    belief: Belief,
    likely: Likely,
    stated: Collection[str],
    asked: Collection[str],
    amounts: Optional[Amounts] = None,
    best: bool = False,
) -> list[Question]:
    """All that can be asked of who may want these products, what is worth most first.

    Parameters
    ----------
    likely
        The products that hold nearly all of ``belief``.
    stated, asked
        Attributes that something is wished of, and those that were asked for: neither is asked
        for, and what was asked for and is not stated was not answered.
    amounts
        Prices; None asks for no limit.
    best
        Whether only the first is needed: what cannot be it is left out.
    """
    attributes, config = belief.attributes, belief.config
    names = (*attributes.names, PRICE)
    was_asked = np.array([float(n in asked) for n in names])
    was_answered = np.array([float(n in asked and n in stated) for n in names])
    rates = expected_answers(names, was_asked, was_answered, config)
    closed = {*stated, *asked}
    told, choices = naming_gains(likely), Choices(belief, likely)
    found: list[Question] = []
    if amounts is not None and PRICE not in closed:
        limits = _limits(amounts, likely)
        if len(limits) > 1:
            found.append(Question(PRICE, limits, limit_gain(likely, amounts), float(rates[-1])))

    def bits(number: int, chosen: float) -> float:
        return chosen + config.naming * (float(told[number]) - chosen)

    most: dict[int, float] = {}
    options: dict[int, Positions] = {}
    for number, name in enumerate(attributes.names):
        if name not in closed and likely.unknown[number] <= 1 - COVERAGE:
            columns = _options(choices, likely, number)
            if len(columns) > 1:
                options[number] = columns
                most[number] = bits(number, choices.most(columns)) * float(rates[number])
    for number in sorted(most, key=lambda n: -most[n]):
        if best and any(question.worth >= most[number] for question in found):
            break
        columns = options[number]
        tells = bits(number, choices.gain(columns))
        wishes = _wishes(attributes, columns)
        found.append(Question(attributes.names[number], wishes, tells, float(rates[number])))
    return sorted(found, key=lambda question: (-question.worth, question.attribute))


def _options(choices: Choices, likely: Likely, number: int) -> Positions:
    """The likeliest values of an attribute, where they are likely enough to be offered."""
    columns = choices.options(number)
    if choices.named[columns].sum() < OFFERED:
        return columns[:0]
    # A value that only products might have of which nothing is known leads nowhere.
    return columns[likely.mass(likely.attributes.shares, columns) >= RARE]


def _wishes(attributes: Attributes, columns: Positions) -> tuple[Constraint, ...]:
    return tuple(
        Constraint(name, IS, value) for name, value in map(attributes.keys.__getitem__, columns)
    )


def _limits(amounts: Amounts, likely: Likely) -> tuple[Constraint, ...]:
    """Round sums that about a quarter, half and three quarters cost at most."""
    weights = likely.weights[amounts.order]
    below = np.cumsum(weights, dtype=np.float64)
    if not len(below) or below[-1] < COVERAGE:
        return ()
    cut = [float(amounts.values[np.searchsorted(below, c * below[-1])]) for c in CUTS]
    highest = float(amounts.values[np.flatnonzero(weights)[-1]])
    sums = dict.fromkeys(_round_up(amount) for amount in cut)
    return tuple(Constraint(PRICE, AT_MOST, s) for s in sums if s < highest)


def _round_up(amount: float) -> float:
    """The next sum that people name as a limit: 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 and zeros."""
    zeros = 10.0 ** math.floor(math.log10(amount))
    leading = next(n for n in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if n * zeros >= amount - 1e-9)
    return float(round(leading * zeros, 2))
