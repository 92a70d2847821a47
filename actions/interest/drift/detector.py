"""Whether a shopper's interest has moved on, act by act.

Likes are compared in a space where interests differ most (``same_shopper``); statistics of change
(``statistics``) and the surprise of a recurrent model that expects the next like are read by a
second recurrent model, which gives the probability of a change. Where that leaves it open, another
opinion can be asked for. Everything is a pure fold: the same acts give the same state.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Callable, List, Mapping, Optional, Tuple

import numpy as np
import numpy.typing as npt

from actions.interest.drift.judging import beside, by_statistics, surprise_of
from actions.interest.drift.kinds import kind_of
from actions.interest.drift.model import DriftModel
from actions.interest.drift.same_shopper import Array
from actions.interest.drift.state import DriftState, frozen
from actions.interest.drift.statistics import LEAST, limited, statistics

#: Likes that are kept one by one; changes are looked for among them.
WINDOW = 64
#: What came before them counts as so many likes at most.
EARLIER = 64
#: Likes it takes before there can be an alarm.
ARMED = LEAST + 3
#: Log odds that are kept.
LOGITS = 16
#: Log odds that it takes beyond the threshold once the shopper has said that nothing changed …
LIFT = 1.5
#: … half of it after so many acts.
LIFT_LASTS = 20.0
#: Interests that are remembered as left.
FORMER = 6


@dataclass(frozen=True)
class Reading:
    """What a detector makes of a state."""

    probability: float
    """That the interest behind the latest likes is not the one before them."""
    alarm: bool
    """Whether that is above the threshold, and enough is known of the shopper."""
    since: int
    """Likes back to the likeliest place of a change."""
    kind: str
    """none, blip, return, gradual or abrupt."""


#: Given what the likes say, the probability of a change; None where there is nothing to judge by.
Opinion = Callable[[Reading], Optional[float]]


class DriftDetector:
    """Folds acts into a state and reads it.

    Parameters
    ----------
    model
        What was learned.
    """

    def __init__(self, model: DriftModel) -> None:
        self.model = model
        self.fingerprint = model.fingerprint()
        self.threshold = model.threshold
        self.position: Mapping[str, int] = {id_: i for i, id_ in enumerate(model.ids)}

    def start(self) -> DriftState:
        """Nothing seen yet."""
        dim, learned = self.model.dim, self.model.learned
        none = np.zeros((0, 0), np.float32)
        return DriftState(
            fingerprint=self.fingerprint,
            count=0,
            vectors=frozen(np.zeros((0, dim))),
            earlier_count=0.0,
            earlier_sum=frozen(np.zeros(dim)),
            hidden=frozen(none if learned is None else learned.drift.start()),
            surprise_hidden=frozen(none if learned is None else learned.surprise.start()),
            former=frozen(np.zeros((0, 1 + dim))),
        )

    def observe(
        self,
        state: DriftState,
        item: Optional[int] = None,
        vector: Optional[npt.NDArray[np.floating]] = None,
    ) -> DriftState:
        """The state after one positive act; another act on the same product tells nothing new.

        Parameters
        ----------
        item
            Position of what was liked among the items of the space …
        vector
            … or a vector for what is not among them: of the source the space was made from, such
            as the vectors of an index, or of the space.

        Raises
        ------
        ValueError
            Where neither or both are given, a vector fits nowhere, or the state is another
            detector's.
        """
        if state.fingerprint != self.fingerprint:
            raise ValueError("The state is of another detector: start anew.")
        if (item is None) == (vector is None):
            raise ValueError("Say what was liked: either the item's position or its vector.")
        like = self.model.items[item] if item is not None else self._placed(vector)
        counted = replace(state, count=state.count + 1)
        if like.any() and (state.vectors == like).all(1).any():
            return counted
        return self._after(counted, like)

    def reading(self, state: DriftState, opinion: Optional[Opinion] = None) -> Reading:
        """What the state says.

        Parameters
        ----------
        opinion
            Asked for the probability of a change where the model's own leaves it open.
        """
        if not state.logits:
            return Reading(0.0, False, 0, "none")
        found = self._read(state, state.logits[-1])
        low, high = self.model.unsure
        asked = opinion is not None and _known(state) >= ARMED and low <= found.probability < high
        second = opinion(found) if asked and opinion is not None else None
        if second is None:
            return found
        logit = _logit(min(max(second, 1e-3), 1 - 1e-3))
        return self._read(state, state.logits[-1] + self.model.opinion_weight * logit)

    def reset(self, state: DriftState, verdict: str) -> DriftState:
        """The state after the shopper was told of a change.

        Parameters
        ----------
        verdict
            ``changed``: goes on with the likes after the change; those before it are remembered
            as an interest that was left. ``gift`` or ``no``: goes on with the likes before it,
            and it takes more to say so again for a while.

        Raises
        ------
        ValueError
            For another verdict.
        """
        since = min(max(state.since, 0), len(state.vectors))
        cut = len(state.vectors) - since
        before, after = state.vectors[:cut], state.vectors[cut:]
        fresh = replace(self.start(), count=state.count, former=state.former, lift=state.lift)
        if verdict == "changed":
            left = np.concatenate(
                [[state.earlier_count + cut], state.earlier_sum + before.sum(0)]
            ).astype(np.float32)
            former = np.concatenate([state.former, left[None]])[-FORMER:]
            return self._again(replace(fresh, former=frozen(former)), after)
        if verdict in ("gift", "no"):
            kept = replace(
                fresh,
                earlier_count=state.earlier_count,
                earlier_sum=state.earlier_sum,
            )
            return replace(self._again(kept, before), lift=state.lift + LIFT)
        raise ValueError(f"The verdict is changed, gift or no, not {verdict!r}.")

    def to_bytes(self, state: DriftState) -> bytes:
        """A state to be kept."""
        return state.to_bytes()

    def from_bytes(self, data: bytes) -> DriftState:
        """The state that was kept.

        Raises
        ------
        ValueError
            Where it is damaged or another detector's.
        """
        state = DriftState.from_bytes(data)
        if state.fingerprint != self.fingerprint:
            raise ValueError("The state is of another detector: start anew.")
        return state

    def _again(self, state: DriftState, likes: Array) -> DriftState:
        for like in likes:
            state = self._after(state, like)
        return state

    def _after(self, state: DriftState, like: Array) -> DriftState:
        vectors = np.concatenate([state.vectors, like[None]])
        count, total = state.earlier_count, state.earlier_sum
        if len(vectors) > WINDOW:
            count, total = count + 1, total + vectors[0]
            if count > EARLIER:
                count, total = float(EARLIER), total * np.float32(EARLIER / count)
            vectors = vectors[1:]
        counts, sums = self.prefixes(vectors, count, total)
        found, since = statistics(counts, sums, self.model.spaces)
        logit, hidden, surprise = self._judged(state, found[0], sums[0][0])
        return replace(
            state,
            vectors=frozen(vectors),
            earlier_count=count,
            earlier_sum=frozen(total),
            hidden=hidden,
            surprise_hidden=surprise,
            logits=(*state.logits, logit)[-LOGITS:],
            since=int(since[0]),
            lift=state.lift * 0.5 ** (1 / LIFT_LASTS),
        )

    def prefixes(self, vectors: Array, count: float, total: Array) -> Tuple[Array, List[Array]]:
        """Counts and sums of the likes up to each place, as ``statistics`` wants them."""
        counts = count + np.arange(len(vectors) + 1, dtype=np.float32)
        sums = []
        for space in self.model.spaces:
            first = (total - count * space.mean) @ space.projection
            steps = np.concatenate([first[None], space.project(vectors)])
            sums.append(np.cumsum(steps, 0, dtype=np.float32)[None])
        return counts, sums

    def _judged(self, state: DriftState, found: Array, sums: Array) -> Tuple[float, Array, Array]:
        learned = self.model.learned
        if learned is None:
            return float(by_statistics(self.model, found)), state.hidden, state.surprise_hidden
        like = sums[-1] - sums[-2]
        expected = learned.surprise.reading(state.surprise_hidden)[0]
        seen = np.concatenate([limited(found), surprise_of(like, expected)])
        hidden = learned.drift.step(state.hidden, (seen - learned.centre) / learned.scale)
        surprise = learned.surprise.step(state.surprise_hidden, like)
        logit = float(learned.drift.reading(hidden).mean() + beside(self.model, found))
        return logit, frozen(hidden), frozen(surprise)

    def _placed(self, vector: Optional[npt.NDArray[np.floating]]) -> Array:
        given, brought = np.asarray(vector, np.float32), self.model.brought
        if brought is not None and given.shape == (len(brought) - 1,):
            return np.asarray(brought[0] + given @ brought[1:], np.float32)
        if given.shape == (self.model.dim,):
            return given
        raise ValueError(f"A vector of shape {given.shape} fits neither the space nor its source.")

    def _read(self, state: DriftState, logit: float) -> Reading:
        alarm = _known(state) >= ARMED and logit - state.lift >= _logit(self.threshold)
        kind, since = kind_of(state, self.model.spaces[0], alarm)
        return Reading(1 / (1 + math.exp(-min(max(logit, -60.0), 60.0))), alarm, since, kind)


def _known(state: DriftState) -> float:
    """Likes of the interest so far."""
    return state.earlier_count + len(state.vectors)


def _logit(probability: float) -> float:
    inside = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(inside / (1 - inside))
