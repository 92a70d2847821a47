"""A simulated user who answers questions about the item in mind, not always rightly."""

from __future__ import annotations

from typing import Collection, Optional

import numpy as np


class SimulatedShopper:
    """Says yes where the item in mind has the attribute, else no.

    With ``noise`` the answer is the opposite, with ``unknown`` there is none. Both are drawn by
    case and column alone: every policy meets the same user, who gives the same answer to the
    same question.
    """

    def __init__(
        self, columns: Collection[int], case: int, seed: int, noise: float, unknown: float
    ) -> None:
        self._columns = frozenset(columns)
        self._case, self._seed = case, seed
        self._noise, self._unknown = noise, unknown

    def answer(self, column: int) -> Optional[bool]:
        """Yes, no, or None for "I don't know"."""
        truth = column in self._columns
        if not self._noise and not self._unknown:
            return truth
        drawn = np.random.default_rng((self._seed, self._case, column)).random(2)
        if drawn[0] < self._unknown:
            return None
        return truth != bool(drawn[1] < self._noise)
