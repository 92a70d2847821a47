"""Figures of many conversations, and how far one way of talking is ahead of another."""

from __future__ import annotations

from collections import Counter
from typing import Any, Callable, Iterable, Sequence

import numpy as np

from bot.evaluate.simulate.play import Played
from bot.evaluate.simulate.policy import policy

SAMPLES = 2000
LEVEL = 95.0
EXAMPLES = 5
#: Whoever is led to nothing new for this many messages running is stuck.
STUCK = 3
#: The same list so often is a circle.
CIRCLE = 3


def figures(played: Sequence[Played], limits: Sequence[int]) -> dict[str, Any]:
    """Figures of conversations under one condition.

    Returns
    -------
    ``found@N`` and ``target@N``: shares of conversations in which a product with everything that
    is cared about, or the target, was shown within N messages; ``turns``: mean messages until
    found, where not found counting one more than the longest allowed; ``turns_if_found``;
    ``questions`` a conversation; ``policy``: what became of them; ``ended``: where those who found
    nothing were left; ``violations``: products shown, how many broke the reply's own request and
    how many what was said, with examples; ``drift``: shares of turns in which a change of interest
    was told (none of these shoppers has one) and words were read for it, and the milliseconds that
    this took a turn on average; ``p50_ms`` and ``p95_ms`` of a turn; ``errors``.
    """
    turns = [t for p in played for t in p.turns]
    longest = max(limits)
    out: dict[str, Any] = {"conversations": len(played)}
    for limit in limits:
        out[f"found@{limit}"] = _share(p.found is not None and p.found <= limit for p in played)
        out[f"target@{limit}"] = _share(p.target is not None and p.target <= limit for p in played)
    out["turns"] = _mean([cost(p, longest) for p in played])
    out["turns_if_found"] = _mean([p.found for p in played if p.found is not None])
    out["questions"] = _mean([sum(bool(t.reply.question) for t in p.turns) for p in played])
    out["policy"] = policy(played)
    out["ended"] = dict(Counter(p.ended for p in played if p.found is None).most_common())
    out["violations"] = _violations(played)
    told = [t.reply.drift for t in turns]
    out["drift"] = {
        "told": _share(bool(one.get("drifted")) for one in told),
        "read": _share("read_ms" in one for one in told),
        "read_ms": _mean([float(one.get("read_ms", 0.0)) for one in told]),
    }
    out["p50_ms"] = _percentile([t.reply.ms for t in turns], 50)
    out["p95_ms"] = _percentile([t.reply.ms for t in turns], 95)
    out["errors"] = sum(bool(t.reply.error) for t in turns)
    return out


def led(played: Sequence[Played]) -> dict[str, Any]:
    """How those fare who do not help.

    Returns
    -------
    ``shown``: share of conversations in which products were shown by the second message;
    ``circles``: share in which the same reply came three times; ``same_list``: in which the same
    products did, in whatever words; ``stuck``: in which three messages running brought no new
    product; ``new_per_turn``: products not shown before a message.
    """
    return {
        "conversations": len(played),
        "shown": _share(any(t.reply.items for t in p.turns[:2]) for p in played),
        "circles": _share(p.circles for p in played),
        "same_list": _share(_same_list(p) >= CIRCLE for p in played),
        "stuck": _share(_longest_without(p) >= STUCK for p in played),
        "new_per_turn": _mean([t.new for p in played for t in p.turns]),
        "questions": _mean([sum(bool(t.reply.question) for t in p.turns) for p in played]),
        "found": _share(p.found is not None for p in played),
        "errors": sum(bool(t.reply.error) for p in played for t in p.turns),
    }


def cost(played: Played, longest: int) -> int:
    """Messages until found; one more than the longest where it was not."""
    return played.found if played.found is not None else longest + 1


def ahead(
    ours: Sequence[Played], theirs: Sequence[Played], limit: int, longest: int, seed: int
) -> dict[str, Any]:
    """Differences over the same goals with 95 % intervals, by the paired bootstrap over goals."""

    def difference(of: Callable[[Played], float]) -> np.ndarray:
        return np.array([of(a) - of(b) for a, b in zip(ours, theirs, strict=True)])

    def success(p: Played) -> float:
        return float(p.found is not None and p.found <= limit)

    return {
        f"found@{limit}": _interval(difference(success), seed),
        "turns": _interval(difference(lambda p: float(cost(p, longest))), seed),
    }


def _interval(differences: np.ndarray, seed: int) -> dict[str, float]:
    if not len(differences):
        return {"mean": 0.0, "low": 0.0, "high": 0.0}
    random = np.random.default_rng(seed)
    drawn = random.integers(0, len(differences), (SAMPLES, len(differences)))
    means = differences[drawn].mean(axis=1)
    low, high = np.percentile(means, [(100 - LEVEL) / 2, (100 + LEVEL) / 2])
    return {
        "mean": round(float(differences.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }


def _violations(played: Sequence[Played]) -> dict[str, Any]:
    turns = [t for p in played for t in p.turns]
    broken = [{"said": t.said.text, **b} for t in turns for b in t.broken]
    unheeded = [{"said": t.said.text, **b} for t in turns for b in t.unheeded]
    return {
        "products": sum(len(t.reply.items) for t in turns),
        "request": len(broken),
        "said": len(unheeded),
        "request_examples": broken[:EXAMPLES],
        "said_by_attribute": dict(Counter(b["attribute"] for b in unheeded).most_common()),
        "said_examples": unheeded[:EXAMPLES],
    }


def _same_list(played: Played) -> int:
    lists = Counter(t.reply.items for t in played.turns if t.reply.items)
    return max(lists.values(), default=0)


def _longest_without(played: Played) -> int:
    longest = run = 0
    for turn in played.turns:
        run = 0 if turn.new else run + 1
        longest = max(longest, run)
    return longest


def _share(flags: Iterable[Any]) -> float:
    values = [bool(f) for f in flags]
    return round(sum(values) / len(values), 4) if values else 0.0


def _mean(values: Sequence[Any]) -> float:
    return round(float(np.mean(values)), 3) if len(values) else 0.0


def _percentile(values: Sequence[float], q: float) -> float:
    return round(float(np.percentile(values, q)), 1) if len(values) else 0.0
