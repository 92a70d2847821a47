"""``shoptalk evaluate flood``: shoppers beside somebody who sends without end."""

from __future__ import annotations

import json

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for


def register(group: typer.Typer) -> None:
    """Add the command to the evaluations."""

    @group.command()
    def flood(
        rate: float = typer.Option(1000.0, "--rate", min=1.0, help="Messages a second."),
        seconds: float = typer.Option(15.0, "--seconds", min=3.0, help="Of each measurement."),
        seed: int = typer.Option(0, "--seed", help="Nothing here is random; kept for symmetry."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        title: KeepOption = "",
        shop: ShopOption = None,
    ) -> None:
        """How shoppers of the widget are served while one sender floods it."""
        from bot.evaluate.flood import evaluate_flood

        figures = evaluate_flood(settings_for(shop), rate, seconds)
        if title:
            keep("flood", title, figures)
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
