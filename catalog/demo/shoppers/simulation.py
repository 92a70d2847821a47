"""A year of simulated shoppers: their events, and the truth about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from functools import lru_cache
from operator import attrgetter
from typing import Any, Iterable, Iterator, Mapping, Optional

import numpy as np

from catalog.demo.compose import compose
from catalog.demo.definitions import Definitions, Text
from catalog.demo.offers import TODAY
from catalog.demo.shoppers.banks import Banks, Recipient
from catalog.demo.shoppers.choices import EXPONENTS, Shop, choose
from catalog.demo.shoppers.shelf import Floats, shelf_of
from catalog.demo.shoppers.tastes import Change, Shopper, draw_shopper
from catalog.demo.shoppers.wishes import Wishes
from catalog.demo.shoppers.wording import Wording
from catalog.events import Event
from catalog.product import Product

#: What the keys of simulated events begin with, and those of nobody else.
PREFIX = "sim:"
SHOPPERS = 1500
SEED = 11
DAYS = 365
START = datetime.combine(TODAY, time(), timezone.utc) - timedelta(days=DAYS)
#: How busy the shop is in each month: quiet after New Year, busy in June and from November on.
_MONTHS = (0.8, 0.7, 0.9, 0.9, 1.0, 1.3, 0.9, 0.9, 1.0, 1.0, 1.5, 1.4)
_HOURS = (1, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 5, 6, 5, 4, 4, 4, 5, 6, 8, 10, 10, 7, 4)
_SESSIONS, _LEAST_WITH_CHANGE, _MOST_SESSIONS = 2.4, 4, 40
_GIFT = 0.06
_COMPANION, _COMPANION_LATER = 0.4, 0.25
_TRIES_AGAIN, _ASKS_FOR_MORE = 0.45, 0.15
_MOST_REQUESTS = 5


@dataclass(frozen=True)
class Truth:
    """What the log does not say; for evaluations only."""

    changes: Mapping[str, Change]
    """Shopper → how their taste changes; those whose taste stays are not in it."""
    personas: Mapping[str, str]
    """Shopper → the persona that their first taste is made from."""
    languages: Mapping[str, str]
    gifts: frozenset[str]
    """Conversations in which something for another person is looked for."""
    exponents: Mapping[str, float]
    """Language → e in ``rank ** -e``, the probability that a place is examined."""


@dataclass(frozen=True)
class Simulation:
    """The events by time, and the truth about them."""

    events: tuple[Event, ...]
    truth: Truth


def simulate(
    products: Iterable[Product],
    definitions: Definitions,
    banks: Banks,
    *,
    shoppers: int = SHOPPERS,
    seed: int = SEED,
    catalogue_seed: int = 7,
) -> Simulation:
    """The year before the demo shop's today; the same for the same catalogue and seed.

    Parameters
    ----------
    products
        The demo shop's products.
    definitions
        What they were made from, for what their designs and materials are called.
    banks
        What shoppers are and say.
    shoppers
        How many; each is drawn by themselves, so that more of them leave the first as they are.
    """
    groups = {group.id: group.design.name for group in compose(definitions, catalogue_seed)}
    designs = {group: name.en for group, name in groups.items()}
    shelf = shelf_of(products, banks, designs, seed)
    wording = Wording(
        banks, _materials(definitions), {n.en: n for n in groups.values()}, shelf.types,
        shelf.titles,
    )  # fmt: skip
    shop, wishes = Shop(shelf), Wishes(shelf, banks, wording)
    people: list[Shopper] = []
    gifts: set[str] = set()
    events: list[Event] = []
    for number in range(shoppers):
        rng = np.random.default_rng([seed, 2, number])
        shopper = draw_shopper(number, shelf, banks, START, rng)
        people.append(shopper)
        year = _Year(shopper, shelf.ids, shelf.type_of.tolist(), shop, wishes, banks, rng)
        events += year.events()
        gifts |= year.gifts
    events.sort(key=attrgetter("at"))
    truth = Truth(
        changes={s.id: s.change for s in people if s.change is not None},
        personas={s.id: s.first.persona for s in people},
        languages={s.id: s.language for s in people},
        gifts=frozenset(gifts),
        exponents=EXPONENTS,
    )
    return Simulation(tuple(events), truth)


def _materials(definitions: Definitions) -> dict[str, Text]:
    """What materials are called, by their names in the feed; kinds' own words come after."""
    found: dict[str, Text] = {}
    for words in (definitions.words, *(kind.words for kind in definitions.kinds)):
        for value, word in words.get("material", {}).items():
            found.setdefault(value[:1].upper() + value[1:], word.text)
    return found


