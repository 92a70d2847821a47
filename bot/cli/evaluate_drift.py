"""``shoptalk evaluate drift``: how soon a change of interest is noticed, and what that is worth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Optional, Sequence

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for

if TYPE_CHECKING:
    from bot.evaluate.drift.groups import Groups

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
        length: Optional[int] = typer.Option(
            None, "--length", min=12, max=64, help="Likes in a stream; 50, of a shop's own log 20."
        ),
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
        from bot.evaluate.drift.evaluation import evaluate_drift
        from bot.evaluate.drift.families import families
        from bot.evaluate.drift.protocol import Protocol
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
            long = length or (20 if events is None else 50)
            found = averaged(
                [
                    evaluate_drift(
                        groups,
                        chosen,
                        Protocol(length=long, seed=one, per_shopper=each),
                        to_stderr,
                    )
                    for one, groups in _groups(events, events_map, shop, range(seed, seed + repeat))
                ]
            )
            if kept:
                for what, line, figures in lines(f"{kept}, {long} likes", found):
                    keep(what, line, figures)
        typer.echo(json.dumps(found, ensure_ascii=False, indent=None if as_json else 2))


def _groups(
    events: Optional[Path], events_map: Optional[Path], shop: Optional[Path], seeds: Sequence[int]
) -> Iterator[tuple[int, Groups]]:
    """Groups of shoppers for each seed, of a file or of the shop's log."""
    from bot.evaluate.drift.groups import grouped, liked
    from bot.evaluate.drift.shop_groups import shop_groups
    from catalog.feeds.events import read_event_table
    from catalog.shop import Shop

    if events is not None:
        table = read_event_table(events, events_map, on_error="skip")
        likes = liked(table)
        for seed in seeds:
            yield seed, grouped(likes, len(table.product_ids), seed)
        return
    opened = Shop.open(settings_for(shop).shop_dir)
    try:
        for seed in seeds:
            yield seed, shop_groups(opened, seed)
    finally:
        opened.close()
