"""``shoptalk evaluate simulate``: simulated shoppers talk to the whole assistant."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for
from catalog.errors import ShoptalkError
from catalog.settings import known_questions

if TYPE_CHECKING:
    from bot.evaluate.simulate.play import Played
    from bot.evaluate.simulate.shopper import Habits


def register(group: typer.Typer) -> None:
    """Add the command to the evaluations."""

    @group.command()
    def simulate(
        shoppers: int = typer.Option(100, "--shoppers", min=1, help="Goals to try."),
        lang: Optional[str] = typer.Option(None, "--lang", help="en or zh; both by default."),
        conditions: str = typer.Option(
            "", "--conditions", help="Some of clean, wrong-5, wrong-10, unknown-20, messy."
        ),
        noise: Optional[float] = typer.Option(
            None, "--noise", help="One condition: this share of wrong statements.", min=0.0, max=1.0
        ),
        unknown: Optional[float] = typer.Option(
            None, "--unknown", help="… of questions answered by not knowing.", min=0.0, max=1.0
        ),
        changes: Optional[float] = typer.Option(
            None, "--changes", help="… of shoppers who change their mind.", min=0.0, max=1.0
        ),
        typos: Optional[float] = typer.Option(
            None, "--typos", help="… of messages with a slip in them.", min=0.0, max=1.0
        ),
        volunteers: Optional[float] = typer.Option(
            None, "--volunteers", help="… of refusals that say why.", min=0.0, max=1.0
        ),
        turns: int = typer.Option(10, "--turns", min=1, help="Messages of a shopper at most."),
        draw: str = typer.Option("uniform", "--draw", help="Targets: uniform or popular."),
        questions: Optional[str] = typer.Option(
            None, "--questions", help="on, off, or any: drawn at random, to see what is answered."
        ),
        personas: bool = typer.Option(True, help="Also shoppers who do not help."),
        baselines: bool = typer.Option(True, help="Also without questions, and other ways."),
        transcripts: Optional[Path] = typer.Option(
            None, "--transcripts", help="Write the conversations there, one a line."
        ),
        url: Optional[str] = typer.Option(
            None, "--url", help="Talk to this endpoint, which speaks Rasa's REST, instead."
        ),
        seed: int = typer.Option(0, "--seed", help="Of goals, words and whims."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        title: KeepOption = "",
        shop: ShopOption = None,
    ) -> None:
        """How many simulated shoppers find what they want, in how many turns."""
        from bot.evaluate.simulate.simulate import Plan, evaluate_simulate

        habits = {
            "wrong": noise,
            "unknown": unknown,
            "changes": changes,
            "typos": typos,
            "volunteers": volunteers,
        }
        plan = Plan(
            shoppers=shoppers,
            languages=_languages(lang),
            conditions=_conditions(conditions, {k: v for k, v in habits.items() if v is not None}),
            personas=personas,
            baselines=baselines,
            turns=turns,
            draw=draw,
            seed=seed,
        )
        settings = settings_for(shop)
        if questions is not None:
            settings = replace(settings, questions=known_questions("--questions", questions))
        with _writing(transcripts) as tell:
            figures = evaluate_simulate(settings, plan, url, _progress(), tell)
        if title:
            keep("simulate", title, figures)
            for line, asked in _policy(title, figures["policy"]).items():
                keep("simulate-policy", line, asked)
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))


def _policy(title: str, policy: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A line for each attribute that was asked for, and for each place among the questions."""
    by_place = {f"question {place}": row for place, row in policy["by_place"].items()}
    return {f"{title}: {n}": row for n, row in {**policy["by_attribute"], **by_place}.items()}


def _languages(lang: Optional[str]) -> tuple[str, ...]:
    from bot.evaluate.simulate.wording import LANGUAGES

    if lang is not None and lang not in LANGUAGES:
        raise ShoptalkError(f"Shoppers speak {' or '.join(LANGUAGES)}, not {lang!r}.")
    return LANGUAGES if lang is None else (lang,)


def _conditions(names: str, habits: dict[str, float]) -> dict[str, Habits]:
    from bot.evaluate.simulate.shopper import Habits
    from bot.evaluate.simulate.simulate import CONDITIONS

    if habits and names:
        raise ShoptalkError("Give --conditions, or the shares of one of your own, not both.")
    if habits:
        return {"custom": Habits(**habits)}
    chosen = [n.strip() for n in names.split(",") if n.strip()] or list(CONDITIONS)
    if unknown := [n for n in chosen if n not in CONDITIONS]:
        raise ShoptalkError(
            f"There is no condition {unknown[0]!r}; there are {', '.join(CONDITIONS)}."
        )
    return {name: CONDITIONS[name] for name in chosen}


@contextmanager
def _writing(path: Optional[Path]) -> Iterator[Callable[[Played], None]]:
    """Something that writes a conversation onto its own line, or nowhere."""
    if path is None:
        yield lambda played: None
        return
    try:
        file = path.open("w", encoding="utf-8")
    except OSError as error:
        raise ShoptalkError(f"{path} cannot be written: {error.strerror}.") from error
    with file:

        def write(played: Played) -> None:
            file.write(json.dumps(played.to_json(), ensure_ascii=False) + "\n")

        yield write


def _progress() -> Callable[[str, int, int], None]:
    """One line on standard error that counts, where there is a terminal to see it."""

    def show(name: str, done: int, total: int) -> None:
        if sys.stderr.isatty() or done == total:
            end = "\n" if done == total else "\r"
            print(f"{name}: {done} of {total}", end=end, file=sys.stderr, flush=True)

    return show
