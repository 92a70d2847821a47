"""``shoptalk evaluate drift-text``: drift told from titles and the shopper's own words."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for
from catalog.settings import ROOT

CASES = ROOT / "tests" / "drift"


def register(group: typer.Typer) -> None:
    """Add the command to the evaluations."""

    @group.command("drift-text")
    def drift_text(
        cases: Path = typer.Option(CASES / "cases.jsonl", "--cases", help="Pairs of windows."),
        valid: Path = typer.Option(
            CASES / "valid.jsonl", "--valid", help="Those that thresholds are chosen on."
        ),
        seed: int = typer.Option(0, "--seed", min=0, help="Of the bootstrap."),
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """How well two windows are read, beside the cosine of their embeddings."""
        from actions.interest.drift.stored import read_model
        from actions.interest.known import DRIFT
        from actions.interest.reading.reader import DriftReader
        from bot.evaluate.drift_cases import read_cases
        from bot.evaluate.drift_text import evaluate_drift_text
        from catalog.encoders.base import load_base
        from catalog.encoders.text import OnnxTextEncoder

        settings = settings_for(shop)
        base = load_base(settings)
        found = evaluate_drift_text(
            read_cases(cases),
            read_cases(valid),
            DriftReader.open(settings, base),
            OnnxTextEncoder(base),
            lambda text: base.tokenizer.encode(text, add_special_tokens=False).ids,
            seed,
            read_model(settings.shop_dir / DRIFT),
        )
        if kept:
            for name, figures in found["methods"].items():
                keep("drift-text", f"{kept}: {name}", figures)
        typer.echo(json.dumps(found, ensure_ascii=False, indent=None if as_json else 2))
