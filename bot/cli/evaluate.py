"""``shoptalk evaluate``: one JSON object of figures a command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from bot.cli import (
    evaluate_ask,
    evaluate_attributes,
    evaluate_blend,
    evaluate_drift,
    evaluate_drift_text,
    evaluate_durability,
    evaluate_encoder,
    evaluate_explain,
    evaluate_faq,
    evaluate_flood,
    evaluate_interest,
    evaluate_nlu,
    evaluate_options,
    evaluate_ranker,
    evaluate_recommend,
    evaluate_scale,
    evaluate_search,
    evaluate_simulate,
    evaluate_slots,
    evaluate_understanding,
)
from bot.cli.processes import latest_model
from bot.cli.shop_option import ShopOption, settings_for


def register(app: typer.Typer) -> None:
    """Add the sub-command with its evaluations."""
    group = typer.Typer(help="Measure; every command prints one JSON object.", no_args_is_help=True)
    app.add_typer(group, name="evaluate")
    for command in (
        evaluate_nlu,
        evaluate_options,
        evaluate_slots,
        evaluate_understanding,
        evaluate_encoder,
        evaluate_recommend,
        evaluate_ranker,
        evaluate_attributes,
        evaluate_search,
        evaluate_scale,
        evaluate_blend,
        evaluate_ask,
        evaluate_drift,
        evaluate_explain,
        evaluate_flood,
        evaluate_simulate,
        evaluate_interest,
        evaluate_durability,
        evaluate_drift_text,
        evaluate_faq,
    ):
        command.register(group)

    @group.command()
    def parse(
        cases: Path = typer.Option(..., "--cases", help="JSONL of {text, lang, shop, changes}."),
        plain: bool = typer.Option(
            False, "--plain", help="Without the roles of words that the trained assistant tells."
        ),
        seed: int = typer.Option(0, "--seed", help="Nothing here is random; kept for symmetry."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """How many utterances give exactly the changes they should."""
        from bot.evaluate.parse import evaluate_parse
        from bot.nlu.understanding import trained_classifier

        settings = settings_for(shop)
        classifier = None if plain else trained_classifier(latest_model(), settings)
        _print(evaluate_parse(cases, settings, classifier), as_json)

    @group.command()
    def turn(
        turns: int = typer.Option(200, "--turns", min=20, help="Turns to time."),
        seed: int = typer.Option(0, "--seed", help="Order of the messages."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """How long a turn takes over REST, stage by stage, early and late in a conversation."""
        from bot.evaluate.turn import evaluate_turn

        _print(evaluate_turn(settings_for(shop), turns, seed), as_json)


def _print(figures: dict[str, Any], as_json: bool) -> None:
    typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
