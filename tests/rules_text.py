"""Merchant rules from the text of a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from catalog.rules import RuleSet
from catalog.rules.problems import Problems
from catalog.rules.reading import read_rules


def rules_of(text: str) -> RuleSet:
    """The rules in a text, which must be right."""
    with tempfile.TemporaryDirectory() as folder:
        file, problems = Path(folder) / "rules.yml", Problems()
        file.write_text(text, encoding="utf-8")
        rules = read_rules(file, problems)
    assert not problems.errors, problems.errors
    return rules
