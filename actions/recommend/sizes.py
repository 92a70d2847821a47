"""Which products come in a size, whatever system it was said or stated in."""

from __future__ import annotations

import re
from typing import Iterator

import numpy as np
import numpy.typing as npt

from actions.sizing.kinds import kinds
from actions.sizing.systems import CHILDREN, MEN, WOMEN, alike, read
from catalog.index import CatalogueIndex

Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

#: A product is of a kind, or for somebody, from this confidence on.
_IS = 0.5
#: Sizes whose products are kept at hand.
_KEPT = 16


class SizeScores:
    """Evidence for sizes over one index; what does not depend on the size is read once."""

    def __init__(self, index: CatalogueIndex) -> None:
        self._index = index
        self._parts: list[tuple[str, str, str, Mask]] | None = None
        self._known: dict[str, Scores] = {}
        self._stated: Mask | None = None

    def evidence(self, wanted: str) -> Scores:
        """How sure it is that each product comes in a size. Shape (n,)."""
        if wanted not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[wanted] = self._evidence(wanted)
        return self._known[wanted]

    def stated(self) -> Mask:
        """Products that say in which sizes they come. Shape (n,)."""
        if self._stated is None:
            found = np.zeros(len(self._index.ids), dtype=bool)
            for value in self._index.facets.values("size"):
                found |= self._index.facets.evidence("size", value) >= _IS
            self._stated = found
        return self._stated

    def _evidence(self, wanted: str) -> Scores:
        facets = self._index.facets
        labels = list(facets.values("size"))
        # Sizes that say the same with a unit or a standard: 130 is "130 cm", 42 is "EU 42".
        same = re.compile(rf"(eu|size)?\s*{re.escape(wanted.lower())}\s*(cm|mm|码|号|#)?")
        plain = [v for v in labels if same.fullmatch(v.lower())]
        if read(wanted) is None or not any(self._converts()):
            return self._best([(v, None) for v in plain])
        found: list[tuple[str, Mask | None]] = []
        for family, group, system, mask in self._converts():
            names = [v for v in labels if alike(wanted, v, system, family, group)]
            found += [(v, mask) for v in names]
        # Where no table has a say a size is what it is called.
        rest = ~np.logical_or.reduce([mask for *_, mask in self._converts()])
        return self._best([*found, *((v, rest) for v in plain)])

    def _best(self, found: list[tuple[str, Mask | None]]) -> Scores:
        best = np.zeros(len(self._index.ids), dtype=np.float32)
        for value, mask in found:
            scores = self._index.facets.evidence("size", value)
            best = np.maximum(best, scores if mask is None else scores * mask)
        return best

    def _converts(self) -> list[tuple[str, str, str, Mask]]:
        if self._parts is None:
            self._parts = [part for part in self._split() if part[3].any()]
        return self._parts

    def _split(self) -> Iterator[tuple[str, str, str, Mask]]:
        """Products by how their sizes convert: family, for whom, and the feed's system."""
        facets, n = self._index.facets, len(self._index.ids)
        groups = self._groups()
        stated = np.zeros(n, dtype=bool)
        systems: list[tuple[str, Mask]] = []
        for system in facets.values("size_system"):
            mask = facets.evidence("size_system", system) >= _IS
            stated |= mask
            systems.append((system, mask))
        systems.append(("", ~stated))
        for family in dict.fromkeys(k.family for k in kinds().values() if k.family):
            types = [t for k in kinds().values() if k.family == family for t in k.types]
            of_kind = np.zeros(n, dtype=bool)
            for value in types:
                of_kind |= facets.evidence("product_type", value) >= _IS
            for group, whose in groups:
                for system, having in systems:
                    yield family, group, system, of_kind & whose & having

    def _groups(self) -> list[tuple[str, Mask]]:
        facets = self._index.facets
        young = np.zeros(len(self._index.ids), dtype=bool)
        for age in ("kids", "toddler", "infant", "newborn"):
            young |= facets.evidence("age_group", age) >= _IS
        female = facets.evidence("gender", "female") >= _IS
        female &= ~(facets.evidence("gender", "male") >= _IS)
        return [(CHILDREN, young), (WOMEN, female & ~young), (MEN, ~female & ~young)]
