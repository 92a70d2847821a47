"""How many bits it tells when a shopper names a value, or a limit, in words of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from actions.recommend.asking.attributes import Positions, Vector, terms
from actions.recommend.asking.likely import Likely


def naming_gains(likely: Likely) -> Vector:
    """Mutual information of the target and the value that is named of each attribute.

    Unlike a choice among options, any value may be the answer. A product makes each of its values
    as likely as its share of the evidence; where nothing is known of it, each is as likely as
    among the others.

    Returns
    -------
    Bits, shape (attributes,).
    """
    attributes = likely.attributes
    shares = likely.mass(attributes.shares)
    base = attributes.base.astype(np.float64)
    named = shares + likely.unknown[attributes.attribute] * base
    undecided = likely.mass(attributes.ambiguity)
    undecided += likely.unknown[attributes.attribute] * terms(base)
    told = np.bincount(
        attributes.attribute, terms(named) - undecided, minlength=len(attributes.names)
    )
    # A product may have less than all of its evidence in its values: the rest is no answer.
    return np.maximum(told, 0.0)


@dataclass(frozen=True)
class Amounts:
    """An amount of each product, in ascending order."""

    order: Positions
    """Positions of the products of which it is known."""
    values: Vector
    """Their amounts."""
    last: Positions
    """The last place with the same amount."""

    @classmethod
    def of(cls, amounts: npt.ArrayLike) -> Amounts:
        """Of amounts of shape (products,); what is no number above 0 counts as unknown."""
        given = np.asarray(amounts, np.float64)
        known = np.flatnonzero(np.isfinite(given) & (given > 0))
        order = known[np.argsort(given[known], kind="stable")]
        values = given[order]
        return cls(order, values, np.searchsorted(values, values, side="right") - 1)


def limit_gain(likely: Likely, amounts: Amounts) -> float:
    """Bits that the least limit above the target's own amount tells: all that is more goes, and
    nothing is told of what has no amount."""
    weights = likely.weights[amounts.order].astype(np.float64)
    if not len(weights):
        return 0.0
    below = np.cumsum(weights)
    left = np.minimum(1.0, below[amounts.last] + max(0.0, 1.0 - float(below[-1])))
    return float(weights @ -np.log2(np.maximum(left, 1e-12)))
