"""A sample of reasons, each put to the test."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any, Optional

import numpy as np

from actions.recommend.causes import causes
from actions.recommend.reasons import reasons
from actions.turn.context import Context
from bot.evaluate.explain.asked import Asked, searches
from bot.evaluate.explain.without import without
from bot.evaluate.kept import REASONS

#: Places of a list whose reasons are asked for, and how far down a product is looked for.
TOLD, FAR = 3, 60
#: Searches without a single reason to test after which there is nothing to measure.
IN_VAIN = 200


def evaluate_explain(context: Context, sampled: int, seed: int) -> dict[str, Any]:
    """Test reasons that the assistant would give.

    The same search is made where what the reason names is not so: without the product that was
    liked, for a product that has not the value, the words or the rating. The reason is true where
    the product then stands lower, or is not found at all.

    Returns
    -------
    ``reasons`` that were tested, ``true`` of them with a 95 % interval, and both ``of_kind``.
    """
    drawn = random.Random(seed)
    tested: Counter[str] = Counter()
    held: Counter[str] = Counter()
    outcomes: list[bool] = []
    vain = 0
    for asked in searches(context, seed):
        if len(outcomes) >= sampled or vain >= IN_VAIN:
            break
        before = _places(context, asked)
        told = _told(context, asked)
        vain = 0 if told else vain + 1
        drawn.shuffle(told)
        # One reason a search, the rarer kinds first, so that the common ones do not fill it all.
        told.sort(key=lambda one: tested[one[1].kind])
        for position, reason in told[:1]:
            changed = without(context, asked, position, reason)
            if changed is None:
                continue
            after = _places(*changed)
            now = after.get(position)
            fell = now is None or now > before[position]
            tested[reason.kind] += 1
            held[reason.kind] += fell
            outcomes.append(fell)
    interval = _interval(outcomes, seed)
    return {
        "seed": seed,
        "reasons": len(outcomes),
        "true": round(float(np.mean(outcomes)), 4) if outcomes else None,
        "from": interval[0],
        "to": interval[1],
        "of_kind": {
            kind: {"reasons": tested[kind], "true": round(held[kind] / tested[kind], 4)}
            for kind in REASONS
            if tested[kind]
        },
    }


def _places(context: Context, asked: Asked) -> dict[int, int]:
    """Position of each product found → its place."""
    found = context.searcher.search(
        asked.request, asked.query, FAR, history=asked.history, places=TOLD
    )
    return {hit.position: place for place, hit in enumerate(found.hits)}


def _told(context: Context, asked: Asked) -> list[tuple[int, Any]]:
    """Reasons that would be given for the first of the list, with the position of their product."""
    request, searcher = asked.request, context.searcher
    found = searcher.search(request, asked.query, FAR, history=asked.history, places=TOLD)
    told = []
    for hit in found.hits[:TOLD]:
        assert found.scored is not None
        because = causes(searcher, request, hit, found.scored, asked.history)
        companions = searcher.companions
        bonds = (
            companions.bonds(request.goes_with, hit.position)
            if companions is not None and request.goes_with
            else ()
        )
        given = reasons(request, context.filters, hit.position, because, hit.moved, bonds)
        told += [(hit.position, reason) for reason in given]
    return told


def _interval(outcomes: list[bool], seed: int) -> tuple[Optional[float], Optional[float]]:
    if not outcomes:
        return None, None
    rng = np.random.default_rng(seed)
    values = np.array(outcomes, float)
    means = values[rng.integers(0, len(values), (2000, len(values)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return round(float(low), 4), round(float(high), 4)
