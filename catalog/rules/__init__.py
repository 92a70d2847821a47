"""Merchant rules: what a shop lays down about its search, as a checked value and as a file."""

from catalog.rules.model import (
    NO_RULES,
    Clause,
    Condition,
    Rule,
    RuleSet,
    Selection,
    Synonym,
)

__all__ = ["NO_RULES", "Clause", "Condition", "Rule", "RuleSet", "Selection", "Synonym"]
