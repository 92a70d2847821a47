"""``shoptalk import events``: what shoppers did elsewhere, into the log of a shop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from bot.cli.import_parts import (
    JsonOption,
    MapOption,
    OnError,
    OnErrorOption,
    folder_of,
    progress_bars,
    tell_rows,
)

if TYPE_CHECKING:
    from catalog.feeds.events import EventReport


def events(
    file: Annotated[
        Path,
        typer.Argument(help="CSV, JSON lines or Parquet with --map, or a RecBole .inter file."),
    ],
    map_file: MapOption = None,
    shop: Annotated[
        Optional[Path],
        typer.Option("--shop", help="The shop's folder; by default SHOPTALK_SHOP."),
    ] = None,
    on_error: OnErrorOption = OnError.skip,
    as_json: JsonOption = False,
) -> None:
    """Append events to the log of a shop; those that are in it already are not added again."""
    from catalog.feeds.events import import_events
    from catalog.shop import Shop

    target = Shop.open(folder_of(shop))
    try:
        with progress_bars() as progress:
            report = import_events(
                target, file, map_file, on_error=on_error.value, progress=progress
            )
    finally:
        target.close()
    aborted = bool(report.errors) and on_error is OnError.abort
    if as_json:
        facts = {"shop": str(target.path), "aborted": aborted}
        typer.echo(json.dumps({**facts, **report.to_json()}, ensure_ascii=False))
    else:
        _tell(report, target.path, aborted)
    if aborted:
        raise typer.Exit(1)


def _tell(report: EventReport, folder: Path, aborted: bool) -> None:
    tell_rows(report.errors, "row was left out", "rows were left out", report.broken)
    if aborted:
        typer.echo("Nothing was changed, because of the rows above (--on-error abort).")
        return
    if report.unknown_products:
        typer.echo(
            f"{report.about_unknown} events are about {report.unknown_products} products that the "
            f"shop never had, such as {', '.join(report.examples[:3])}; they were kept.",
            err=True,
        )
    if report.left_out:
        typer.echo(f"{report.left_out} rows are of kinds that the map leaves out.", err=True)
    typer.echo(f"{report.added} events added, {report.known} there already, in {folder}.")
