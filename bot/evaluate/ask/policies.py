"""Who asks and recommends: ours, and the rules that the papers compare with."""

from __future__ import annotations

from typing import ClassVar, Mapping, Optional, Protocol, Sequence, Union

import numpy as np
import numpy.typing as npt

from actions.recommend.asking.attributes import Attributes, bits
from actions.recommend.asking.belief import Belief
from actions.recommend.asking.config import AskConfig
from actions.recommend.asking.evidence import Answer, NoAnswer, NotTaken
from actions.recommend.asking.move import next_move

#: The column that is asked for, or the items that are recommended.
Action = Union[int, npt.NDArray[np.int64]]


class Agent(Protocol):
    """One conversation, over the candidates alone: their positions, the columns they have."""

    def act(self, turns_left: int) -> Action: ...
    def hear(self, column: int, answer: Optional[bool]) -> None: ...
    def refused(self, items: npt.NDArray[np.int64]) -> None: ...


class BeliefAgent:
    """Ours: a belief over the candidates."""

    def __init__(self, belief: Belief, revealed: int, use_no: bool) -> None:
        self._belief = belief.after(Answer(revealed, True))
        self._use_no = use_no
        self._skip: set[str] = set()

    def act(self, turns_left: int) -> Action:
        move = next_move(self._belief, turns_left, self._skip)
        if move.recommend or move.question is None:
            return move.products
        return move.question.columns[0]

    def hear(self, column: int, answer: Optional[bool]) -> None:
        if answer is None:
            self._belief = self._belief.after(NoAnswer((column,)))
        elif answer or self._use_no:
            self._belief = self._belief.after(Answer(column, answer))
        else:
            self._skip.add(self._belief.attributes.keys[column][0])

    def refused(self, items: npt.NDArray[np.int64]) -> None:
        self._belief = self._belief.after(NotTaken(tuple(items.tolist()), rejected=True))


class CandidateAgent:
    """Keeps the candidates that fit all that was accepted; items in the order of their scores.

    Parameters
    ----------
    asks
        Ask for the attribute that divides the candidates best, until they fit into a list, or
        before that with probability k / candidates, as EAR describes its Max Entropy.
    use_no
        Drop, too, the candidates that have what was denied; ask until they fit into a list.
    """

    def __init__(
        self,
        attributes: Attributes,
        scores: npt.NDArray[np.float32],
        revealed: int,
        k: int,
        rng: np.random.Generator,
        asks: bool,
        use_no: bool,
    ) -> None:
        self._attributes, self._scores, self._k, self._rng = attributes, scores, k, rng
        self._asks, self._use_no = asks, use_no
        self._left = np.ones(len(attributes), bool)
        self._asked = np.zeros(len(attributes.keys), bool)
        self._asked[revealed] = True

    def act(self, turns_left: int) -> Action:
        left = int(self._left.sum())
        early = not self._use_no and self._rng.random() < self._k / max(1, left)
        if self._asks and turns_left > 1 and left > self._k and not early:
            share = self._attributes.matrix.T @ self._left.astype(np.float32) / left
            spread = np.where(self._asked, -1.0, bits(share.astype(np.float64)))
            best = int(np.argmax(spread))
            if spread[best] > 1e-6:
                return best
        candidates = np.flatnonzero(self._left)
        return candidates[np.lexsort((candidates, -self._scores[candidates]))][: self._k]

    def hear(self, column: int, answer: Optional[bool]) -> None:
        self._asked[column] = True
        if answer is None or not (answer or self._use_no):
            return
        kept = self._left & ((self._attributes.has(column) > 0) == answer)
        # Where a wrong answer leaves nothing it is disregarded.
        self._left = kept if kept.any() else self._left

    def refused(self, items: npt.NDArray[np.int64]) -> None:
        self._left[items] = False


class Policy(Protocol):
    """Makes the agents of a run."""

    @property
    def name(self) -> str: ...
    def start(
        self,
        attributes: Attributes,
        scores: npt.NDArray[np.float32],
        revealed: int,
        seeds: Sequence[int],
    ) -> Agent: ...


class Ours:
    """Asks what tells most, by a belief that takes every answer into account."""

    def __init__(self, config: AskConfig, use_no: bool = True) -> None:
        self.config, self.use_no = config, use_no
        self.name = "ours" if use_no else "ours_without_no"

    def start(
        self,
        attributes: Attributes,
        scores: npt.NDArray[np.float32],
        revealed: int,
        seeds: Sequence[int],
    ) -> Agent:
        return BeliefAgent(Belief.of(attributes, scores, self.config), revealed, self.use_no)


class Rule:
    """One of the rules over candidates."""

    OPTIONS: ClassVar[Mapping[str, tuple[bool, bool]]] = {
        "max_entropy": (True, False),
        "max_entropy_with_no": (True, True),
        "abs_greedy": (False, False),
    }

    def __init__(self, name: str, k: int) -> None:
        self.name, self._k = name, k

    def start(
        self,
        attributes: Attributes,
        scores: npt.NDArray[np.float32],
        revealed: int,
        seeds: Sequence[int],
    ) -> Agent:
        asks, use_no = self.OPTIONS[self.name]
        rng = np.random.default_rng(seeds)
        return CandidateAgent(attributes, scores, revealed, self._k, rng, asks, use_no)
