"""Amounts of money as people of the language write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Optional

from catalog.product import Money

SYMBOLS = {
    "CNY": "¥",
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "INR": "₹",
    "JPY": "JP¥",
    "HKD": "HK$",
    "KRW": "₩",
}


#: Amounts that nobody means are not written out.
HUGE = 1e15


def format_amount(amount: Decimal | float, currency: str) -> str:
    """``¥1,299``, ``$49.90``, ``SAR 265``: cents only where there are any.

    >>> format_amount(1299, "CNY"), format_amount(49.9, "USD"), format_amount(265, "SAR")
    ('¥1,299', '$49.90', 'SAR 265')
    """
    if abs(float(amount)) >= HUGE:
        text = f"{float(amount):.3g}"
    else:
        value = Decimal(str(amount)).quantize(Decimal("0.01"))
        text = f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{text}" if symbol else f"{currency} {text}"


def format_money(money: Optional[Money]) -> str:
    """A price, or an empty text where there is none."""
    return "" if money is None else format_amount(money.amount, money.currency)
