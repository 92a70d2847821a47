"""``shoptalk evaluate recommend`` and ``long-tail``: products that shoppers would take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for
from bot.evaluate.splits import Protocol

if TYPE_CHECKING:
    from catalog.collaborative.hybrid import Content
    from catalog.collaborative.interactions import Interactions

MODELS = "popularity,itemknn,rp3beta,ease,als,blend,default"

EventsOption = Annotated[
    Optional[Path],
    typer.Option("--events", help="CSV, JSON lines, Parquet or RecBole; by default the shop's."),
]
EventsMapOption = Annotated[
    Optional[Path], typer.Option("--events-map", help="YAML that says which column means what.")
]
ItemsOption = Annotated[
    Optional[Path], typer.Option("--items", help="The products: a feed, or RecBole's .item.")
]
ItemsMapOption = Annotated[
    Optional[Path], typer.Option("--items-map", help="YAML for the products' columns.")
]
GraphOption = Annotated[
    Optional[Path], typer.Option("--graph", help="Triples head, relation, tail; needs --items.")
]
ProtocolOption = Annotated[Protocol, typer.Option("--protocol", help="How events are split.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Of splits, draws and fits.")]


def register(group: typer.Typer) -> None:
    """Add the commands to ``shoptalk evaluate``."""

    @group.command()
    def recommend(
        events: EventsOption = None,
        events_map: EventsMapOption = None,
        items: ItemsOption = None,
        items_map: ItemsMapOption = None,
        graph: GraphOption = None,
        protocol: ProtocolOption = Protocol.chronological,
        models: str = typer.Option(MODELS, "--models", help="Which, with commas."),
        tune: bool = typer.Option(False, "--tune", help="Choose options on validation parts."),
        trials: int = typer.Option(24, "--trials", min=2, help="Configs tried for each model."),
        repeat: int = typer.Option(1, "--repeat", min=1, help="So many seeds, figures averaged."),
        seed: SeedOption = 0,
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """How well each model tells what shoppers took next, over all products."""
        from bot.evaluate.recommend import averaged, evaluate_recommend
        from catalog.encoders.base import to_stderr

        data = _interactions(events, events_map, shop)
        content = _content(data, items, items_map, graph, shop)
        names = [name.strip() for name in models.split(",") if name.strip()]
        found = averaged(
            [
                evaluate_recommend(
                    data,
                    protocol,
                    names,
                    content=content,
                    trials=trials if tune else 0,
                    seed=seed + number,
                    report=to_stderr,
                )
                for number in range(repeat)
            ]
        )
        if kept:
            for name, figures in found["models"].items():
                keep("recommend", f"{kept}: {name}", figures)
        _print(found, as_json)

    @group.command(name="long-tail")
    def long_tail(
        events: EventsOption = None,
        events_map: EventsMapOption = None,
        items: ItemsOption = None,
        items_map: ItemsMapOption = None,
        graph: GraphOption = None,
        protocol: ProtocolOption = Protocol.random,
        model: str = typer.Option("default", "--model", help="Whose lists are re-ranked."),
        repeat: int = typer.Option(1, "--repeat", min=1, help="So many seeds, figures averaged."),
        seed: SeedOption = 0,
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """What exposure of the long tail costs in accuracy, beside xQuAD."""
        from bot.evaluate.long_tail import evaluate_long_tail
        from bot.evaluate.long_tail_repeats import averaged
        from bot.evaluate.recommend import maker
        from bot.evaluate.splits import split

        data = _interactions(events, events_map, shop)
        make = maker(model, data, _content(data, items, items_map, graph, shop))
        found = averaged(
            [
                evaluate_long_tail(lambda: make(None), split(data, protocol, one), one)
                for one in range(seed, seed + repeat)
            ]
        )
        if kept:
            for budget, at in found.items():
                for name in ("policy", "xquad"):
                    if budget.startswith("at_") and name in at:
                        keep("long-tail", f"{kept}, {budget[3:]}: {name}", at[name])
        _print(found, as_json)


def _interactions(
    events: Optional[Path], events_map: Optional[Path], shop: Optional[Path]
) -> Interactions:
    from catalog.collaborative.interactions import Interactions
    from catalog.errors import ShoptalkError
    from catalog.feeds.events import event_table_of, read_event_table
    from catalog.shop import Shop

    if events is not None:
        table = read_event_table(events, events_map, on_error="skip")
    else:
        opened = Shop.open(settings_for(shop).shop_dir)
        try:
            table = event_table_of(opened.store)
        finally:
            opened.close()
    if not len(table):
        raise ShoptalkError("The log has no events yet: import some with `shoptalk import events`.")
    # Where every event is a rating each says the same: that it was taken.
    return Interactions.of(table, unary=bool(table.of_kinds("rated").all()))


def _content(
    data: Interactions,
    items: Optional[Path],
    items_map: Optional[Path],
    graph: Optional[Path],
    shop: Optional[Path],
) -> Optional[Content]:
    from bot.evaluate.item_content import item_content
    from catalog.encoders.base import to_stderr
    from catalog.errors import ShoptalkError

    if items is None:
        if graph is not None:
            raise ShoptalkError("A graph needs products: give --items, too.")
        return None
    return item_content(data.product_ids, items, items_map, graph, settings_for(shop), to_stderr)


def _print(figures: dict[str, Any], as_json: bool) -> None:
    typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
