"""Merchant rules at work: what they close, what they lift, and what they truly changed."""

from actions.recommend.rules.filters import RuledFilters

__all__ = ["RuledFilters"]
