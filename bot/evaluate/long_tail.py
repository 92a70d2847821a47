"""What long-tail exposure costs: our policy and xQuAD over the same lists.

The policy's price for each budget, and xQuAD's weight for it, are chosen on a validation part of
what is learned from: the largest whose nDCG@10 there is within the budget. The relevance model is
fitted on the same part, in two halves of shoppers so that no list is judged by its own choices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.long_tail import LongTailPolicy, with_long_tail
from bot.evaluate.baselines.xquad import xquad
from bot.evaluate.ranking_metrics import Lists, exposure, hits, long_tail, ndcg, top
from bot.evaluate.recommend import scored
from bot.evaluate.splits import Split, split
from catalog.collaborative.base import CollaborativeModel
from catalog.collaborative.relevance import Floats, Offers, Relevance

#: Candidates looked at for each shopper.
DEPTH = 300
BUDGETS = (0.005, 0.01, 0.02)
PRICES = tuple(round(0.0005 * step, 4) for step in range(1, 41))
WEIGHTS = tuple(round(0.05 * step, 2) for step in range(1, 20))
SPREADS = (0.0, 0.3, 0.6)
XQUAD_DEPTH = 100


@dataclass(frozen=True)
class _Side:
    """One part of a split with its offers."""

    offers: Offers
    tail: npt.NDArray[np.bool_]
    found: npt.NDArray[np.bool_]
    relevant: npt.NDArray[np.int64]
    products: int

    def figures(self, lists: Lists) -> dict[str, float]:
        places = _places(self.offers.products, lists)
        rows = np.arange(len(lists))[:, None]
        gained = ndcg(self.found[rows, places], self.relevant, 10).mean()
        counts = exposure(lists, self.products)
        return {
            "ndcg@10": float(gained),
            "aplt": float(self.tail[rows, places].mean()),
            "coverage@10": float((counts > 0).mean()),
        }


def evaluate_long_tail(
    make: Callable[[], CollaborativeModel],
    parts: Split,
    seed: int,
    budgets: Sequence[float] = BUDGETS,
) -> dict[str, Any]:
    """Lists of one model as they are, and with the long tail in them at each budget.

    Parameters
    ----------
    make
        Gives the model, not fitted yet.
    budgets
        Share of nDCG@10 that may be spent.

    Returns
    -------
    ``base``, and for each budget ``policy`` and ``xquad``: ``ndcg@10``, ``cost`` (share of it
    lost), ``aplt``, ``coverage@10``, ``coverage_gain``, and what was chosen.
    """
    inner = split(parts.train, parts.protocol, seed + 1)
    valid = _side(make(), inner)
    test = _side(make(), parts)
    crossed = _cross_fitted(valid, seed)
    model = Relevance.fit(valid.offers, valid.found)
    likely = model.probabilities(test.offers)
    policies = [LongTailPolicy(price, spread) for spread in SPREADS for price in PRICES]
    ours = {p: _costs(valid, _with_policy(valid, crossed, p, seed)) for p in policies}
    theirs = {w: _costs(valid, _with_xquad(valid, w)) for w in WEIGHTS}
    found: dict[str, Any] = {"base": _rounded(test.figures(test.offers.products[:, :10]))}
    for budget in budgets:
        at = {}
        if policy := _most_tail(ours, budget):
            lists = _with_policy(test, likely, policy, seed)
            chosen = {"price": policy.price, "spread": policy.spread}
            at["policy"] = {**_rounded(_costs(test, lists)), **chosen}
        if weight := _most_tail(theirs, budget):
            at["xquad"] = {**_rounded(_costs(test, _with_xquad(test, weight))), "weight": weight}
        found[f"at_{budget:.1%}"] = at
    return found


def _side(model: CollaborativeModel, parts: Split) -> _Side:
    fitted = model.fit(parts.train)
    popularity = parts.train.popularity()
    tail = long_tail(popularity)
    relevant = parts.test.matrix()
    lists, scores, shoppers = [], [], []
    for batch in scored(fitted, parts):
        lists.append(top(batch.scores, DEPTH))
        scores.append(np.take_along_axis(batch.scores, lists[-1], axis=1))
        shoppers.append(batch.shoppers)
    who = np.concatenate(shoppers)
    products, kept = np.concatenate(lists), np.concatenate(scores)
    # Where a shopper took nearly everything the last candidates are none.
    kept = np.where(np.isfinite(kept), kept, np.nanmin(np.where(np.isfinite(kept), kept, np.nan)))
    return _Side(
        Offers.of(products, kept, parts.train.matrix()[who], popularity, tail),
        tail[products],
        hits(products, relevant[who]),
        np.diff(relevant[who].indptr),
        len(popularity),
    )


def _cross_fitted(side: _Side, seed: int) -> Floats:
    half = np.random.default_rng(seed).random(len(side.found)) < 0.5
    likely = np.zeros(side.found.shape)
    for own in (half, ~half):
        model = Relevance.fit(_some(side.offers, ~own), side.found[~own])
        likely[own] = model.probabilities(_some(side.offers, own))
    return likely


def _some(offers: Offers, mask: npt.NDArray[np.bool_]) -> Offers:
    return Offers(**{name: getattr(offers, name)[mask] for name in Offers.__dataclass_fields__})


def _with_policy(side: _Side, likely: Floats, policy: LongTailPolicy, seed: int) -> Lists:
    """Lists as they come up one after another, each knowing what was shown before it."""
    products = side.offers.products
    lists = np.zeros((len(products), 10), np.int64)
    shown = np.zeros(side.products, np.int64)
    for row in np.random.default_rng(seed).permutation(len(products)):
        own = products[row]
        chosen = with_long_tail(likely[row], side.tail[row], shown[own], 10, policy)
        lists[row] = own[chosen]
        shown[lists[row]] += 1
    return lists


def _with_xquad(side: _Side, weight: float) -> Lists:
    n = XQUAD_DEPTH
    offers = side.offers
    share = offers.tail_share[:, 0]
    return xquad(offers.products[:, :n], offers.scores[:, :n], side.tail[:, :n], share, weight)


def _costs(side: _Side, lists: Lists) -> dict[str, float]:
    base = side.figures(side.offers.products[:, :10])
    figures = side.figures(lists)
    return {
        **figures,
        "cost": 1 - figures["ndcg@10"] / base["ndcg@10"],
        "coverage_gain": figures["coverage@10"] / base["coverage@10"] - 1,
    }


def _most_tail(tried: dict[Any, dict[str, float]], budget: float) -> Optional[Any]:
    within = [key for key, figures in tried.items() if figures["cost"] <= budget]
    return max(within, key=lambda key: tried[key]["aplt"]) if within else None


def _places(products: Lists, lists: Lists) -> Lists:
    """Where each listed product stands among the shopper's candidates."""
    order = np.argsort(products, axis=1)
    ordered = np.take_along_axis(products, order, axis=1)
    found = np.stack([np.searchsorted(o, r) for o, r in zip(ordered, lists, strict=True)])
    return np.take_along_axis(order, found, axis=1)


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 5) for name, value in figures.items()}
