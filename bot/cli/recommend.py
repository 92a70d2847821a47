"""``shoptalk recommend``: one recommendation without a dialogue."""

from __future__ import annotations

import json

import typer

from bot.cli.shop_option import ShopOption, settings_for


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def recommend(
        query: str = typer.Option(..., "--query", help="What the shopper is looking for."),
        user: str = typer.Option("", "--user", help="The shopper's id."),
        as_json: bool = typer.Option(False, "--json", help="Print the reply as one JSON object."),
        count: int = typer.Option(5, "--count", min=1, max=10, help="How many products."),
        shop: ShopOption = None,
    ) -> None:
        """Recommend products for one query."""
        from actions.request.types import Request
        from actions.runtime import Runtime
        from actions.turn.opening import opening

        runtime = Runtime(settings_for(shop))
        words = runtime.context.index.vocabulary
        turn = opening(query, words, Request(count=count), user or "nobody")
        reply = runtime.answer(turn).reply
        if as_json:
            typer.echo(json.dumps(reply.custom, ensure_ascii=False))
        else:
            typer.echo(reply.text)
