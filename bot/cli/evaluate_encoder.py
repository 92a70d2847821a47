"""``shoptalk evaluate encoder``: what smaller encoders cost in accuracy, and what they save."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from bot.cli.shop_option import ShopOption, settings_for
from catalog.errors import ShoptalkError


def register(group: typer.Typer) -> None:
    """Add the command to the evaluations."""

    @group.command()
    def encoder(
        texts: Path = typer.Option(..., "--texts", help="Texts, one a line, or JSONL of {text}."),
        seed: int = typer.Option(0, "--seed", help="Nothing here is random; kept for symmetry."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """Compare the vocabulary en-zh with the full one, and int8 with single precision."""
        from catalog.encoders.parity import compare

        figures = compare(read_texts(texts), settings_for(shop))
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))


def read_texts(path: Path) -> list[str]:
    """The texts of a file, each once, in their order.

    Raises
    ------
    ShoptalkError
        Where there are fewer than two, or the file cannot be read.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
        if path.suffix == ".jsonl":
            lines = [str(json.loads(line)["text"]) for line in lines if line.strip()]
    except OSError as error:
        raise ShoptalkError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ShoptalkError(f"{path} holds no texts in UTF-8, one a line.") from error
    texts = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if len(texts) < 2:
        raise ShoptalkError(f"{path} holds fewer than two texts.")
    return texts
