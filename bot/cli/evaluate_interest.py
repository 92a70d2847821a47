"""``shoptalk evaluate interest``: how well the interest model tells what shoppers take next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for

if TYPE_CHECKING:
    from bot.evaluate.interest.data import Parts


def register(group: typer.Typer) -> None:
    """Add the command to the evaluations."""

    @group.command()
    def interest(
        events: Optional[Path] = typer.Option(
            None, "--events", help="CSV, JSON lines, Parquet or RecBole; by default the shop's."
        ),
        events_map: Optional[Path] = typer.Option(
            None, "--events-map", help="YAML that says which column means what."
        ),
        items: Optional[Path] = typer.Option(
            None, "--items", help="The products of --events: a feed, or RecBole's .item."
        ),
        items_map: Optional[Path] = typer.Option(
            None, "--items-map", help="YAML for the products' columns."
        ),
        users: Optional[int] = typer.Option(
            None, "--users", min=10, help="So many shoppers at most; by default all."
        ),
        trials: int = typer.Option(
            40, "--trials", min=0, help="Settings tried for each model; 0 takes the usual ones."
        ),
        seed: int = typer.Option(0, "--seed", min=0, help="Of the split, the search, the draws."),
        out: Optional[Path] = typer.Option(None, "--out", help="Write the figures here, too."),
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """How well the next product is told by the acts before it: ours beside simpler models."""
        from bot.evaluate.interest.evaluation import evaluate_interest
        from catalog.encoders.base import to_stderr

        parts = _parts(events, events_map, items, items_map, users, seed, shop)
        found = evaluate_interest(parts, seed, trials=trials, report=to_stderr)
        text = json.dumps(found, ensure_ascii=False, indent=None if as_json else 2)
        if out is not None:
            out.write_text(text + "\n", encoding="utf-8")
        if kept:
            keep("interest", f"{kept}, seed {seed}", found)
        typer.echo(text)


def _parts(
    events: Optional[Path],
    events_map: Optional[Path],
    items: Optional[Path],
    items_map: Optional[Path],
    users: Optional[int],
    seed: int,
    shop: Optional[Path],
) -> Parts:
    from bot.evaluate.interest.data import parts_of
    from catalog.feeds.event_log import event_table_of
    from catalog.feeds.events import read_event_table
    from catalog.index import CatalogueIndex
    from catalog.shop import Shop

    if events is not None:
        table = read_event_table(events, events_map, on_error="skip")
        return parts_of(table, seed, users=users, items=items, items_map=items_map)
    opened = Shop.open(settings_for(shop).shop_dir)
    try:
        table = event_table_of(opened.store)
        return parts_of(table, seed, users=users, index=CatalogueIndex.open(opened))
    finally:
        opened.close()
