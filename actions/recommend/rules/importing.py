"""A merchant's file of rules into a shop: all of it is right, or nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Sequence

from actions.recommend.filters import Filters
from actions.recommend.money import Rates
from actions.recommend.rules.active import Compiled
from actions.recommend.rules.checks import Checker
from catalog.errors import ShoptalkError
from catalog.index import CatalogueIndex
from catalog.index.reword import reword_index
from catalog.rules.model import RuleSet
from catalog.rules.problems import Problem, Problems
from catalog.rules.reading import read_rules
from catalog.rules.stored import load_rules, save_rules
from catalog.shop import Shop


@dataclass(frozen=True)
class Match:
    """One rule and how many products it is about now."""

    name: str
    kind: str
    line: int
    products: int
    examples: tuple[str, ...]
    """Ids of the first few of them."""
    in_force: bool
    """Whether today is one of its days."""

    def to_json(self) -> dict[str, Any]:
        return {**self.__dict__, "examples": list(self.examples)}


@dataclass(frozen=True)
class RulesReport:
    """What a file of rules says in one shop, and whether it is in force now."""

    rules: RuleSet
    matches: tuple[Match, ...]
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    changed: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "rules": len(self.rules.rules),
            "synonyms": len(self.rules.synonyms),
            "fingerprint": self.rules.fingerprint,
            "changed": self.changed,
            "matches": [match.to_json() for match in self.matches],
            "errors": [problem.to_json() for problem in self.errors],
            "warnings": [problem.to_json() for problem in self.warnings],
        }


def import_rules(shop: Shop, file: Path, today: date, *, check: bool = False) -> RulesReport:
    """Check a file of rules and put it in force; an empty one removes all rules.

    Action servers follow it without a restart.

    Parameters
    ----------
    check
        Change nothing.

    Raises
    ------
    ShoptalkError
        Where the file as a whole cannot be read, or the shop has no index to check it with.
    """
    problems = Problems()
    rules = read_rules(file, problems)
    matches = examine(shop, rules, today, problems) if rules else ()
    report = RulesReport(
        rules, matches, tuple(sorted(problems.errors)), tuple(sorted(set(problems.warnings)))
    )
    if problems.errors or check:
        return report
    before = _in_force(shop)
    save_rules(shop.path, rules)
    try:
        reworded = reword_index(shop, rules.synonyms)
    except ShoptalkError as error:
        raise ShoptalkError(
            f"The rules are in force, but not their synonyms. {error} Then run `shoptalk index`."
        ) from error
    changed = reworded or before != rules.fingerprint
    return RulesReport(rules, matches, (), report.warnings, changed)


def examine(shop: Shop, rules: RuleSet, today: date, problems: Problems) -> tuple[Match, ...]:
    """What rules are about in a shop as it is indexed now; ``problems`` are noted.

    Raises
    ------
    ShoptalkError
        Where the shop has no index.
    """
    index = CatalogueIndex.open(shop)
    filters = Filters(index, Rates(shop.settings.currency, shop.rates))
    compiled = Checker(filters, shop.store.active, problems).check(rules)
    return tuple(_match(one, index.ids, today) for one in compiled)


def _match(compiled: Compiled, ids: Sequence[str], today: date) -> Match:
    rule = compiled.rule
    return Match(
        rule.name,
        rule.kind,
        rule.line,
        len(compiled.positions),
        tuple(ids[p] for p in compiled.positions[:3]),
        rule.holds_on(today),
    )


def _in_force(shop: Shop) -> str:
    try:
        return load_rules(shop.path).fingerprint
    except ShoptalkError:
        # A damaged file is what this import replaces.
        return "damaged"
