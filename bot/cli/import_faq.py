"""``shoptalk import faq``: a merchant's questions and answers into a shop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.import_parts import JsonOption, MapOption, OnError, OnErrorOption
from bot.cli.import_service import run
from bot.cli.shop_option import ShopOption


def faq(
    file: Annotated[Path, typer.Argument(help="JSON, JSON lines, YAML or CSV; one row an entry.")],
    map_file: MapOption = None,
    shop: ShopOption = None,
    on_error: OnErrorOption = OnError.skip,
    keep_missing: Annotated[
        bool, typer.Option("--keep-missing", help="Keep answers that are not in the file.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import questions with answers; what is not in FILE any more is not answered any more."""
    from catalog.feeds.faq import import_faq

    run(
        lambda target: import_faq(
            target, file, map_file, on_error=on_error.value, keep_missing=keep_missing
        ),
        "answers",
        shop,
        on_error,
        as_json,
    )
