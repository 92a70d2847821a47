"""The next move: recommend what is likeliest now, or ask what tells most."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import AbstractSet, Optional

import numpy as np
import numpy.typing as npt

from actions.recommend.asking.attributes import Positions, Vector
from actions.recommend.asking.belief import Belief, entropy
from actions.recommend.asking.evidence import LEAST, Answer, Choice, NoAnswer
from actions.recommend.asking.gain import Choices, yes_or_no_gains
from actions.recommend.asking.likely import Likely
from actions.recommend.asking.rates import expected_answers


@dataclass(frozen=True)
class Question:
    """Which of these values it is to be."""

    attribute: str
    columns: tuple[int, ...]
    """Columns of the values, the likeliest first; with one alone the question is yes or no."""
    values: tuple[str, ...]
    bits: float
    """What the answer tells on average where there is one."""
    answered: float
    """How likely there is one."""

    @property
    def worth(self) -> float:
        """Bits that asking brings on average."""
        return self.bits * self.answered


@dataclass(frozen=True)
class Move:
    """What to do now, with what speaks for it."""

    recommend: bool
    products: Positions
    """The likeliest, the likeliest first; at most ``k``, and none where nothing is left."""
    probability: float
    """That the target is among them."""
    question: Optional[Question]
    """The best one, whether or not it is asked now; None where none tells anything."""
    turns_recommending: float
    """Turns that are expected to be needed when recommending now …"""
    turns_asking: float
    """… and when asking; infinite where nothing can be asked."""


def next_move(
    belief: Belief, turns_left: Optional[int] = None, skip: AbstractSet[str] = frozenset()
) -> Move:
    """Compare recommending with the best question, by the turns that are left to be expected.

    A list costs a turn; where it misses, what is then still uncertain costs more. A question
    costs a turn and takes the bits away that it tells. The turns that H bits cost are
    ``1 + turns_per_bit · max(0, H − log2 k)``.

    Parameters
    ----------
    turns_left
        This one included, where they are limited: the last one recommends.
    skip
        Attributes not to ask for.
    """
    config = belief.config
    products = belief.top(config.k)
    probability = min(1.0, float(belief.probabilities[products].sum()))
    question = best_question(belief, skip)
    if question is not None and question.worth < config.least_bits:
        question = None
    recommending = 1 + (1 - probability) * _turns(_after_a_miss(belief, products), belief)
    asking = math.inf
    if question is not None:
        asking = 1 + _turns(belief.entropy - question.worth, belief)
    now = (
        asking >= recommending
        or (turns_left is not None and turns_left <= 1)
        or unanswered_in_a_row(belief) >= config.patience
    )
    return Move(now, products, probability, question, recommending, asking)


def best_question(belief: Belief, skip: AbstractSet[str] = frozenset()) -> Optional[Question]:
    """The question that brings most bits, or None; what is settled is not asked for again.

    Where an attribute's values can be offered as a choice none of them is asked for alone: a yes
    or no to one of the options tells less than the choice.
    """
    if not belief.attributes.keys or not belief.probabilities.any():
        return None
    likely, rates = Likely(belief), answer_rates(belief)
    columns, attributes = belief.settled
    skipped = np.zeros(len(belief.attributes.names), bool)
    skipped[[i for i, name in enumerate(belief.attributes.names) if skip and name in skip]] = True
    found, offered = _choice(belief, likely, rates, attributes | skipped)
    closed = columns | (skipped | offered)[belief.attributes.attribute]
    single = _yes_or_no(belief, likely, rates, np.flatnonzero(~closed))
    if found is None or (single is not None and single.worth > found.worth):
        return single
    return found


def answer_rates(belief: Belief) -> Vector:
    """How likely the shopper answers a question about each attribute, shape (attributes,)."""
    number = belief.attributes.attribute
    asked = np.zeros(len(belief.attributes.names))
    answered = np.zeros(len(belief.attributes.names))
    for one in belief.evidence:
        if isinstance(one, (Answer, Choice, NoAnswer)):
            columns = (one.column,) if isinstance(one, Answer) else one.columns
            for attribute in set(number[list(columns)]):
                asked[attribute] += 1
                answered[attribute] += not isinstance(one, NoAnswer)
    return expected_answers(belief.attributes.names, asked, answered, belief.config)


def unanswered_in_a_row(belief: Belief) -> int:
    """How many of the last acts were no answers."""
    row = 0
    for one in reversed(belief.evidence):
        if not isinstance(one, NoAnswer):
            break
        row += 1
    return row


def _yes_or_no(
    belief: Belief, likely: Likely, rates: Vector, columns: Positions
) -> Optional[Question]:
    """The best question for one of these values."""
    if not belief.config.yes_or_no or not len(columns):
        return None
    bits = yes_or_no_gains(belief, likely, columns)
    best = int(np.argmax(bits * rates[belief.attributes.attribute[columns]]))
    return _question(belief, columns[[best]], float(bits[best]), rates)


def _choice(
    belief: Belief, likely: Likely, rates: Vector, closed: npt.NDArray[np.bool_]
) -> tuple[Optional[Question], npt.NDArray[np.bool_]]:
    """The best choice, and the attributes that have one; those that cannot beat what was found
    are not looked into."""
    offered = np.zeros(len(closed), bool)
    if belief.config.options < 2:
        return None, offered
    choices = Choices(belief, likely)
    options = {int(a): choices.options(a) for a in np.flatnonzero(~closed)}
    most = {a: choices.most(o) * rates[a] for a, o in options.items() if len(o) > 1}
    offered[list(most)] = True
    best: Optional[Question] = None
    for attribute in sorted(most, key=lambda a: (-most[a], a)):
        if best is not None and most[attribute] <= best.worth:
            break
        gain = choices.gain(options[attribute])
        question = _question(belief, options[attribute], gain, rates)
        if best is None or question.worth > best.worth:
            best = question
    return best, offered


def _question(belief: Belief, columns: Positions, bits: float, rates: Vector) -> Question:
    attribute = int(belief.attributes.attribute[columns[0]])
    values = tuple(belief.attributes.keys[c][1] for c in columns)
    name, rate = belief.attributes.names[attribute], float(rates[attribute])
    return Question(name, tuple(int(c) for c in columns), values, bits, rate)


def _turns(uncertainty: float, belief: Belief) -> float:
    beyond = uncertainty - math.log2(belief.config.k)
    return 1 + belief.config.turns_per_bit * max(0.0, beyond)


def _after_a_miss(belief: Belief, products: Positions) -> float:
    """Uncertainty in bits were none of the products taken."""
    shown = belief.probabilities[products]
    less = shown * max(belief.config.miss, LEAST)
    total = max(0.0, 1 - float(shown.sum())) + float(less.sum())
    if total < 1e-9:
        return 0.0
    # Entropy is −Σ p log p: only the terms of the products change, and then all are scaled.
    terms = belief.entropy - entropy(shown) + entropy(less)
    return max(0.0, terms / total + math.log2(total))
