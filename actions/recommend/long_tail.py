"""A stated share of the long tail in lists, bought where it costs the shopper least.

A list is the best ``k``. Its weakest popular products may give way to the likeliest products of
the long tail: each exchange costs expected nDCG, and it is made while that cost stays below a
price. One price for everybody puts exchanges where little is lost: where the tail is nearly as
likely, or where nothing is known well. A product that was shown less has a discount, which
spreads exposure over the tail. The price that a stated budget allows is found on validation data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catalog.collaborative.relevance import Floats


@dataclass(frozen=True)
class LongTailPolicy:
    """How much accuracy is spent on the long tail."""

    price: float = 0.0
    """Most expected nDCG that one exchange may cost; 0 leaves lists as they are."""
    spread: float = 0.3
    """Share of the price that only products not shown yet are worth."""


def with_long_tail(
    probabilities: Floats,
    tail: npt.NDArray[np.bool_],
    shown: npt.NDArray[np.int64],
    k: int,
    policy: LongTailPolicy,
) -> list[int]:
    """Choose ``k`` of one shopper's candidates.

    Parameters
    ----------
    probabilities
        That each candidate is taken, best candidate by the ranking first, shape (n,).
    tail
        Which of them are in the long tail.
    shown
        How often each was shown before.

    Returns
    -------
    Indices of candidates: those of the first ``k`` that stay, in order, then what took the place
    of the others.
    """
    first = list(range(min(k, len(probabilities))))
    spare = np.flatnonzero(tail)
    spare = spare[spare >= len(first)]
    if policy.price <= 0 or not len(spare):
        return first
    discount = policy.price * policy.spread / (1.0 + shown)
    spare = spare[np.argsort(-(probabilities[spare] + discount[spare]), kind="stable")]
    popular = [i for i in reversed(first) if not tail[i]]
    weights = 1 / np.log2(np.arange(2, len(first) + 2))
    scale = _ideal(probabilities, weights)
    chosen, cost = first, 0.0
    for number, entering in enumerate(spare[: len(popular)], 1):
        leaving = set(popular[:number])
        changed = [i for i in first if i not in leaving] + [int(i) for i in spare[:number]]
        new_cost = float(weights @ (probabilities[first] - probabilities[changed])) / scale
        if new_cost - cost > policy.price * (1 - policy.spread) + discount[entering]:
            break
        chosen, cost = changed, new_cost
    return chosen


def _ideal(probabilities: Floats, weights: Floats) -> float:
    """The best discounted gain that can be expected: of as many as are likely to be taken."""
    expected = int(np.clip(round(float(probabilities.sum())), 1, len(weights)))
    return float(weights[:expected].sum())
