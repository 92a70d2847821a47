"""How many bits the answer to a question tells about the target, on average."""

from __future__ import annotations

from typing import Optional

import numpy as np

from actions.recommend.asking.attributes import Positions, Vector, bits, terms
from actions.recommend.asking.belief import Belief
from actions.recommend.asking.evidence import LEAST
from actions.recommend.asking.likely import Likely


def yes_or_no_gains(
    belief: Belief, likely: Optional[Likely] = None, columns: Optional[Positions] = None
) -> Vector:
    """Mutual information of the target and the answer to yes-or-no questions.

    Entropy of the answer, less what it would still be were the target known, for products of
    which the value is not sure and shoppers who may be wrong.

    Parameters
    ----------
    columns
        The values asked for; by default all.

    Returns
    -------
    Bits, shape (columns,).
    """
    likely = likely or Likely(belief)
    attributes, noise = belief.attributes, max(belief.config.noise, LEAST)
    sure = float(bits(np.array(noise)))
    yes = likely.mass(attributes.evidence, columns)
    left = np.full(len(yes), sure)
    if not attributes.certain:
        evidence = attributes.evidence.by_row
        cells = attributes.cells((noise,), lambda: _unsure(evidence.astype(float), noise, sure))
        left += likely.mass(cells, columns)
    if not attributes.closed:
        chosen = slice(None) if columns is None else columns
        unknown = likely.unknown[attributes.attribute[chosen]]
        base = attributes.base[chosen].astype(np.float64)
        yes = yes + unknown * base
        left += unknown * _unsure(base, noise, sure)
    told: Vector = bits(noise + (1 - 2 * noise) * np.clip(yes, 0.0, 1.0)) - left
    return np.maximum(told, 0.0)


class Choices:
    """Questions for one of several values of an attribute, or another than these.

    A product makes each of its values as likely an answer as its share of the evidence for the
    attribute; what is missing to 1 goes to another value than those offered.
    """

    def __init__(self, belief: Belief, likely: Optional[Likely] = None) -> None:
        self.config = belief.config
        self.attributes = belief.attributes
        self.likely = likely or Likely(belief)
        self.noise = max(belief.config.noise, LEAST)
        self._of_known: Vector = self.likely.mass(self.attributes.shares)
        unknown = self.likely.unknown[self.attributes.attribute]
        self.named: Vector = self._of_known + unknown * self.attributes.base
        """Probability that each value would be named, shape (columns,)."""
        self._spread: dict[int, Vector] = {}

    def options(self, attribute: int) -> Positions:
        """The likeliest values of an attribute, as many as are offered, the likeliest first."""
        columns = self.attributes.columns(attribute)
        columns = columns[self.named[columns] > 0]
        order = np.lexsort((columns, -self.named[columns]))
        return columns[order][: self.config.options]

    def most(self, options: Positions) -> float:
        """No more bits than this are told by a choice, found without looking at each product.

        The entropy of "another value" is concave in how likely it is for a product: of products
        with several values it is taken to lie on the chord, and is not below that.
        """
        m = len(options)
        unknown, wrong = self._unknown(options), self._wrong(m)
        never, slope = self._chord(m)
        other = np.clip(1 - unknown - self._of_known[options].sum(), 0.0, 1.0)
        left = float(self._spreads(m)[options].sum()) + other * slope
        left += (1 - unknown) * (m * float(terms(np.array(wrong))) + never)
        base = self.attributes.base[options].astype(np.float64)
        left += unknown * float(terms(self._answers(base)).sum())
        return float(terms(self._answers(self.named[options])).sum()) - float(left)

    def gain(self, options: Positions) -> float:
        """Mutual information of the target and the answer, in bits."""
        return max(0.0, self.most(options) - self._above_the_chord(options))

    def _above_the_chord(self, options: Positions) -> float:
        """What the chord misses in the entropy of "another value", on average."""
        attributes, rows, shares = self.attributes, [], []
        for column in options:
            span = slice(attributes.starts[column], attributes.starts[column + 1])
            some = attributes.several.by_column.data[span] > 0
            rows.append(attributes.rows[span][some])
            shares.append(attributes.shares.by_column.data[span][some])
        having, inverse = np.unique(np.concatenate(rows), return_inverse=True)
        offered = np.bincount(inverse, np.concatenate(shares), minlength=len(having))
        other = np.clip(1 - offered, 0.0, 1.0)
        return float(self.likely.weights[having] @ self._above(other, len(options)))

    def _spreads(self, m: int) -> Vector:
        """What products with a value add to the entropy of the answer, by column: for the value
        itself, and above the chord for "another value" where they have no second value."""
        if m not in self._spread:
            cells = self.attributes.cells((self.noise, m), lambda: self._spread_of(m))
            self._spread[m] = self.likely.mass(cells)
        return self._spread[m]

    def _spread_of(self, m: int) -> Vector:
        wrong = self._wrong(m)
        shares = self.attributes.shares.by_row.astype(np.float64)
        own = terms((1 - self.noise) * shares + wrong) - terms(np.array(wrong))
        return own + (1 - self.attributes.several.by_row) * self._above(1 - shares, m)

    def _above(self, other: Vector, m: int) -> Vector:
        never, slope = self._chord(m)
        return terms((1 - self.noise) * other + self._wrong(m)) - (never + slope * other)

    def _chord(self, m: int) -> tuple[float, float]:
        """Terms of an answer that is never right, and how much more of one that always is."""
        never, always = terms(np.array([self._wrong(m), 1 - self.noise + self._wrong(m)]))
        return float(never), float(always - never)

    def _wrong(self, m: int) -> float:
        """How likely each answer is a mistaken one, of m options and another value."""
        return self.noise / (m + 1)

    def _unknown(self, options: Positions) -> float:
        return float(self.likely.unknown[self.attributes.attribute[options[0]]])

    def _answers(self, shares: Vector) -> Vector:
        """Probabilities of the options and of another value, shape (options + 1,)."""
        other = np.clip(1 - shares.sum(), 0.0, 1.0)
        return (1 - self.noise) * np.append(shares, other) + self._wrong(len(shares))


def _unsure(evidence: Vector, noise: float, sure: float) -> Vector:
    """Bits that the answer is less certain by than if the evidence were 0 or 1."""
    return bits(noise + (1 - 2 * noise) * evidence) - sure
