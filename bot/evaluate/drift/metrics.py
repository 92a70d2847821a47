"""How well alarms meet drifts, with the names that CapyMOA gives the figures.

Everything is told by the first alarm of a stream. Its delay is the number of events of the new
interest seen by then, the one it is raised at among them: 1 is the soonest.

``tpr@n``
    Share of the streams with a drift whose first alarm comes at a delay of 1 to n.
``mtd``
    Mean time to detect: the mean delay of first alarms that come after the drift, however late.
``far``
    Share of the streams without drift that raise an alarm at any event.
``early``
    Share of the streams with a drift that raise an alarm before it.
``f1@n``
    Over streams with a drift and equally many without: a true positive is a first alarm at a delay
    of 1 to n, a false negative a drift without one, a false positive an alarm before the drift or
    in a stream without one. A first alarm that comes later than n is a miss but no false positive.
``localisation``
    Mean distance in events between the place that a detector names and the drift, where the first
    alarm comes after it.

Intervals of 95 % are bootstrapped over shoppers: streams of one shopper are drawn together.
"""

from __future__ import annotations

from typing import Any, Optional, Sequence

import numpy as np
import numpy.typing as npt

from bot.evaluate.drift.alarms import Alarms

Floats = npt.NDArray[np.float64]

#: Delays that detection rates are told for.
WITHIN = (5, 10, 20)
#: F1 is told for these.
F1_WITHIN = (5, 10)
DRAWS = 2000
#: Figures that have an interval.
NAMES = (
    *(f"f1@{n}" for n in F1_WITHIN), *(f"tpr@{n}" for n in WITHIN),
    "mtd", "far", "early", "localisation",
)  # fmt: skip


def delays(alarms: Alarms) -> npt.NDArray[np.int64]:
    """Events of the new interest at the first alarm; 0 where there is none or it came before."""
    after = (alarms.drift >= 0) & (alarms.at >= alarms.drift)
    return np.where(after, alarms.at - alarms.drift + 1, 0)


def f1(drifted: Alarms, controls: Alarms, within: int) -> float:
    """``f1@within`` of the module's docstring."""
    users = _users(drifted, controls)
    return _number(
        _figures(_sums(drifted, controls, users), np.ones((1, len(users))))[f"f1@{within}"]
    )


def figures(drifted: Alarms, controls: Alarms, seed: int, draws: int = DRAWS) -> dict[str, Any]:
    """All figures of streams with a drift, beside streams without, with their ``interval``."""
    users = _users(drifted, controls)
    sums = _sums(drifted, controls, users)
    whole = _figures(sums, np.ones((1, len(users))))
    drawn = _figures(sums, _weights(len(users), seed, draws))
    return {
        **{name: _rounded(_number(whole[name])) for name in NAMES},
        "interval": {name: _interval(drawn[name]) for name in NAMES},
        "streams": len(drifted),
        "controls": len(controls),
        "shoppers": len(np.unique(drifted.user)),
    }


def difference(
    one: tuple[Alarms, Alarms], other: tuple[Alarms, Alarms], seed: int, draws: int = DRAWS
) -> dict[str, dict[str, Any]]:
    """By how much one detector's figures exceed another's on the same streams, shoppers drawn for
    both at once.

    Parameters
    ----------
    one, other
        Alarms in streams with a drift and without.
    """
    users = _users(*one)
    found = {}
    weights = _weights(len(users), seed, draws)
    first, second = _sums(*one, users), _sums(*other, users)
    whole = np.ones((1, len(users)))
    drawn = _figures(first, weights), _figures(second, weights)
    exact = _figures(first, whole), _figures(second, whole)
    for name in NAMES:
        low, high = _interval(drawn[0][name] - drawn[1][name]) or (None, None)
        mean = _rounded(_number(exact[0][name] - exact[1][name]))
        found[name] = {"mean": mean, "low": low, "high": high}
    return found


def false_alarms(controls: Alarms, seed: int, draws: int = DRAWS) -> dict[str, Any]:
    """``far`` alone, of streams that should raise no alarm; the other figures are null."""
    found = figures(_none(), controls, seed, draws)
    return {**found, "streams": 0, "shoppers": len(np.unique(controls.user))}


def _none() -> Alarms:
    nothing = np.zeros(0, np.int64)
    return Alarms(nothing, nothing, nothing, nothing)


def _users(drifted: Alarms, controls: Alarms) -> npt.NDArray[np.int64]:
    return np.unique(np.concatenate([drifted.user, controls.user]))


def _sums(drifted: Alarms, controls: Alarms, users: npt.NDArray[np.int64]) -> dict[str, Floats]:
    """What is counted, of each shopper; shape (shoppers,)."""
    delay = delays(drifted)
    found = delay > 0
    of_drifted: dict[str, npt.NDArray[Any]] = {
        "drifted": np.ones(len(drifted)),
        "found": found,
        "delay": delay,
        "off": np.where(found, np.abs(drifted.place - drifted.drift), 0),
        "early": (drifted.at >= 0) & ~found,
        **{f"in@{n}": found & (delay <= n) for n in {*WITHIN, *F1_WITHIN}},
    }
    of_controls = {"controls": np.ones(len(controls)), "alarms": controls.at >= 0}
    return {
        name: np.bincount(np.searchsorted(users, alarms.user), values, len(users)).astype(
            np.float64
        )
        for alarms, columns in ((drifted, of_drifted), (controls, of_controls))
        for name, values in columns.items()
    }


def _figures(sums: dict[str, Floats], weights: Floats) -> dict[str, Floats]:
    """Figures for each row of weights of shoppers, shape (draws,); NaN where there are none."""
    total = {name: weights @ values for name, values in sums.items()}
    with np.errstate(divide="ignore", invalid="ignore"):
        early = total["early"] / total["drifted"]
        far = total["alarms"] / total["controls"]
        rates = {n: total[f"in@{n}"] / total["drifted"] for n in {*WITHIN, *F1_WITHIN}}
        return {
            **{f"f1@{n}": 2 * rates[n] / (1 + rates[n] + early + far) for n in F1_WITHIN},
            **{f"tpr@{n}": rates[n] for n in WITHIN},
            "mtd": total["delay"] / total["found"],
            "far": far,
            "early": early,
            "localisation": total["off"] / total["found"],
        }


def _weights(users: int, seed: int, draws: int) -> Floats:
    """How often each shopper is drawn, shape (draws, shoppers)."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(users, np.full(users, 1 / users), draws).astype(np.float64)


def _interval(values: Floats) -> Optional[Sequence[float]]:
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    return [round(float(q), 4) for q in np.quantile(values, (0.025, 0.975))]


def _number(values: Floats) -> float:
    return float(values[0])


def _rounded(value: float) -> Optional[float]:
    return round(value, 4) if np.isfinite(value) else None
