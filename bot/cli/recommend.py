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
        from actions.request.extract import extract
        from actions.request.types import Request
        from actions.runtime import Runtime
        from actions.turn.model import TurnInput

        runtime = Runtime(settings_for(shop))
        utterance = extract(query, runtime.context.index.vocabulary)
        turn = TurnInput(
            conversation_id="recommend",
            shopper_id=user or "nobody",
            text=query,
            intent="find",
            confidence=1.0,
            language=utterance.language,
            changes=utterance.changes,
            residual=utterance.free_text,
            request=Request(count=count),
        )
        reply = runtime.answer(turn).reply
        if as_json:
            typer.echo(json.dumps(reply.custom, ensure_ascii=False))
        else:
            typer.echo(reply.text)
