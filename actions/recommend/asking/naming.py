"""How many bits it tells when a shopper names a value, or a limit, in words of their own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from actions.recommend.asking.attributes import Vector
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
    undecided += likely.unknown[attributes.attribute] * _terms(base)
    told = np.bincount(
        attributes.attribute, _terms(named) - undecided, minlength=len(attributes.names)
    )
    # A product may have less than all of its evidence in its values: the rest is no answer.
    return np.maximum(told, 0.0)


def limit_gain(likely: Likely, amounts: npt.NDArray[np.floating]) -> float:
    """Bits that the least limit above the target's own amount tells: all that is more goes.

    Parameters
    ----------
    amounts
        Of each product, shape (products,); NaN where unknown, which no limit tells anything of.
    """
    known = np.flatnonzero((likely.weights > 0) & np.isfinite(amounts))
    if not len(known):
        return 0.0
    weights = likely.weights[known].astype(np.float64)
    values, place = np.unique(amounts[known], return_inverse=True)
    below = np.cumsum(np.bincount(place, weights, minlength=len(values)))
    unknown = max(0.0, 1.0 - float(weights.sum()))
    left = np.minimum(1.0, below[place] + unknown)
    return float(weights @ -np.log2(np.maximum(left, 1e-12)))


def _terms(p: Vector) -> Vector:
    """``−p log2 p``."""
    return -p * np.log2(np.maximum(p, 1e-12))
