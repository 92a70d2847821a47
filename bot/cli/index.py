"""``shoptalk index``: build the index that products are found with."""

from __future__ import annotations

import json
import sys
import time

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from bot.cli.shop_option import ShopOption, settings_for
from catalog.index import Manifest, verify
from catalog.settings import Settings
from catalog.shop import Shop

STAGES = {
    "read": "Reading products",
    "learn": "Learning attributes",
    "encode": "Encoding texts",
    "write": "Writing the index",
    "blend": "Learning weights",
}
#: Without a terminal, progress is one line each so many seconds.
EVERY = 10.0


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def index(
        shop: ShopOption = None,
        force: bool = typer.Option(False, "--force", help="Build anew whatever is there."),
        check: bool = typer.Option(
            False, "--verify", help="Only compare the files with their checksums."
        ),
        as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),
    ) -> None:
        """Build the index of a shop, where its products changed since the last time."""
        settings = settings_for(shop)
        opened = Shop.open(settings.shop_dir)
        started = time.perf_counter()
        try:
            before = "" if check else _build_in_use(opened)
            done = verify(opened.index_dir) if check else index_shop(opened, settings, force)
        finally:
            opened.close()
        facts = {
            "shop": str(opened.path),
            "build": done.build,
            "changed": not check and done.build != before,
            "products": done.products,
            "texts": done.texts,
            "inferred": done.inferred,
            "encoder": done.encoder,
            "bytes": sum(file["bytes"] for file in done.files.values()),
            "seconds": round(time.perf_counter() - started, 2),
        }
        if as_json:
            typer.echo(json.dumps(facts, ensure_ascii=False))
        elif check:
            typer.echo(f"The index of {opened.path} is sound.")
        elif facts["changed"]:
            typer.echo(f"Indexed {done.products} products in {facts['seconds']} s.")
        else:
            typer.echo(f"The index of {opened.path} is up to date.")


def index_shop(shop: Shop, settings: Settings, force: bool = False) -> Manifest:
    """Build the index of a shop where it is needed, with progress on standard error."""
    from actions.recommend.blend.learn import learn_blend
    from catalog.encoders.text import load_text_encoder
    from catalog.index.build import build_index
    from catalog.index.learn import learn_from_events
    from catalog.index.manifest import current_build, read_manifest
    from catalog.lexicon import Lexicon

    console = Console(stderr=True)
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    encoder = load_text_encoder(settings, for_index=True, ranker=shop.ranker_dir)
    shown = _Shown(bars)
    with bars:
        build_index(shop, encoder, Lexicon.load(), progress=shown, force=force)
    learn_from_events(shop, force=force)
    with bars:
        learn_blend(shop, encoder, force=force, progress=lambda n, of: shown("blend", n, of))
    build = current_build(shop.index_dir)
    assert build is not None
    return read_manifest(build)


def _build_in_use(shop: Shop) -> str:
    from catalog.index.manifest import current_build

    build = current_build(shop.index_dir)
    return build.name if build else ""


class _Shown:
    """Shows progress as bars in a terminal, as lines elsewhere."""

    def __init__(self, bars: Progress):
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self._told = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._bars.disable:
            if time.monotonic() - self._told >= EVERY:
                self._told = time.monotonic()
                print(f"{STAGES[stage]}: {done} of {total}", file=sys.stderr, flush=True)
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(STAGES[stage], total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)
