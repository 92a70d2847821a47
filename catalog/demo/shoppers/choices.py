"""What is shown for a wish, and what the shopper does with it.

Shown: the 8 to 10 products with the highest ``relevance to the words + 0.6 · popularity + Gumbel
noise``; the shopper's taste is not in it, so that what is not clicked is a real negative.

Clicked: with probability ``examination × attractiveness``. The place r, from 1, is examined with
probability ``r ** -e`` (the position-based model; Craswell et al., 2008), where e is
``EXPONENTS[language]``. Attractiveness is ``σ(1.5 z + 0.8 m - 1.4 u - 1.1)``: z is how the shopper
likes the product beside others that the words may mean, in standard deviations; m and u are how
many of the said things it has and has not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Optional

import numpy as np

from catalog.demo.shoppers.shelf import Bools, Floats, Ints, Shelf
from catalog.demo.shoppers.tastes import Shopper, Taste
from catalog.demo.shoppers.wording import Wish

#: Language → how fast examination falls with the place.
EXPONENTS = {"en": 0.7, "zh": 0.9}
LENGTHS = (8, 9, 10)
_POPULAR, _NOISE = 0.6, 0.7
_KNOWS_GENDER = 0.7
_SIBLING = 1.6
_LIKES, _FITS, _MISSES, _OVER, _BIAS = 1.5, 0.8, 1.4, 1.5, -1.1


@dataclass(frozen=True)
class Act:
    """One act on a shown product."""

    kind: str
    place: int
    """Where the product stood, from 0."""
    value: Optional[int] = None


class Shop:
    """Shows products, and has shoppers choose among them."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._pools: dict[tuple[str, ...], tuple[Ints, Bools]] = {}

    def show(self, wish: Wish, shopper: Shopper, rng: np.random.Generator) -> Ints:
        """The items of the list, best first; at most one color of a product."""
        pool, named = self._pool(wish.types)
        score = np.where(named, 0.0, -_SIBLING) + _POPULAR * self._shelf.popularity[pool]
        score += 1.2 * self._fit(wish, pool)[0] - self._over(wish, pool)
        if rng.random() < _KNOWS_GENDER:
            other = "male" if shopper.gender == "female" else "female"
            score -= 1.5 * self._shelf.has(pool, "gender", other)
        score += rng.gumbel(0, _NOISE, len(pool))
        order = pool[np.argsort(-score, kind="stable")][:60]
        _, first = np.unique(self._shelf.group[order], return_index=True)
        return order[np.sort(first)][: int(rng.choice(LENGTHS))]

    def attraction(self, wish: Wish, taste: Taste, shown: Ints) -> Floats:
        """How likely each shown item is to be clicked where it is examined."""
        pool, _ = self._pool(wish.types)
        liked = taste.utility(self._shelf, pool)
        z = (taste.utility(self._shelf, shown) - liked.mean()) / (liked.std() + 0.3)
        fits, misses = self._fit(wish, shown)
        off = misses + (1 - np.isin(shown, pool[self._pool(wish.types)[1]]))
        logit = _LIKES * z + _FITS * fits - _MISSES * off - _OVER * self._over(wish, shown) + _BIAS
        return 1 / (1 + np.exp(-logit))

    def _pool(self, types: tuple[str, ...]) -> tuple[Ints, Bools]:
        """Items that may be shown, and which of them the words name; others are of like types."""
        if types not in self._pools:
            wanted = [self._shelf.types.index(t) for t in types]
            pool = self._near(types, 1)
            if len(np.unique(self._shelf.group[pool])) < 2 * max(LENGTHS):
                pool = self._near(types, 2)
            self._pools[types] = pool, np.isin(self._shelf.type_of[pool], wanted)
        return self._pools[types]

    def _near(self, types: tuple[str, ...], steps: int) -> Ints:
        """Items whose type shares all but the last steps of its path with one of these."""
        above = tuple(f"{_above(name, steps)} > " for name in types)
        near = [i for i, name in enumerate(self._shelf.types) if name.startswith(above)]
        wanted = [self._shelf.types.index(name) for name in types]
        return np.flatnonzero(np.isin(self._shelf.type_of, [*wanted, *near]))

    def _fit(self, wish: Wish, items: Ints) -> tuple[Floats, Floats]:
        """How many of the said things each item has, and has not."""
        has = np.zeros(len(items))
        for attribute, value in wish.facets:
            has += self._shelf.has(items, attribute, value)
        return has, len(wish.facets) - has

    def _over(self, wish: Wish, items: Ints) -> Floats:
        if wish.limit is None:
            return np.zeros(len(items))
        return (self._shelf.price[items] > wish.limit).astype(float)


def _above(name: str, steps: int) -> str:
    """The path without its last steps, of which the first always stays."""
    path = name.split(" > ")
    return " > ".join(path[: max(1, len(path) - steps)])


def choose(attraction: Floats, language: str, rng: np.random.Generator) -> Iterator[Act]:
    """The acts on a list, in the order in which they happen."""
    places = np.arange(len(attraction))
    examined = rng.random(len(places)) < (places + 1.0) ** -EXPONENTS[language]
    clicked = examined & (rng.random(len(places)) < attraction)
    last = int(np.flatnonzero(clicked)[-1]) if clicked.any() else -1
    bought = False
    for place in map(int, places):
        good = float(attraction[place])
        if not clicked[place]:
            if examined[place] and rng.random() < (0.25 if place < last else 0.04):
                yield Act("skipped" if rng.random() < 0.7 + 0.3 * good else "rejected", place)
            continue
        yield Act("clicked", place)
        if rng.random() < 0.3 * (1 - good):
            yield Act("rejected", place)
            continue
        if rng.random() < 0.1 + 0.35 * good:
            yield Act("liked", place)
        if not bought and rng.random() < 0.08 + 0.45 * good:
            yield Act("carted", place)
            if rng.random() < 0.35 + 0.35 * good:
                bought = True
                yield Act("bought", place, 2 if rng.random() < 0.08 else 1)
