"""``--keep``: an evaluation that takes minutes writes its line into BENCHMARKS.md."""

from __future__ import annotations

from typing import Annotated, Any, Mapping

import typer

from catalog.settings import ROOT

KeepOption = Annotated[
    str, typer.Option("--keep", metavar="TITLE", help="Put the figures into BENCHMARKS.md.")
]


def keep(what: str, title: str, figures: Mapping[str, Any]) -> None:
    """Put what this command measured into its table."""
    from bot.evaluate import kept

    kept.keep(what, title, figures, ROOT / "BENCHMARKS.md")
