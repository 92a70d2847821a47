"""How well the next product of a stream is told by what came before it, act by act."""

from __future__ import annotations

from typing import Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.interest.acts import ACT, Operation
from actions.interest.config import InterestConfig
from actions.interest.posterior import Posterior
from actions.interest.score import suited
from actions.interest.space import Space
from actions.interest.streams import Stream
from actions.interest.update import updated

#: The first so many wanted products of a shopper are not to be told.
AFTER = 5
K = 10
Ranks = npt.NDArray[np.float64]


def ndcg(stream: Stream, space: Space, config: InterestConfig) -> Optional[float]:
    """Mean nDCG@10 of the next wanted product among all that the shopper has not taken, from the
    sixth on; None where there are no more than five."""
    asked = questions(stream)
    if not len(asked):
        return None
    posterior = Posterior.empty(space.dimensions, config)
    free = np.ones(len(space), bool)
    ranks, wanted = [], set(asked.tolist())
    moments = stream.at.tolist()
    for i, (act, item) in enumerate(zip(stream.acts, stream.items.tolist(), strict=True)):
        if i in wanted:
            ranks.append(rank(suited(posterior, None, space, config), item, free))
        long, session = config.weights.get(act, (0.0, 0.0))
        if long or session:
            operation = Operation(ACT, item, long, session, moments[i])
            posterior = updated(posterior, operation, space, config)
        if stream.taken[i]:
            free[item] = False
    return float(gains(np.array(ranks)).mean())


def questions(stream: Stream) -> npt.NDArray[np.int64]:
    """The places in a stream whose products are to be told."""
    return np.flatnonzero(stream.wanted)[AFTER:]


def rank(scores: npt.NDArray[np.floating], item: int, free: npt.NDArray[np.bool_]) -> float:
    """How many free products come before one; equals count half."""
    own = scores[item]
    before = np.count_nonzero(free & (scores > own))
    equal = np.count_nonzero(free & (scores == own)) - 1
    return before + max(0, equal) / 2


def gains(ranks: Ranks, k: int = K) -> Ranks:
    """nDCG@k of lists with one product that counts, by how many come before it."""
    return np.where(ranks < k, 1.0 / np.log2(ranks + 2.0), 0.0)


def mean_ndcg(streams: Sequence[Stream], space: Space, config: InterestConfig) -> float:
    """Over shoppers; 0 where none has more than five wanted products."""
    found = [ndcg(stream, space, config) for stream in streams]
    told = [value for value in found if value is not None]
    return float(np.mean(told)) if told else 0.0
