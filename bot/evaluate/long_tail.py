"""What long-tail exposure costs: our policy and xQuAD over the same lists.

The policy's price for each budget, and xQuAD's weight for it, are chosen on validation parts of
what is learned from, split as the test part was: those with most of the tail whose mean cost there
is within the budget. The relevance model is fitted on the same parts, in folds of shoppers, so
that no list is judged by what it taught.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterable, Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.long_tail import LongTailPolicy, with_long_tail
from bot.evaluate.baselines.ratings import RatingModel
from bot.evaluate.baselines.xquad import xquad
from bot.evaluate.ranking_metrics import Lists, exposure, hits, long_tail, ndcg
from bot.evaluate.recommend import ranked, scored
from bot.evaluate.splits import Protocol, Split, split
from catalog.collaborative.base import CollaborativeModel
from catalog.collaborative.opinions import Opinions
from catalog.collaborative.relevance import Floats, Offers, Relevance

#: Candidates looked at for each shopper: the first of all, and the first of the long tail.
FIRST, FIRST_OF_TAIL = 200, 100
BUDGETS = (0.005, 0.01, 0.02)
#: Validation parts, and folds of shoppers in them; a chronological part is always the same.
SPLITS, FOLDS = 5, 4
PRICES = tuple(round(0.0005 * step, 4) for step in range(1, 21))
WEIGHTS = tuple(round(0.02 * step, 2) for step in range(1, 40))
SPREADS = (0.0, 0.3, 0.6)


@dataclass(frozen=True)
class _Side:
    """One part of a split with its offers."""

    shoppers: npt.NDArray[np.int32]
    offers: Offers
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
            "aplt": float(self.offers.tail[rows, places].mean()),
            "coverage@10": float((counts > 0).mean()),
        }


def evaluate_long_tail(
    make: Callable[[], CollaborativeModel | RatingModel],
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
    repeats = 1 if parts.protocol is Protocol.chronological else SPLITS
    valid = [
        _side(make(), split(parts.train, parts.protocol, seed + 1 + repeat))
        for repeat in range(repeats)
    ]
    test = _side(make(), parts)
    crossed = _cross_fitted(valid, seed)
    model = Relevance.fit(*_pooled(valid, [np.ones(len(side.found), bool) for side in valid]))
    likely = model.probabilities(test.offers)
    policies = [LongTailPolicy(price, spread) for spread in SPREADS for price in PRICES]
    ours = {
        policy: _mean(
            _costs(side, _with_policy(side, likely_there, policy, seed))
            for side, likely_there in zip(valid, crossed, strict=True)
        )
        for policy in policies
    }
    theirs = {
        weight: _mean(_costs(side, _with_xquad(side, weight)) for side in valid)
        for weight in WEIGHTS
    }
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
    found["curves"] = _curves(test, likely, seed, budgets)
    return found


def _curves(
    test: _Side, likely: Floats, seed: int, budgets: Sequence[float]
) -> dict[str, dict[str, Any]]:
    """What each re-ranking would have at exactly these costs, between the settings around it."""
    curves = {f"policy, spread {spread}": _policy_curve(spread) for spread in SPREADS}
    found = {}
    for name, policies in curves.items():
        lists = [_costs(test, _with_policy(test, likely, policy, seed)) for policy in policies]
        found[name] = _at(lists, budgets)
    found["xquad"] = _at([_costs(test, _with_xquad(test, w)) for w in WEIGHTS], budgets)
    return found


def _policy_curve(spread: float) -> list[LongTailPolicy]:
    return [LongTailPolicy(price, spread) for price in PRICES]


def _at(points: Sequence[dict[str, float]], budgets: Sequence[float]) -> dict[str, Any]:
    """Figures at costs, linear between the last setting below and the first one above."""
    found = {}
    for budget in budgets:
        above = next((i for i, point in enumerate(points) if point["cost"] > budget), 0)
        if above:
            low, high = points[above - 1], points[above]
            share = (budget - low["cost"]) / max(1e-9, high["cost"] - low["cost"])
            found[f"{budget:.1%}"] = {
                name: round(low[name] + share * (high[name] - low[name]), 4)
                for name in ("aplt", "coverage_gain")
            }
    return found


def _side(model: CollaborativeModel | RatingModel, parts: Split) -> _Side:
    fitted = model.fit(parts.train)
    popularity = parts.train.popularity()
    tail = long_tail(popularity)
    relevant = parts.test.matrix()
    opinions, histories = Opinions.of(len(popularity)).fit(parts.train), parts.train.matrix()
    lists, scores, ranks, shoppers, others = [], [], [], [], []
    for batch in scored(fitted, parts):
        order = ranked(batch.scores, parts, len(popularity))
        place = _candidates(tail[order])
        lists.append(np.take_along_axis(order, place, axis=1))
        scores.append(np.take_along_axis(batch.scores, lists[-1], axis=1))
        ranks.append(place + 1)
        shoppers.append(batch.shoppers)
        told = opinions.scores(histories[batch.shoppers])
        others.append(np.take_along_axis(told, lists[-1][..., None], axis=1))
    who = np.concatenate(shoppers)
    products, kept = np.concatenate(lists), np.concatenate(scores)
    # Where a shopper took nearly everything the last candidates are none.
    kept = np.where(np.isfinite(kept), kept, kept[np.isfinite(kept)].min())
    return _Side(
        who,
        Offers.of(
            products,
            kept,
            np.concatenate(ranks),
            histories[who],
            popularity,
            tail,
            np.concatenate(others),
        ),
        hits(products, relevant[who]),
        np.diff(relevant[who].indptr),
        len(popularity),
    )


def _candidates(tail: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Places of the candidates in full lists, in order; shape (shoppers, FIRST + FIRST_OF_TAIL).

    Where the tail has too few, the last places of the list fill up.
    """
    size = min(FIRST + FIRST_OF_TAIL, tail.shape[1])
    wanted = tail.copy()
    wanted[:, :FIRST] = True
    return np.sort(np.argsort(~wanted, axis=1, kind="stable")[:, :size], axis=1)


