"""From a request to a ranked list: scored candidates, rules, and room for the long tail."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Mapping, Optional, Sequence

import numpy as np

from actions.recommend.exposure import SPARE, Exposure
from actions.recommend.filters import Mask, Scores
from actions.recommend.rules.active import ShopRules
from actions.recommend.rules.order import Ordered, ordered
from actions.recommend.scoring import Interest, Positions, Scored, Scorer
from actions.request.types import Request

#: What stands among the scores of a product that the long tail's share of lists brought in.
LONG_TAIL = "long_tail"
#: Products of one brand in a list before others are preferred to it.
SAME_BRAND = 2


@dataclass(frozen=True)
class Hit:
    """One result."""

    id: str
    position: int
    total: float
    scores: Mapping[str, float]
    moved: tuple[str, ...] = ()
    """How merchant rules changed its place: see ``actions.recommend.rules.order``."""
    lead: float = np.inf
    """By how much it scores more than the next product below it."""
    gains: Mapping[str, float] = MappingProxyType({})
    """What each part adds to the total."""

    def rests_on(self, part: str) -> bool:
        """Whether it would stand lower without a part of its score."""
        return self.gains.get(part, 0.0) > self.lead


@dataclass(frozen=True)
class Found:
    """A ranked list, and how many products meet the request in all."""

    hits: tuple[Hit, ...]
    total: int
    """Products (not variants) that meet every hard constraint."""
    by_words: bool = True
    """Whether the free text of the request occurs in any of them."""
    scored: Optional[Scored] = field(default=None, compare=False, repr=False)
    """The candidates; None where there was none."""
    history: Mapping[str, float] = field(default=MappingProxyType({}), compare=False, repr=False)
    """What was known of the shopper from before."""


@dataclass
class Searcher(Scorer):
    """Hybrid search over one index."""

    brand_margin: float = 0.1
    """How much less another brand's product may score to come before a third of the same brand."""
    rules: Optional[ShopRules] = None
    """The merchant's rules on the order."""
    exposure: Optional[Exposure] = None
    """Room for the long tail."""
    _brands: dict[int, str] = field(default_factory=dict, repr=False)
    """Position → brand, as far as it was asked for."""

    def search(
        self,
        request: Request,
        query: str,
        k: int,
        mask: Optional[Mask] = None,
        by_rules: bool = True,
        history: Optional[Mapping[str, float]] = None,
        places: Optional[int] = None,
        titles: Sequence[str] = (),
        interest: Optional[Interest] = None,
    ) -> Found:
        """The best ``k`` products for a request.

        Parameters
        ----------
        query
            The request in words, as the encoder is to read it; may be empty.
        mask
            Products that may be shown; by default those that meet every hard constraint.
        by_rules
            Whether the merchant's rules have a say in the order.
        history
            Product → how surely the shopper likes it, from what they did before.
        places
            How many of the ``k`` are to be seen; all of them where it is not told.
        titles
            Of what the shopper took before, newest first, as many as the encoder is to read.
        interest
            How well products suit the shopper's interest.
        """
        if mask is None:
            mask = self.filters.hard(request)
        total = len(np.unique(self.index.group[mask]))
        mask = self.unseen(request, mask)
        if not mask.any():
            return Found((), total)
        scored = self.score(request, query, mask, history or {}, titles, interest=interest)
        chosen, parts = scored.pool, scored.parts
        positions, listed, entered = self.listed(
            request, chosen, parts["total"], mask, k, by_rules, places or k
        )
        hits = []
        for position in positions:
            own = int(np.searchsorted(chosen, position))
            # What a rule pinned need not be among the candidates.
            known = own < len(chosen) and chosen[own] == position
            scores = {n: round(float(part[own]), 4) if known else 0.0 for n, part in parts.items()}
            total_score = scores.pop("total") + listed.shift.get(position, 0.0)
            hits.append(
                Hit(
                    id=self.index.ids[position],
                    position=int(position),
                    total=round(total_score, 4),
                    scores={
                        **scores,
                        **listed.scores.get(position, {}),
                        **({LONG_TAIL: 1.0} if position in entered else {}),
                    },
                    moved=listed.moved.get(position, ()),
                    lead=self._lead(request, chosen, parts["total"], own) if known else np.inf,
                    gains={n: getattr(self.weights, n) * score for n, score in scores.items()},
                )
            )
        return Found(tuple(hits), total, scored.by_words, scored, history or {})

    def _lead(self, request: Request, chosen: Positions, total: Scores, own: int) -> float:
        """How much a candidate is ahead of the best other product behind it; what is sorted by
        something else is ahead of none by its score."""
        if request.sort is not None:
            return np.inf
        others = self.index.group[chosen] != self.index.group[chosen[own]]
        behind = total[others & (total <= total[own])]
        return float(total[own] - behind.max()) if len(behind) else np.inf

    def unseen(self, request: Request, mask: Mask) -> Mask:
        """Drop what was already shown for this request, and what the results should be like."""
        mask = mask.copy()
        there = (*request.goes_with, *request.chosen) if request.goes_with else ()
        for product_id in (*request.shown, *request.similar_to, *there):
            position = self.index.position.get(product_id)
            if position is None:
                continue
            if product_id in request.similar_to and not self._meets(request, position):
                # Another variant of the same product ("that one, but in blue") is welcome.
                mask[position] = False
            else:
                mask &= self.index.group != self.index.group[position]
        return mask

    def _meets(self, request: Request, position: int) -> bool:
        """Whether a product has all that was asked for outright."""
        firm = (c for c in request.constraints if c.hard)
        return all(bool(self.filters.mask(c)[position]) for c in firm)

    def listed(
        self,
        request: Request,
        chosen: Positions,
        total: Scores,
        mask: Mask,
        k: int,
        by_rules: bool = True,
        places: int = 10,
    ) -> tuple[list[int], Ordered, frozenset[int]]:
        """The first ``k`` of the candidates, how rules ordered them, and what the long tail's share
        brought among the first ``places``."""
        exposure = self.exposure
        if exposure is None or not exposure.has_a_say(request) or not len(chosen):
            found = self._listed(request, chosen, total, mask, k, by_rules)
            return list(found.positions), found, frozenset()
        found = self._listed(request, chosen, total, mask, k + SPARE, by_rules)
        # What a rule pinned need not be among the candidates; it stays where it is.
        rows = np.minimum(np.searchsorted(chosen, found.positions), len(chosen) - 1)
        ruled = {*found.scores, *found.moved}
        positions, entered = exposure.exchanged(
            found.positions, total[rows] - total.mean(), places, SAME_BRAND, self.brand, ruled
        )
        return positions[:k], found, entered

    def _listed(
        self,
        request: Request,
        chosen: Positions,
        total: Scores,
        mask: Mask,
        k: int,
        by_rules: bool,
    ) -> Ordered:
        """The first ``k`` of the candidates, as the merchant's rules have it."""

        def listing(pool: Positions, totals: Scores) -> list[int]:
            order = self._sorted(request, pool, totals)
            places = self._one_per_group(request, pool[order], totals[order], k)
            return [int(position) for position in pool[order[places]]]

        if not self.rules or not by_rules:
            return Ordered(listing(chosen, total))
        active = self.rules.active(request)
        return ordered(request, self.filters, active, chosen, total, mask, listing, k)

    def _sorted(self, request: Request, pool: Positions, total: Scores) -> Positions:
        values = self.filters.numbers(request.sort.attribute) if request.sort else None
        if request.sort is None or values is None:
            return np.argsort(-total, kind="stable")
        keys = values[pool] * (-1.0 if request.sort.descending else 1.0)
        return np.lexsort((-total, np.where(np.isnan(keys), np.inf, keys)))

    def _one_per_group(
        self, request: Request, order: Positions, total: Scores, k: int
    ) -> list[int]:
        """Places in ``order``: the best variant of each product, and not of one brand only.

        From the third on, a brand's products give way to others that score almost as much.
        """
        spread = request.sort is None and not request.on("brand")
        seen: set[int] = set()
        brands: Counter[str] = Counter()
        picked: list[int] = []
        waiting: deque[int] = deque()
        for place, position in enumerate(order):
            group = int(self.index.group[position])
            if group in seen:
                continue
            seen.add(group)
            while waiting and total[waiting[0]] - self.brand_margin > total[place]:
                picked.append(waiting.popleft())
            if len(picked) >= k:
                break
            brand = self.brand(int(position))
            if spread and brand and brands[brand] >= SAME_BRAND:
                waiting.append(place)
                continue
            brands[brand] += 1
            picked.append(place)
            if len(picked) >= k:
                break
        return [*picked, *waiting][:k]

    def brand(self, position: int) -> str:
        """The brand of a product; empty where it has none."""
        if position not in self._brands:
            own = self.index.facets.of(position).get("brand", [])
            self._brands[position] = str(own[0][0]) if own else ""
        return self._brands[position]
