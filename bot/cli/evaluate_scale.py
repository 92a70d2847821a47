"""``shoptalk evaluate scale``: finding products in a catalogue of any size."""

from __future__ import annotations

import json

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for


def register(group: typer.Typer) -> None:
    """Add the command to the evaluations."""

    @group.command()
    def scale(
        products: int = typer.Option(100_000, "--products", min=100, help="How many there are."),
        seed: int = typer.Option(0, "--seed", help="Of the products and of the searches."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        title: KeepOption = "",
        shop: ShopOption = None,
    ) -> None:
        """Time searches over many products, made from those of a shop."""
        from bot.evaluate.scale import evaluate_scale
        from catalog.encoders.text import load_text_encoder
        from catalog.index import CatalogueIndex
        from catalog.shop import Shop

        settings = settings_for(shop)
        small = Shop.open(settings.shop_dir)
        try:
            fingerprint = CatalogueIndex.open(small).manifest.encoder
            encoder = load_text_encoder(settings, fingerprint=fingerprint)
            figures = evaluate_scale(small, encoder, products, seed)
        finally:
            small.close()
        if title:
            keep("scale", title, figures)
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
