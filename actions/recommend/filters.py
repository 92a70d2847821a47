"""Which products of the catalogue meet a constraint."""

from __future__ import annotations

from typing import Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.money import Rates
from actions.request.apply import NUMERIC, bounds
from actions.request.types import CONTAINS, IS, IS_NOT, Constraint, Request
from catalog.index import CatalogueIndex

Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float32]

#: A product counts as having a value from this confidence on …
MEETS = 0.5
#: … and as being free of it below this one: for "no polyester" a hint is enough.
FREE = 0.25

#: Attribute a shopper names → measured attributes that can answer, the first one present wins.
MEASURES = {
    "size": ("screen_size", "capacity", "volume", "length", "width", "height", "size"),
    "weight": ("weight", "shipping_weight"),
}


class Filters:
    """Constraints as masks over the positions of one index."""

    def __init__(self, index: CatalogueIndex, rates: Rates) -> None:
        self.index = index
        self.rates = rates

    def __len__(self) -> int:
        return len(self.index.ids)

    def all(self) -> Mask:
        return np.ones(len(self), dtype=bool)

    def mask(self, constraint: Constraint) -> Mask:
        """The products that meet one constraint, hard or soft. Shape (n,)."""
        if constraint.op in NUMERIC:
            return self._numeric(constraint)
        if constraint.op == IS_NOT:
            return self.evidence(constraint) < FREE
        return self.evidence(constraint) >= MEETS

    def evidence(self, constraint: Constraint) -> Scores:
        """How sure it is that each product has one of the constraint's values. Shape (n,)."""
        best = np.zeros(len(self), dtype=np.float32)
        for value in constraint.values:
            if constraint.op == CONTAINS or not self.index.vocabulary.knows(constraint.attribute):
                found = self._in_text(str(value))
            else:
                found = self.index.facets.evidence(constraint.attribute, str(value))
            best = np.maximum(best, found)
        return best

    def hard(
        self,
        request: Request,
        skip: Sequence[Constraint] = (),
        base: Optional[Mask] = None,
    ) -> Mask:
        """Products that meet every hard constraint, can be bought, and were not rejected."""
        mask = self.base(request) if base is None else base.copy()
        for constraint in request.constraints:
            if constraint.hard and constraint not in skip:
                mask &= self.mask(constraint)
        return mask

    def base(self, request: Request) -> Mask:
        """What is open to any request: in stock unless asked otherwise, not rejected."""
        index = self.index
        mask = self.all() if request.on("availability") else index.available.copy()
        for product_id in request.rejected:
            position = index.position.get(product_id)
            if position is not None:
                mask &= index.group != index.group[position]
        return mask

    def numbers(self, attribute: str) -> Optional[npt.NDArray[np.float64]]:
        """The measured attribute of every product, NaN where it has none. Shape (n,)."""
        index = self.index
        own = {
            "price": index.price,
            "rating": index.rating,
            "added": index.added,
            "popularity": index.popularity,
        }
        if attribute in own:
            return np.asarray(own[attribute], dtype=np.float64)
        measured = set(index.facets.attributes())
        for name in MEASURES.get(attribute, (attribute,)):
            if name in measured:
                values, _unit = index.facets.numbers(name)
                if np.isfinite(values).any():
                    return np.asarray(values, dtype=np.float64)
        return None

    def interval(self, constraint: Constraint) -> Optional[tuple[float, float]]:
        """A numeric constraint's bounds in the catalogue's own unit; None without a rate."""
        low, high = bounds(constraint)
        if constraint.attribute == "price":
            converted = [self.rates.convert(x, constraint.currency) for x in (low, high)]
            if converted[0] is None or converted[1] is None:
                return None
            return converted[0], converted[1]
        return low, high

    def _numeric(self, constraint: Constraint) -> Mask:
        values = self.numbers(constraint.attribute)
        interval = self.interval(constraint)
        if values is None or interval is None:
            return np.zeros(len(self), dtype=bool)
        low, high = interval
        with np.errstate(invalid="ignore"):
            # A converted bound must not lose a product to rounding.
            return (values >= low - 1e-6) & (values <= high + 1e-6)

    def _in_text(self, words: str) -> Scores:
        out = np.zeros(len(self), dtype=np.float32)
        positions, _scores = self.index.words.search(words, len(self))
        out[positions] = 1.0
        return out


def is_constraint(constraint: Constraint) -> bool:
    """Whether the constraint asks for a value (rather than excludes or bounds one)."""
    return constraint.op in (IS, CONTAINS)
