"""``shoptalk evaluate durability``: servers are killed while shoppers talk."""

from __future__ import annotations

import json

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for


def register(group: typer.Typer) -> None:
    """Add the command to the evaluations."""

    @group.command()
    def durability(
        turns: int = typer.Option(200, "--turns", min=1, help="Messages of shoppers."),
        kills: int = typer.Option(8, "--kills", min=0, help="Times that a server is killed."),
        seed: int = typer.Option(0, "--seed", help="When and which server."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        title: KeepOption = "",
        shop: ShopOption = None,
    ) -> None:
        """What becomes of shoppers' messages while bot and action server are killed."""
        from bot.evaluate.durability.evaluation import evaluate_durability

        figures = evaluate_durability(settings_for(shop), turns, kills, seed)
        if title:
            keep("durability", title, figures)
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
