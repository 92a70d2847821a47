"""``shoptalk evaluate faq``: whether answers are found, and nothing where there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for
from catalog.errors import ShoptalkError


def register(group: typer.Typer) -> None:
    """Add the command to ``shoptalk evaluate``."""

    @group.command()
    def faq(
        cases: Annotated[
            Path, typer.Option("--cases", help="JSONL of {text, entry}; null where none answers.")
        ],
        file: Annotated[
            Optional[Path],
            typer.Option("--faq", help="Questions and answers; by default those of the shop."),
        ] = None,
        valid: Annotated[
            Optional[Path],
            typer.Option(
                "--valid",
                help="Cases over the demo shop's answers: measures the encoder's cosine and BM25, "
                "too, with thresholds chosen on these.",
            ),
        ] = None,
        fit: Annotated[
            Optional[Path],
            typer.Option("--fit", help="Learn the weights from the cases, into this YAML file."),
        ] = None,
        seed: int = typer.Option(0, "--seed", min=0, help="Of what is left out while learning."),
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """Find answers to questions: how many rightly, and how often rightly none."""
        from bot.evaluate.faq import evaluate_faq, read_valid
        from bot.evaluate.faq_cases import read_cases
        from bot.evaluate.faq_fit import fit as learn
        from bot.evaluate.faq_fit import write
        from catalog.encoders.text import load_text_encoder
        from catalog.feeds.faq import read_faq
        from catalog.shop import Shop

        settings = settings_for(shop)
        if file is not None:
            entries, errors = read_faq(file)
            if errors:
                raise ShoptalkError(f"{file} has entries that cannot be used: {errors[0]}")
        else:
            opened = Shop.open(settings.shop_dir)
            entries = opened.store.service.faq()
            opened.close()
        if not entries:
            raise ShoptalkError("The shop has no answers: import them with `shoptalk import faq`.")
        found = read_cases(cases, entries)
        encoder = load_text_encoder(settings)
        figures: dict[str, Any]
        if fit is not None:
            judge = learn(entries, found, encoder, seed)
            write(judge, fit)
            figures = {"written": str(fit), **judge.to_data()}
        else:
            figures = evaluate_faq(found, entries, encoder, read_valid(valid) if valid else None)
            if kept:
                keep("faq", kept, figures)
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
