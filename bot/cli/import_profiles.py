"""``shoptalk import profiles``: what a merchant knows about shoppers, into the log of a shop."""

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
    from catalog.feeds.profiles import ProfileReport


def profiles(
    file: Annotated[
        Path,
        typer.Argument(help="CSV, JSON lines, Parquet or a RecBole .user file; a row a shopper."),
    ],
    map_file: MapOption = None,
    shop: Annotated[
        Optional[Path],
        typer.Option("--shop", help="The shop's folder; by default SHOPTALK_SHOP."),
    ] = None,
    on_error: OnErrorOption = OnError.skip,
    as_json: JsonOption = False,
) -> None:
    """Append what is known about shoppers to the log; what it says already is not added again."""
    from catalog.feeds.profiles import import_profiles
    from catalog.shop import Shop

    target = Shop.open(folder_of(shop))
    try:
        with progress_bars() as progress:
            report = import_profiles(
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


def _tell(report: ProfileReport, folder: Path, aborted: bool) -> None:
    tell_rows(report.errors, "row was left out", "rows were left out")
    if aborted:
        typer.echo("Nothing was changed, because of the rows above (--on-error abort).")
        return
    tell_rows(report.warnings, "value was left out", "values were left out")
    if report.personal:
        columns = ", ".join(report.personal)
        typer.echo(f"Left out, because they say who somebody is: {columns}.", err=True)
    typer.echo(f"{report.added} profiles added, {report.unchanged} known already, in {folder}.")
