"""``shoptalk evaluate ask``: whether to ask or to recommend, and what to ask."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for

if TYPE_CHECKING:
    from actions.recommend.asking.attributes import Attributes


def register(group: typer.Typer) -> None:
    """Add the command to the evaluations."""

    @group.command()
    def ask(
        data: Optional[Path] = typer.Option(
            None, "--data", help="Folder with item_attributes.json and the splits' pairs."
        ),
        split: str = typer.Option("test", "--split", help="valid or test."),
        pairs: int = typer.Option(4000, "--pairs", min=1, help="Conversations, of the split's."),
        noise: Optional[float] = typer.Option(
            None, "--noise", min=0, max=1, help="Share of wrong answers; else the usual four runs."
        ),
        unknown: Optional[float] = typer.Option(
            None, "--unknown", "--dont-know", min=0, max=1, help='Share of "I don\'t know".'
        ),
        tune: bool = typer.Option(False, "--tune", help="Choose each policy's options on valid."),
        trials: int = typer.Option(24, "--trials", min=2, help="Setups tried for each policy."),
        speed: bool = typer.Option(
            False, "--speed", help="Time moves over a made catalogue, or --shop's."
        ),
        products: int = typer.Option(100_000, "--products", min=100, help="In that catalogue."),
        seed: int = typer.Option(0, "--seed", min=0, help="Of pairs, users and the catalogue."),
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """How many conversations find the item in mind, and in how many turns."""
        from bot.evaluate.ask.data import SPLITS, read_ask_data
        from bot.evaluate.ask.evaluation import CONDITIONS, evaluate_ask
        from bot.evaluate.ask.session import Condition
        from bot.evaluate.ask.speed import evaluate_speed
        from catalog.encoders.base import to_stderr
        from catalog.errors import ShoptalkError

        if speed:
            found = evaluate_speed(products, seed, None if shop is None else _attributes(shop))
        elif data is None:
            raise ShoptalkError("Say where the data is with --data, or time moves with --speed.")
        elif split not in SPLITS:
            raise ShoptalkError(f"The split is {' or '.join(SPLITS)}, not {split!r}.")
        else:
            one = Condition(noise or 0.0, unknown or 0.0)
            found = evaluate_ask(
                read_ask_data(data),
                split,
                pairs,
                seed,
                conditions=CONDITIONS if noise is None and unknown is None else [one],
                trials=trials if tune else 0,
                report=to_stderr,
            )
        if kept:
            what = "ask-speed" if speed else "ask"
            for line, figures in lines(kept, found).items():
                keep(what, line, figures)
        typer.echo(json.dumps(found, ensure_ascii=False, indent=None if as_json else 2))


def _attributes(folder: Path) -> Attributes:
    """What may be asked of a shop's own products."""
    from actions.recommend.asking.catalogue import attributes_of
    from actions.recommend.questions import KIND, askable
    from catalog.index import CatalogueIndex
    from catalog.shop import Shop

    shop = Shop.open(settings_for(folder).shop_dir)
    try:
        index = CatalogueIndex.open(shop)
        return attributes_of(index, (KIND, *askable(index)))
    finally:
        shop.close()


def lines(title: str, found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is kept: a line for each policy with what the papers say of it, and one for each that
    only they measured; for the speed a single one."""
    if "conditions" not in found:
        return {title: found}
    kept: dict[str, dict[str, Any]] = {}
    for condition, policies in found["conditions"].items():
        for name, figures in policies.items():
            kept.setdefault(name, {})[condition] = figures
    for name, figures in found["published"].items():
        kept.setdefault(name if name in kept else f"{name}, published", {})["published"] = figures
    return {f"{title}: {name}": figures for name, figures in kept.items()}
