"""``shoptalk import reviews``: what people wrote about products."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.import_parts import (
    JsonOption,
    MapOption,
    OnError,
    OnErrorOption,
    progress_bars,
)
from bot.cli.import_service import run
from bot.cli.shop_option import ShopOption


def reviews(
    file: Annotated[Path, typer.Argument(help="CSV, JSON lines or Parquet; one row a review.")],
    map_file: MapOption = None,
    shop: ShopOption = None,
    on_error: OnErrorOption = OnError.skip,
    as_json: JsonOption = False,
) -> None:
    """Import reviews; those with the same ids are replaced, others stay."""
    from catalog.feeds.reviews import import_reviews

    with progress_bars() as progress:
        run(
            lambda target: import_reviews(
                target, file, map_file, on_error=on_error.value, progress=progress
            ),
            "reviews",
            shop,
            on_error,
            as_json,
        )