def _cross_fitted(sides: Sequence[_Side], seed: int) -> list[Floats]:
    """Probabilities on each side, by models that saw none of the shoppers they speak of."""
    folds = np.random.default_rng(seed).integers(0, FOLDS, 1 + max(s.shoppers.max() for s in sides))
    likely = [np.zeros(side.found.shape) for side in sides]
    for fold in range(FOLDS):
        out = [folds[side.shoppers] == fold for side in sides]
        model = Relevance.fit(*_pooled(sides, [~one for one in out]))
        for side, one, found in zip(sides, out, likely, strict=True):
            found[one] = model.probabilities(_some(side.offers, one))
    return likely


def _pooled(
    sides: Sequence[_Side], masks: Sequence[npt.NDArray[np.bool_]]
) -> tuple[Offers, npt.NDArray[np.bool_]]:
    offers = [_some(side.offers, mask) for side, mask in zip(sides, masks, strict=True)]
    names = list(Offers.__dataclass_fields__)
    whole = Offers(**{name: np.concatenate([getattr(o, name) for o in offers]) for name in names})
    found = [side.found[mask] for side, mask in zip(sides, masks, strict=True)]
    return whole, np.concatenate(found)


def _mean(figures: Iterable[dict[str, float]]) -> dict[str, float]:
    every = list(figures)
    return {name: float(np.mean([one[name] for one in every])) for name in every[0]}


def _some(offers: Offers, mask: npt.NDArray[np.bool_]) -> Offers:
    return Offers(**{name: getattr(offers, name)[mask] for name in Offers.__dataclass_fields__})


def _with_policy(side: _Side, likely: Floats, policy: LongTailPolicy, seed: int) -> Lists:
    """Lists as they come up one after another, each knowing what was shown before it."""
    products = side.offers.products
    lists = np.zeros((len(products), 10), np.int64)
    shown = np.zeros(side.products, np.int64)
    for row in np.random.default_rng(seed).permutation(len(products)):
        own = products[row]
        chosen = with_long_tail(likely[row], side.offers.tail[row], shown[own], 10, policy)
        lists[row] = own[chosen]
        shown[lists[row]] += 1
    return lists


def _with_xquad(side: _Side, weight: float) -> Lists:
    offers = side.offers
    return xquad(offers.products, offers.scores, offers.tail, offers.tail_share[:, 0], weight)


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
