"""What simulated shoppers like, and how it changes: seeded, and known to nobody but the truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Optional

import numpy as np
import numpy.typing as npt

from catalog.demo.shoppers.banks import Banks, Persona, beginning_with
from catalog.demo.shoppers.shelf import Floats, Ints, Shelf

LANGUAGES = ("en", "zh")
#: How a taste may change, and the share of shoppers whose taste does.
CHANGES = {"abrupt": 0.2, "gradual": 0.13, "return": 0.15}
_LIKED, _DISLIKED = 1.1, -1.1
_OTHER_GENDER = -3.0
_PRICE = 2.5
_FAVOURITE_BRANDS = 8
_OTHER_TYPES = 0.01


@dataclass(frozen=True)
class Taste:
    """How much someone buys of each type, and what they like about a product."""

    persona: str
    types: Floats
    """Weight of each type, shape (types,), sum 1."""
    features: npt.NDArray[np.float32]
    """Weight of each feature of the shelf, shape (features,)."""
    level: float
    """The price level they buy at, from 0 to 1."""

    def utility(self, shelf: Shelf, items: Ints) -> Floats:
        """How much they like these items, shape (len(items),)."""
        liked = shelf.features[items] @ self.features
        return liked - _PRICE * np.abs(shelf.level[items] - self.level)

    def blended(self, other: Taste, share: float) -> Taste:
        """Between this taste and another, of which it has ``share``."""
        return Taste(
            persona=other.persona if share >= 0.5 else self.persona,
            types=(1 - share) * self.types + share * other.types,
            features=self.features + np.float32(share) * (other.features - self.features),
            level=(1 - share) * self.level + share * other.level,
        )


@dataclass(frozen=True)
class Change:
    """How one shopper's taste changes."""

    kind: str
    """``abrupt`` at ``start``; ``gradual`` from ``start`` to ``end``; ``return``: away at
    ``start``, back at ``end``."""
    start: datetime
    end: datetime
    before: str
    """Persona that the taste is made from at first."""
    after: str


@dataclass(frozen=True)
class Shopper:
    """One simulated shopper."""

    id: str
    language: str
    gender: str
    first: Taste
    second: Optional[Taste]
    change: Optional[Change]

    def taste(self, at: datetime) -> Taste:
        """What they like at a time."""
        if self.second is None or self.change is None or at < self.change.start:
            return self.first
        change = self.change
        if change.kind == "abrupt":
            return self.second
        if change.kind == "return":
            return self.second if at < change.end else self.first
        share = (at - change.start) / (change.end - change.start)
        return self.first.blended(self.second, min(1.0, share))


def draw_shopper(
    number: int, shelf: Shelf, banks: Banks, start: datetime, rng: np.random.Generator
) -> Shopper:
    """A shopper with a taste of their own, which may change within the year from ``start``."""
    language = LANGUAGES[number % 2]
    gender = "female" if rng.random() < 0.55 else "male"
    names = rng.permutation(len(banks.personas))
    before, after = banks.personas[names[0]], banks.personas[names[1]]
    first = draw_taste(before, gender, shelf, rng)
    change = _change(before, after, start, rng)
    second = None if change is None else draw_taste(after, gender, shelf, rng)
    return Shopper(f"sim-{number:05d}", language, gender, first, second, change)


def draw_taste(persona: Persona, gender: str, shelf: Shelf, rng: np.random.Generator) -> Taste:
    """A person of this kind: the persona's likes, their strength and some more by chance."""
    types = np.full(len(shelf.types), _OTHER_TYPES)
    for prefix, weight in persona.buys.items():
        for name in beginning_with((prefix,), shelf.types):
            types[shelf.types.index(name)] = weight * rng.lognormal(0, 0.6)
    other = {"female": "Men", "male": "Women"}.get(gender)
    types[[name.split(" > ")[0] == other for name in shelf.types]] *= 0.02
    sizes = np.bincount(shelf.type_of, minlength=len(types))
    types *= np.sqrt(sizes)
    features = rng.normal(0, 0.35, len(shelf.columns))
    for liked, weight in ((persona.likes, _LIKED), (persona.dislikes, _DISLIKED)):
        for attribute, values in liked.items():
            for value in values:
                _add(features, shelf, attribute, value, weight * rng.uniform(0.5, 1.5))
    for family in persona.colors:
        _add(features, shelf, "family", family, _LIKED * rng.uniform(0.5, 1.5))
    brands = [column for (name, _), column in shelf.columns.items() if name == "brand"]
    features[rng.choice(brands, min(_FAVOURITE_BRANDS, len(brands)), replace=False)] += _LIKED
    for value, theirs in (("male", gender == "female"), ("female", gender == "male")):
        if theirs:
            _add(features, shelf, "gender", value, _OTHER_GENDER)
    level = float(np.clip(persona.price + rng.normal(0, 0.15), 0, 1))
    weights = features.astype(np.float32)
    return Taste(persona.name, types / types.sum(), weights, level)


def _add(features: Floats, shelf: Shelf, attribute: str, value: str, weight: float) -> None:
    column = shelf.columns.get((attribute, value))
    if column is not None:
        features[column] += weight


def _change(
    before: Persona, after: Persona, start: datetime, rng: np.random.Generator
) -> Optional[Change]:
    luck = rng.random()
    for kind, share in CHANGES.items():
        luck -= share
        if luck < 0:
            begin = start + timedelta(days=float(rng.uniform(110, 220)))
            days = {"abrupt": 0.0, "gradual": rng.uniform(40, 90), "return": rng.uniform(45, 90)}
            end = begin + timedelta(days=float(days[kind]))
            return Change(kind, begin, end, before.name, after.name)
    return None
