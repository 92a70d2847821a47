"""Single cells as values: availability, stock, rating, dates, links, category paths.

Every function raises ``ValueError`` with one sentence that says what is wrong and what to write.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Optional
from urllib.parse import quote, urlsplit

from catalog.feeds.prices import parse_number
from catalog.feeds.text import clean_line
from catalog.product import (
    AVAILABILITIES,
    BACKORDER,
    IN_STOCK,
    OUT_OF_STOCK,
    PREORDER,
)

_AVAILABILITY = {
    IN_STOCK: "available yes true 1 y instock onstock limited_availability 有货 现货 在售",
    OUT_OF_STOCK: "unavailable no false 0 n outofstock sold_out discontinued 无货 缺货 售罄 下架",
    PREORDER: "pre_order presale 预售 预订",
    BACKORDER: "back_order available_for_order 可订货",
}
_AVAILABLE = {
    word: value for value, words in _AVAILABILITY.items() for word in (value, *words.split())
}
_COMPARISON = re.compile(r"^(>=|<=|>|<|==|=|!=)\s*(.+)$")
_DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%d.%m.%Y")
_SPREADSHEET_NUMBER = re.compile(r"^\d(?:[.,]\d+)?E\+\d+$", re.IGNORECASE)
_LONGEST_ID = 255
_MOST_STOCK = 2_000_000_000


def parse_id(text: str) -> str:
    """A product id as the feed has it."""
    text = clean_line(text)
    if len(text) > _LONGEST_ID:
        raise ValueError(f"The id is longer than {_LONGEST_ID} characters: shorten it.")
    if _SPREADSHEET_NUMBER.match(text):
        raise ValueError(
            f"The id {text!r} was rounded by a spreadsheet: format the column as text and export "
            f"it again."
        )
    return text


def parse_availability(text: str, in_stock: str = "") -> str:
    """One of the Merchant feed's four values.

    Parameters
    ----------
    text
        The cell.
    in_stock
        A comparison (``> 0``) or a text that the cell has for what is in stock; everything else
        is then out of stock.
    """
    if in_stock:
        return IN_STOCK if _fulfils(text, in_stock) else OUT_OF_STOCK
    word = re.sub(r"[\s\-]+", "_", text.strip().lower())
    word = word.removeprefix("https://schema.org/").removeprefix("http://schema.org/")
    value = _AVAILABLE.get(word)
    if value is None:
        raise ValueError(
            f"There is no availability {text!r}: write {', '.join(AVAILABILITIES)}, or say in the "
            f"map file which value is `in_stock:`."
        )
    return value


def parse_stock(text: str) -> int:
    """Units left; what was oversold counts as none."""
    number = parse_number(text)
    if number is None or number > _MOST_STOCK:
        raise ValueError(f"The stock {text!r} is not a whole number: write how many are left.")
    return max(0, int(number))


def parse_rating(text: str) -> float:
    """A mean rating from 0 to 5; ``4.5/5`` and ``9/10`` are scaled."""
    value, slash, top = text.partition("/")
    number = parse_number(value.strip(), "," if "," in value else ".")
    best = parse_number(top.strip()) if slash else Decimal(5)
    if number is None or not best or not 0 <= number <= best:
        raise ValueError(f"The rating {text!r} is not a number from 0 to 5, so it was left out.")
    return round(float(number / best * 5), 3)


def parse_count(text: str) -> int:
    """How many ratings there are."""
    number = parse_number(text)
    if number is None or not 0 <= number <= _MOST_STOCK:
        raise ValueError(f"The count {text!r} is not a whole number, so it was left out.")
    return int(number)


def parse_date(text: str) -> date:
    """The day a product was added, with or without a time."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).date()
    except ValueError:
        pass
    day = re.split(r"[T ]", text.strip(), maxsplit=1)[0]
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(day, form).date()
        except ValueError:
            continue
    raise ValueError(f"{text!r} is not a date, so it was left out: write it like 2024-05-31.")


def parse_link(text: str) -> str:
    """An ``http`` or ``https`` address; one that begins with ``//`` or ``www.`` is completed."""
    text = clean_line(text)
    if text.startswith("//"):
        text = f"https:{text}"
    elif text.lower().startswith("www."):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        valid = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid:
        raise ValueError(f"{text[:80]!r} is not a web address with http:// or https://: left out.")
    return quote(text, safe="%/:=&?~#+!$,;'@()*[]-._")


def parse_path(texts: list[str], split: Optional[str]) -> tuple[str, ...]:
    """A category path from broad to narrow; steps that repeat the one before are dropped."""
    steps: list[str] = []
    for text in texts:
        separator = split or (">" if ">" in text else "")
        parts = text.split(separator.strip() or separator) if separator else [text]
        for part in parts:
            step = clean_line(part)
            if step and (not steps or steps[-1] != step):
                steps.append(step)
    return tuple(steps)


def _fulfils(text: str, condition: str) -> bool:
    match = _COMPARISON.match(condition.strip())
    sign, wanted = match.groups() if match else ("=", condition.strip())
    left, right = parse_number(text), parse_number(wanted)
    if sign in ("=", "==", "!="):
        if left is not None and right is not None:
            equal = left == right
        else:
            equal = text.strip().casefold() == wanted.casefold()
        return equal != (sign == "!=")
    if left is None or right is None:
        raise ValueError(
            f"{text!r} cannot be compared with {condition!r}: write a number in the feed, or the "
            f"text that means in stock in the map file."
        )
    return {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right}[sign]
