"""What a simulated shopper is after next, and how much of it they say."""

from __future__ import annotations

from datetime import datetime
from typing import Optional

import numpy as np

from catalog.demo.shoppers.banks import Banks, Need, Recipient, beginning_with, longest_prefix
from catalog.demo.shoppers.shelf import Floats, Shelf
from catalog.demo.shoppers.tastes import Shopper, Taste, draw_taste
from catalog.demo.shoppers.wording import Wish, Wording

#: How often each thing is said of what the shopper imagines, where it has it.
SAID = {
    "family": 0.35, "material": 0.2, "style": 0.15, "occasion": 0.12, "pattern": 0.12,
    "design": 0.18, "gender": 0.3,
}  # fmt: skip
_MOST_SAID = 3
_LIMIT = 0.25
_CHEAP = 0.05
_NEED = 0.15
_SEASONAL = 1.6
_SHARP = 0.9
_GIFT_SAYS_TYPE = 0.75


class Wishes:
    """Draws wishes from tastes."""

    def __init__(self, shelf: Shelf, banks: Banks, wording: Wording) -> None:
        self._shelf = shelf
        self._banks = banks
        self._wording = wording
        self._items = [np.flatnonzero(shelf.type_of == kind) for kind in range(len(shelf.types))]
        self._needs = [(need, frozenset(self._types(need.types))) for need in banks.needs]

    def kind(self, taste: Taste, at: datetime, rng: np.random.Generator) -> int:
        """The product type that someone of this taste wants now."""
        season = self._shelf.season[:, (at.month % 12) // 3]
        weights = taste.types * (0.2 + _SEASONAL * season**2)
        return int(rng.choice(len(weights), p=weights / weights.sum()))

    def given(self, recipient: Recipient, rng: np.random.Generator) -> int:
        """A product type for a gift."""
        types = self._types(recipient.types)
        return self._shelf.types.index(types[int(rng.integers(len(types)))])

    def taste_of(self, recipient: Recipient, rng: np.random.Generator) -> Taste:
        """What the one who gets the gift likes."""
        persona = self._banks.persona(recipient.persona)
        return draw_taste(persona, recipient.gender, self._shelf, rng)

    def companion(self, kind: int, rng: np.random.Generator) -> Optional[int]:
        """A type that goes with this one, the first named being the likelier."""
        prefixes = longest_prefix(self._shelf.types[kind], self._banks.companions)
        if not prefixes:
            return None
        place = min(int(rng.geometric(0.55)) - 1, len(prefixes) - 1)
        types = self._types((prefixes[place],))
        return self._shelf.types.index(types[int(rng.integers(len(types)))]) if types else None

    def wish(
        self,
        shopper: Shopper,
        taste: Taste,
        kind: int,
        rng: np.random.Generator,
        recipient: Optional[Recipient] = None,
    ) -> Wish:
        """A request for something of this type."""
        language = shopper.language
        if recipient is None and rng.random() < _NEED:
            need = self._need_of(kind, rng)
            if need is not None:
                said = need.said[language][int(rng.integers(len(need.said[language])))]
                types = self._types(need.types)
                text = self._wording.need(said, language, rng)
                return Wish(types, text, self._wanted(need, rng))
        items = self._items[kind]
        target = int(rng.choice(items, p=_softmax(_SHARP * taste.utility(self._shelf, items))))
        facets = self._facets(target, taste, rng)
        limit = self._limit(target, rng)
        noun = self._wording.noun(self._shelf.types[kind], language, rng)
        if recipient is not None:
            facets = {n: v for n, v in facets.items() if n in ("family", "material")}
        text = self._wording.phrase(noun, facets, limit, language, rng, recipient)
        types = self._wording.called(noun, language)
        if recipient is not None and noun not in text:
            types = self._types(recipient.types)
            facets = {}
        facets.pop("cheap", None)
        return Wish(types, text, tuple(facets.items()), limit)

    def _facets(self, target: int, taste: Taste, rng: np.random.Generator) -> dict[str, str]:
        """Some of what the imagined product has; what the shopper cares for is said more often."""
        found: dict[str, str] = {}
        for attribute in rng.permutation(list(SAID)):
            attribute = str(attribute)
            if len(found) == _MOST_SAID:
                break
            values = [
                value
                for value in self._shelf.values.get((target, attribute), ())
                if self._sayable(attribute, value)
            ]
            if not values:
                continue
            value = values[int(rng.integers(len(values)))]
            if attribute == "gender" and self._of_one_gender(target):
                continue
            column = self._shelf.columns.get((attribute, value))
            cares = column is not None and taste.features[column] > 0.6
            if rng.random() < SAID[attribute] * (1.5 if cares else 1.0):
                found[attribute] = value
        if rng.random() < _CHEAP:
            found["cheap"] = "yes"
        return found

    def _sayable(self, attribute: str, value: str) -> bool:
        if attribute == "gender":
            return value in self._banks.genders
        return self._wording.sayable(attribute, value)

    def _of_one_gender(self, target: int) -> bool:
        """Whether it goes without saying: nobody asks for a men's dress."""
        kind = self._shelf.types[self._shelf.type_of[target]]
        return kind.startswith("Toys & Baby") or "Dresses" in kind or "Skirts" in kind

    def _limit(self, target: int, rng: np.random.Generator) -> Optional[int]:
        if rng.random() >= _LIMIT:
            return None
        most = self._shelf.price[target] * rng.uniform(1.02, 1.6)
        step = 50 if most < 500 else 100 if most < 2000 else 500
        return int(max(step, np.ceil(most / step) * step))

    def _types(self, prefixes: tuple[str, ...]) -> tuple[str, ...]:
        return beginning_with(prefixes, self._shelf.types)

    def _need_of(self, kind: int, rng: np.random.Generator) -> Optional[Need]:
        name = self._shelf.types[kind]
        fitting = [need for need, types in self._needs if name in types]
        return fitting[int(rng.integers(len(fitting)))] if fitting else None

    def _wanted(self, need: Need, rng: np.random.Generator) -> tuple[tuple[str, str], ...]:
        return tuple((n, values[int(rng.integers(len(values)))]) for n, values in need.want.items())


def _softmax(values: Floats) -> Floats:
    found = np.exp(values - values.max())
    return found / found.sum()
