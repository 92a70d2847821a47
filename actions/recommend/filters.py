"""Which products of the catalogue meet a constraint."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.money import Rates
from actions.recommend.sizes import SizeScores
from actions.request.apply import NUMERIC, bounds
from actions.request.types import CONTAINS, IS, IS_NOT, Constraint, Request
from catalog.index import CatalogueIndex
from catalog.index.measures import UNITS, parse_measure

Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float32]

#: A product counts as having a value from this confidence on …
MEETS = 0.5
#: … but of what is not named in titles it has what its texts mention, …
MENTIONED = 0.35
#: … and as being free of it below this one: for "no polyester" a hint is enough.
FREE = 0.25

#: What titles and attributes tell in full: more in a description is about something else.
TOLD = frozenset("product_type brand color material pattern gender age_group size".split())
#: A kind of product comes in sizes, or is told to be for winter, where this share of it says so.
SIZED = 0.02
#: What few texts tell although it is true of many: a jacket need not say that it is for winter.
SELDOM_TOLD = frozenset(("season", "occasion"))
#: Attributes that name what a part of a product is made of.
PARTS = ("filling", "lining", "sole", "coating")
FOR_CHILDREN = re.compile(
    r"girl|boy|kid|child|baby|toddler|daughter|son\b|童|孩|宝|婴|女儿|儿子", re.I
)

#: Attribute a shopper names → attributes that can answer; of several the first a product has.
MEASURES = {
    "size": ("screen_size", "capacity", "volume", "length", "diameter", "width", "dimensions"),
    "length": ("length", "size", "screen_size", "diameter", "dimensions", "height", "width"),
    "capacity": ("capacity", "volume", "size"),
    "weight": ("weight", "shipping_weight"),
    "battery": ("battery_life", "battery_capacity"),
}


class Filters:
    """Constraints as masks over the positions of one index."""

    def __init__(self, index: CatalogueIndex, rates: Rates) -> None:
        self.index = index
        self.rates = rates
        self.sizes = SizeScores(index)
        self._attributes = {*index.facets.attributes(), "product_type"}

    def __len__(self) -> int:
        return len(self.index.ids)

    def all(self) -> Mask:
        return np.ones(len(self), dtype=bool)

    def mask(self, constraint: Constraint) -> Mask:
        """The products that meet one constraint, hard or soft. Shape (n,)."""
        if constraint.op in NUMERIC:
            return self._numeric(constraint)
        if constraint.op == IS_NOT:
            return self._free_of(constraint)
        met = self._wanted(constraint) >= (MEETS if constraint.attribute in TOLD else MENTIONED)
        if constraint.attribute == "gender" and not FOR_CHILDREN.search(constraint.words):
            # "For women" does not mean girls.
            met &= self._of_age("kids", "toddler", "infant", "newborn") < MEETS
        return met

    def evidence(self, constraint: Constraint) -> Scores:
        """How sure it is that each product has one of the constraint's values. Shape (n,)."""
        best = np.zeros(len(self), dtype=np.float32)
        for value in constraint.values:
            if constraint.op != CONTAINS and constraint.attribute in self._attributes:
                found = self.index.facets.evidence(constraint.attribute, str(value))
                if constraint.attribute == "size":
                    found = np.maximum(found, self.sizes.evidence(str(value)))
            else:
                found = self._in_text(str(value))
            best = np.maximum(best, found)
        return best

    def _wanted(self, constraint: Constraint) -> Scores:
        """The evidence for what is asked for, or for the wider kind that stands in for it."""
        wider = self.stands_in(constraint)
        return self.evidence(replace(constraint, value=wider) if wider else constraint)

    def stands_in(self, constraint: Constraint) -> tuple[str, ...]:
        """The kinds one step wider, where nothing is called what is asked for and something that.

        Of midi dresses dresses; nothing for laptops, where no title has "computer" either.
        """
        if constraint.attribute != "product_type" or constraint.op != IS:
            return ()
        if self.evidence(constraint).any():
            return ()
        lexicon = self.index.vocabulary.lexicon
        known = self.index.facets.values("product_type")
        concepts = [lexicon.get("product_type", str(value)) for value in constraint.values]
        parents = [kind for concept in concepts if concept for kind in concept.broader]
        return tuple(kind for kind in dict.fromkeys(parents) if kind in known)

    def hard(
        self,
        request: Request,
        skip: Sequence[Constraint] = (),
        base: Optional[Mask] = None,
    ) -> Mask:
        """Products that meet every hard constraint, can be bought, and were not rejected."""
        mask = self.base(request) if base is None else base.copy()
        for constraint in request.constraints:
            if (
                constraint.hard
                and constraint not in skip
                and not self.unknowable(constraint, request)
            ):
                mask &= self.mask(constraint)
        return mask

    def unknowable(self, constraint: Constraint, request: Request) -> bool:
        """Whether nothing in the shop says anything about what is asked for."""
        if constraint.op != IS or constraint.attribute in ("product_type", "brand"):
            return False
        if constraint.attribute == "size":
            return not self._sized(request)
        if constraint.attribute in SELDOM_TOLD:
            mask = self._of_kind(request)
            return bool(mask.any()) and float(self.mask(constraint)[mask].mean()) < SIZED
        return constraint.attribute not in self._attributes and not self.evidence(constraint).any()

    def _sized(self, request: Request) -> bool:
        """Whether products of the kind asked for come with sizes at all."""
        mask = self._of_kind(request)
        stated = sum(self.index.facets.values("size", mask).values())
        return not mask.any() or stated >= SIZED * int(mask.sum())

    def _of_kind(self, request: Request) -> Mask:
        """The products of the kind asked for."""
        mask = self.all()
        for constraint in request.on("product_type"):
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
        known: Optional[npt.NDArray[np.float64]] = None
        measured = index.facets.measured()
        for name in MEASURES.get(attribute, (attribute,)):
            if name in measured:
                values = np.asarray(index.facets.numbers(name)[0], dtype=np.float64)
                known = values if known is None else np.where(np.isnan(known), values, known)
        return known

    def unit(self, attribute: str) -> Optional[str]:
        """The unit that ``numbers`` are in, for a measured attribute."""
        measured = self.index.facets.measured()
        names = MEASURES.get(attribute, (attribute,))
        return next((measured[name] for name in names if name in measured), None) or None

    def interval(self, constraint: Constraint) -> Optional[tuple[float, float]]:
        """A numeric constraint's bounds in the catalogue's currency; None without a rate."""
        low, high = bounds(constraint)
        if constraint.attribute == "price":
            converted = [self.rates.convert(x, constraint.currency) for x in (low, high)]
            if converted[0] is None or converted[1] is None:
                return None
            return converted[0], converted[1]
        return low, high

    def _numeric(self, constraint: Constraint) -> Mask:
        if constraint.unit:
            return self._measured(constraint, constraint.unit)
        values = self.numbers(constraint.attribute)
        interval = self.interval(constraint)
        if values is None or interval is None:
            return np.zeros(len(self), dtype=bool)
        return _within(values, *interval)

    def _measured(self, constraint: Constraint, unit: str) -> Mask:
        """Products with a measure in the bounds, whichever of its attributes states it."""
        base, factor = UNITS.get(unit, (unit, 1.0))
        low, high = (x * factor for x in bounds(constraint))
        mask = np.zeros(len(self), dtype=bool)
        facets = self.index.facets
        columns = facets.measured()
        for name in MEASURES.get(constraint.attribute, (constraint.attribute,)):
            if columns.get(name) == base:
                mask |= _within(np.asarray(facets.numbers(name)[0]), low, high)
                continue
            for value in facets.values(name):
                measure = parse_measure(value)
                if measure and measure[1] == base and low <= measure[0] <= high:
                    mask |= facets.evidence(name, value) >= MEETS
        return mask

    def _free_of(self, constraint: Constraint) -> Mask:
        """Products that show no sign of an excluded value, in any part made of something."""
        found = self.evidence(constraint)
        if constraint.attribute == "material":
            for part in PARTS:
                if part in self._attributes:
                    found = np.maximum(found, self.evidence(replace(constraint, attribute=part)))
        return found < FREE

    def _of_age(self, *groups: str) -> Scores:
        found = [self.index.facets.evidence("age_group", group) for group in groups]
        return np.maximum.reduce(found)

    def _in_text(self, words: str) -> Scores:
        out = np.zeros(len(self), dtype=np.float32)
        positions, _scores = self.index.words.search(words, len(self))
        out[positions] = 1.0
        return out


def _within(values: npt.NDArray[np.float64], low: float, high: float) -> Mask:
    with np.errstate(invalid="ignore"):
        # A converted bound must not lose a product to rounding.
        return (values >= low - 1e-6) & (values <= high + 1e-6)


def is_constraint(constraint: Constraint) -> bool:
    """Whether the constraint asks for a value (rather than excludes or bounds one)."""
    return constraint.op in (IS, CONTAINS)
