"""``shoptalk demo-events``: a log of simulated shoppers as a file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from catalog.errors import ShoptalkError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo-events")(demo_events)


def demo_events(
    out: Annotated[Path, typer.Option("--out", help="The file to write, JSON lines.")],
    shoppers: Annotated[
        int, typer.Option("--shoppers", min=1, help="How many shoppers; about 90 events each.")
    ] = 1500,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 11,
) -> None:
    """Write a year of simulated shoppers of the demo shop; by default those in its own log."""
    from catalog.demo.shoppers import event_rows, simulate_shoppers

    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        part.touch()
        events = simulate_shoppers(shoppers=shoppers, seed=seed).events
        with part.open("w", encoding="utf-8") as file:
            for row in event_rows(events):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        part.replace(out)
    except OSError as error:
        raise ShoptalkError(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    typer.echo(f"{len(events)} events of {shoppers} shoppers in {out}.")
