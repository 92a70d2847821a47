"""``shoptalk prepare``: everything that has to be built before the first conversation."""

from __future__ import annotations

import typer

from bot.cli.shop_option import ShopOption, settings_for


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def prepare(shop: ShopOption = None) -> None:
        """Build the shop (the demo shop by default), its index and the assistant where needed."""
        from bot.cli.index import index_shop
        from bot.cli.train import train_model
        from bot.drift_detector.shop import train_shop_drift
        from bot.drift_reader.train import train_reader
        from catalog.demo import ensure_demo_shop
        from catalog.encoders.base import to_stderr
        from catalog.shop import Shop

        settings = settings_for(shop)
        if settings.shop_dir == settings.demo_dir:
            ensure_demo_shop(settings.demo_dir)
        index_shop(Shop.open(settings.shop_dir), settings)
        train_model(settings)
        train_shop_drift(settings, to_stderr)
        train_reader(settings, to_stderr)
