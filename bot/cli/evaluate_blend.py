"""``shoptalk evaluate blend``: the weights of a search, learned from a shop's log."""

from __future__ import annotations

import json

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for


def register(group: typer.Typer) -> None:
    """Add the command to the evaluations."""

    @group.command()
    def blend(
        train: int = typer.Option(1000, "--train", min=50, help="Most lists learned from."),
        valid: int = typer.Option(2400, "--valid", min=50, help="Most lists ordered."),
        seed: int = typer.Option(0, "--seed", min=0, help="Of the lists drawn and the bootstrap."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        title: KeepOption = "",
        shop: ShopOption = None,
    ) -> None:
        """Learn how much each part of a score counts from a log, order its last fifth by it."""
        from actions.recommend.blend.learn import gather
        from actions.replies.texts import Texts
        from bot.evaluate.blend import evaluate_blend
        from catalog.demo.shoppers.choices import EXPONENTS
        from catalog.encoders.text import load_text_encoder
        from catalog.errors import ShoptalkError
        from catalog.index import CatalogueIndex
        from catalog.shop import Shop

        settings = settings_for(shop)
        opened = Shop.open(settings.shop_dir)
        try:
            made_with = CatalogueIndex.open(opened).manifest.encoder
            encoder = load_text_encoder(settings, fingerprint=made_with, ranker=opened.ranker_dir)
            material = gather(opened, encoder, Texts.load(), (train, valid), seed)
            if material is None:
                raise ShoptalkError(
                    f"The log of {opened.path} has too few lists with words, places and something "
                    "taken: import events that tell query and rank with `shoptalk import events`."
                )
            exponents = EXPONENTS if opened.settings.synthetic else None
            figures = evaluate_blend(material, seed, opened.settings.long_tail, exponents)
        finally:
            opened.close()
        if title:
            keep("blend", title, figures)
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