@lru_cache(maxsize=1)
def _busy_days() -> Floats:
    """The share of a year's visits that each day has, shape (DAYS,)."""
    days = (START + timedelta(days=day) for day in range(DAYS))
    weights = np.array([_MONTHS[day.month - 1] for day in days])
    return weights / weights.sum()


class _Year:
    """One shopper's year."""

    def __init__(
        self,
        shopper: Shopper,
        ids: tuple[str, ...],
        type_of: list[int],
        shop: Shop,
        wishes: Wishes,
        banks: Banks,
        rng: np.random.Generator,
    ) -> None:
        self._shopper = shopper
        self._ids = ids
        self._type_of = type_of
        self._shop = shop
        self._wishes = wishes
        self._banks = banks
        self._rng = rng
        self._count = 0
        self.gifts: set[str] = set()

    def events(self) -> Iterator[Event]:
        """All events, session after session."""
        end = START + timedelta(days=DAYS)
        planned: list[tuple[datetime, Optional[int]]] = [(at, None) for at in self._times()]
        number = 0
        while planned:
            at, kind = planned.pop(0)
            number += 1
            bought = yield from self._session(f"{self._shopper.id}-{number:03d}", at, kind)
            if bought is not None and self._rng.random() < _COMPANION_LATER:
                later = at + timedelta(days=float(self._rng.uniform(1, 14)))
                companion = self._wishes.companion(bought, self._rng)
                if companion is not None and later < end - timedelta(days=1):
                    planned = sorted([*planned, (later, companion)], key=lambda plan: plan[0])

    def _times(self) -> list[datetime]:
        """When the shopper comes by: few come often, and more in busy months and evenings."""
        count = int(self._rng.geometric(1 / _SESSIONS))
        if self._shopper.change is not None:
            count += _LEAST_WITH_CHANGE
        count = min(count, _MOST_SESSIONS)
        busy, hours = _busy_days(), np.array(_HOURS) / sum(_HOURS)
        return sorted(
            START + timedelta(days=int(day), hours=int(hour), seconds=int(self._rng.integers(3600)))
            for day, hour in zip(
                self._rng.choice(DAYS, count, p=busy),
                self._rng.choice(24, count, p=hours),
                strict=True,
            )
        )

    def _session(self, conversation: str, at: datetime, kind: Optional[int]) -> Any:
        """A conversation; returns the type of what was bought last, if anything was."""
        recipient: Optional[Recipient] = None
        taste = self._shopper.taste(at)
        if kind is None and self._rng.random() < _GIFT:
            self.gifts.add(conversation)
            names = list(self._banks.recipients)
            recipient = self._banks.recipients[names[int(self._rng.integers(len(names)))]]
            taste = self._wishes.taste_of(recipient, self._rng)
            kind = self._wishes.given(recipient, self._rng)
        last: Optional[int] = None
        turn = 1
        for _ in range(_MOST_REQUESTS):
            if kind is None:
                kind = self._wishes.kind(taste, at, self._rng)
            wish = self._wishes.wish(self._shopper, taste, kind, self._rng, recipient)
            shown = self._shop.show(wish, self._shopper, self._rng)
            attraction = self._shop.attraction(wish, taste, shown)
            said = {"query": wish.text}
            new = self._event(conversation, turn, at, said)
            for place, item in enumerate(shown):
                yield new("shown", int(item), place)
            bought: Optional[int] = None
            for act in choose(attraction, self._shopper.language, self._rng):
                at += timedelta(seconds=int(self._rng.integers(5, 60)))
                payload = said if act.value is None else {**said, "value": act.value}
                new = self._event(conversation, turn + 1, at, payload)
                yield new(act.kind, int(shown[act.place]), act.place)
                if act.kind == "bought":
                    bought = self._type_of[int(shown[act.place])]
            at += timedelta(seconds=int(self._rng.integers(20, 150)))
            turn += 2
            luck = self._rng.random()
            if bought is not None:
                last = bought
                kind = self._wishes.companion(bought, self._rng) if luck < _COMPANION else None
                if kind is None and luck >= _COMPANION + _ASKS_FOR_MORE:
                    break
            elif luck >= _TRIES_AGAIN:
                break
            if recipient is not None:
                kind = self._wishes.given(recipient, self._rng)
        return last

    def _event(self, conversation: str, turn: int, at: datetime, payload: Mapping[str, Any]) -> Any:
        """A function that makes an event of what all events of a moment have in common."""

        def new(kind: str, item: int, place: int) -> Event:
            self._count += 1
            return Event(
                key=f"{PREFIX}{self._shopper.id}:{self._count:05d}",
                shopper_id=self._shopper.id,
                conversation_id=conversation,
                turn=turn,
                kind=kind,
                product_id=self._ids[item],
                rank=place + 1,
                payload=payload,
                at=at,
            )

        return new
