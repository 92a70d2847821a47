"""Texts that mean the same whatever was before, shown behind all kinds of things."""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

import numpy as np

from bot.nlu.training.batches import Row
from catalog.text import fold

#: The share of the texts meant in any context that an epoch shows in one; the rest have none.
SHARE = 0.6


class Contexts:
    """Gives contexts to rows that have none.

    Parameters
    ----------
    rows
        All rows to learn from; the contexts are those that occur in them.
    """

    def __init__(self, rows: Sequence[Row], seed: int) -> None:
        self._seed = seed
        self._known = sorted({row.after for row in rows if row.after})
        self._said = {(fold(row.text), row.after) for row in rows if row.after}

    def rows(self, rows: Sequence[Row], epoch: int) -> list[Row]:
        """The rows, some in a context; a text never in one that it has examples of its own for."""
        if not self._known:
            return list(rows)
        random = np.random.default_rng((self._seed, epoch, 1))
        return [self._placed(row, random) for row in rows]

    def _placed(self, row: Row, random: np.random.Generator) -> Row:
        if row.after or random.random() >= SHARE:
            return row
        after = self._known[int(random.integers(len(self._known)))]
        if (fold(row.text), after) in self._said:
            return row
        return replace(row, after=after)
