"""``shoptalk rules``: the merchant rules of a shop, and what they are about now."""

from __future__ import annotations

import json
from datetime import date

import typer

from bot.cli.import_rules import tell
from bot.cli.shop_option import ShopOption, settings_for


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def rules(
        shop: ShopOption = None,
        as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),
    ) -> None:
        """List the merchant rules of a shop with the products that each is about now."""
        from actions.recommend.rules.importing import RulesReport, examine
        from catalog.rules.problems import Problems
        from catalog.rules.stored import load_rules
        from catalog.shop import Shop

        opened = Shop.open(settings_for(shop).shop_dir)
        problems = Problems()
        try:
            found = load_rules(opened.path)
            matches = examine(opened, found, date.today(), problems) if found else ()
        finally:
            opened.close()
        # What was right when it was imported and is not any more does no harm: it is to look at.
        stale = tuple(sorted({*problems.errors, *problems.warnings}))
        report = RulesReport(found, matches, warnings=stale)
        if as_json:
            facts = {"shop": str(opened.path), **report.to_json()}
            typer.echo(json.dumps(facts, ensure_ascii=False))
            return
        tell(report)
        if not found:
            typer.echo(f"The shop at {opened.path} has no rules.")
