"""``shoptalk evaluate understanding``: the trained assistant on messages labelled by hand."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.processes import latest_model
from bot.cli.shop_option import ShopOption, settings_for


def register(group: typer.Typer) -> None:
    """Add the command to ``shoptalk evaluate``."""

    @group.command()
    def understanding(
        cases: Path = typer.Option(..., "--cases", help="JSONL of {text, lang, intents, after}."),
        seed: int = typer.Option(0, "--seed", help="Nothing here is random; kept for symmetry."),
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """How many messages get the intents that they have; several, and in context."""
        from bot.evaluate.understanding import evaluate_understanding, read_cases
        from bot.nlu.understanding import meaning, spoken, trained_classifier

        read = read_cases(cases)
        classifier = trained_classifier(latest_model(), settings_for(shop))
        figures = evaluate_understanding(
            read, lambda text, after: meaning(classifier, spoken(text), after)
        )
        if kept:
            keep("understanding", kept, figures)
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
