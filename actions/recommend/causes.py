"""What put a product where it is: the parts of its score without which it would stand lower."""

from __future__ import annotations

from dataclasses import replace
from typing import Mapping, Sequence

import numpy as np

from actions.recommend.filters import Scores, is_constraint
from actions.recommend.scoring import Positions, Scored, Scorer
from actions.recommend.search import Hit
from actions.request.apply import NUMERIC
from actions.request.types import Cause, Constraint, Request

#: Parts that need no other product or attribute to be told.
PLAIN = ("words", "popularity", "freshness", "interest")
#: Parts that are due to what the shopper named, liked or took.
DUE_TO_OTHERS = ("similar", "liked", "collaborative", "graph")
#: Of a history only what was liked most surely is looked at, for speed.
LOOKED_AT = 8
#: Visits in which two products were taken for it to be said.
BOTH = 2


def causes(
    scorer: Scorer, request: Request, hit: Hit, scored: Scored, history: Mapping[str, float]
) -> tuple[Cause, ...]:
    """Why a product is in a list, as far as it is its score that put it there.

    A part counts where the product would stand lower without it. What the shopper liked or took
    counts where the product would stand lower had it not been so, all products being scored anew;
    the part that it lost most by tells how it counted.

    Parameters
    ----------
    scored
        The candidates among which the product was found.
    history
        Product → how surely the shopper likes it, from what they did before.
    """
    wanted = [c for c in request.constraints if is_constraint(c) or not c.hard]
    share = scorer.weights.attributes / max(1, len(wanted))
    found = [
        Cause("attributes", c.attribute)
        for c in wanted
        if not c.hard and share * _met(scorer, c, hit.position) > hit.lead
    ]
    if request.sort is None and not request.goes_with:
        for other in _others(scorer, request, hit, history):
            found += _due_to(other, scorer, request, hit, scored, history)
    found += [Cause(part) for part in PLAIN if hit.rests_on(part)]
    fits = hit.scores.get("price_fit", 0.0) - scorer.of_unknown_price(request, history)
    if scorer.weights.price_fit * fits > hit.lead:
        found.append(Cause("price_fit"))
    return tuple(found)


def _others(scorer: Scorer, request: Request, hit: Hit, history: Mapping[str, float]) -> list[str]:
    """Products that the place of a hit may be due to: by likeness, by taste, or taken with it."""
    found = [_nearest(scorer, ids, hit) for ids in (request.similar_to, request.liked)]
    own = {**history, **dict.fromkeys((*request.liked, *request.chosen), 1.0)}
    position = scorer.index.position
    known = {
        position[id_]: sure
        for id_, sure in own.items()
        if id_ in position and not _same(scorer, position[id_], hit)
    }
    known = dict(sorted(known.items(), key=lambda one: -one[1])[:LOOKED_AT])
    learned = scorer.index.learned
    if learned is not None and known:
        if hit.gains.get("collaborative"):
            found.append(scorer.index.ids[_missed(scorer, known, hit.position)])
        if hit.gains.get("graph"):
            lifts = {one: learned.together.lifts(one)[hit.position] for one in known}
            found.append(scorer.index.ids[max(lifts, key=lambda one: lifts[one])])
    return list(dict.fromkeys(id_ for id_ in found if id_))


def _due_to(
    other: str,
    scorer: Scorer,
    request: Request,
    hit: Hit,
    scored: Scored,
    history: Mapping[str, float],
) -> list[Cause]:
    """How a hit's place is due to another product; nothing where it would stand no lower."""
    row = int(np.searchsorted(scored.pool, hit.position))
    if row >= len(scored.pool) or scored.pool[row] != hit.position:
        return []
    less = replace(
        request,
        similar_to=_without(request.similar_to, other),
        liked=_without(request.liked, other),
        chosen=_without(request.chosen, other),
    )
    left = {id_: sure for id_, sure in history.items() if id_ != other}
    after = scorer.rescored(scored, less, left)
    if _ahead(scorer, scored.pool, after["total"], row) <= _ahead(
        scorer, scored.pool, scored.parts["total"], row
    ):
        return []
    lost = {}
    for part in DUE_TO_OTHERS:
        before = scored.parts.get(part)
        now = after.get(part)
        if before is not None:
            weight = float(getattr(scorer.weights, part))
            lost[part] = weight * (float(before[row]) - (float(now[row]) if now is not None else 0))
    part = max(lost, key=lambda one: lost[one]) if lost else ""
    if not part or lost[part] <= 0:
        return []
    if part == "collaborative" and not _both(scorer, other, hit):
        part = "taste"
    return [Cause(part, other)]


def _ahead(scorer: Scorer, pool: Positions, total: Scores, row: int) -> int:
    """How many other products stand before one."""
    group = scorer.index.group[pool]
    return len(np.unique(group[(total > total[row]) & (group != group[row])]))


def _both(scorer: Scorer, other: str, hit: Hit) -> bool:
    """Whether others took both: it is said only where they did."""
    learned = scorer.index.learned
    position = scorer.index.position[other]
    return learned is not None and int(learned.together.pairs[position, hit.position]) >= BOTH


def _without(ids: tuple[str, ...], other: str) -> tuple[str, ...]:
    return tuple(id_ for id_ in ids if id_ != other)


def _met(scorer: Scorer, constraint: Constraint, position: int) -> float:
    """How surely a wish is met, as it counts in the score; 0 where it is not."""
    if not scorer.filters.mask(constraint)[position]:
        return 0.0
    if constraint.op in NUMERIC:
        return 1.0
    evidence = float(scorer.filters.evidence(constraint)[position])
    return evidence if is_constraint(constraint) else 1.0 - evidence


def _nearest(scorer: Scorer, ids: Sequence[str], hit: Hit) -> str:
    """Of some products the one that is nearest to a hit; empty where it is the only one."""
    position = scorer.index.position
    known = [id_ for id_ in ids if id_ in position and not _same(scorer, position[id_], hit)]
    if not known:
        return ""
    rows = np.array([position[id_] for id_ in known])
    vectors = scorer.index.vectors.vectors(np.append(rows, hit.position))
    return known[int(np.argmax(vectors[:-1] @ vectors[-1]))]


def _same(scorer: Scorer, position: int, hit: Hit) -> bool:
    """Whether a product is the hit, or another variant of it."""
    return bool(scorer.index.group[position] == scorer.index.group[hit.position])


def _missed(scorer: Scorer, known: Mapping[int, float], position: int) -> int:
    """The product of a history without which taste would speak least for another one."""
    learned = scorer.index.learned
    assert learned is not None
    at = np.array([position])
    left: dict[int, float] = {}
    for one in known:
        taste = learned.taste({other: sure for other, sure in known.items() if other != one})
        left[one] = float(taste.scores(at)[0]) if taste is not None else -np.inf
    return min(left, key=lambda one: left[one])
