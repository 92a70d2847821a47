"""What a simulated shopper is after: facts of a product that is in the catalogue."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from typing import Any, Iterable, Mapping, Optional, Sequence

import numpy as np

from bot.evaluate.simulate.facts import (
    BRAND,
    COLOR,
    KIND,
    PRICE,
    TRAITS,
    WHOM,
    Sheet,
    sayable,
)
from catalog.errors import ShoptalkError

UNIFORM, POPULAR = "uniform", "popular"
DRAWS = (UNIFORM, POPULAR)
#: Facts that a shopper cares about besides the kind and for whom it is.
FEWEST, MOST = 2, 5
#: How often a shopper who knows for whom it is says so at once.
WHOM_AT_ONCE = 0.6
#: How likely something is cared about, where the feed tells it of the target; the rest has 1.
OFTEN: Mapping[str, float] = {COLOR: 3.0, PRICE: 2.5, BRAND: 1.5, "pattern": 1.5, "material": 1.5}
#: A limit lies this much above the price of the target.
ROOM = (1.02, 1.35)
#: Kinds that fewer products than this are of have nothing to choose from.
ENOUGH = 12


@dataclass(frozen=True)
class Goal:
    """A target and what is cared about.

    Attributes
    ----------
    facts
        Attribute → value; all of them are cared about, in the order in which they matter.
    stated
        The attributes that are said at first, the kind among them.
    """

    number: int
    target: str
    group: str
    facts: Mapping[str, Any]
    stated: tuple[str, ...]

    def accepts(self, sheet: Sheet) -> bool:
        """Whether a product is the target, a variant of it, or as good."""
        return self.is_target(sheet) or all(sheet.meets(a, v) for a, v in self.facts.items())

    def is_target(self, sheet: Sheet) -> bool:
        """Whether a product is the target or a variant of it."""
        return sheet.id == self.target or sheet.group == self.group

    def misses(self, sheet: Sheet) -> list[str]:
        """The attributes in which a product is not as wanted, those that matter most first."""
        return [a for a, v in self.facts.items() if not sheet.meets(a, v)]

    def to_json(self) -> dict[str, Any]:
        return {"target": self.target, "facts": dict(self.facts), "stated": list(self.stated)}


def draw_goals(
    catalogue: Mapping[str, Sheet], n: int, seed: int, draw: str = UNIFORM
) -> list[Goal]:
    """``n`` goals over what is in stock.

    Raises
    ------
    ShoptalkError
        Where the feed says too little of its products for anyone to want something of them.
    """
    if draw not in DRAWS:
        raise ShoptalkError(f"Targets are drawn {' or '.join(DRAWS)}, not {draw!r}.")
    may = _targets(catalogue.values())
    if not may:
        raise ShoptalkError(
            "No product of this shop tells enough in English for a simulated shopper to want it: "
            "kinds and traits are read by the words of bot/evaluate/simulate/values.yml."
        )
    weights = [1.0 + s.popularity for s in may] if draw == POPULAR else None
    chosen = random.Random(f"goals-{seed}").choices(may, weights, k=n)
    return [_goal(k, s, random.Random(f"goal-{seed}-{k}")) for k, s in enumerate(chosen)]


def changed(
    goal: Goal, catalogue: Mapping[str, Sheet], may_change: Sequence[str], random_: random.Random
) -> Optional[tuple[Goal, str]]:
    """The goal with one fact changed to what another product has, and which fact; or None."""
    attributes = [a for a in may_change if a not in (KIND, WHOM, PRICE) and a in goal.facts]
    random_.shuffle(attributes)
    others = [s for s in catalogue.values() if s.available]
    for attribute in attributes:
        kept = {a: v for a, v in goal.facts.items() if a in (KIND, WHOM) and a != attribute}
        if attribute == BRAND:
            kept = {a: v for a, v in kept.items() if a == KIND}
        fit = [
            s
            for s in others
            if all(s.meets(a, v) for a, v in kept.items())
            and any(v != goal.facts[attribute] for v in _wishes(s, attribute))
        ]
        if not fit:
            continue
        target = random_.choice(fit)
        wishes = [v for v in _wishes(target, attribute) if v != goal.facts[attribute]]
        facts = {**goal.facts, attribute: random_.choice(wishes)}
        facts = {a: v for a, v in facts.items() if target.meets(a, v)}
        new = replace(goal, target=target.id, group=target.group, facts=facts)
        return new, attribute
    return None


def limit_for(price: float, random_: random.Random) -> float:
    """A round sum somewhat above a price."""
    sum_ = price * random_.uniform(*ROOM)
    step = 10 ** max(0, math.floor(math.log10(max(sum_, 1.0))) - 1) * (5 if sum_ >= 100 else 1)
    return float(math.ceil(sum_ / step) * step)


def _targets(catalogue: Iterable[Sheet]) -> list[Sheet]:
    kinds: dict[str, list[Sheet]] = {}
    for sheet in catalogue:
        for kind in sheet.values.get(KIND, ()):
            if sheet.available and sayable(KIND, kind) and len(_caring(sheet)) >= FEWEST:
                kinds.setdefault(kind, []).append(sheet)
    return [s for several in kinds.values() if len(several) >= ENOUGH for s in several]


def _caring(sheet: Sheet) -> list[str]:
    """What there is to care about besides kind and whom."""
    known = [a for a in (COLOR, BRAND, *TRAITS) if _wishes(sheet, a)]
    return [*known, PRICE] if math.isfinite(sheet.price) and sheet.price > 0 else known


def _wishes(sheet: Sheet, attribute: str) -> list[str]:
    found = sorted(sheet.values.get(attribute, ()))
    return [v for v in found if sayable(attribute, v) and v != "multi"]


def _goal(number: int, sheet: Sheet, random_: random.Random) -> Goal:
    there = _caring(sheet)
    n = min(len(there), random_.randint(FEWEST, MOST))
    weights = np.array([OFTEN.get(a, 1.0) for a in there])
    # Weighted drawing without putting back: the smallest of exponential times, as Efraimidis and
    # Spirakis have it.
    times = [random_.expovariate(1.0) / w for w in weights]
    cared = [there[k] for k in sorted(range(len(there)), key=times.__getitem__)[:n]]
    facts: dict[str, Any] = {KIND: sorted(sheet.values[KIND])[0]}
    stated = [KIND]
    whom = sorted(sheet.values.get(WHOM, ()))
    if len(whom) == 1:
        # For whom a lamp is, nobody says.
        facts[WHOM] = whom[0]
        if random_.random() < WHOM_AT_ONCE:
            stated.append(WHOM)
    for attribute in cared:
        if attribute == PRICE:
            facts[PRICE] = limit_for(sheet.price, random_)
        else:
            facts[attribute] = random_.choice(_wishes(sheet, attribute))
    stated += cared[: 1 if WHOM in stated else random_.randint(1, 2)]
    return Goal(number, sheet.id, sheet.group, facts, tuple(stated))
