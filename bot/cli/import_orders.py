"""``shoptalk import orders``: a merchant's orders, so that shoppers can ask about theirs."""

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


def orders(
    file: Annotated[Path, typer.Argument(help="CSV, JSON, Parquet, or Shopify's order export.")],
    map_file: MapOption = None,
    shop: ShopOption = None,
    on_error: OnErrorOption = OnError.skip,
    as_json: JsonOption = False,
) -> None:
    """Import orders; those with the same numbers are replaced, others stay."""
    from catalog.feeds.orders import import_orders

    with progress_bars() as progress:
        run(
            lambda target: import_orders(
                target, file, map_file, on_error=on_error.value, progress=progress
            ),
            "orders",
            shop,
            on_error,
            as_json,
        )
