"""``shoptalk replay``: what is known of shoppers, made again from the log and compared."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.shop_option import ShopOption, settings_for

if TYPE_CHECKING:
    from actions.interest.keeping import Fold
    from catalog.index import CatalogueIndex
    from catalog.shop import Shop

#: So many shoppers whose state differs are named.
NAMED = 10


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def replay(
        user: str = typer.Option("", "--user", help="One shopper's id; by default everyone."),
        rebuild: bool = typer.Option(
            False, "--rebuild", help="Keep what the log says in the place of what was kept."
        ),
        as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),
        shop: ShopOption = None,
    ) -> None:
        """Make what is known of shoppers again from the log; is what was kept the same?"""
        from catalog.index import CatalogueIndex
        from catalog.shop import Shop

        opened = Shop.open(settings_for(shop).shop_dir)
        try:
            fold = fold_of(opened, CatalogueIndex.open(opened))
            found = replayed(opened, fold, user, rebuild)
        finally:
            opened.close()
        typer.echo(json.dumps(found, ensure_ascii=False) if as_json else told(found))
        if found["different"] and not rebuild:
            raise typer.Exit(1)


def fold_of(shop: Shop, index: CatalogueIndex) -> Fold[Any]:
    """What shoppers' events are folded with: their interest and whether it drifts."""
    from actions.interest.known import shopper_model

    return shopper_model(shop, index)


def replayed(shop: Shop, fold: Fold[Any], user: str, rebuild: bool) -> dict[str, Any]:
    """Compare the kept states of one shopper or of all.

    Raises
    ------
    ShoptalkError
        Where there is no such shopper.
    """
    from actions.interest.keeping import Keeper
    from catalog.errors import ShoptalkError

    known = shop.store.shopper_ids() if not user else [user]
    if user and not shop.store.events(shopper_id=user, limit=1):
        raise ShoptalkError(f"The log has no events of a shopper {user!r}.")
    keeper: Keeper[Any] = Keeper(shop.store, fold)
    started = time.perf_counter()
    results = [keeper.replay(shopper_id) for shopper_id in known]
    seconds = time.perf_counter() - started
    if rebuild:
        for result in results:
            if not result.same:
                keeper.rebuild(result.shopper_id)
    different = [result.shopper_id for result in results if result.same is False]
    return {
        "model": fold.fingerprint,
        "shoppers": len(results),
        "kept": sum(result.same is not None for result in results),
        "same": sum(result.same is True for result in results),
        "different": len(different),
        "named": different[:NAMED],
        "rebuilt": sum(not result.same for result in results) if rebuild else 0,
        "events": sum(result.events for result in results),
        "seconds": round(seconds, 2),
    }


def told(found: dict[str, Any]) -> str:
    """The same in words."""
    text = (
        f"{found['same']} of {found['kept']} kept states are the same to the last bit, of "
        f"{found['shoppers']} shoppers with {found['events']} events, in {found['seconds']} s."
    )
    if found["different"]:
        text += f" Others: {', '.join(found['named'])}."
        if not found["rebuilt"]:
            text += " Put them right with `shoptalk replay --rebuild`."
    if found["rebuilt"]:
        text += f" {found['rebuilt']} were made anew."
    return text
