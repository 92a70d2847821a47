"""The ``--shop`` option that every command takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Optional

import typer

from catalog.settings import Settings

ShopOption = Annotated[
    Optional[Path],
    typer.Option("--shop", help="The shop's folder; by default SHOPTALK_SHOP or the demo shop."),
]


def settings_for(shop: Optional[Path]) -> Settings:
    """The environment's settings with the shop that was named."""
    settings = Settings.from_env()
    return settings if shop is None else replace(settings, shop=shop.expanduser().resolve())
