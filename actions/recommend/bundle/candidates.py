"""What can be chosen for each part of a bundle, with prices and scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Mapping, Optional

import numpy as np
import numpy.typing as npt

from actions.recommend.filters import MEETS, Filters, Mask
from actions.recommend.search import Searcher
from actions.request.bundle import GIFTS, OUTFIT, Bundle, Part
from actions.request.types import ABOUT, AT_MOST, BETWEEN, IS, Constraint, Request
from catalog.sets.sets import told_sets

Array = npt.NDArray[np.float64]
#: Candidates by their scores, and by their price alone, for a narrow budget.
BEST, CHEAPEST = 30, 8
#: Of several kinds that will do, each further one counts so much less.
LESS_LIKELY = 0.04
#: How much a value counts that speaks for a product of this occasion; by attribute.
SUITS = 0.4
#: How much it counts that a kind is liked by such a person, and that it is made for the like.
LIKED, FOR_THEM = 0.7, 0.2
#: A kind of which the shop has no larger share is hardly sold there.
STRAY = 0.0005
#: A part for several people has to tell of so many of its kind how many it is for.
TELLING = 0.3
#: Who has little evidence of being for children is for adults.
_CHILDREN = ("kids", "toddler", "infant", "newborn")
_SEXES = {"female": "male", "male": "female"}
#: What says whom a thing is for; no condition for things that are for anybody.
_FOR_WHOM = ("gender", "age_group")


@dataclass(frozen=True)
class Candidates:
    """What can be chosen for one part."""

    part: Part
    request: Request
    """What the part has to be, as a request of its own."""
    positions: npt.NDArray[np.int64]
    prices: Array
    """Of as many as are wanted, in the catalogue's currency."""
    scores: Array
    silent: bool = False
    """Whether nothing that fits mentions what it should be about."""
    near: bool = False
    """Whether what is used for it stands in then."""


