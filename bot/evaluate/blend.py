"""What learning the weights of a search gains on a shop's log, and what room for the tail costs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Mapping, Optional

import numpy as np
import numpy.typing as npt

from actions.recommend.blend import measures
from actions.recommend.blend.clicks import ClicksConfig
from actions.recommend.blend.learn import Judged, Material, judged, prices
from actions.recommend.blend.price import LENGTHS, Tried
from actions.recommend.blend.replay import PARTS
from actions.recommend.scoring import Weights

#: Places of which the curve of examination is told.
PLACES = 10
#: Weights that are compared; single parts besides.
DEFAULT, LEARNED, NAIVE = "default", "learned", "without_position"


def evaluate_blend(
    material: Material,
    seed: int,
    budget: float,
    exponents: Optional[Mapping[str, float]] = None,
) -> dict[str, Any]:
    """Learn from one part of the lists, order the later ones.

    Parameters
    ----------
    budget
        Share of nDCG that the long tail may cost.
    exponents
        Language → e where a place is truly looked at with probability ``place ** -e``; only known
        of simulated shoppers; other lists are then left out.

    Returns
    -------
    ``methods``: debiased nDCG@10 and AUC of what was shown, with 95 % intervals, and nDCG@10 among
    all candidates; ``ahead``: intervals of differences; ``examination``: curves by language;
    ``long_tail``: what it costs and brings. Where the truth is known figures are freed of places by
    it, else by what was learned.
    """
    simulated = material.of(exponents or ())
    if simulated.train and simulated.valid:
        material = simulated
    else:
        exponents = None
    own = judged(material)
    naive = judged(material, ClicksConfig(by_place=False))
    looked_at = material.looked_at(own.clicks) if exponents is None else _truly(exponents)
    candidates = {
        DEFAULT: _vector(Weights()),
        LEARNED: own.clicks.weights,
        NAIVE: naive.clicks.weights,
    }
    there = np.concatenate([one.parts for one in material.valid]).any(axis=0)
    for name, single, is_there in zip(PARTS, np.eye(len(PARTS)), there, strict=True):
        if is_there:
            candidates[name] = single
    terms = {name: _terms(material, weights, looked_at) for name, weights in candidates.items()}
    return {
        "lists": {"train": len(material.train), "valid": len(material.valid)},
        "taken": int(sum(one.taken.sum() for one in material.valid)),
        "seed": seed,
        "freed_by": "learned" if exponents is None else "truth",
        "methods": {
            name: _told(material, candidates[name], looked_at, *two, seed)
            for name, two in terms.items()
        },
        "ahead": {
            f"{LEARNED}-{other}": {
                "ndcg@10": _ahead(terms[LEARNED][0], terms[other][0], seed),
                "auc": _ahead(terms[LEARNED][1], terms[other][1], seed),
            }
            for other in (DEFAULT, NAIVE)
        },
        "weights": {
            DEFAULT: asdict(Weights()),
            LEARNED: _rounded(own.weights),
            NAIVE: _rounded(naive.weights),
        },
        "in_force": own.in_force,
        "examination": _curves(material, own, exponents),
        "long_tail": _long_tail(material, own, budget),
    }


def _terms(
    material: Material, weights: npt.NDArray[np.float64], looked_at: measures.LookedAt
) -> tuple[measures.Terms, measures.Terms]:
    def order(one: Any) -> npt.NDArray[np.float64]:
        return np.asarray(one.of_shown @ weights, np.float64)

    return (
        measures.ndcg(material.valid, order, looked_at),
        measures.auc(material.valid, order, looked_at),
    )


def _told(
    material: Material,
    weights: npt.NDArray[np.float64],
    looked_at: measures.LookedAt,
    ndcg: measures.Terms,
    auc: measures.Terms,
    seed: int,
) -> dict[str, Any]:
    whole = [one for one in material.valid if one.whole]
    return {
        "ndcg@10": round(ndcg.mean, 4),
        "ndcg@10_interval": ndcg.interval(seed),
        "auc": round(auc.mean, 4),
        "auc_interval": auc.interval(seed),
        "found@10": round(measures.found(whole, weights, looked_at).mean, 4),
    }


def _ahead(one: measures.Terms, other: measures.Terms, seed: int) -> dict[str, Any]:
    return {
        "mean": round(one.mean - other.mean, 4),
        "interval": measures.difference(one, other, seed),
    }


def _curves(
    material: Material, own: Judged, exponents: Optional[Mapping[str, float]]
) -> dict[str, Any]:
    places = np.arange(1, PLACES + 1)
    curves: dict[str, Any] = {}
    for language, group in material.groups.items():
        learned = own.clicks.looked_at(places, np.full(PLACES, group))
        curves[language] = {"learned": np.round(learned, 3).tolist()}
        if exponents is not None and language in exponents:
            truth = places ** -float(exponents[language])
            curves[language]["truth"] = np.round(truth, 3).tolist()
            curves[language]["rmse"] = round(float(np.sqrt(((learned - truth) ** 2).mean())), 4)
    return curves


def _long_tail(material: Material, own: Judged, budget: float) -> dict[str, Any]:
    """What the dearest price within the budget does, and every price that was tried."""
    found = prices(material, own)
    best = max((one for one in found if one.cost <= budget), key=lambda one: one.price)
    return {
        "budget": budget,
        "in_force": own.in_force and best.price > 0,
        **_priced(best),
        "before": _priced(found[0]),
        "tried": [_priced(one) for one in found[1:]],
    }


def _priced(one: Tried) -> dict[str, Any]:
    told: dict[str, Any] = {"price": one.price, "cost": round(one.cost, 5)}
    for length in LENGTHS:
        told[f"aplt@{length}"] = round(one.aplt[length], 4)
        told[f"coverage@{length}"] = round(one.coverage[length], 4)
    return {**told, "exchanged": round(one.exchanged, 4)}


def _truly(exponents: Mapping[str, float]) -> measures.LookedAt:
    mean = float(np.mean(list(exponents.values())))
    return lambda one: one.places ** -float(exponents.get(one.language, mean))


def _vector(weights: Weights) -> npt.NDArray[np.float64]:
    return np.array([getattr(weights, name) for name in PARTS])


def _rounded(weights: Weights) -> dict[str, float]:
    return {name: round(value, 3) for name, value in asdict(weights).items()}
