"""Parts of a score that need more than words: what goes with what, what it costs, how new it is.

Each is from 0 to 1 without any scaling over the candidates, so that a part in which nothing is
told (no companions, prices that all suit) moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Collection, Mapping, Optional

import numpy as np
import numpy.typing as npt

from actions.recommend.filters import Filters, Scores
from actions.request.apply import NUMERIC
from actions.request.types import ABOUT, Request
from catalog.graph.together import Together
from catalog.index import CatalogueIndex

Positions = npt.NDArray[np.int64]

#: Of a history only the products that were liked most surely are looked at, for speed.
ANCHORS = 5
#: The level of prices is drawn to the middle as if so many products of middling price were taken.
MIDDLING = 2.0
#: How far a price that is not known counts as being off.
UNKNOWN = 0.5
#: A price e times as high as the one that was named has this exponent.
STEEP = 3.0
#: After so many days a product is half as new.
HALF_LIFE = 90.0


def companionship(together: Together, history: Mapping[int, float], pool: Positions) -> Scores:
    """How well candidates go with what was taken before, shape (len(pool),).

    Of visits with both products, the share that chance does not account for: ``1 - 1 / lift``,
    times how surely the other one was liked.
    """
    best = np.zeros(len(pool))
    anchors = sorted(history, key=lambda position: -history[position])[:ANCHORS]
    for position in anchors:
        lifts = together.lifts(position, pool)
        sure = min(1.0, history[position])
        np.maximum(best, sure * (1 - 1 / np.maximum(lifts, 1.0)), out=best)
    return best.astype(np.float32)


def wished_price(request: Request, filters: Filters, pool: Positions) -> Optional[Scores]:
    """How near candidates are to a price that was wished for; None where none was.

    A wish is "about 500", or a limit that need not be kept.
    """
    wishes = [c for c in request.on("price") if c.op == ABOUT or (c.op in NUMERIC and not c.hard)]
    if not wishes or (interval := filters.interval(wishes[-1])) is None:
        return None
    low, high = interval
    if wishes[-1].op == ABOUT:
        low = high = (low + high) / 2
    price = filters.index.price[pool]
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.maximum(np.log(price / high), np.log(low / price) if low > 0 else 0.0)
    return np.where(np.isnan(off), 0.0, np.exp(-STEEP * np.maximum(off, 0.0))).astype(np.float32)


@dataclass(frozen=True)
class Traits:
    """What does not depend on a request, of all products of one index."""

    level: npt.NDArray[np.float32]
    """Where a price is among those of the same kind, from 0 to 1; NaN where unknown."""
    freshness: Optional[Scores]
    """1 for the newest, halved every ``HALF_LIFE`` days; None for a feed without dates."""

    @classmethod
    def of(cls, index: CatalogueIndex) -> Traits:
        """Gather them, once an index."""
        kind = index.learned.together.kind if index.learned is not None else None
        return cls(_levels(index.price, kind), _freshness(index.added))

    def usual(self, history: Collection[int], pool: Positions) -> Optional[Scores]:
        """How near the level of candidates' prices is to that of what was taken before.

        None where nothing is known of it. Few products tell little: all candidates are then
        nearly alike.
        """
        levels = self._known(history)
        if not len(levels):
            return None
        off = np.abs(self.level[pool] - levels.mean())
        return (1 - _sure(levels) * np.where(np.isnan(off), UNKNOWN, off)).astype(np.float32)

    def of_unknown(self, history: Collection[int]) -> float:
        """What ``usual`` says of a product whose price is not known."""
        return 1 - _sure(self._known(history)) * UNKNOWN

    def _known(self, history: Collection[int]) -> npt.NDArray[np.float32]:
        levels = self.level[np.fromiter(history, np.int64, len(history))]
        return levels[~np.isnan(levels)]


def _sure(levels: npt.NDArray[np.float32]) -> float:
    return len(levels) / (len(levels) + MIDDLING)


def _levels(
    price: npt.NDArray[np.float64], kind: Optional[npt.NDArray[np.int64]]
) -> npt.NDArray[np.float32]:
    """The share of the same kind's prices that are lower, the half of equal ones counted too."""
    level = np.full(len(price), np.nan, np.float32)
    if kind is None:
        return level
    known = np.flatnonzero(~np.isnan(price) & (kind >= 0))
    order = known[np.lexsort((price[known], kind[known]))]
    starts = np.flatnonzero(np.diff(kind[order], prepend=-1))
    for rows in np.split(order, starts[1:]):
        own = price[rows]
        below = np.searchsorted(own, own, "left") + np.searchsorted(own, own, "right")
        level[rows] = below / (2 * max(1, len(rows)))
    return level


def _freshness(added: npt.NDArray[np.int32]) -> Optional[Scores]:
    known = added >= 0
    if not known.any():
        return None
    age = added.max() - added
    return np.where(known, 0.5 ** (age / HALF_LIFE), 0.0).astype(np.float32)
