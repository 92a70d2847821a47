"""How well each model tells shoppers' next choices from their histories, over all products."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt

from bot.evaluate.baselines.neighbours import ItemKnn, Rp3Beta
from bot.evaluate.baselines.ratings import RATING_MODELS, RatingModel
from bot.evaluate.baselines.text import TextNeighbours
from bot.evaluate.ranking_metrics import Lists, auc, hits, list_figures, ndcg, top
from bot.evaluate.repeats import rounded, summary
from bot.evaluate.splits import Protocol, Split, split
from bot.evaluate.tuning import tune
from catalog.collaborative.als import Als
from catalog.collaborative.base import CollaborativeModel, Scores
from catalog.collaborative.blend import Blend
from catalog.collaborative.default import default_model
from catalog.collaborative.ease import Ease
from catalog.collaborative.hybrid import Content, Hybrid
from catalog.collaborative.interactions import Interactions
from catalog.collaborative.popularity import Popularity
from catalog.errors import ShoptalkError

#: Shoppers scored at a time.
BATCH = 512
DEPTH = 20
IMPLICIT: Mapping[str, type[CollaborativeModel]] = {
    model.name: model for model in (Popularity, ItemKnn, Rp3Beta, Ease, Als, Blend)
}
WITH_CONTENT: Mapping[str, Any] = {model.name: model for model in (TextNeighbours, Hybrid)}
EXPLICIT: Mapping[str, type[RatingModel]] = {model.name: model for model in RATING_MODELS}
DEFAULT = "default"
#: Share learned from in validation, where it is not the protocol's: what is chosen for much less
#: data than there will be is not the best for that.
VALIDATION = {Protocol.random: 0.87}
#: Validation splits that are averaged; a chronological one is always the same.
REPEATS = {Protocol.random: 3, Protocol.chronological: 1, Protocol.cold: 3}

Report = Callable[[str], None]


@dataclass(frozen=True)
class Scored:
    """A fitted model's scores for some shoppers, what they had taken excluded."""

    shoppers: npt.NDArray[np.int32]
    scores: Scores
    """Shape (shoppers, products); −inf where a product is no candidate."""


def evaluate_recommend(
    data: Interactions,
    protocol: Protocol,
    models: Sequence[str],
    *,
    content: Optional[Content] = None,
    trials: int = 0,
    seed: int = 0,
    report: Optional[Report] = None,
) -> dict[str, Any]:
    """Fit and score models on one split.

    Parameters
    ----------
    models
        ``default`` or keys of ``IMPLICIT``, ``WITH_CONTENT`` and ``EXPLICIT``.
    content
        What is known of the products, for the models that look at it.
    trials
        So many configs are tried for each model on a validation part of what is learned from;
        0 takes the usual ones.

    Raises
    ------
    ShoptalkError
        For a model that does not exist or cannot be fitted on this log.
    """
    parts = split(data, protocol, seed)
    found = {}
    for name in models:
        if report:
            report(f"{name} …")
        found[name] = _one(name, parts, content, trials, seed)
    first = found.get(DEFAULT)
    return {
        "protocol": protocol.value,
        "shoppers": len(np.unique(parts.test.shopper)),
        "products": data.shape[1],
        "learned": len(parts.train),
        "tested": len(parts.test),
        **({"default": first} if first else {}),
        "models": found,
    }


