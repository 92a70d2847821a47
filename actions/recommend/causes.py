"""What put a product where it is: the parts of its score without which it would stand lower."""

from __future__ import annotations

from typing import Mapping, Sequence

import numpy as np

from actions.recommend.filters import is_constraint
from actions.recommend.scoring import Scorer
from actions.recommend.search import Hit
from actions.request.apply import NUMERIC
from actions.request.types import Cause, Constraint, Request

#: Parts that need no other product or attribute to be told.
PLAIN = ("words", "popularity", "freshness", "price_fit")
#: Visits in which two products were taken for it to be said.
BOTH = 2


def causes(
    scorer: Scorer, request: Request, hit: Hit, history: Mapping[str, float]
) -> tuple[Cause, ...]:
    """Why a product is in a list, as far as it is its score that put it there.

    A part counts where the product would stand lower without it. Of several products that a part
    may be due to, the one that it is due to most is named.

    Parameters
    ----------
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
    for part, anchors in (("similar", request.similar_to), ("liked", request.liked)):
        if hit.rests_on(part) and (nearest := _nearest(scorer, anchors, hit)):
            found.append(Cause(part, nearest))
    own = {**history, **dict.fromkeys((*request.liked, *request.chosen), 1.0)}
    position = scorer.index.position
    known = {
        position[id_]: sure
        for id_, sure in own.items()
        if id_ in position and not _same(scorer, position[id_], hit)
    }
    learned = scorer.index.learned
    if learned is not None and known:
        ids = scorer.index.ids
        if hit.rests_on("graph"):
            lifts = {
                one: sure * (1 - 1 / max(1.0, float(learned.together.lifts(one)[hit.position])))
                for one, sure in known.items()
            }
            found.append(Cause("graph", ids[max(lifts, key=lambda one: lifts[one])]))
        if hit.rests_on("collaborative"):
            missed = _missed(scorer, known, hit.position)
            # That others took both is said only where they did.
            both = int(learned.together.pairs[missed, hit.position])
            found.append(Cause("collaborative", ids[missed] if both >= BOTH else ""))
    found += [Cause(part) for part in PLAIN if hit.rests_on(part)]
    return tuple(found)


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
