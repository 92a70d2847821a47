"""``shoptalk evaluate ranker``: what fine-tuning the encoder on a log gains."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Optional

import typer

from bot.cli.evaluate_recommend import EventsMapOption, EventsOption, ItemsMapOption, ItemsOption
from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for

if TYPE_CHECKING:
    from bot.ranker.config import RankerConfig
    from bot.ranker.data import RankerData


def register(group: typer.Typer) -> None:
    """Add the command to ``shoptalk evaluate``."""

    @group.command()
    def ranker(
        events: EventsOption = None,
        events_map: EventsMapOption = None,
        items: ItemsOption = None,
        items_map: ItemsMapOption = None,
        epochs: int = typer.Option(1, "--epochs", min=1, help="Passes over the examples."),
        most: int = typer.Option(6000, "--examples", min=100, help="Most examples learned from."),
        tested: int = typer.Option(1000, "--tested", min=50, help="Most requests ranked for."),
        folder: Optional[Path] = typer.Option(
            None, "--folder", help="Keeps checkpoints; an interrupted run goes on from them."
        ),
        cross_encoder: bool = typer.Option(
            False, "--cross-encoder", help="Measure one over the ranker's first 30 instead."
        ),
        cross_layers: int = typer.Option(4, "--cross-layers", min=1, help="Layers that it has."),
        seed: int = typer.Option(0, "--seed", min=0, help="Of draws and training."),
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """Train on the earlier part of a log, rank all products for the later requests."""
        from bot.evaluate.ranker import evaluate_ranker, evaluate_with_cross
        from bot.ranker.config import RankerConfig
        from bot.ranker.cross_encoder import CrossConfig
        from catalog.encoders.base import load_base, to_stderr

        config = RankerConfig(epochs=epochs, most=most, seed=seed)
        data = read_data(events, events_map, items, items_map, config, tested, shop)
        base = load_base(settings_for(shop))
        if cross_encoder:
            cross = CrossConfig(layers=cross_layers, seed=seed)
            found = evaluate_with_cross(data, base, config, cross, to_stderr, folder)
            rows = found["lists"]
        else:
            found = evaluate_ranker(data, base, config, to_stderr, folder)
            rows = _rows(found)
        for name, figures in rows.items() if kept else ():
            keep("ranker", f"{kept}: {name}", figures)
        typer.echo(json.dumps(found, ensure_ascii=False, indent=None if as_json else 2))


def _rows(found: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """What is kept of the encoders, by the name of the row."""
    names = ("untuned", "untuned_words_only", "ranker", "ranker_words_only")
    rows = {name.replace("_", " "): dict(found[name]) for name in names if found[name]}
    rows["ranker"]["train_seconds"] = found["train_seconds"]
    return rows


def read_data(
    events: Optional[Path],
    events_map: Optional[Path],
    items: Optional[Path],
    items_map: Optional[Path],
    config: RankerConfig,
    tested: int,
    shop: Optional[Path],
) -> RankerData:
    """Log and products of files, or of the shop where none are named."""
    from bot.ranker.data import ranker_data
    from catalog.errors import ShoptalkError
    from catalog.feeds.events import event_table_of, read_event_table
    from catalog.feeds.importing import read_items
    from catalog.shop import Shop

    if (events is None) != (items is None):
        raise ShoptalkError("Events need their products: give both --events and --items, or none.")
    if events is not None and items is not None:
        table = read_event_table(events, events_map, on_error="skip")
        return ranker_data(table, read_items(items, items_map), config, tested)
    opened = Shop.open(settings_for(shop).shop_dir)
    try:
        table = event_table_of(opened.store)
        return ranker_data(table, opened.store.iter_products(), config, tested)
    finally:
        opened.close()
