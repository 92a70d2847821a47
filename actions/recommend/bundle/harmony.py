"""How well products of different parts go together: what they share, and their colours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

import numpy as np
import numpy.typing as npt

from actions.recommend.companions import COMMON, STRONGEST
from actions.recommend.filters import MEETS
from catalog.index import CatalogueIndex

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

#: Colours that go with any other.
NEUTRAL = frozenset("black white grey gray beige brown navy khaki cream silver gold denim".split())
#: How two colours go together: one and the same, one of them neutral, two that are neither.
SAME, WITH_NEUTRAL, CLASHING = 1.0, 0.6, 0.0
#: How much colours count beside what is shared, and what shoppers took together beside both.
COLOURS, TAKEN = 0.5, 0.5
#: The same product twice is no plan; two of one kind are worse where different things are wanted.
TWICE, ALIKE = -1e4, -0.6


@dataclass
class Harmony:
    """Scores pairs of products of one index."""

    index: CatalogueIndex
    _values: dict[int, Mapping[str, dict[str, float]]] = field(default_factory=dict, repr=False)
    _rare: dict[tuple[str, str], float] = field(default_factory=dict, repr=False)

    def between(self, these: Positions, others: Positions, worn: bool, varied: bool) -> Array:
        """How well products go with others; shape (these, others).

        From about -0.6 to 2, and far less for the same product twice.

        Parameters
        ----------
        worn
            Whether colours matter: things that are worn, or stand in one room.
        varied
            Whether two of one kind are worse: presents.
        """
        out = np.zeros((len(these), len(others)))
        if worn:
            out += self._shared(these, others)
            out += COLOURS * self._colours(these, others)
            out += TAKEN * self._taken(these, others)
        if varied:
            out += ALIKE * self._alike(these, others)
        group = self.index.group
        out[group[these][:, None] == group[others][None, :]] = TWICE
        return out

    def _shared(self, these: Positions, others: Positions) -> Array:
        """What both are for or made like; what few products have counts more."""
        out = np.zeros((len(these), len(others)))
        most = sum(COMMON.values())
        for attribute, weight in COMMON.items():
            if attribute == "color":
                continue
            names = sorted({v for p in these for v in self._of(int(p)).get(attribute, {})})
            if not names:
                continue
            a = self._table(these, attribute, names)
            b = self._table(others, attribute, names)
            rare = np.array([self._rarity(attribute, name) for name in names])
            both = np.minimum(a[:, None, :], b[None, :, :]) * rare
            out += weight / most * both.max(axis=2)
        return out

    def _colours(self, these: Positions, others: Positions) -> Array:
        names = sorted({v for p in (*these, *others) for v in self._of(int(p)).get("color", {})})
        if not names:
            return np.zeros((len(these), len(others)))
        a, b = self._table(these, "color", names) > 0, self._table(others, "color", names) > 0
        neutral = np.array([name in NEUTRAL for name in names])
        same = (a[:, None, :] & b[None, :, :]).any(axis=2)
        easy = _all_in(a, neutral)[:, None] | _all_in(b, neutral)[None, :]
        return np.where(same, SAME, np.where(easy, WITH_NEUTRAL, CLASHING))

    def _taken(self, these: Positions, others: Positions) -> Array:
        """How much likelier shoppers take both than chance would have it, 0..1."""
        learned = self.index.learned
        if learned is None:
            return np.zeros((len(these), len(others)))
        rows = [learned.together.lifts(int(p), others) for p in these]
        lifts = np.maximum(np.array(rows, dtype=np.float64), 1.0)
        return np.minimum(np.log(lifts) / np.log(STRONGEST), 1.0)

    def _alike(self, these: Positions, others: Positions) -> Array:
        names = sorted({v for p in these for v in self._of(int(p)).get("product_type", {})})
        if not names:
            return np.zeros((len(these), len(others)))
        a = self._table(these, "product_type", names) > 0
        b = self._table(others, "product_type", names) > 0
        return (a[:, None, :] & b[None, :, :]).any(axis=2).astype(np.float64)

    def _table(self, positions: Positions, attribute: str, names: list[str]) -> Array:
        own = [self._of(int(p)).get(attribute, {}) for p in positions]
        return np.array([[values.get(name, 0.0) for name in names] for values in own])

    def _of(self, position: int) -> Mapping[str, dict[str, float]]:
        """The values that a product surely has, by attribute."""
        if position not in self._values:
            told = self.index.facets.of(position)
            self._values[position] = {
                attribute: {v: c for v, c, _source in told.get(attribute, []) if c >= MEETS}
                for attribute in (*COMMON, "product_type")
            }
        return self._values[position]

    def _rarity(self, attribute: str, value: str) -> float:
        key = (attribute, value)
        if key not in self._rare:
            found = int((self.index.facets.evidence(attribute, value) >= MEETS).sum())
            self._rare[key] = 1.0 - np.log1p(found) / np.log1p(len(self.index))
        return self._rare[key]


def _all_in(table: npt.NDArray[np.bool_], allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Rows that have something, and nothing but what is allowed."""
    has: npt.NDArray[np.bool_] = table.any(axis=1) & ~(table & ~allowed).any(axis=1)
    return has
