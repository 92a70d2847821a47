"""What needs no conversation: the most popular products of a kind, a page at a time."""

from __future__ import annotations

import re
from typing import Mapping, Sequence

from bot.evaluate.simulate.endpoint import PRODUCTS, Reply
from bot.evaluate.simulate.facts import KIND, Sheet
from bot.evaluate.simulate.goals import Goal

#: Products on a page, as many as the assistant shows.
PAGE = 3
_NUMBER = re.compile(r"(\d+)$")


class PopularEndpoint:
    """Shows the most popular products of the kind that a goal is about, whatever is said.

    It is told the kind, which the assistant has to read; where all are equally popular the order
    is the feed's.
    """

    def __init__(
        self, goals: Sequence[Goal], catalogue: Mapping[str, Sheet], popularity: Mapping[str, float]
    ) -> None:
        self._kinds = {goal.number: str(goal.facts[KIND]) for goal in goals}
        self._ranked: dict[str, list[str]] = {kind: [] for kind in self._kinds.values()}
        in_stock = (s for s in catalogue.values() if s.available)
        for sheet in sorted(in_stock, key=lambda s: -popularity.get(s.id, 0.0)):
            for kind in sheet.values.get(KIND, ()):
                if kind in self._ranked:
                    self._ranked[kind].append(sheet.id)
        self._pages: dict[str, int] = {}

    def say(self, sender: str, text: str) -> Reply:
        """The next page for the goal whose number the sender ends with."""
        number = _NUMBER.search(sender)
        kind = self._kinds[int(number[1])] if number else ""
        page = self._pages.get(sender, 0)
        self._pages[sender] = page + 1
        items = self._ranked.get(kind, [])[PAGE * page : PAGE * (page + 1)]
        return Reply(text=" ".join(items) or "-", items=tuple(items), kind=PRODUCTS)
