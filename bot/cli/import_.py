"""``shoptalk import``: a merchant's files into a shop."""

from __future__ import annotations

import json
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Iterator, Optional

import typer

from catalog.errors import ShoptalkError
from catalog.settings import Settings

if TYPE_CHECKING:
    from catalog.feeds import ImportReport, RowError
    from catalog.feeds.importing import Progress

_SHOWN = 10


class OnError(str, Enum):
    """What to do about rows that cannot be used."""

    skip = "skip"
    abort = "abort"


def register(app: typer.Typer) -> None:
    """Add ``import`` and what can be imported."""
    imports = typer.Typer(help="Bring a merchant's files into a shop.", no_args_is_help=True)
    imports.command("products")(products)
    app.add_typer(imports, name="import")


def products(
    file: Annotated[
        Path,
        typer.Argument(
            help="Merchant feed (TSV, CSV, XML), Shopify CSV, or any CSV or JSON lines with --map."
        ),
    ],
    map_file: Annotated[
        Optional[Path], typer.Option("--map", help="YAML that says which column means what.")
    ] = None,
    shop: Annotated[
        Optional[Path],
        typer.Option("--shop", help="The shop's folder, made if new; by default SHOPTALK_SHOP."),
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What a new shop is called.")] = "",
    currency: Annotated[
        str, typer.Option("--currency", help="The currency of a new shop, such as USD.")
    ] = "",
    on_error: Annotated[
        OnError, typer.Option("--on-error", help="Leave broken rows out, or change nothing.")
    ] = OnError.skip,
    keep_missing: Annotated[
        bool, typer.Option("--keep-missing", help="Keep products that are not in the file.")
    ] = False,
    allow_shrink: Annotated[
        bool,
        typer.Option("--allow-shrink", help="Let it take out more than half of the products."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Import products; what is not in FILE any more is taken out of the catalogue."""
    from catalog.feeds import import_products
    from catalog.shop import Shop

    target = Shop.prepare(_folder(shop), name=name, currency=_currency(currency))
    try:
        with _progress() as progress:
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


def _folder(shop: Optional[Path]) -> Path:
    folder = shop or Settings.from_env().shop
    if folder is None:
        raise ShoptalkError(
            "Say which shop to import into, with --shop DIR or SHOPTALK_SHOP: without them it "
            "would be the demo shop."
        )
    return folder.expanduser().resolve()


def _currency(text: str) -> str:
    from catalog.feeds.prices import parse_currency

    try:
        return parse_currency(text) if text else ""
    except ValueError as error:
        raise ShoptalkError(str(error)) from None


def _tell(report: ImportReport, folder: Path, count: int, aborted: bool) -> None:
    _tell_rows(report.errors, "row was left out", "rows were left out")
    _tell_rows(report.warnings, "value was left out", "values were left out")
    if aborted:
        typer.echo("Nothing was changed, because of the rows above (--on-error abort).")
        return
    typer.echo(
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.removed} removed: {count} products in {folder}."
    )
    if report.added or report.updated or report.removed:
        typer.echo(f"Next: shoptalk index --shop {folder}")


def _tell_rows(rows: tuple[RowError, ...], one: str, many: str) -> None:
    if not rows:
        return
    lines = len({row.line for row in rows})
    typer.echo(f"{lines} {one if lines == 1 else many}:", err=True)
    for row in rows[:_SHOWN]:
        typer.echo(f"  {row}", err=True)
    if len(rows) > _SHOWN:
        typer.echo(f"  … and {len(rows) - _SHOWN} more; --json lists all of them.", err=True)


@contextmanager
def _progress() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    columns: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done)

        yield show
