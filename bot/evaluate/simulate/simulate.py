"""Simulated shoppers over the whole assistant: how many find what they want, and how soon."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Callable, Mapping, Optional, Sequence

from bot.cli.processes import Servers, free_port, log_folder
from bot.evaluate.simulate.baselines import PopularEndpoint
from bot.evaluate.simulate.endpoint import Endpoint, RestEndpoint
from bot.evaluate.simulate.facts import Sheet, sheets
from bot.evaluate.simulate.figures import ahead, figures, led
from bot.evaluate.simulate.goals import UNIFORM, Goal, draw_goals
from bot.evaluate.simulate.personas import PERSONAS
from bot.evaluate.simulate.play import Played, play
from bot.evaluate.simulate.shopper import Habits, Pager, Shopper
from bot.evaluate.simulate.wording import LANGUAGES
from catalog.errors import ShoptalkError
from catalog.index import CatalogueIndex
from catalog.settings import Settings
from catalog.shop import Shop

#: The message within which a product is to be found, and the longest conversation.
WITHIN, LONGEST = 5, 10
CLEAN = "clean"
CONDITIONS: Mapping[str, Habits] = {
    CLEAN: Habits(),
    "wrong-5": Habits(wrong=0.05),
    "wrong-10": Habits(wrong=0.10),
    "unknown-20": Habits(unknown=0.20),
    "messy": Habits(wrong=0.05, unknown=0.10, changes=0.20, typos=0.15),
}
QUESTIONS_OFF, POPULARITY, ONE_SHOT = "without_questions", "popularity", "one_shot"
#: One goal in so many is enough to see how shoppers fare who do not help.
PERSONA_SHARE = 5

Progress = Callable[[str, int, int], None]
Tell = Callable[[Played], None]


@dataclass(frozen=True)
class Plan:
    """What is simulated."""

    shoppers: int = 100
    """Goals; each is tried in every language under every condition."""
    languages: tuple[str, ...] = LANGUAGES
    conditions: Mapping[str, Habits] = field(default_factory=lambda: dict(CONDITIONS))
    personas: bool = True
    baselines: bool = True
    turns: int = LONGEST
    draw: str = UNIFORM
    seed: int = 0


@dataclass
class _Talks:
    """The goals and the catalogue that all conversations are about."""

    plan: Plan
    catalogue: Mapping[str, Sheet]
    goals: Sequence[Goal]
    progress: Progress
    tell: Tell

    def run(
        self,
        name: str,
        endpoint: Endpoint,
        habits: Habits,
        kind: type[Shopper] = Shopper,
        goals: Optional[Sequence[Goal]] = None,
        content: bool = True,
        system: str = "",
    ) -> list[Played]:
        """Every goal in every language; the same words are drawn whatever talks back."""
        chosen = self.goals if goals is None else goals
        played = []
        total = len(chosen) * len(self.plan.languages)
        for language in self.plan.languages:
            for goal in chosen:
                seed = f"{self.plan.seed}-{language}-{goal.number}"
                whims, words = random.Random(f"whims-{seed}"), random.Random(f"words-{seed}")
                shopper = kind(goal, self.catalogue, language, habits, whims, words)
                record = Played(goal, language, f"{system}:{name}" if system else name)
                sender = f"simulated-{system or 'assistant'}-{name}-{seed}"
                play(shopper, endpoint, sender, self.plan.turns, record, content)
                played.append(record)
                self.tell(record)
                self.progress(record.condition, len(played), total)
        return played


def evaluate_simulate(
    settings: Settings,
    plan: Plan,
    url: Optional[str] = None,
    progress: Progress = lambda name, done, total: None,
    tell: Tell = lambda played: None,
) -> dict[str, Any]:
    """Let simulated shoppers talk to the assistant, or to the endpoint at ``url``.

    The shop is copied, so that nothing of it is remembered in the shop and the same seed gives the
    same conversations. The figures depend on the seed, the shop and the trained model.

    Returns
    -------
    The figures of ``clean`` at the top (``found@5``, ``turns``, ``violations``, ``p50_ms``,
    ``p95_ms``); ``conditions``: condition → language → ``figures``; ``personas``: persona →
    language → ``led``; ``baselines`` and ``ahead``: how far the assistant is ahead of each.

    Raises
    ------
    ShoptalkError
        Where the shop tells too little of its products, or a server does not start.
    """
    conditions = plan.conditions
    talks = _talks(settings, plan, progress, tell)
    within = (min(WITHIN, plan.turns), plan.turns)
    limits = tuple(dict.fromkeys(within))
    ours: dict[str, list[Played]] = {}
    difficult: dict[str, list[Played]] = {}
    with _assistant(settings, url) as endpoint:
        for name, habits in conditions.items():
            ours[name] = talks.run(name, endpoint, habits)
        if plan.personas:
            few = talks.goals[: max(1, len(talks.goals) // PERSONA_SHARE)]
            for name, kind in PERSONAS.items():
                difficult[name] = talks.run(name, endpoint, Habits(), kind, few, content=False)
    out: dict[str, Any] = {
        "shop": settings.shop_dir.name,
        "seed": plan.seed,
        "shoppers": len(talks.goals),
        "draw": plan.draw,
        "longest": plan.turns,
    }
    first = next(iter(conditions))
    total = figures(ours[first], limits)
    out.update({k: v for k, v in total.items() if k != "conversations"})
    out["conditions"] = {n: _by_language(p, lambda q: figures(q, limits)) for n, p in ours.items()}
    out["personas"] = {n: _by_language(p, led) for n, p in difficult.items()}
    if plan.baselines and url is None:
        theirs = _baselines(settings, talks, first, conditions[first])
        out["baselines"] = {
            n: _by_language(p, lambda q: figures(q, limits)) for n, p in theirs.items()
        }
        out["ahead"] = {
            name: {
                "all": ahead(ours[first], p, limits[0], plan.turns, plan.seed),
                **{
                    lang: ahead(
                        [q for q in ours[first] if q.language == lang],
                        [q for q in p if q.language == lang],
                        limits[0],
                        plan.turns,
                        plan.seed,
                    )
                    for lang in plan.languages
                },
            }
            for name, p in theirs.items()
        }
    return out


def _talks(settings: Settings, plan: Plan, progress: Progress, tell: Tell) -> _Talks:
    if plan.turns < 1 or plan.shoppers < 1:
        raise ShoptalkError("There must be at least one shopper, who says at least one thing.")
    shop = Shop.open(settings.shop_dir)
    try:
        catalogue = sheets(shop.store.iter_products())
    finally:
        shop.close()
    goals = draw_goals(catalogue, plan.shoppers, plan.seed, plan.draw)
    return _Talks(plan, catalogue, goals, progress, tell)


def _baselines(
    settings: Settings, talks: _Talks, name: str, habits: Habits
) -> dict[str, list[Played]]:
    """The same goals without questions, by popularity, and by one search."""
    found: dict[str, list[Played]] = {}
    with _assistant(replace(settings, questions="off")) as endpoint:
        found[QUESTIONS_OFF] = talks.run(name, endpoint, habits, system=QUESTIONS_OFF)
        found[ONE_SHOT] = talks.run(name, endpoint, habits, Pager, system=ONE_SHOT)
    popular = PopularEndpoint(talks.goals, talks.catalogue, _popularity(settings))
    found[POPULARITY] = talks.run(name, popular, habits, Pager, system=POPULARITY)
    return found


def _popularity(settings: Settings) -> dict[str, float]:
    shop = Shop.open(settings.shop_dir)
    try:
        index = CatalogueIndex.open(shop)
        return {i: float(p) for i, p in zip(index.ids, index.popularity, strict=True)}
    finally:
        shop.close()


def _by_language(
    played: Sequence[Played], of: Callable[[Sequence[Played]], dict[str, Any]]
) -> dict[str, Any]:
    languages = dict.fromkeys(p.language for p in played)
    return {
        **{lang: of([p for p in played if p.language == lang]) for lang in languages},
        **({"all": of(played)} if len(languages) > 1 else {}),
    }


@contextmanager
def _assistant(settings: Settings, url: Optional[str] = None) -> Iterator[RestEndpoint]:
    """The endpoint at ``url``, or bot and action server over a copy of the shop."""
    if url is not None:
        endpoint = RestEndpoint(url)
        try:
            yield endpoint
        finally:
            endpoint.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / settings.shop_dir.name
        shutil.copytree(settings.shop_dir, copy, ignore=_conversations)
        copied = replace(settings, shop=copy)
        servers = Servers(copied, free_port(), free_port(), log=log_folder(settings))
        with servers:
            servers.wait_until_ready(lambda message: None)
            endpoint = RestEndpoint(servers.webhook)
            try:
                yield endpoint
            finally:
                endpoint.close()


def _conversations(_folder: str, names: list[str]) -> list[str]:
    return [n for n in names if n.startswith("conversations.db") or n == "last-chats.json"]
