"""Room for the long tail in the lists that shoppers see.

Popular products get what they are given: they are shown because they were taken, and taken because
they were shown. A list's weakest popular products give way to likely ones of the long tail where
that costs next to nothing, as ``actions.recommend.long_tail`` tells. What a merchant's rule put
somewhere stays there, and the list still is not of one brand.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Callable, Collection, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.long_tail import LongTailPolicy, with_long_tail
from actions.request.types import Request

Ints = npt.NDArray[np.int64]
#: Products beyond the list that may come into it.
SPARE = 40
#: The share of products, the most taken ones, that are not in the long tail.
HEAD = 0.2


@dataclass(frozen=True)
class Exposure:
    """Puts products of the long tail into lists; arrays are over the positions of one index."""

    policy: LongTailPolicy
    temperature: float
    intercept: float
    """A product that is looked at is taken with probability ``σ(intercept + temperature · x)``,
    where x is by how much its score is above the candidates' mean."""
    tail: npt.NDArray[np.bool_]
    shown: Ints
    """How often each was shown."""

    def has_a_say(self, request: Request) -> bool:
        """Not where the shopper said what the order is, whose products, or like what."""
        beside_one = request.similar_to or request.goes_with
        asked = request.sort is not None or request.on("brand") or beside_one
        return self.policy.price > 0 and not asked

    def attraction(self, above: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """How likely products are taken, by how much they score above the candidates' mean."""
        logits = self.intercept + self.temperature * above.astype(np.float64)
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))))

    def exchanged(
        self,
        listed: Sequence[int],
        above: npt.NDArray[np.floating],
        places: int,
        same_brand: int,
        brand: Callable[[int], str],
        locked: Collection[int] = (),
    ) -> tuple[list[int], frozenset[int]]:
        """A list with its exchanges made, and what came in by them.

        Parameters
        ----------
        listed
            Positions, best first; those after the first ``places`` may come in.
        above
            By how much each scores above the candidates' mean, shape (len(listed),).
        same_brand
            Products of one brand that may be in the list with what comes in.
        locked
            Positions that neither come in nor go.
        """
        own = np.array(listed, np.int64)
        tail = self.tail[own].copy()
        first = own[:places].tolist()
        brands = Counter(brand(position) for position in first)
        for row, position in enumerate(own.tolist()):
            if row < places:
                # Only what is not of the long tail can go.
                tail[row] |= position in locked
            elif tail[row]:
                name = brand(position)
                tail[row] = position not in locked and (not name or brands[name] < same_brand)
                brands[name] += int(tail[row])
        rows = with_long_tail(self.attraction(above), tail, self.shown[own], places, self.policy)
        chosen = own[rows].tolist()
        entered = frozenset(chosen) - frozenset(first)
        if not entered:
            return list(listed), entered
        return [*chosen, *(p for p in own.tolist() if p not in set(chosen))], entered


def of_the_tail(
    counts: Ints, group: npt.NDArray[np.int32], head: float = HEAD
) -> npt.NDArray[np.bool_]:
    """Which positions belong to products outside the most taken ``head`` of them.

    Parameters
    ----------
    counts
        Shoppers who took each variant.
    group
        The product of each variant, from 0.
    """
    taken = np.bincount(group, weights=counts)
    tail = np.ones(len(taken), bool)
    tail[np.argsort(-taken, kind="stable")[: int(np.ceil(head * len(taken)))]] = False
    return tail[group]
