"""``shoptalk evaluate drift``: how soon a change of interest is noticed, and what that is worth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for

if TYPE_CHECKING:
    from catalog.event_table import EventTable

DETECTORS = "adwin,kswin,page_hinkley,window_cosine,glr,glr_plain,default"


def register(group: typer.Typer) -> None:
    """Add the command to the evaluations."""

    @group.command()
    def drift(
        events: Optional[Path] = typer.Option(
            None, "--events", help="CSV, JSON lines, Parquet or RecBole; by default the shop's."
        ),
        events_map: Optional[Path] = typer.Option(
            None, "--events-map", help="YAML that says which column means what."
        ),
        usenet: Optional[Path] = typer.Option(
            None, "--usenet", help="Instead: messages as word flags, the last column interest."
        ),
        length: int = typer.Option(50, "--length", min=16, max=64, help="Likes in a stream."),
        detectors: str = typer.Option(DETECTORS, "--detectors", help="Which, with commas."),
        stages: bool = typer.Option(
            False, "--stages", help="Ours without what it learned, too, and what that gains."
        ),
        each: int = typer.Option(8, "--each", min=1, help="Streams of a kind a shopper."),
        repeat: int = typer.Option(1, "--repeat", min=1, help="So many seeds, figures averaged."),
        seed: int = typer.Option(0, "--seed", min=0, help="Of groups, streams and training."),
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """How soon detectors notice that an interest changed, and how seldom one that did not."""
        from bot.evaluate.drift.evaluation import Protocol, evaluate_drift
        from bot.evaluate.drift.families import families
        from bot.evaluate.drift.groups import grouped, liked
        from bot.evaluate.drift.repeats import averaged, lines
        from bot.evaluate.drift.usenet import evaluate_usenet
        from catalog.encoders.base import to_stderr

        if usenet is not None:
            found = evaluate_usenet(usenet, seed, to_stderr)
            if kept:
                for name, figures in found["detectors"].items():
                    keep("drift-usenet", f"{kept}: {name}", figures)
        else:
            names = [name.strip() for name in detectors.split(",") if name.strip()]
            if stages:
                names = list(dict.fromkeys([*names, "statistics", "default"]))
            chosen = families(names)
            table = _table(events, events_map, shop)
            likes, items = liked(table), len(table.product_ids)
            found = averaged(
                [
                    evaluate_drift(
                        grouped(likes, items, one),
                        chosen,
                        Protocol(length=length, seed=one, per_shopper=each),
                        to_stderr,
                    )
                    for one in range(seed, seed + repeat)
                ]
            )
            if kept:
                for what, line, figures in lines(f"{kept}, {length} likes", found):
                    keep(what, line, figures)
        typer.echo(json.dumps(found, ensure_ascii=False, indent=None if as_json else 2))


def _table(events: Optional[Path], events_map: Optional[Path], shop: Optional[Path]) -> EventTable:
    from catalog.feeds.events import event_table_of, read_event_table
    from catalog.shop import Shop

    if events is not None:
        return read_event_table(events, events_map, on_error="skip")
    opened = Shop.open(settings_for(shop).shop_dir)
    try:
        return event_table_of(opened.store)
    finally:
        opened.close()
