"""How well models of interest tell what shoppers take next, act by act."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any, Callable, Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.interest.acts import ACT, Operation
from actions.interest.config import USUAL, InterestConfig
from actions.interest.learn import learn
from actions.interest.space import Space
from actions.interest.state import InterestState
from actions.interest.streams import Stream
from actions.interest.walk import AFTER, K, questions
from actions.interest.walk import ndcg as ours_ndcg
from bot.evaluate.interest.baselines import BASELINES, Baseline
from bot.evaluate.interest.baselines import ndcg as baseline_ndcg
from bot.evaluate.interest.data import Parts
from bot.evaluate.tuning import tune

Report = Callable[[str], None]
OURS, SHIPPED = "ours", "shipped"
SAMPLES, LEVEL = 2000, 95.0
#: Every model's settings are chosen on so many shoppers at most.
TUNED_ON = 150
#: So many updates are timed.
TIMED = 4000


def evaluate_interest(
    parts: Parts, seed: int, *, trials: int, report: Optional[Report] = None
) -> dict[str, Any]:
    """Choose every model's settings on shoppers of their own, and measure on others.

    Parameters
    ----------
    trials
        Settings that are tried for each model; 0 measures ours as it is shipped, beside the
        others as they begin.

    Returns
    -------
    ``models``: model → nDCG@10 and the settings; ``ahead``: model → the difference of ours to it,
    with its interval by the paired bootstrap over shoppers; ``update``: microseconds that one act
    takes. The figures of ours stand at the top, too.
    """
    test = [s for s in parts.test if len(questions(s))]
    tuned_on = [s for s in parts.settings if len(questions(s))][:TUNED_ON]
    config, validated = USUAL, None
    if trials:
        found = learn(tuned_on, parts.space, USUAL, trials=trials, seed=seed, report=report)
        config, validated = found.config, found.score
    own = _all(lambda s: ours_ndcg(s, parts.space, config), test)
    models: dict[str, Any] = {
        OURS: {"ndcg@10": _mean(own), "validation": validated, "settings": asdict(config)}
    }
    shipped = own if config == USUAL else _all(lambda s: ours_ndcg(s, parts.space, USUAL), test)
    models[SHIPPED] = {"ndcg@10": _mean(shipped)}
    ahead = {}
    for name, (start, options) in BASELINES.items():
        chosen, score = _chosen(start, options, tuned_on, parts.space, trials, seed)
        theirs = _all(lambda s, c=chosen: baseline_ndcg(s, parts.space, c), test)  # type: ignore[misc]
        models[name] = {
            "ndcg@10": _mean(theirs), "validation": score,
            "settings": {option: getattr(chosen, option) for option in options},
        }  # fmt: skip
        ahead[name] = interval(own - theirs, seed)
        if report:
            report(f"{name}: {models[name]}, ours ahead {ahead[name]}")
    return {
        "seed": seed,
        "ndcg@10": models[OURS]["ndcg@10"],
        "k": K,
        "after": AFTER,
        "products": len(parts.space),
        "dimensions": parts.space.dimensions,
        "shoppers": {
            "vectors": parts.learned_from,
            "settings": len(tuned_on),
            "test": len(test),
        },
        "questions": sum(len(questions(s)) for s in test),
        "trials": trials,
        "models": models,
        "ahead": ahead,
        "update": timed(test, parts.space, config),
    }


def timed(streams: Sequence[Stream], space: Space, config: InterestConfig) -> dict[str, Any]:
    """Microseconds that an act takes, as the state is kept for a shopper; and the size of one."""
    taken: list[float] = []
    size = 0
    for stream in streams:
        state = InterestState.empty(space, config)
        for act, item, at in zip(
            stream.acts, stream.items.tolist(), stream.at.tolist(), strict=True
        ):
            weights = config.weights.get(act, (0.0, 0.0))
            if weights == (0.0, 0.0):
                continue
            operation = Operation(ACT, item, *weights, at)
            started = time.perf_counter()
            state = state.after([operation], space, config)
            taken.append((time.perf_counter() - started) * 1e6)
        size = max(size, len(state.to_bytes()))
        if len(taken) >= TIMED:
            break
    p50, p95, most = (round(float(v), 1) for v in np.percentile(taken or [0.0], [50, 95, 100]))
    return {"updates": len(taken), "p50_us": p50, "p95_us": p95, "max_us": most, "bytes": size}


def interval(differences: npt.NDArray[np.float64], seed: int) -> dict[str, float]:
    """Mean of differences by shopper with its interval, by the bootstrap."""
    if not len(differences):
        return {"mean": 0.0, "low": 0.0, "high": 0.0}
    drawn = np.random.default_rng(seed).integers(0, len(differences), (SAMPLES, len(differences)))
    means = differences[drawn].mean(axis=1)
    low, high = np.percentile(means, [(100 - LEVEL) / 2, (100 + LEVEL) / 2])
    return {
        "mean": round(float(differences.mean()), 5),
        "low": round(float(low), 5),
        "high": round(float(high), 5),
    }


def _chosen(
    start: Baseline,
    options: Any,
    streams: Sequence[Stream],
    space: Space,
    trials: int,
    seed: int,
) -> tuple[Baseline, Optional[float]]:
    if not trials or not options:
        return start, None

    def score(tried: Baseline) -> float:
        return _mean(_all(lambda s: baseline_ndcg(s, space, tried), streams))

    found = tune(start, options, score, trials, seed)
    return found.config, found.score


def _all(
    ndcg: Callable[[Stream], Optional[float]], streams: Sequence[Stream]
) -> npt.NDArray[np.float64]:
    values = (ndcg(stream) for stream in streams)
    return np.array([value for value in values if value is not None], np.float64)


def _mean(values: npt.NDArray[np.float64]) -> float:
    return round(float(values.mean()), 5) if len(values) else 0.0
