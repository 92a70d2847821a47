"""Prices in other currencies, at the rates the shop has set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional


@dataclass(frozen=True)
class Rates:
    """The shop's currency and what one unit of another is worth in it."""

    currency: str
    rates: Mapping[str, float]

    def convert(self, amount: float, currency: Optional[str]) -> Optional[float]:
        """``amount`` in the shop's currency; None where there is no rate."""
        if currency is None or currency == self.currency:
            return amount
        rate = self.rates.get(currency)
        return None if rate is None else amount * rate
