"""What goes with a product: what shoppers took along with it, and kinds that complete its kind.

Two products are linked through the shoppers who took both, through their kinds (counted in the
shop's events, or told by hand), and through what both are: for hiking, navy, of one brand. The
first two say that they go together, the third which of a kind goes best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.filters import MEETS, Mask, Scores
from catalog.graph.complements import Complements, told_by_hand
from catalog.graph.together import Companion
from catalog.index import CatalogueIndex

#: What two products may have in common, and how much that counts.
COMMON: Mapping[str, float] = {
    "occasion": 1.0,
    "style": 0.8,
    "color": 0.8,
    "brand": 0.7,
    "theme": 0.7,
    "season": 0.5,
    "material": 0.4,
    "pattern": 0.3,
}
#: A lift of so much is as strong as a link can be.
STRONGEST = 20.0
#: What is told by hand counts so much where shoppers have shown what goes with the product.
BESIDE_SHOWN = 0.4
#: Each further product of one kind counts so much less.
SAME_KIND = 0.5
#: What is for children, and whom things are for.
_CHILDREN = ("kids", "toddler", "infant", "newborn")
_SEXES = ("female", "male")

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Bond:
    """Why one product goes with another.

    ``how`` is ``together`` (``n`` visits in which both were taken), ``kinds`` (``n`` visits in
    which things of both kinds, ``own`` and ``kind``, were), ``complement`` (the kinds complete
    each other, told by hand) or ``common`` (both have ``attribute`` = ``value``).
    """

    how: str
    with_id: str
    n: int = 0
    own: str = ""
    kind: str = ""
    attribute: str = ""
    value: str = ""


class Companions:
    """Finds what goes with products of one index."""

    def __init__(self, index: CatalogueIndex) -> None:
        self._index = index
        self._complements = Complements(told_by_hand(), index.vocabulary.lexicon)

    def scores(self, ids: Sequence[str], mask: Mask) -> tuple[Positions, dict[str, Scores]]:
        """Products that go with all of some others, and how well.

        Parameters
        ----------
        ids
            What they are to go with; those that the index does not know are left out.
        mask
            Which products may be found.

        Returns
        -------
        Positions, and ``goes_with`` (0..1), ``common`` (0..1: how much else they share) and
        ``variety`` (at most 0: less for every better one of the same kind). Where nothing is known
        to go with them all products of the mask are given, and ``goes_with`` is 0.
        """
        anchors = [self._index.position[i] for i in ids if i in self._index.position]
        if not anchors:
            return np.zeros(0, np.int64), {}
        fitting = mask.copy()
        for anchor in anchors:
            fitting &= self._for_the_same(anchor)
            fitting &= self._index.group != self._index.group[anchor]
        goes = np.mean([self._goes(anchor) for anchor in anchors], axis=0, dtype=np.float32)
        for kind in {kind for anchor in anchors for kind in self._kinds(anchor)}:
            goes[self._index.facets.evidence("product_type", kind) >= MEETS] = 0.0
        pool = np.flatnonzero(fitting & (goes > 0))
        if not len(pool):
            pool = np.flatnonzero(fitting)
        common = np.mean([self._common(a)[pool] for a in anchors], axis=0, dtype=np.float32)
        parts = {"goes_with": goes[pool], "common": common}
        return pool, {**parts, "variety": self._variety(anchors[0], pool, parts)}

    def bonds(self, ids: Sequence[str], position: int) -> list[Bond]:
        """Why a product goes with others, the weightiest first; what has no weight is not told."""
        found: list[Bond] = []
        for id_ in ids:
            anchor = self._index.position.get(id_)
            if anchor is None:
                continue
            companion = self._shown(anchor, position)
            own, kind = self._kind(anchor), self._kind(position)
            if companion is not None and companion.supported:
                found.append(Bond("together", id_, companion.together))
            elif companion is not None:
                found.append(Bond("kinds", id_, companion.of_kinds, own, kind))
            elif other := self._complement(anchor, position):
                found.append(Bond("complement", id_, own=own, kind=other))
        told = bool(found)
        for id_ in ids:
            anchor = self._index.position.get(id_)
            if anchor is not None and (told or len(ids) == 1):
                found += self._shared(id_, anchor, position)[:2]
        return found

    def _goes(self, anchor: int) -> Scores:
        """How surely each product goes with one, 0..1; shape (n,)."""
        by_hand, _ = self._told(anchor)
        learned = self._index.learned
        if learned is None:
            return by_hand
        lifts = learned.together.told(anchor)
        if not lifts.any():
            return by_hand
        shown = np.log(np.maximum(lifts, 1.0)) / np.log(STRONGEST)
        shown = np.minimum(shown, 1.0).astype(np.float32)
        return np.maximum(shown, np.float32(BESIDE_SHOWN) * by_hand)

    def _told(self, anchor: int) -> tuple[Scores, npt.NDArray[np.int64]]:
        """How well products complete one by their kinds, and a number of the kind that says so."""
        best = np.zeros(len(self._index), np.float32)
        number = np.full(len(self._index), -1)
        for n, (kind, strength) in enumerate(self._complements.of(self._kinds(anchor)).items()):
            better = self._index.facets.evidence("product_type", kind) >= MEETS
            better &= best < strength
            best[better], number[better] = strength, n
        return best, number

    def _common(self, anchor: int) -> Scores:
        """How much products have in common with one beside their kind, 0..1; what few have counts
        more."""
        facets, n = self._index.facets, len(self._index)
        found, most = np.zeros(n, np.float32), 0.0
        for attribute, weight in COMMON.items():
            best = np.zeros(n, np.float32)
            for value in self._sure(anchor, attribute):
                evidence = facets.evidence(attribute, value)
                rare = 1.0 - np.log1p((evidence >= MEETS).sum()) / np.log1p(n)
                best = np.maximum(best, np.float32(rare) * evidence)
            found += np.float32(weight) * best
            most += weight
        return found / np.float32(most)

    def _shared(self, id_: str, anchor: int, position: int) -> list[Bond]:
        """What both have, the weightiest first."""
        found = []
        for attribute, weight in COMMON.items():
            for value in self._sure(anchor, attribute):
                evidence = self._index.facets.evidence(attribute, value)
                if evidence[position] >= MEETS:
                    rare = 1.0 - np.log1p((evidence >= MEETS).sum()) / np.log1p(len(evidence))
                    bond = Bond("common", id_, attribute=attribute, value=value)
                    found.append((float(weight * rare), bond))
        return [bond for _, bond in sorted(found, key=lambda one: -one[0])]

    def _shown(self, anchor: int, position: int) -> Optional[Companion]:
        learned = self._index.learned
        return learned.together.between(anchor, position) if learned is not None else None

    def _complement(self, anchor: int, position: int) -> str:
        """The kind for which a product is told to complete another; empty where there is none."""
        kinds = self._complements.of(self._kinds(anchor))
        fitting = [
            (strength, kind)
            for kind, strength in kinds.items()
            if self._index.facets.evidence("product_type", kind)[position] >= MEETS
        ]
        return max(fitting)[1] if fitting else ""

    def _for_the_same(self, anchor: int) -> Mask:
        """Products that the one who uses another can use: not his where the other is hers."""
        facets = self._index.facets
        sexes = {sex: facets.evidence("gender", sex) >= MEETS for sex in _SEXES}
        unisex = facets.evidence("gender", "unisex") >= MEETS
        children = np.zeros(len(self._index), bool)
        for age in _CHILDREN:
            children |= facets.evidence("age_group", age) >= MEETS
        worn = sexes["female"] | sexes["male"] | unisex
        fitting = np.ones(len(self._index), bool)
        own = [sex for sex in _SEXES if sexes[sex][anchor]]
        if len(own) == 1 and not unisex[anchor]:
            other = sexes["male" if own[0] == "female" else "female"]
            fitting &= ~(other & ~sexes[own[0]] & ~unisex)
        if worn[anchor] or children[anchor]:
            fitting &= (children == children[anchor]) | ~(worn | children)
        return fitting

    def _variety(self, anchor: int, pool: Positions, parts: Mapping[str, Scores]) -> Scores:
        total = parts["goes_with"] + parts["common"]
        _, number = self._told(anchor)
        seen: dict[object, list[int]] = {}
        less = np.zeros(len(pool), np.float32)
        for place in np.argsort(-total, kind="stable"):
            group = int(self._index.group[pool[place]])
            told = int(number[pool[place]])
            kind = told if told >= 0 else self._kind(int(pool[place]))
            before = seen.setdefault(kind, [])
            if group not in before:
                before.append(group)
            less[place] = -SAME_KIND * before.index(group)
        return less

    def _kind(self, position: int) -> str:
        """The kind that a product is called by: of those that are surest the narrowest."""
        kinds = self._kinds(position)
        narrower = self._index.vocabulary.narrower
        for kind in kinds:
            if not any(other in narrower("product_type", kind) for other in kinds if other != kind):
                return kind
        return kinds[0] if kinds else ""

    def _kinds(self, position: int) -> list[str]:
        return self._sure(position, "product_type")

    def _sure(self, position: int, attribute: str) -> list[str]:
        own = self._index.facets.of(position).get(attribute, [])
        return [value for value, confidence, _source in own if confidence >= MEETS]
