"""``shoptalk bench``: the benchmarks that take no minutes, as JSON and in BENCHMARKS.md."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Iterator, Mapping

import typer

from bot.cli.processes import latest_model
from bot.cli.shop_option import ShopOption, settings_for
from catalog.settings import ROOT, Settings

#: Messages that the grammar was written by, and others.
CASES = (Path("tests/parse/cases.jsonl"), Path("tests/parse/held_out.jsonl"))
DOCUMENT = ROOT / "BENCHMARKS.md"

OutOption = Annotated[Path, typer.Option("--out", help="Folder for the JSON files.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def bench(
        out: OutOption = ROOT / "results",
        turns: int = typer.Option(200, "--turns", min=20, help="Turns to time."),
        seed: int = typer.Option(0, "--seed", help="Order of the messages."),
        shop: ShopOption = None,
    ) -> None:
        """Measure, write one JSON file a benchmark, and put the figures into BENCHMARKS.md."""
        from bot.evaluate.report import Result, this_machine, update

        machine = this_machine()
        for what, command, data, figures in _measure(settings_for(shop), turns, seed):
            file = Result(what, command, data, seed, machine, figures).save(out)
            print(f"{what}: {file}", file=sys.stderr, flush=True)
        update(DOCUMENT, out)


def _measure(
    settings: Settings, turns: int, seed: int
) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Each benchmark: its name, the command that repeats it, its data, and its figures."""
    from bot.evaluate.parse import evaluate_parse
    from bot.evaluate.turn import evaluate_turn
    from bot.nlu.understanding import trained_classifier

    classifier = trained_classifier(latest_model(), settings)
    for cases in CASES:
        figures = evaluate_parse(ROOT / cases, settings, classifier)
        data = f"{cases}, {figures['cases']} messages"
        if stand_ins := figures["stand_ins"]:
            name = settings.shop_dir.name
            data += f"; the words of {name} stand in for those of {', '.join(stand_ins)}"
        command = f"shoptalk evaluate parse --cases {cases}"
        yield "parse", command, data, {**figures, "set": cases.stem}
    figures = evaluate_turn(settings, turns, seed)
    data = f"shop {figures['shop']}, {figures['turns']} turns"
    command = f"shoptalk evaluate turn --turns {turns} --seed {seed}"
    if settings.shop_dir != settings.demo_dir:
        command += f" --shop shops/{settings.shop_dir.name}"
    yield "turn", command, data, figures
