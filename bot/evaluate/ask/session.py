"""One conversation after another, by the rules of SCPR and UNICORN.

The user begins with one attribute of the item in mind; the candidates are the items that have it.
Then each turn is one question for an attribute, answered yes or no, or one list of ``K`` items,
which ends the conversation where the item is among them and else drops them all. There are
``MAX_TURNS`` turns, of which the user's beginning is the first: 14 are left to ask and recommend,
as in the code that UNICORN was released with (its counter of turns is at 1 after the beginning).

Turns are told in two ways. ``turns`` is what that code averages: a success with the j-th
question or list counts j, a failure 15. ``turns_as_published`` counts the beginning, too, as the
papers' limit of turns does: j + 1, a failure 15.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Callable, Sequence

import numpy as np

from actions.recommend.asking.attributes import Attributes, Positions
from bot.evaluate.ask.data import AskData, Case
from bot.evaluate.ask.policies import Policy
from bot.evaluate.ask.prior import Prior
from bot.evaluate.ask.shopper import SimulatedShopper

MAX_TURNS = 15
K = 10


@dataclass(frozen=True)
class Condition:
    """How users answer."""

    noise: float = 0.0
    """Share of answers that are wrong."""
    unknown: float = 0.0
    """Share of questions that are not answered."""

    @property
    def name(self) -> str:
        """As in the figures: ``clean``, or shares in percent, as ``wrong_5_unknown_20``."""
        parts = [("wrong", self.noise), ("unknown", self.unknown)]
        told = [f"{name}_{100 * share:g}".replace(".", "_") for name, share in parts if share]
        return "_".join(told) or "clean"


@dataclass(frozen=True)
class Outcome:
    """How a conversation went."""

    actions: int
    """Questions and lists, the successful one included."""
    rank: int
    """Of the item in the list that had it, from 1; 0 for a failure."""


@dataclass(frozen=True)
class Candidates:
    """The items that have an attribute, and what is known of them."""

    items: Positions
    attributes: Attributes
    columns: dict[int, int]
    """Column among these attributes → column among all."""


def play(
    data: AskData,
    cases: Sequence[Case],
    prior: Prior,
    policy: Policy,
    condition: Condition,
    seed: int,
) -> list[Outcome]:
    """Have all conversations, in their order."""
    narrowed = lru_cache(maxsize=256)(lambda revealed: candidates_of(data.attributes, revealed))
    order = sorted(range(len(cases)), key=lambda i: cases[i].revealed)
    found: dict[int, Outcome] = {}
    for i in order:
        found[i] = _converse(data, cases[i], narrowed, prior, policy, condition, seed)
    return [found[i] for i in range(len(cases))]


def candidates_of(attributes: Attributes, revealed: int) -> Candidates:
    """The items that have an attribute, by its column."""
    items = np.flatnonzero(attributes.has(revealed) > 0)
    columns = np.unique(attributes.matrix[items].indices)
    return Candidates(items, attributes.only(items), dict(enumerate(columns.tolist())))


def _converse(
    data: AskData,
    case: Case,
    narrowed: Callable[[int], Candidates],
    prior: Prior,
    policy: Policy,
    condition: Condition,
    seed: int,
) -> Outcome:
    candidates = narrowed(case.revealed)
    matrix = data.attributes.matrix
    own = matrix.indices[matrix.indptr[case.target] : matrix.indptr[case.target + 1]]
    user = SimulatedShopper(own.tolist(), case.number, seed, condition.noise, condition.unknown)
    target = int(np.flatnonzero(candidates.items == case.target)[0])
    key = data.attributes.keys[case.revealed]
    agent = policy.start(
        candidates.attributes,
        prior[case.user][candidates.items],
        int(candidates.attributes.column(*key) or 0),
        (seed, case.number),
    )
    for action in range(1, MAX_TURNS):
        chosen = agent.act(MAX_TURNS - action)
        if isinstance(chosen, int):
            agent.hear(chosen, user.answer(candidates.columns[chosen]))
            continue
        at = np.flatnonzero(chosen == target)
        if len(at):
            return Outcome(action, int(at[0]) + 1)
        agent.refused(chosen)
    return Outcome(MAX_TURNS, 0)


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Success rates and turns, see above, and ``hdcg`` as UNICORN defines it: later turns and
    lower ranks in the list are discounted by logarithms."""
    found = [o for o in outcomes if o.rank]
    n = max(1, len(outcomes))
    failed = MAX_TURNS * (len(outcomes) - len(found))
    return {
        **{f"sr@{t}": round(sum(o.actions <= t for o in found) / n, 4) for t in (5, 10, 15)},
        "turns": round((sum(o.actions for o in found) + failed) / n, 3),
        "turns_as_published": round((sum(o.actions + 1 for o in found) + failed) / n, 3),
        "hdcg": round(sum(_hdcg(o) for o in found) / n, 4),
    }


def _hdcg(outcome: Outcome) -> float:
    later, sooner = 1 / np.log2(outcome.actions + 2), 1 / np.log2(outcome.actions + 1)
    return float(later + (sooner - later) / np.log2(outcome.rank + 1))
