"""What the imports of answers, orders and reviews have in common: running, and telling of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

import typer

from bot.cli.import_parts import OnError, folder_of, tell_rows
from catalog.shop import Shop

if TYPE_CHECKING:
    from catalog.feeds.service_table import ServiceReport


def run(
    importing: Callable[[Shop], ServiceReport],
    what: str,
    shop: Optional[Path],
    on_error: OnError,
    as_json: bool,
) -> None:
    """Import into a shop that there is, and tell; exit code 1 where nothing was changed.

    Parameters
    ----------
    importing
        Does it.
    what
        Names what is imported, in the plural.
    """
    target = Shop.open(folder_of(shop))
    try:
        report = importing(target)
    finally:
        target.close()
    aborted = bool(report.errors) and on_error is OnError.abort
    if as_json:
        facts = {"shop": str(target.path), "aborted": aborted}
        typer.echo(json.dumps({**facts, **report.to_json()}, ensure_ascii=False))
    else:
        _tell(report, what, target.path, aborted)
    if aborted:
        raise typer.Exit(1)


def _tell(report: ServiceReport, what: str, folder: Path, aborted: bool) -> None:
    tell_rows(report.errors, "row was left out", "rows were left out")
    if aborted:
        typer.echo("Nothing was changed, because of the rows above (--on-error abort).")
        return
    tell_rows(report.warnings, "row is not complete", "rows are not complete")
    if report.left_out:
        typer.echo(f"{report.left_out} rows say that they are not to be shown.", err=True)
    if report.masked:
        typer.echo(f"{report.masked} texts held an address or a number; it was masked.", err=True)
    if report.unknown_products:
        typer.echo(
            f"{report.unknown_products} products that the shop never had; kept all the same.",
            err=True,
        )
    removed = f", {report.removed} removed" if report.removed else ""
    typer.echo(
        f"{report.added} {what} added, {report.updated} changed, {report.unchanged} as they were"
        f"{removed}, in {folder}."
    )
