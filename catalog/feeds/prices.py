"""Prices as feeds write them: ``399.00 CNY``, ``Rs. 1,299``, ``265,0``, ``1.299,00 €``."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Optional

from catalog.product import Money

CURRENCIES = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR "
    "KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    "MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR "
    "SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH "
    "UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL".split()
)
_SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "RS": "INR", "RS.": "INR", "元": "CNY", "RMB": "CNY",
    "人民币": "CNY", "CN¥": "CNY", "US$": "USD", "HK$": "HKD", "NT$": "TWD", "A$": "AUD",
    "C$": "CAD", "S$": "SGD", "R$": "BRL", "SR": "SAR", "₩": "KRW", "₽": "RUB", "₺": "TRY",
    "฿": "THB", "₫": "VND", "ZŁ": "PLN", "KČ": "CZK",
}  # fmt: skip
#: Signs that several currencies share, with what they mean unless the shop's currency is another.
_SHARED = {
    "$": ("USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD"),
    "¥": ("CNY", "JPY"),
    "￥": ("CNY", "JPY"),
    "KR": ("SEK", "NOK", "DKK", "ISK"),
    "KR.": ("DKK", "SEK", "NOK", "ISK"),
}
_PRICE = re.compile(r"^([^\d\s.,+-]*\.?)\s*([+-]?\s*[\d.,'’\s]*\d)[.,]?-?\s*([^\d\s,]*)$")
#: 1,299,000 and, as in India, 12,99,000.
_GROUPED = re.compile(r"^(?:\d{1,3}(?:([,.'’])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})*,\d{3})$")
_EITHER = re.compile(r"^[1-9]\d{0,2}\.\d{3}$")
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
_MOST_DIGITS = 15


def parse_price(text: str, *, currency: str = "", decimal: str = "") -> Money:
    """Read a price above zero.

    Parameters
    ----------
    text
        An amount, perhaps with a currency before or after it.
    currency
        The one meant where the text names none.
    decimal
        ``.`` or ``,``; where it is empty, the mark is the one that cannot separate thousands.

    Raises
    ------
    ValueError
        With a sentence that says what is wrong and what to write.

    >>> parse_price("Rs. 1,299")
    Money(amount=Decimal('1299'), currency='INR')
    >>> parse_price("265,0", currency="SAR")
    Money(amount=Decimal('265.0'), currency='SAR')
    """
    match = _PRICE.match(text.replace("\u00a0", " ").replace("\u202f", " ").strip())
    if not match:
        raise ValueError(f"{text!r} is not a price: write it like 399.00 or 399.00 CNY.")
    before, digits, after = match.groups()
    named = _currency(before, currency) or _currency(after, currency)
    unknown = next((s for s in (before, after) if s and not _currency(s, currency)), "")
    if unknown:
        raise ValueError(
            f"{text!r} has no currency that is known: write a code such as USD or CNY."
        )
    digits = re.sub(r"\s", "", digits)
    if not decimal and _EITHER.match(digits) and (named or currency) not in _THREE_DECIMALS:
        whole = digits.replace(".", "")
        raise ValueError(
            f"The price {text!r} may mean {whole} or {digits}: write {whole}.00, or say "
            f"`decimal:` in a map file."
        )
    amount = _amount(digits, decimal)
    if amount is None:
        wanted = f", with {decimal!r} before the decimals as the map file says" if decimal else ""
        raise ValueError(f"{text!r} is not a price: write it like 1299.00{wanted}.")
    if amount <= 0:
        raise ValueError(
            f"The price {text!r} is not above zero: correct it, or leave it empty where it is not "
            f"known."
        )
    named = named or currency
    if not named:
        raise ValueError(
            f"The price {text!r} has no currency: write it like 399.00 CNY, say `currency:` in a "
            f"map file, or give a new shop one with --currency."
        )
    return Money(amount, named)


def parse_currency(text: str) -> str:
    """A currency code from a code or a sign.

    Raises
    ------
    ValueError
        With a sentence, where it is none.
    """
    code = _currency(text.strip(), "")
    if not code:
        raise ValueError(f"There is no currency {text!r}: write a code such as USD, INR or CNY.")
    return code


def parse_number(text: str, decimal: str = "") -> Optional[Decimal]:
    """A plain number, or None where the text is none."""
    sign = -1 if text.startswith("-") else 1
    digits = re.sub(r"[\s\u00a0\u202f]", "", text.lstrip("+-"))
    amount = _amount(digits, decimal)
    return None if amount is None else sign * amount


def _currency(sign: str, default: str) -> Optional[str]:
    sign = sign.strip().upper()
    if not sign:
        return None
    if sign in CURRENCIES:
        return sign
    if sign in _SHARED:
        return default if default in _SHARED[sign] else _SHARED[sign][0]
    return _SIGNS.get(sign)


def _amount(digits: str, decimal: str) -> Optional[Decimal]:
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    decimal = decimal or _decimal_mark(digits)
    whole, mark, fraction = digits.rpartition(decimal) if decimal in digits else (digits, "", "")
    if (
        decimal in whole
        or (mark and not fraction.isascii())
        or (fraction and not fraction.isdigit())
    ):
        return None
    if whole and not whole.isdigit():
        if not _GROUPED.match(whole):
            return None
        whole = re.sub(r"[,.'’ ]", "", whole)
    if not 0 < len(whole + fraction) <= _MOST_DIGITS:
        return None
    return sign * Decimal(f"{whole or '0'}.{fraction or '0'}" if mark else whole)


def _decimal_mark(digits: str) -> str:
    """``.`` or ``,``: the later of both; a comma alone when it cannot separate thousands."""
    dot, comma = digits.rfind("."), digits.rfind(",")
    if dot >= 0 and comma >= 0:
        return "." if dot > comma else ","
    if comma >= 0 and digits.count(",") == 1 and len(digits) - comma - 1 != 3:
        return ","
    if dot >= 0 and digits.count(".") > 1:
        return ","
    return "."
