"""``shoptalk evaluate attributes``: columns of a feed read from titles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Optional

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption


def register(group: typer.Typer) -> None:
    """Add the command to ``shoptalk evaluate``."""

    @group.command()
    def attributes(
        products: Path = typer.Option(..., "--products", help="A table of products."),
        title: str = typer.Option(..., "--title", help="The column with their titles."),
        columns: str = typer.Option(..., "--columns", help="Columns to read from them: a,b,c."),
        description: str = typer.Option("", "--description", help="A column with more text."),
        feed_map: Optional[Path] = typer.Option(
            None, "--map", help="A map file with encoding and delimiter, where they are unusual."
        ),
        folds: int = typer.Option(5, "--folds", min=2, help="Parts, each read by the others."),
        seed: int = typer.Option(0, "--seed", min=0, help="Of the shuffling and of training."),
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,  # as every command; nothing of a shop is needed
    ) -> None:
        """How well columns are read from titles, against looking values up in them."""
        from bot.evaluate.attributes import AttributeTask, evaluate_attributes
        from catalog.encoders.base import to_stderr

        wanted = tuple(dict.fromkeys(c.strip() for c in columns.split(",") if c.strip()))
        if not wanted:
            raise typer.BadParameter("name at least one column, as --columns color,gender.")
        task = AttributeTask(products, title, wanted, description, feed_map, folds, seed)
        figures = evaluate_attributes(task, to_stderr)
        if kept:
            for column, one in figures["columns"].items():
                keep("attributes", f"{kept}: {column}", one)
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