@dataclass(frozen=True)
class Gatherer:
    """Finds the candidates of parts in one index."""

    searcher: Searcher
    filters: Filters

    def kinds_here(self, part: Part) -> tuple[str, ...]:
        """The kinds of a part that the shop sells.

        Of what the shopper did not name it takes more than a stray product.
        """
        index = self.filters.index
        least = 1 if part.words else max(1, round(STRAY * len(index)))

        def sold(kind: str) -> int:
            mask = self.filters.mask(Constraint("product_type", IS, kind)) & index.available
            return int(mask.sum())

        return tuple(kind for kind in part.kinds if sold(kind) >= least)

    def request(self, bundle: Bundle, part: Part, rejected: tuple[str, ...] = ()) -> Request:
        """What a part has to be: its own wishes, and those of all parts that can hold for it."""
        constraints: list[Constraint] = []
        kinds = part.kinds
        if kinds:
            constraints.append(
                Constraint("product_type", IS, kinds if len(kinds) > 1 else kinds[0])
            )
        request = Request(tuple(constraints), rejected=(*rejected, *part.refused))
        own = {c.attribute for c in part.constraints}
        shared = tuple(c for c in bundle.constraints if c.attribute not in own)
        for constraint in (*shared, *part.constraints):
            anybody = constraint.attribute in _FOR_WHOM and not self._divided(request, constraint)
            if anybody or (constraint in shared and self.filters.unknowable(constraint, request)):
                constraint = replace(constraint, hard=False)
            constraints.append(constraint)
        return replace(request, constraints=tuple(constraints), text=part.text)

    def gather(
        self,
        bundle: Bundle,
        part: Part,
        query: str,
        rejected: tuple[str, ...] = (),
        history: Optional[Mapping[str, float]] = None,
        without: frozenset[str] = frozenset(),
    ) -> Candidates:
        """The candidates of a part: the best, the cheapest, and the one that it has now.

        Parameters
        ----------
        query
            What the encoder reads.
        without
            Ids of products that the store no longer sells.
        """
        index = self.filters.index
        request = self.request(bundle, part, rejected)
        mask = self.filters.hard(request) & self._usable(bundle, part)
        mask &= np.isfinite(index.price)
        for id_ in without:
            if id_ in index.position:
                mask[index.position[id_]] = False
        mask &= self._for_so_many(bundle, request, mask)
        silent = near = False
        if request.text:
            about = mask & (index.words.scores(request.text) > 0)
            silent = not about.any()
            mask = mask if silent else about
            if silent:
                used = mask & self._used_for(request.text)
                near, mask = bool(used.any()), used if used.any() else mask
                part, request = replace(part, text=""), replace(request, text="")
        if not part.kinds and not near and not part.text:
            mask &= self._given(part)
        if not mask.any():
            none = np.zeros(0)
            return Candidates(part, request, np.zeros(0, np.int64), none, none, silent, near)
        scored = self.searcher.score(request, query, mask, history or {})
        total = scored.parts["total"].astype(np.float64)
        inside = np.flatnonzero(mask[scored.pool])
        order = inside[np.argsort(-total[inside], kind="stable")]
        allowed = np.flatnonzero(mask)
        cheap = allowed[np.argsort(index.price[allowed], kind="stable")[:CHEAPEST]]
        best = self._one_each(scored.pool[order], BEST)
        now = index.position.get(part.product)
        kept = [now] if now is not None and mask[now] else []
        positions = np.unique(np.concatenate([best, cheap, np.array(kept, np.int64)]))
        known = dict(zip(scored.pool.tolist(), total.tolist(), strict=True))
        floor = float(total.min()) if len(total) else 0.0
        scores = np.array([known.get(int(p), floor) for p in positions])
        scores += self._suiting(bundle, part, positions)
        prices = index.price[positions].astype(np.float64) * part.count
        return Candidates(part, request, positions, prices, scores, silent, near)

    def _one_each(self, positions: npt.NDArray[np.int64], k: int) -> npt.NDArray[np.int64]:
        """The first ``k``, the best variant of each product."""
        _, first = np.unique(self.filters.index.group[positions], return_index=True)
        return positions[np.sort(first)[:k]]

    def _suiting(self, bundle: Bundle, part: Part, positions: npt.NDArray[np.int64]) -> Array:
        """What speaks for candidates besides: the likelier kinds, and what suits the occasion."""
        facets = self.filters.index.facets
        out = np.zeros(len(positions))
        placed = np.zeros(len(positions), bool)
        for place, kind in enumerate(part.kinds):
            is_it = (facets.evidence("product_type", kind)[positions] >= MEETS) & ~placed
            out[is_it] -= LESS_LIKELY * place
            placed |= is_it
        if part.person and not part.kinds:
            out += self._liked_to_get(part, positions)
        named = told_sets().set_of(bundle.form, bundle.name)
        for attribute, value in named.values.items() if named else ():
            evidence = facets.evidence(attribute, value)[positions].astype(np.float64)
            if evidence.any():
                out += SUITS * evidence
        return out

    def _liked_to_get(self, part: Part, positions: npt.NDArray[np.int64]) -> Array:
        """What speaks for presents: kinds that such a person likes to get, the likeliest first."""
        facets, sets = self.filters.index.facets, told_sets()
        person = sets.people.get(part.person)
        out = np.zeros(len(positions))
        for place, kind in enumerate(sets.gifts[person.gifts] if person else ()):
            is_it = facets.evidence("product_type", kind)[positions] >= MEETS
            out = np.maximum(out, is_it * (LIKED - LESS_LIKELY * place))
        if person and person.gender:
            own = facets.evidence("gender", person.gender)[positions]
            out += FOR_THEM * own.astype(np.float64)
        return out

    def _used_for(self, text: str) -> Mask:
        """Products of the kinds that belong to what a text names: to fishing, to cooking."""
        found = np.zeros(len(self.filters), bool)
        setup = told_sets().setup(text)
        for part in setup.parts[""] if setup else ():
            for kind in part.kinds:
                found |= self.filters.mask(Constraint("product_type", IS, kind))
        return found

    def _for_so_many(self, bundle: Bundle, request: Request, mask: Mask) -> Mask:
        """What holds all of several people, where things of the kind tell it: a tent for two."""
        seats = self.filters.numbers("seats")
        everything = np.ones(len(mask), bool)
        if bundle.people < 2 or seats is None or not mask.any():
            return everything
        told = np.isfinite(seats)
        roomy = told & (np.nan_to_num(seats) >= bundle.people)
        if float(told[mask].mean()) < TELLING or not (roomy & mask).any():
            return everything
        return roomy

    def _usable(self, bundle: Bundle, part: Part) -> Mask:
        """What the one whom it is for can use: not for the other sex, nor for another age."""
        facets = self.filters.index.facets
        usable = np.ones(len(self.filters), bool)
        wishes = {c.attribute: c for c in (*bundle.constraints, *part.constraints)}
        sex = wishes["gender"].value if "gender" in wishes else ""
        if sex in _SEXES:
            other = facets.evidence("gender", _SEXES[str(sex)]) >= MEETS
            own = facets.evidence("gender", str(sex)) >= MEETS
            usable &= ~other | own | (facets.evidence("gender", "unisex") >= MEETS)
        ages = set(wishes["age_group"].values) if "age_group" in wishes else {"adult"}
        own_age = np.zeros(len(usable), bool)
        for age in ages:
            own_age |= facets.evidence("age_group", str(age)) >= MEETS
        if not ages & set(_CHILDREN):
            for age in _CHILDREN:
                usable &= facets.evidence("age_group", age) < MEETS
        elif bundle.form == OUTFIT:
            usable &= own_age
        else:
            usable &= own_age | (facets.evidence("age_group", "adult") < MEETS)
        if "season" in wishes and wishes["season"].op == IS:
            usable &= ~self._for_other(wishes["season"])
        return usable

    def _for_other(self, constraint: Constraint) -> Mask:
        """Products that are told to be for other values only: winter coats in summer."""
        facets = self.filters.index.facets
        stated = np.zeros(len(self.filters), bool)
        for value in facets.values(constraint.attribute):
            stated |= facets.evidence(constraint.attribute, value) >= MEETS
        stated &= facets.evidence(constraint.attribute, "all season") < MEETS
        return stated & (self.filters.evidence(constraint) < MEETS)

    def _divided(self, request: Request, constraint: Constraint) -> bool:
        """Whether things of this kind tell whom they are for, so that it can be a condition."""
        if not request.constraints:
            return False
        facets = self.filters.index.facets
        mask = self.filters.mask(request.constraints[0])
        if not mask.any():
            return False
        own = self.filters.mask(constraint) & mask
        if constraint.attribute == "age_group":
            return bool(own.any())
        told = np.zeros(len(mask), bool)
        for sex in (*_SEXES, "unisex"):
            told |= facets.evidence("gender", sex) >= MEETS
        return bool(own.any()) and float(told[mask].mean()) >= 0.5

    def _given(self, part: Part) -> Mask:
        """Products of the kinds that somebody like this is given."""
        sets = told_sets()
        person = sets.people.get(part.person)
        wanted = sets.gifts[person.gifts if person else "anyone"]
        ages = {v for c in part.constraints if c.attribute == "age_group" for v in c.values}
        if ages & {"infant", "newborn"}:
            wanted = sets.gifts["baby"]
        elif "toddler" in ages:
            wanted = (*sets.gifts["baby"], *sets.gifts["child"])
        found = np.zeros(len(self.filters), bool)
        for kind in (*wanted, *(() if ages else sets.gifts["anyone"])):
            found |= self.filters.mask(Constraint("product_type", IS, kind))
        return found


def share_of_each(bundle: Bundle, candidates: list[Candidates], high: float) -> list[Array]:
    """Scores less what presents lose by being far from an equal share of the money."""
    if bundle.form != GIFTS or not np.isfinite(high) or high <= 0:
        return [c.scores for c in candidates]
    share = high / max(1, len(candidates))
    return [
        c.scores - 0.35 * np.minimum(np.abs(np.log(np.maximum(c.prices, 0.01) / share)), 2.0)
        for c in candidates
    ]


def limits(filters: Filters, budget: Optional[Constraint]) -> tuple[float, float]:
    """From and to what all may cost, in the catalogue's currency.

    A rough amount may be passed by little, and need not be reached.
    """
    if budget is None:
        return 0.0, np.inf
    interval = filters.interval(budget)
    if interval is None:
        return 0.0, np.inf
    low, high = interval
    if budget.op in (AT_MOST, ABOUT) or (budget.op == BETWEEN and low > high):
        low = 0.0
    return max(0.0, low), high
