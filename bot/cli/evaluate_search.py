"""``shoptalk evaluate search``: what is found for queries, beside simpler ways to search."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for
from catalog.errors import ShoptalkError
from catalog.settings import Settings

if TYPE_CHECKING:
    pass


def register(group: typer.Typer) -> None:
    """Add the command to the evaluations."""

    @group.command()
    def search(
        cases: list[Path] = typer.Option(
            ..., "--cases", help="JSONL of {query, lang, relevant} or {query, lang, rule}."
        ),
        products: Optional[Path] = typer.Option(
            None, "--products", help="A table of products to search instead of a shop."
        ),
        map_file: Optional[Path] = typer.Option(
            None, "--map", help="How the columns of --products are read."
        ),
        tune: bool = typer.Option(
            False, "--tune", help="Try weights on these cases instead of comparing methods."
        ),
        each: bool = typer.Option(False, "--each", help="Tell the figure of every query, too."),
        seed: int = typer.Option(0, "--seed", help="Of the bootstrap, and of the order of trials."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        title: KeepOption = "",
        shop: ShopOption = None,
    ) -> None:
        """nDCG@10 of the assistant's search beside BM25, vectors and their fusion."""
        if products is not None and shop is not None:
            raise ShoptalkError("Give --shop or --products, not both.")
        if tune and title:
            raise ShoptalkError("--keep is for a comparison: tuning is no figure to tell.")
        settings = settings_for(shop) if products is None else _shop_of(products, map_file)
        figures = _evaluate(settings, cases, seed, tune, each)
        if title:
            keep("search", title, figures)
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))


def _evaluate(
    settings: Settings, paths: list[Path], seed: int, is_tuning: bool, each: bool
) -> dict[str, Any]:
    from actions.runtime import Runtime
    from bot.evaluate.judgement import Row
    from bot.evaluate.search import evaluate_search
    from bot.evaluate.search_cases import read_cases
    from bot.evaluate.search_methods import CachedEncoder, methods
    from bot.evaluate.search_tuning import tune
    from catalog.shop import Shop

    shop = Shop.open(settings.shop_dir)
    try:
        found = read_cases(paths, [Row.of(product) for product in shop.store.iter_products()])
        context = Runtime(settings).context
        if is_tuning:
            context.searcher.encoder = CachedEncoder(context.searcher.encoder)
            return tune(context, found, seed, _dots())
        figures = evaluate_search(methods(context, shop), found, seed, each)
        return {"shop": settings.shop_dir.name, **figures}
    finally:
        shop.close()


def _dots() -> Callable[[], None]:
    """A dot on standard error for every setting tried."""

    def dot() -> None:
        print(".", end="", file=sys.stderr, flush=True)

    return dot


def _shop_of(products: Path, map_file: Optional[Path]) -> Settings:
    """Settings whose shop holds these products; imported and indexed where it was not yet."""
    from bot.cli.index import index_shop
    from catalog.feeds import import_products
    from catalog.shop import Shop

    settings = Settings.from_env()
    try:
        texts = [path.read_bytes() for path in (products, map_file) if path is not None]
    except OSError as error:
        raise ShoptalkError(f"{error.filename} cannot be read: {error.strerror}.") from error
    name = hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]
    settings = replace(settings, shop=settings.home / "evaluated" / name)
    folder = settings.shop_dir
    shop = Shop.open(folder) if Shop.exists(folder) else Shop.prepare(folder, name=products.stem)
    try:
        if not shop.store.count():
            import_products(shop, products, map_file)
        index_shop(shop, settings)
    finally:
        shop.close()
    return settings
