"""``shoptalk evaluate explain``: whether the reasons that are given are true."""

from __future__ import annotations

import json

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for


def register(group: typer.Typer) -> None:
    """Add the command to the evaluations."""

    @group.command()
    def explain(
        sampled: int = typer.Option(1000, "--reasons", min=1, help="How many are tested."),
        seed: int = typer.Option(0, "--seed", help="Of the searches and of the sample."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        title: KeepOption = "",
        shop: ShopOption = None,
    ) -> None:
        """Take what a reason names away: the product must fall."""
        from actions.runtime import Runtime
        from bot.evaluate.explain.evaluation import evaluate_explain

        figures = evaluate_explain(Runtime(settings_for(shop)).context, sampled, seed)
        if title:
            keep("explain", title, figures)
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
