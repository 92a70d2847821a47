"""Composes pairs of windows of each kind from missions and wordings.

Every kind has its easy and its hard ways: an interest drifts within a department, or shows in
titles alone, or in words alone while the titles are still those of before; a search is narrowed in
words that name nothing, or turns to what is bought beside; a gift is not always called one; and
what was seen earlier is there too where nobody goes back to it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Mapping, Optional, Sequence

from actions.interest.reading.windows import DRIFT, GIFT, REFINEMENT, RETURN, Window
from bot.drift_reader.banks import Bank, Mission
from bot.drift_reader.noise import messy_title, typed

SHARES = {DRIFT: 0.36, REFINEMENT: 0.30, GIFT: 0.18, RETURN: 0.16}
#: Share of the pairs whose missions are the catalogue's.
OF_CATALOGUE = 0.2
#: Share of the drifts that are said in so many words.
TOLD = 0.5
#: Share of the pairs in which products of one window may be there again in the next.
REPEATS = 0.2
#: Share of what shoppers go on with that is of another mission.
STRANGE = 0.25


@dataclass(frozen=True)
class Pair:
    """Two windows, and a third where there is one, and what they come to."""

    language: str
    kind: str
    before: Window
    after: Window
    earlier: Optional[Window] = None


class Composer:
    """Draws pairs.

    Parameters
    ----------
    banks
        Language → its wordings and missions.
    catalogue
        Language → missions of a catalogue; empty for none.
    messy
        Whether titles and words are written as feeds have them and people type them.
    """

    def __init__(
        self,
        banks: Mapping[str, Bank],
        catalogue: Mapping[str, Sequence[Mission]],
        seed: int = 0,
        messy: bool = True,
    ) -> None:
        self._banks, self._catalogue, self._messy = banks, catalogue, messy
        self._random = random.Random(seed)

    def pairs(self, count: int) -> list[Pair]:
        """So many, in random order."""
        return [self.pair() for _ in range(count)]

    def pair(self) -> Pair:
        """The next one."""
        draw = self._random
        language = draw.choice(sorted(self._banks))
        bank = self._banks[language]
        missions: Sequence[Mission] = bank.missions
        if self._catalogue.get(language) and draw.random() < OF_CATALOGUE:
            missions = self._catalogue[language]
        kind = draw.choices(list(SHARES), list(SHARES.values()))[0]
        return _Draw(draw, language, bank, missions, self._messy).pair(kind)


class _Draw:
    """Draws one pair."""

    def __init__(
        self,
        draw: random.Random,
        language: str,
        bank: Bank,
        missions: Sequence[Mission],
        messy: bool,
    ) -> None:
        self._messy = messy
        self._r, self._language, self._bank, self._missions = draw, language, bank, missions
        self._apart: dict[tuple[str, ...], frozenset[str]] = {}
        self._repeats = draw.random() < REPEATS

    def pair(self, kind: str) -> Pair:
        person = self._person()
        gift_before = self._r.random() < {DRIFT: 0.16, REFINEMENT: 0.15}.get(kind, 0.1)
        # Who looks for another person may well look on for the same in silence.
        told = gift_before or self._r.random() < TOLD
        old, new, other = self._three(told)
        before = self._before(old, person if gift_before else "")
        earlier: Optional[Window] = None
        if kind == DRIFT:
            after = self._drift(old, new, told)
        elif kind == REFINEMENT:
            after = self._refinement(old)
        elif kind == GIFT:
            after = self._gift(old, new, person)
        else:
            earlier, after = self._before(new, "", brief=True), self._return(new)
        if earlier is None and self._r.random() < 0.4:
            earlier = self._before(other, "", brief=True)
        return Pair(self._language, kind, before, after, earlier)

    def _three(self, near: bool) -> tuple[Mission, Mission, Mission]:
        """Three missions, of which the third serves no purpose of the others.

        The second does not of the first's either, unless ``near``; it may be of its department.
        """
        old = self._r.choice(self._missions)
        others = [m for m in self._missions if m.key != old.key]
        apart = [m for m in others if m.key not in old.related and old.key not in m.related]
        pool = others if near else apart
        own = [m for m in pool if m.department == old.department]
        new = self._r.choice(own if own and self._r.random() < 0.25 else pool)
        rest = [
            m
            for m in apart
            if m.key not in (new.key, *new.related) and new.key not in m.related
            if m.department not in (old.department, new.department)
        ]
        return old, new, self._r.choice(rest or apart)

    # What stands in a window.

    def _titles(
        self, mission: Mission, least: int, most: int, beside: float, held: bool = False
    ) -> list[str]:
        """Titles of a mission, each from those bought beside with a probability.

        A share of the titles is kept apart for one side of a pair (``held``), the rest for the
        other: that the same product is there again would tell too much.
        """
        found: list[str] = []
        for _ in range(self._r.randint(least, most)):
            pool = mission.products
            if mission.beside and self._r.random() < beside:
                pool = mission.beside
            side = [title for title in pool if (title in self._held(pool)) == held]
            left = [title for title in side if title not in found]
            if left:
                found.append(self._r.choice(left))
        return found

    def _held(self, pool: Sequence[str]) -> frozenset[str]:
        """Of titles, the two fifths that are kept apart in this pair."""
        if tuple(pool) not in self._apart:
            self._apart[tuple(pool)] = frozenset(self._r.sample(pool, max(1, 2 * len(pool) // 5)))
        return self._apart[tuple(pool)]

    def _window(self, titles: Sequence[str], words: Sequence[str]) -> Window:
        if not self._messy:
            return Window(tuple(titles), tuple(one for one in words if one))
        return Window(
            tuple(messy_title(self._r, title, self._language) for title in titles),
            tuple(typed(self._r, one, self._language) for one in words if one),
        )

    def _before(self, mission: Mission, person: str, brief: bool = False) -> Window:
        words = [self._filled("gift", mission, person) if person else self._opening(mission)]
        if self._r.random() < (0.2 if brief else 0.45):
            words.append(self._going_on(mission))
        if not brief and self._r.random() < 0.15:
            words.append(self._going_on(mission))
        if self._r.random() < 0.06:
            words = words[1:]
        least, most = (2, 3) if brief else (3, 6)
        return self._window(self._titles(mission, least, most, 0.12), words)

    def _drift(self, old: Mission, new: Mission, told: bool) -> Window:
        way = self._r.random()
        titles = self._titles(new, 2, 4, 0.15)
        if told:
            words = [self._filled("drift", new)]
            if way < 0.40:
                # Titles are still those of before.
                titles = self._titles(old, 2, 3, 0.1)
            elif way < 0.48:
                titles = [*self._titles(old, 1, 1, 0.0), *titles]
        elif way < 0.40:
            words = [self._opening(new)]
        elif way < 0.68:
            words = [self._more()]
        else:
            words = [self._going_on(new)]
        if self._r.random() < 0.12:
            words.append(self._going_on(new))
        return self._window(titles, words)

    def _refinement(self, old: Mission) -> Window:
        way = self._r.random()
        beside = bool(old.beside) and way < 0.45
        titles = self._titles(old, 2, 4, 0.9 if beside else 0.08, held=not self._repeats)
        if way < 0.15:
            words = [self._more()]
        elif way < 0.65:
            words = [self._narrowing(old)]
        elif way < 0.90:
            words = [self._filled("refinement", old)]
        else:
            words = [self._opening(old)]
        if self._r.random() < 0.2:
            words.append(self._going_on(old))
        return self._window(titles, words)

    def _gift(self, old: Mission, new: Mission, person: str) -> Window:
        chosen = old if self._r.random() < 0.12 else new
        # What one looks at for others is of several kinds.
        titles = self._titles(chosen, 1, 3, 0.1)
        if self._r.random() < 0.4:
            titles += self._titles(self._r.choice(self._missions), 1, 1, 0.3)
        words = [self._filled("gift", chosen, person)]
        way = self._r.random()
        if way < 0.12:
            words.append(self._opening(chosen))
        elif way < 0.22:
            words.insert(0, self._opening(chosen))
        elif way < 0.30:
            words.append(self._more())
        return self._window(titles, words)

    def _return(self, new: Mission) -> Window:
        way = self._r.random()
        titles = self._titles(new, 2, 4, 0.15, held=not self._repeats)
        if way < 0.5:
            words = [self._filled("return", new)]
        elif way < 0.72:
            words = [self._more()]
        elif way < 0.86:
            words = [self._going_on(new)]
        else:
            words = [self._opening(new)]
        return self._window(titles, words)

    # What is said.

    def _opening(self, mission: Mission) -> str:
        if mission.opening and self._r.random() < 0.75:
            return self._r.choice(mission.opening)
        return self._r.choice(mission.names)

    def _narrowing(self, mission: Mission) -> str:
        """What one goes on with; now and then that of another mission, so that it is the products
        that tell where nothing is named."""
        own = mission
        if self._r.random() < STRANGE:
            mission = self._r.choice(self._bank.missions)
        if mission.narrowing and self._r.random() < 0.85:
            return self._r.choice(mission.narrowing)
        return self._filled("refinement", own)

    def _going_on(self, mission: Mission) -> str:
        way = self._r.random()
        if way < 0.2:
            return self._more()
        return self._narrowing(mission) if way < 0.7 else self._filled("refinement", mission)

    def _more(self) -> str:
        return self._r.choice(self._bank.wordings["more"])

    def _person(self) -> str:
        return self._r.choice(self._bank.people)

    def _filled(self, kind: str, mission: Mission, person: str = "") -> str:
        wording = self._r.choice(self._bank.wordings[kind])
        return (
            wording.replace("{x}", self._r.choice(mission.names))
            .replace("{who}", person or self._person())
            .replace("{n}", str(self._r.choice((20, 30, 50, 80, 100, 150, 200, 300, 500))))
        )
