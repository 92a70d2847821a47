"""``shoptalk parse``: what the assistant understands in a text."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from bot.cli.processes import latest_model
from bot.cli.shop_option import ShopOption, settings_for
from catalog.shop import Shop

TextArguments = Annotated[
    list[str], typer.Argument(metavar="TEXT…", help="One or several messages.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def parse(
        texts: TextArguments,
        as_json: bool = typer.Option(False, "--json", help="Print one JSON object a text."),
        after: str = typer.Option("", "--after", help="What the assistant did before: shown …"),
        shop: ShopOption = None,
    ) -> None:
        """Show language, intents with confidence, and request changes."""
        from bot.nlu.shop_vocabulary import ShopVocabulary
        from bot.nlu.understanding import meaning, request, spoken, trained_classifier

        settings = settings_for(shop)
        Shop.open(settings.shop_dir).close()
        classifier = trained_classifier(latest_model(), settings)
        vocabulary = ShopVocabulary(settings.shop_dir).current()
        for text in texts:
            words = spoken(text)
            found = meaning(classifier, words, after)
            asked = request(words, vocabulary, found.roles)
            result = {
                "text": text,
                "language": asked["language"],
                "intent": found.intent,
                "intents": found.ranking,
                "parts": [asdict(part) for part in found.parts],
                "between": list(found.between),
                "roles": [role.to_json() for role in found.roles],
                "changes": asked["changes"],
                "residual": asked["residual"],
            }
            typer.echo(json.dumps(result, ensure_ascii=False) if as_json else _readable(result))


def _readable(result: dict[str, Any]) -> str:
    ranked = ", ".join(f"{i['name']} {i['confidence']:.2f}" for i in result["intents"][:3])
    lines = [result["text"], f"  language  {result['language']}", f"  intents   {ranked}"]
    for part in result["parts"]:
        lines.append(f"  part      {part['name']} {part['confidence']:.2f}: {part['text']}")
    if result["between"]:
        lines.append(f"  between   {' and '.join(result['between'])}")
    for change in result["changes"]:
        fields = ", ".join(
            f"{key} {json.dumps(value, ensure_ascii=False)}"
            for key, value in change.items()
            if key != "kind"
        )
        lines.append(f"  change    {change['kind']}{': ' + fields if fields else ''}")
    for role in result["roles"]:
        lines.append(f"  role      {role['role']}: {role['text']}")
    if result["residual"]:
        lines.append(f"  rest      {result['residual']}")
    return "\n".join(lines)
