"""``shoptalk import``: a merchant's files into a shop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from bot.cli.import_events import events
from bot.cli.import_faq import faq
from bot.cli.import_orders import orders
from bot.cli.import_parts import (
    JsonOption,
    MapOption,
    OnError,
    OnErrorOption,
    folder_of,
    progress_bars,
    tell_rows,
)
from bot.cli.import_profiles import profiles
from bot.cli.import_reviews import reviews
from bot.cli.import_rules import rules
from catalog.errors import ShoptalkError

if TYPE_CHECKING:
    from catalog.feeds import ImportReport


def register(app: typer.Typer) -> None:
    """Add ``import`` and what can be imported."""
    imports = typer.Typer(help="Bring a merchant's files into a shop.", no_args_is_help=True)
    imports.command("products")(products)
    imports.command("events")(events)
    imports.command("profiles")(profiles)
    imports.command("rules")(rules)
    imports.command("faq")(faq)
    imports.command("orders")(orders)
    imports.command("reviews")(reviews)
    app.add_typer(imports, name="import")


def products(
    file: Annotated[
        Path,
        typer.Argument(
            help="Merchant feed (TSV, CSV, XML), Shopify CSV, or another table with --map."
        ),
    ],
    map_file: MapOption = None,
    shop: Annotated[
        Optional[Path],
        typer.Option("--shop", help="The shop's folder, made if new; by default SHOPTALK_SHOP."),
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What a new shop is called.")] = "",
    currency: Annotated[
        str, typer.Option("--currency", help="The currency of a new shop, such as USD.")
    ] = "",
    on_error: OnErrorOption = OnError.skip,
    keep_missing: Annotated[
        bool, typer.Option("--keep-missing", help="Keep products that are not in the file.")
    ] = False,
    allow_shrink: Annotated[
        bool,
        typer.Option("--allow-shrink", help="Let it take out more than half of the products."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import products; what is not in FILE any more is taken out of the catalogue."""
    from catalog.feeds import import_products
    from catalog.shop import Shop

    target = Shop.prepare(folder_of(shop), name=name, currency=_currency(currency))
    try:
        with progress_bars() as progress:
            report = import_products(
                target,
                file,
                map_file,
                on_error=on_error.value,
                full=not keep_missing,
                allow_shrink=allow_shrink,
                progress=progress,
            )
        aborted = bool(report.errors) and on_error is OnError.abort
        count = target.store.count() if target.is_saved else 0
    finally:
        target.close()
    if as_json:
        facts = {"shop": str(target.path), "products": count, "aborted": aborted}
        typer.echo(json.dumps({**facts, **report.to_json()}, ensure_ascii=False))
    else:
        _tell(report, target.path, count, aborted)
    if aborted:
        raise typer.Exit(1)


def _currency(text: str) -> str:
    from catalog.feeds.prices import parse_currency

    try:
        return parse_currency(text) if text else ""
    except ValueError as error:
        raise ShoptalkError(str(error)) from None


def _tell(report: ImportReport, folder: Path, count: int, aborted: bool) -> None:
    tell_rows(report.errors, "row was left out", "rows were left out")
    tell_rows(report.warnings, "value was left out", "values were left out")
    if aborted:
        typer.echo("Nothing was changed, because of the rows above (--on-error abort).")
        return
    typer.echo(
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.removed} removed: {count} products in {folder}."
    )
    if report.added or report.updated or report.removed:
        typer.echo(f"Next: shoptalk index --shop {folder}")
