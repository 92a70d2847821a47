"""Ask or recommend on data of the multi-round papers: ours and the rules that they compare with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Mapping, Optional, Sequence

from actions.recommend.asking.config import AskConfig
from bot.evaluate.ask.data import AskData, Case
from bot.evaluate.ask.policies import Ours, Policy, Rule
from bot.evaluate.ask.prior import PRIORS, Prior, prior_of
from bot.evaluate.ask.session import MAX_TURNS, Condition, K, figures, play
from bot.evaluate.tuning import option, tune

Report = Callable[[str], None]

OURS, WITHOUT_NO = "ours", "ours_without_no"
POLICIES = (OURS, WITHOUT_NO, "max_entropy_with_no", "max_entropy", "abs_greedy")
#: Nobody is told which of these it is.
CONDITIONS = (
    Condition(),
    Condition(noise=0.05),
    Condition(noise=0.1),
    Condition(unknown=0.2),
)
#: Told by the papers for LastFM*, not measured here: SR@15 and average turns.
PUBLISHED: Mapping[str, tuple[float, float]] = {
    "abs_greedy": (0.635, 8.66),
    "max_entropy": (0.669, 9.33),
    "EAR": (0.595, 10.51),
    "SCPR": (0.709, 8.43),
    "UNICORN": (0.788, 7.58),
}
#: Pairs of ``valid`` that options are chosen on.
TUNED_ON = 500


@dataclass(frozen=True)
class Setup:
    """What a policy can choose."""

    prior: str = "content"
    """One of ``PRIORS``."""
    ask: AskConfig = field(default_factory=lambda: AskConfig(k=K, options=0, floor=0.03))
    """The rules look at nothing of it."""


#: Chosen by ``--tune`` on ``valid`` of LastFM*, for each policy by the same search.
SETUPS: Mapping[str, Setup] = {
    OURS: Setup(),
    WITHOUT_NO: Setup(
        ask=AskConfig(
            k=K,
            options=0,
            floor=0.03,
            noise=0.03,
            turns_per_bit=0.7,
            answer_rate=0.8,
            answer_weight=8.0,
        )
    ),
    "max_entropy_with_no": Setup("als"),
    "max_entropy": Setup("content"),
    "abs_greedy": Setup("content"),
}
BELIEF_SPACE: Mapping[str, Sequence[Any]] = {
    "prior": PRIORS,
    "ask.floor": (0.03, 0.1, 0.2, 0.3, 0.5),
    "ask.noise": (0.005, 0.01, 0.02, 0.03, 0.05, 0.08),
    "ask.turns_per_bit": (0.7, 1.0, 1.5, 2.0, 3.0, 5.0),
    "ask.answer_rate": (0.8, 0.9, 0.95),
    "ask.answer_weight": (2.0, 4.0, 8.0),
}
RULE_SPACE: Mapping[str, Sequence[Any]] = {"prior": PRIORS}


class Trial:
    """Runs policies over the same cases; priors are fitted once."""

    def __init__(self, data: AskData, cases: Sequence[Case], seed: int) -> None:
        self._data, self._cases, self._seed = data, cases, seed
        self._priors: dict[str, Prior] = {}

    def run(self, name: str, setup: Setup, condition: Condition) -> dict[str, Any]:
        """The figures of one policy."""
        outcomes = play(
            self._data,
            self._cases,
            self._prior(setup.prior),
            policy_of(name, setup),
            condition,
            self._seed,
        )
        return figures(outcomes)

    def _prior(self, name: str) -> Prior:
        if name not in self._priors:
            self._priors[name] = prior_of(name, self._data, (case.user for case in self._cases))
        return self._priors[name]


def policy_of(name: str, setup: Setup) -> Policy:
    """The policy of that name, one of ``POLICIES``."""
    if name in (OURS, WITHOUT_NO):
        return Ours(setup.ask, use_no=name == OURS)
    return Rule(name, K)


def evaluate_ask(
    data: AskData,
    split: str,
    pairs: int,
    seed: int,
    *,
    conditions: Sequence[Condition] = CONDITIONS,
    trials: int = 0,
    tuned_on: int = TUNED_ON,
    report: Optional[Report] = None,
) -> dict[str, Any]:
    """Have the same conversations with every policy, under each condition.

    Parameters
    ----------
    trials
        So many setups are tried for each policy on ``tuned_on`` pairs of ``valid``, for the mean
        of ``turns_as_published`` over ``CONDITIONS``; 0 takes those that were chosen on LastFM*.

    Returns
    -------
    ``conditions``: condition → policy → figures (`bot.evaluate.ask.session.figures`);
    ``setups``: what each policy ran with; ``published``: what the papers say for LastFM*. Those of
    ours under the first condition stand at the top, too.
    """
    cases = data.cases(split, pairs, seed)
    setups = {name: SETUPS[name] for name in POLICIES}
    if trials:
        tuning = Trial(data, data.cases("valid", tuned_on, seed), seed)
        setups = {
            name: _tuned(tuning, name, setup, trials, seed, report)
            for name, setup in setups.items()
        }
    trial = Trial(data, cases, seed)
    found: dict[str, dict[str, Any]] = {}
    for condition in conditions:
        found[condition.name] = {}
        for name, setup in setups.items():
            found[condition.name][name] = trial.run(name, setup, condition)
            if report:
                report(f"{condition.name}, {name}: {found[condition.name][name]}")
    first = found[conditions[0].name][OURS]
    return {
        "split": split,
        "pairs": len(cases),
        "items": len(data.attributes),
        "attributes": len(data.attributes.keys),
        "seed": seed,
        "k": K,
        "max_turns": MAX_TURNS,
        **{key: first[key] for key in ("sr@15", "turns", "turns_as_published")},
        "conditions": found,
        "setups": {name: _told(name, setup) for name, setup in setups.items()},
        "published": {
            name: {"sr@15": rate, "turns": turns} for name, (rate, turns) in PUBLISHED.items()
        },
    }


def _tuned(
    trial: Trial, name: str, setup: Setup, trials: int, seed: int, report: Optional[Report]
) -> Setup:
    def score(tried: Setup) -> float:
        turns = [trial.run(name, tried, c)["turns_as_published"] for c in CONDITIONS]
        if report:
            report(f"{name} {_told(name, tried)}: {turns}")
        return -sum(turns) / len(turns)

    found: Setup = tune(setup, _space(name), score, trials, seed).config
    return found


def _space(name: str) -> Mapping[str, Sequence[Any]]:
    return BELIEF_SPACE if name in (OURS, WITHOUT_NO) else RULE_SPACE


def _told(name: str, setup: Setup) -> dict[str, Any]:
    return {key.removeprefix("ask."): option(setup, key) for key in _space(name)}
