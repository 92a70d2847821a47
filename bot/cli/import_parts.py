"""What the ``shoptalk import`` commands have in common: options, progress, and what they say."""

from __future__ import annotations

from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Callable, Iterator, Optional

import typer

from catalog.errors import ShoptalkError
from catalog.settings import Settings

if TYPE_CHECKING:
    from catalog.feeds import RowError

_SHOWN = 10


class OnError(str, Enum):
    """What to do about rows that cannot be used."""

    skip = "skip"
    abort = "abort"


MapOption = Annotated[
    Optional[Path], typer.Option("--map", help="YAML that says which column means what.")
]
OnErrorOption = Annotated[
    OnError, typer.Option("--on-error", help="Leave broken rows out, or change nothing.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def folder_of(shop: Optional[Path]) -> Path:
    """The shop to import into, which must be named."""
    folder = shop or Settings.from_env().shop
    if folder is None:
        raise ShoptalkError(
            "Say which shop to import into, with --shop DIR or SHOPTALK_SHOP: without them it "
            "would be the demo shop."
        )
    return folder.expanduser().resolve()


def tell_rows(rows: tuple[RowError, ...], one: str, many: str, lines: Optional[int] = None) -> None:
    """Say on standard error what was wrong with rows.

    Parameters
    ----------
    rows
        What was wrong, the first of which are shown.
    one, many
        What became of a row, or of several.
    lines
        How many rows there were, where ``rows`` does not name all.
    """
    if not rows:
        return
    lines = lines or len({row.line for row in rows})
    typer.echo(f"{lines} {one if lines == 1 else many}:", err=True)
    for row in rows[:_SHOWN]:
        typer.echo(f"  {row}", err=True)
    if len(rows) > _SHOWN:
        typer.echo(f"  … and {len(rows) - _SHOWN} more; --json lists all of them.", err=True)


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each stage of an import, gone when it ends."""
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
