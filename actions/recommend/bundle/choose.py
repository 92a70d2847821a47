"""One candidate for each part, so that together they are best and cost no more than the budget.

A beam search over the parts in their order. What could not be completed within the budget even by
the cheapest candidates of the parts to come is left out at once, so where some combination is
within the budget one is found; that it is the best is sure only while the beam holds all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
#: Combinations that are followed at a time.
WIDTH = 400
#: How much it counts beside the scores how well the parts go together.
TOGETHER = 0.6
#: Prices are sums of cents.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Choice:
    """The place of the chosen candidate of each part, and what all cost."""

    picks: tuple[int, ...]
    total: float
    score: float


def choose(
    prices: Sequence[Array],
    scores: Sequence[Array],
    together: Mapping[tuple[int, int], Array],
    low: float = 0.0,
    high: float = np.inf,
    width: int = WIDTH,
) -> Optional[Choice]:
    """The best combination that costs from ``low`` to ``high``; None where there is none.

    Parameters
    ----------
    prices, scores
        For each part those of its candidates, shape (m,); no price may be missing.
    together
        Two parts, the earlier first → how well their candidates go together, shape (m, m').
    """
    parts = len(prices)
    if not parts or any(not len(p) for p in prices):
        return None
    least = np.array([p.min() for p in prices])
    most = np.array([p.max() for p in prices])
    per_pair = TOGETHER * 2.0 / max(1, parts - 1)
    picks = np.zeros((1, 0), np.int64)
    cost, score = np.zeros(1), np.zeros(1)
    for i in range(parts):
        new_cost = cost[:, None] + prices[i][None, :]
        new_score = score[:, None] + scores[i][None, :]
        for j in range(i):
            fit = together.get((j, i))
            if fit is not None:
                new_score = new_score + per_pair * fit[picks[:, j]]
        ahead = new_cost + least[i + 1 :].sum() <= high + _ROUNDING
        ahead &= new_cost + most[i + 1 :].sum() >= low - _ROUNDING
        before, own = np.nonzero(ahead)
        if not len(before):
            return None
        values = new_score[before, own]
        if len(values) > width:
            kept = np.argpartition(-values, width - 1)[:width]
            before, own, values = before[kept], own[kept], values[kept]
        picks = np.column_stack([picks[before], own])
        cost, score = new_cost[before, own], values
    best = int(np.lexsort((cost, -score))[0])
    return Choice(tuple(int(p) for p in picks[best]), float(cost[best]), float(score[best]))


def cheapest(
    prices: Sequence[Array], together: Mapping[tuple[int, int], Array]
) -> Optional[Choice]:
    """What costs least; what does not go together at all is not chosen for its price."""
    return choose(prices, [-p for p in prices], together)
