"""What noticing is good for: recommendations around a drift, and where there is none.

A profile is a weighted mean of likes in the space that detectors watch; before every event all
items are ranked by their cosine to it. Profiles differ in the weights: all alike (``static``), the
latest k, exponential decay, by the detector (``triggered``), or with the truth known (``oracle``:
only likes of the present interest, which in A→B→A is the first one again at the end). The event of
the drift itself finds all with the old interest but those that forget anyway.

``recovery``
    ``(nDCG - nDCG of static) / (nDCG of oracle - nDCG of static)`` over the events from the drift
    on: 0 is static, 1 is the oracle.
``harm``
    ``1 - nDCG / nDCG of static`` over all events but the first of streams of one shopper, shuffled.

How far an older interest is discounted is chosen on the shoppers for thresholds: the setting with
the highest recovery among those that surely do little harm. Decays are not chosen: the best of them
on the test itself is what is compared with, both of all and of those that do no more harm than
allowed.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Mapping, Optional, Sequence

import numpy as np

from actions.interest.drift.splices import Stream
from bot.evaluate.drift.alarms import stacked
from bot.evaluate.drift.detector import Detector, Floats
from bot.evaluate.drift.following import Followed, Kept, followed, weights
from bot.evaluate.drift.profiles import all_alike, decaying, latest, prequential_ndcg
from bot.evaluate.drift.thresholds import LEAST, threshold_for

#: Kinds of stream that recovery is told of.
DRIFTS = ("far_splice", "return_")
CALM = "shuffled"
HALF_LIVES = (2, 3, 5, 8, 12, 20, 30)
LATEST = (3, 5, 10, 20)
#: Harm that is allowed; where settings are chosen, to the upper end of its interval.
MOST_HARM = 0.01
DRAWS = 1000

#: Kind of stream → method → nDCG of every stream, the mean over the events that count.
Gains = Mapping[str, Mapping[str, Floats]]
Streams = Mapping[str, Sequence[Stream]]


def choose_kept(
    detector: Detector, threshold: float, streams: Streams, vectors: Floats
) -> tuple[Kept, dict[str, Any]]:
    """How much of an older interest is kept, chosen on streams that are not tested.

    Returns
    -------
    The setting, and its recovery and harm there.
    """
    calm = detector.score(stacked(streams[CALM]))
    said = calm.values[np.isfinite(calm.values)]
    lows = [threshold_for(calm, 0.2)]
    lows += np.quantile(said, (0.9, 0.7, 0.4)).tolist() if len(said) else []
    lows = sorted({low for low in lows if LEAST < low < threshold})
    fixed = {kind: fixed_gains(streams[kind], vectors) for kind in (*DRIFTS, CALM)}
    runs = {kind: followed(detector, threshold, stacked(streams[kind])) for kind in fixed}
    users = [stream.user for stream in streams[CALM]]
    settings = [
        Kept(low, low + reach * (threshold - low), least)
        for low in lows
        for reach in (0.5, 0.75, 1.0)
        for least in (0.0, 0.1, 0.2)
    ]
    settings.append(Kept(threshold, threshold, 0.1))

    def gain(kind: str, kept: Kept) -> Floats:
        return _gain(streams[kind], vectors, runs[kind], kept)

    harms = [
        _harm({"static": fixed[CALM]["static"], "triggered": gain(CALM, kept)}, users, 0)
        for kept in settings
    ]
    least_harm = min(harm["triggered"]["high"] for harm in harms)
    tried = [
        (
            np.mean(
                [recovery({**fixed[d], "triggered": gain(d, kept)}, "triggered") for d in DRIFTS]
            ),
            harm["triggered"],
            kept,
        )
        for kept, harm in zip(settings, harms, strict=True)
        if harm["triggered"]["high"] <= max(MOST_HARM, least_harm)
    ]
    recovered, harm, kept = max(tried, key=lambda one: one[0])
    return kept, {"recovery": round(float(recovered), 4), "harm": harm}


def recovery(gains: Mapping[str, Floats], name: str) -> float:
    """Where a method stands between static and the oracle."""
    static, oracle = gains["static"].mean(), gains["oracle"].mean()
    return float((gains[name].mean() - static) / (oracle - static)) if oracle != static else 0.0


def gains_of(
    detector: Detector, threshold: float, kept: Kept, streams: Streams, vectors: Floats
) -> Gains:
    """All methods on streams of every kind."""
    return {
        kind: {
            **fixed_gains(streams[kind], vectors),
            "triggered": _gain(
                streams[kind],
                vectors,
                followed(detector, threshold, stacked(streams[kind])),
                kept,
            ),
        }
        for kind in (*DRIFTS, CALM, "blip")
        if streams.get(kind)
    }


def fixed_gains(streams: Sequence[Stream], vectors: Floats) -> dict[str, Floats]:
    """The methods that need no detector."""
    n, length = len(streams), len(streams[0])
    made = {
        "static": all_alike(length),
        **{f"latest_{k}": latest(length, k) for k in LATEST},
        **{f"decay_{half}": decaying(length, half) for half in HALF_LIVES},
    }
    every = {name: np.broadcast_to(one, (n, length, length)) for name, one in made.items()}
    if streams[0].drift is not None:
        every["oracle"] = np.stack([_true_weights(stream) for stream in streams])
    items = stacked(streams)
    return {
        name: _counted(streams, prequential_ndcg(items, vectors, one))
        for name, one in every.items()
    }


def figures(gains: Gains, users: Mapping[str, Sequence[int]], seed: int) -> dict[str, Any]:
    """``recovery`` by kind of drift and ``harm`` of every method, with intervals over shoppers.

    Parameters
    ----------
    users
        Kind of stream → whose stream each is.
    """
    harms = _harm(gains[CALM], users[CALM], seed)
    harmless = [name for name, one in harms.items() if one["mean"] <= MOST_HARM]
    found = {
        kind.rstrip("_"): _recovery(gains[kind], users[kind], seed, harmless) for kind in DRIFTS
    }
    blip = _harm(gains["blip"], users["blip"], seed) if "blip" in gains else {}
    return {
        "recovery": found,
        "harm": harms,
        **({"harm_of_a_blip": blip} if blip else {}),
    }


def settings(kept: Kept) -> dict[str, float]:
    """How much is kept, for a report."""
    return {name: round(value, 4) for name, value in asdict(kept).items()}


def _recovery(
    gains: Mapping[str, Floats],
    users: Sequence[int],
    seed: int,
    harmless: Sequence[str],
) -> dict[str, Any]:
    names = [name for name in gains if name not in ("static", "oracle")]
    drawn = {name: _drawn(gains[name], users, seed) for name in gains}
    room = drawn["oracle"] - drawn["static"]
    shares = {name: (drawn[name] - drawn["static"]) / room for name in names}
    exact = {name: recovery(gains, name) for name in names}
    found: dict[str, Any] = {
        "ndcg@10": {name: round(float(values.mean()), 4) for name, values in gains.items()},
        "methods": {
            name: {"mean": round(exact[name], 4), **_interval(shares[name])} for name in names
        },
    }
    for key, allowed in (("best_decay", names), ("best_decay_harmless", harmless)):
        best = _best([name for name in allowed if name in exact], exact)
        found[key] = best
        if best and "triggered" in exact:
            found[f"ahead_of_{key}"] = {
                "mean": round(exact["triggered"] - exact[best], 4),
                **_interval(shares["triggered"] - shares[best]),
            }
    if "triggered" in exact:
        found["triggered"] = round(exact["triggered"], 4)
    return found


def _best(names: Sequence[str], exact: Mapping[str, float]) -> Optional[str]:
    decays = [name for name in names if name.startswith("decay_")]
    return max(decays, key=lambda name: exact[name]) if decays else None


def _harm(gains: Mapping[str, Floats], users: Sequence[int], seed: int) -> dict[str, Any]:
    static = gains["static"]
    draws = {name: _drawn(values, users, seed) for name, values in gains.items()}
    return {
        name: {
            "mean": round(float(1 - values.mean() / static.mean()), 4),
            **_interval(1 - draws[name] / draws["static"]),
        }
        for name, values in gains.items()
        if name != "static"
    }


def _drawn(values: Floats, users: Sequence[int], seed: Any) -> Floats:
    """Means where shoppers are drawn anew, the same ones for every call with a seed."""
    known, own = np.unique(np.asarray(users), return_inverse=True)
    rng = np.random.default_rng(seed)
    often = rng.multinomial(len(known), np.full(len(known), 1 / len(known)), DRAWS)
    total = np.bincount(own, values, len(known))
    return (often @ total) / (often @ np.bincount(own, minlength=len(known)))


def _interval(values: Floats) -> dict[str, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return {"low": round(float(low), 4), "high": round(float(high), 4)}


def _gain(streams: Sequence[Stream], vectors: Floats, run: Followed, kept: Kept) -> Floats:
    return _counted(streams, prequential_ndcg(stacked(streams), vectors, weights(run, kept)))


def _counted(streams: Sequence[Stream], ndcg: Floats) -> Floats:
    """Mean over the events from the drift on; where there is none, over all but the first."""
    return np.array(
        [
            row[1 if stream.drift is None else stream.drift :].mean()
            for stream, row in zip(streams, ndcg, strict=True)
        ]
    )


def _true_weights(stream: Stream) -> Floats:
    """Only likes of the present interest; before the first of a new one those of the old."""
    length = len(stream)
    past = np.tri(length, k=-1)
    assert stream.drift is not None
    past[stream.drift + 1 :, : stream.drift] = 0
    if stream.back is not None:
        past[stream.back + 1 :] = np.tri(length, k=-1)[stream.back + 1 :]
        past[stream.back + 1 :, stream.drift : stream.back] = 0
    return past
