"""Chooses the products of a bundle, and checks them against the store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional, Sequence

import numpy as np

from actions.recommend.bundle.candidates import (
    Array,
    Candidates,
    Gatherer,
    limits,
    share_of_each,
)
from actions.recommend.bundle.choose import Choice, cheapest, choose
from actions.recommend.bundle.harmony import Harmony
from actions.recommend.companions import Bond
from actions.recommend.reasons import Reason, reasons
from actions.request.bundle import GIFTS, Bundle, Part
from actions.request.types import Request
from actions.stages import stage
from actions.turn.draft import Draft
from actions.turn.query import query_words
from actions.turn.recommend import _history
from catalog.product import Product

#: How much more it counts that a part stays than anything else; one that was spoken of, less.
STAYS, STAYS_SPOKEN_OF = 100.0, 5.0
#: Of what goes with what, so much is told.
BONDS = 3
#: Times that products are replaced whose price or stock is not what the index knew.
TRIES = 5


@dataclass(frozen=True)
class Made:
    """A bundle with its products, or what stands in the way."""

    bundle: Bundle
    candidates: tuple[Candidates, ...] = ()
    products: tuple[Product, ...] = ()
    total: float = 0.0
    high: float = np.inf
    short: float = 0.0
    """How much is missing to the least that was to be spent."""
    empty: tuple[Part, ...] = ()
    """Parts for which there is nothing."""
    without: tuple[Part, ...] = ()
    """Parts without which the rest would be within the budget."""

    @property
    def over(self) -> float:
        """How much more than the budget all cost; 0 within it."""
        return max(0.0, self.total - self.high) if self.bundle.over else 0.0


def make(
    draft: Draft, bundle: Bundle, touched: frozenset[str] = frozenset(), free: bool = False
) -> Made:
    """Choose a product for each part.

    Parameters
    ----------
    touched
        Parts that something was said of: they change where they have to.
    free
        Whether the others may change too; otherwise they do only where the budget forces it.
    """
    gatherer = Gatherer(draft.context.searcher, draft.context.filters)
    gone: set[str] = set()
    found = _gathered(draft, gatherer, bundle)
    empty = tuple(c.part for c in found if not len(c.positions))
    if empty:
        return Made(bundle, tuple(found), empty=empty)
    low, high = limits(draft.context.filters, bundle.budget)
    harmony = draft.context.harmony
    for _ in range(TRIES):
        with stage("choose"):
            choice, met = _chosen(bundle, found, harmony, low, high, touched, free)
        if choice is None:
            break
        ids = [
            draft.context.index.ids[c.positions[k]]
            for c, k in zip(found, choice.picks, strict=True)
        ]
        if again := _again(draft, found, choice):
            return Made(bundle, tuple(found), empty=again)
        products = {p.id: p for p in draft.context.shop.store.products(ids)}
        active = draft.context.shop.store.active(ids)
        wrong = [
            n
            for n, id_ in enumerate(ids)
            if not _as_known(draft, products.get(id_), id_ in active, found[n], choice.picks[n])
        ]
        if not wrong:
            parts = tuple(replace(c.part, product=i) for c, i in zip(found, ids, strict=True))
            over = not met and choice.total > high + 1e-6
            done = replace(bundle, parts=parts, over=over)
            return Made(
                done,
                tuple(found),
                tuple(products[i] for i in ids),
                choice.total,
                high,
                short=max(0.0, low - choice.total),
                without=_spared(found, bundle, high) if over else (),
            )
        for n in wrong:
            gone.add(ids[n])
            found[n] = _less(found[n], choice.picks[n])
    short = [c.part for c in found if not len(c.positions)] or list(bundle.parts)
    return Made(bundle, tuple(found), empty=tuple(short))


def request_of(draft: Draft, product_id: str) -> Request:
    """What a product was asked to be: for one of several wanted together, what its part was."""
    bundle = draft.request.bundle
    part = bundle.of_product(product_id) if bundle is not None else None
    if bundle is None or part is None:
        return draft.request
    gatherer = Gatherer(draft.context.searcher, draft.context.filters)
    own = gatherer.request(bundle, part)
    others = tuple(p.product for p in bundle.parts if p.product and p.name != part.name)
    unasked = {"gender"} if bundle.assumed or part.person else set()
    if not (part.kinds and (part.words or part.person)):
        # What belongs to an outfit was not asked for by name.
        unasked.add("product_type")
    told = own.without(*unasked)
    return replace(told, goes_with=() if bundle.form == GIFTS else others)


def reasons_of(draft: Draft, product_id: str, position: int) -> list[Reason]:
    """Why a product is among several that are wanted together."""
    bundle = draft.request.bundle
    part = bundle.of_product(product_id) if bundle is not None else None
    if bundle is None or part is None:
        return []
    own = request_of(draft, product_id)
    bonds: dict[str, Bond] = {}
    for bond in draft.bonds(position, own):
        bonds.setdefault(bond.with_id, bond)
    told = list(bonds.values())[:BONDS]
    found = list(reasons(own, draft.context.filters, position, (), (), told))
    if bundle.form != GIFTS:
        return [*found, Reason("bundle")] if len(bundle.parts) > 1 else found
    if part.text:
        found.append(Reason("words", value=part.text))
    return found if part.kinds or part.text else [*found, Reason("given")]


def _gathered(draft: Draft, gatherer: Gatherer, bundle: Bundle) -> list[Candidates]:
    rejected, history = draft.request.rejected, _history(draft)
    found = []
    for part in bundle.parts:
        with stage("gather"):
            query = query_words(draft, gatherer.request(bundle, part))
            found.append(gatherer.gather(bundle, part, query, rejected, history))
    return found


def _chosen(
    bundle: Bundle,
    found: Sequence[Candidates],
    harmony: Harmony,
    low: float,
    high: float,
    touched: frozenset[str],
    free: bool,
) -> tuple[Optional[Choice], bool]:
    """The best combination within the limits, or else the nearest, and whether it is within."""
    prices = [c.prices for c in found]
    scores = share_of_each(bundle, list(found), high)
    if not free:
        scores = [_staying(c, s, touched, harmony) for c, s in zip(found, scores, strict=True)]
    varied = bundle.form == GIFTS
    together = {
        (i, j): harmony.between(found[i].positions, found[j].positions, not varied, varied)
        for j in range(len(found))
        for i in range(j)
    }
    choice = choose(prices, scores, together, low, high)
    if choice is not None:
        return choice, True
    if low > 0 and (choice := choose(prices, scores, together, 0.0, high)) is not None:
        return choice, True
    return cheapest(prices, together), False


def _staying(found: Candidates, scores: Array, touched: frozenset[str], harmony: Harmony) -> Array:
    now = harmony.index.position.get(found.part.product)
    if now is None:
        return scores
    bonus = STAYS_SPOKEN_OF if found.part.name in touched else STAYS
    return scores + bonus * (found.positions == now)


def _as_known(
    draft: Draft, product: Optional[Product], active: bool, found: Candidates, pick: int
) -> bool:
    """Whether the store sells a product at the price that was reckoned with."""
    if product is None or not active or not product.available:
        return False
    if product.stock is not None and product.stock < found.part.count:
        return False
    price = product.asking_price
    if price is None:
        return False
    amount = draft.context.rates.convert(float(price.amount), price.currency)
    return amount is not None and abs(amount * found.part.count - found.prices[pick]) < 0.011


def _again(draft: Draft, found: Sequence[Candidates], choice: Choice) -> tuple[Part, ...]:
    """Parts for which there is nothing but what another part has already."""
    group, seen = draft.context.index.group, set()
    parts = []
    for candidates, pick in zip(found, choice.picks, strict=True):
        own = int(group[candidates.positions[pick]])
        if own in seen:
            parts.append(candidates.part)
        seen.add(own)
    return tuple(parts)


def _less(found: Candidates, pick: int) -> Candidates:
    """The candidates without one of them."""
    kept = np.arange(len(found.positions)) != pick
    return replace(
        found,
        positions=found.positions[kept],
        prices=found.prices[kept],
        scores=found.scores[kept],
    )


def _spared(found: Sequence[Candidates], bundle: Bundle, high: float) -> tuple[Part, ...]:
    """The part, the least needed first, without which the rest can be had for the money."""
    least = [float(c.prices.min()) for c in found]
    for n in reversed(range(len(bundle.parts))):
        if len(bundle.parts) > 1 and sum(least) - least[n] <= high + 1e-6:
            return (bundle.parts[n],)
    return ()
