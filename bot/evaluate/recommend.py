"""How well each model tells shoppers' next choices from their histories, over all products."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt

from bot.evaluate.baselines.neighbours import ItemKnn, Rp3Beta
from bot.evaluate.baselines.ratings import RATING_MODELS, RatingModel
from bot.evaluate.ranking_metrics import Lists, auc, hits, list_figures, top
from bot.evaluate.splits import Protocol, Split, split
from bot.evaluate.tuning import Tuned, tune
from catalog.collaborative.als import Als
from catalog.collaborative.base import CollaborativeModel, Scores
from catalog.collaborative.blend import Blend, default_model
from catalog.collaborative.ease import Ease
from catalog.collaborative.interactions import Interactions
from catalog.collaborative.popularity import Popularity
from catalog.errors import ShoptalkError

#: Shoppers scored at a time.
BATCH = 512
DEPTH = 20
IMPLICIT: Mapping[str, type[CollaborativeModel]] = {
    model.name: model for model in (Popularity, ItemKnn, Rp3Beta, Ease, Als, Blend)
}
EXPLICIT: Mapping[str, type[RatingModel]] = {model.name: model for model in RATING_MODELS}
DEFAULT = "default"

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
    trials: int = 0,
    seed: int = 0,
    report: Optional[Report] = None,
) -> dict[str, Any]:
    """Fit and score models on one split.

    Parameters
    ----------
    models
        ``default`` or keys of ``IMPLICIT`` and ``EXPLICIT``.
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
        found[name] = _one(name, parts, trials, seed)
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


def _one(name: str, parts: Split, trials: int, seed: int) -> dict[str, Any]:
    kind = _kind(name, parts.train)
    config = default_model(parts.train.shape[1]).config if name == DEFAULT else kind().config
    tuned: Optional[Tuned] = None
    if trials and kind.space:
        inner = split(parts.train, parts.protocol, seed + 1)
        tuned = tune(config, kind.space, lambda c: _validated(kind(c), inner), trials, seed)
        config = tuned.config
    started = time.perf_counter()
    model = kind(config).fit(parts.train)
    seconds = time.perf_counter() - started
    figures: dict[str, Any] = score(model, parts)
    if isinstance(model, RatingModel):
        figures["rmse"] = round(_rmse(model, parts.test), 4)
    figures["fit_seconds"] = round(seconds, 2)
    if tuned:
        figures["tuned"] = {
            "validation_ndcg@10": round(tuned.score, 5),
            "trials": tuned.trials,
            **tuned.chosen,
        }
    return figures


def _kind(name: str, data: Interactions) -> Any:
    if name == DEFAULT:
        return type(default_model(data.shape[1]))
    if name in EXPLICIT:
        if np.isnan(data.rating).any():
            raise ShoptalkError(f"The model {name} needs a rating in every event.")
        return EXPLICIT[name]
    if name not in IMPLICIT:
        known = ", ".join([DEFAULT, *IMPLICIT, *EXPLICIT])
        raise ShoptalkError(f"There is no model {name!r}; there are {known}.")
    if name in (Ease.name, Blend.name) and data.shape[1] > Ease.LIMIT:
        raise ShoptalkError(
            f"{name} is for up to {Ease.LIMIT} products, and the log has {data.shape[1]}: leave "
            f"it out of --models."
        )
    return IMPLICIT[name]


def score(model: CollaborativeModel | RatingModel, parts: Split) -> dict[str, float]:
    """All figures of a fitted model on the test part of a split."""
    relevant = parts.test.matrix()
    lists, founds, counts, aucs = [], [], [], []
    for batch in scored(model, parts):
        own = relevant[batch.shoppers]
        lists.append(top(batch.scores, DEPTH))
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


def top_lists(model: CollaborativeModel | RatingModel, parts: Split, k: int) -> Lists:
    """The first ``k`` for every shopper of the test part, shape (shoppers, k)."""
    return np.concatenate([top(batch.scores, k) for batch in scored(model, parts)])


def _validated(model: Any, inner: Split) -> float:
    fitted = model.fit(inner.train)
    if isinstance(fitted, RatingModel):
        return -_rmse(fitted, inner.test)
    return _ndcg(fitted, inner)


def _ndcg(model: CollaborativeModel, parts: Split) -> float:
    from bot.evaluate.ranking_metrics import ndcg

    relevant = parts.test.matrix()
    values = []
    for batch in scored(model, parts):
        own = relevant[batch.shoppers]
        values.append(ndcg(hits(top(batch.scores, 10), own), np.diff(own.indptr), 10))
    return float(np.concatenate(values).mean())


def _rmse(model: RatingModel, test: Interactions) -> float:
    predicted = model.predict()[test.shopper, test.product]
    return float(np.sqrt(np.mean((predicted - test.rating) ** 2)))