def averaged(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The means of several runs with their standard deviations (``sd``), and the runs; of one run
    its own figures."""
    if len(runs) == 1:
        return runs[0]
    found: dict[str, Any] = {**runs[0], "models": {}, "runs": list(runs)}
    for name in runs[0]["models"]:
        one = summary([_figures(run["models"][name]) for run in runs])
        found["models"][name] = rounded({k: v for k, v in one.items() if k != "runs"})
    if DEFAULT in found["models"]:
        found["default"] = found["models"][DEFAULT]
    return found


def _figures(model: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in model.items() if name != "tuned"}


def _one(
    name: str, parts: Split, content: Optional[Content], trials: int, seed: int
) -> dict[str, Any]:
    make = maker(name, parts.train, content)
    usual = make(None)
    config, tuned = usual.config, None
    if trials and usual.space:
        tuned = tune(config, usual.space, _validation(make, parts, seed), trials, seed)
        config = tuned.config
    started = time.perf_counter()
    model = make(config).fit(parts.train)
    seconds = time.perf_counter() - started
    figures: dict[str, Any] = score(model, parts)
    if isinstance(model, RatingModel):
        figures["rmse"] = round(_rmse(model, parts.test), 4)
    figures["fit_seconds"] = round(seconds, 2)
    if tuned:
        figures["tuned"] = {
            "validation": round(tuned.score, 5),
            "trials": tuned.trials,
            **tuned.chosen,
        }
    return figures


def maker(
    name: str, data: Interactions, content: Optional[Content]
) -> Callable[[Any], CollaborativeModel | RatingModel]:
    """What makes the named model from a config, or from the usual one where that is None.

    Raises
    ------
    ShoptalkError
        For a model that does not exist or cannot be fitted on this log.
    """
    if name == DEFAULT:
        return lambda config: default_model(data.shape[1], content, config)
    if name in EXPLICIT:
        if np.isnan(data.rating).any():
            raise ShoptalkError(f"The model {name} needs a rating in every event.")
        return lambda config: EXPLICIT[name](*_given(config))
    if name in WITH_CONTENT:
        if content is None:
            raise ShoptalkError(f"The model {name} needs to know the products: give --items.")
        return lambda config: WITH_CONTENT[name](content, *_given(config))
    if name not in IMPLICIT:
        known = ", ".join([DEFAULT, *IMPLICIT, *WITH_CONTENT, *EXPLICIT])
        raise ShoptalkError(f"There is no model {name!r}; there are {known}.")
    if name in (Ease.name, Blend.name) and data.shape[1] > Ease.LIMIT:
        raise ShoptalkError(
            f"{name} is for up to {Ease.LIMIT} products, and the log has {data.shape[1]}: leave "
            f"it out of --models."
        )
    return lambda config: IMPLICIT[name](*_given(config))


def _given(config: Any) -> tuple[Any, ...]:
    return () if config is None else (config,)


def _validation(
    make: Callable[[Any], CollaborativeModel | RatingModel], parts: Split, seed: int
) -> Callable[[Any], float]:
    """Scores a config by the mean over several validation parts of what is learned from."""
    inner = validation_splits(parts, seed)

    def validated(config: Any) -> float:
        return float(np.mean([_validated(make(config), part) for part in inner]))

    return validated


def score(model: CollaborativeModel | RatingModel, parts: Split) -> dict[str, float]:
    """All figures of a fitted model on the test part of a split."""
    relevant = parts.test.matrix()
    lists, founds, counts, aucs = [], [], [], []
    for batch in scored(model, parts):
        own = relevant[batch.shoppers]
        lists.append(ranked(batch.scores, parts, DEPTH))
        founds.append(hits(lists[-1], own))
        counts.append(np.diff(own.indptr))
        aucs.append(auc(batch.scores, own, np.isfinite(batch.scores)))
    return list_figures(
        np.concatenate(lists),
        np.concatenate(founds),
        np.concatenate(counts),
        parts.train.popularity(),
        np.concatenate(aucs),
    )


def scored(model: CollaborativeModel | RatingModel, parts: Split) -> Iterator[Scored]:
    """Scores of the shoppers that the test part tells something of, some at a time."""
    shoppers = np.unique(parts.test.shopper)
    seen = parts.train.matrix()
    score_them = _by_history(model, parts.train)
    for start in range(0, len(shoppers), BATCH):
        batch = shoppers[start : start + BATCH]
        scores = score_them(batch)
        scores[:, ~parts.candidates] = -np.inf
        scores[seen[batch].nonzero()] = -np.inf
        yield Scored(batch, scores)


def _by_history(
    model: CollaborativeModel | RatingModel, train: Interactions
) -> Callable[[npt.NDArray[np.int32]], Scores]:
    if isinstance(model, RatingModel):
        whole = model.predict()
        return lambda shoppers: np.array(whole[shoppers])
    histories, known = train.matrix(model.half_life), model
    return lambda shoppers: np.array(known.scores(histories[shoppers]), np.float32)


def ranked(scores: Scores, parts: Split, k: int) -> Lists:
    """The ``k`` best products of every row; equals in the split's random order."""
    return parts.ties[top(scores[:, parts.ties], k)]


def validation_splits(parts: Split, seed: int) -> list[Split]:
    """Splits of what is learned from, by the same protocol."""
    return [
        split(parts.train, parts.protocol, seed + 1 + repeat, VALIDATION.get(parts.protocol))
        for repeat in range(REPEATS[parts.protocol])
    ]


def _validated(model: Any, inner: Split) -> float:
    fitted = model.fit(inner.train)
    if isinstance(fitted, RatingModel):
        return -_rmse(fitted, inner.test)
    return _ndcg(fitted, inner)


def _ndcg(model: CollaborativeModel, parts: Split) -> float:
    relevant = parts.test.matrix()
    values = []
    for batch in scored(model, parts):
        own = relevant[batch.shoppers]
        values.append(ndcg(hits(ranked(batch.scores, parts, 10), own), np.diff(own.indptr), 10))
    return float(np.concatenate(values).mean())


def _rmse(model: RatingModel, test: Interactions) -> float:
    predicted = model.predict()[test.shopper, test.product]
    return float(np.sqrt(np.mean((predicted - test.rating) ** 2)))
