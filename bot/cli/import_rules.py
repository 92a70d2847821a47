"""``shoptalk import rules``: what a merchant lays down about the search."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.shop_option import ShopOption

if TYPE_CHECKING:
    from actions.recommend.rules.importing import RulesReport


def rules(
    file: Annotated[Path, typer.Argument(help="YAML with rules; an empty file removes all.")],
    shop: ShopOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only tell what the file would do.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check FILE and put its rules in force, all of them or, where one is wrong, none."""
    from actions.recommend.rules.importing import import_rules
    from bot.cli.import_parts import folder_of
    from catalog.shop import Shop

    opened = Shop.open(folder_of(shop))
    try:
        report = import_rules(opened, file, date.today(), check=check)
    finally:
        opened.close()
    if as_json:
        typer.echo(json.dumps({"shop": str(opened.path), **report.to_json()}, ensure_ascii=False))
    else:
        tell(report)
        typer.echo(_done(report, opened.path, check))
    if report.errors:
        raise typer.Exit(1)


def tell(report: RulesReport) -> None:
    """The problems on standard error, then a line for each rule."""
    for what, problems in (("wrong", report.errors), ("to look at", report.warnings)):
        if problems:
            typer.echo(f"{len(problems)} {what}:", err=True)
        for problem in problems:
            typer.echo(f"  {problem}", err=True)
    for match in () if report.errors else report.matches:
        products = "1 product" if match.products == 1 else f"{match.products} products"
        examples = f" ({', '.join(match.examples)}{' …' if match.products > 3 else ''})"
        rest = "" if match.in_force else ", not in force today"
        typer.echo(
            f"{match.kind} “{match.name}”: {products}{examples * bool(match.products)}{rest}"
        )


def _done(report: RulesReport, shop: Path, check: bool) -> str:
    if report.errors:
        return "Nothing was changed, because of what is wrong above."
    count = f"{len(report.rules.rules)} rules and {len(report.rules.synonyms)} synonyms"
    if check:
        return f"{count}; nothing was changed (--check)."
    if not report.changed:
        return f"{count}, as they were before in {shop}."
    return f"{count} in force in {shop}." if report.rules else f"No rules any more in {shop}."
