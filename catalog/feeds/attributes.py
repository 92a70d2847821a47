"""The attributes of a row: colors, sizes, and whatever else the merchant's feed has."""

from __future__ import annotations

from typing import Iterator, Mapping, Sequence

from catalog.feeds.mapping import Source
from catalog.feeds.prices import parse_number
from catalog.feeds.table import Row
from catalog.feeds.text import clean_line, clean_text

#: What databases and spreadsheets write where there is nothing; a title or brand may be called so.
NOTHING = frozenset(("null", "NULL", "None", "NaN", "nan", "\\N", "#N/A", "#VALUE!", "#REF!"))
_DETAIL = "product_detail"


def texts(source: Source, row: Row, literal: bool = False) -> Iterator[str]:
    """The texts in the columns of a source that stand for something.

    With ``literal``, a text such as ``NaN`` is taken at its word.
    """
    if source.constant:
        yield source.constant
    for column in source.columns:
        for text in row.values(column):
            if text in source.empty or (not literal and text in NOTHING):
                continue
            text = source.values.get(text, text)
            if text:
                yield text


def read_attributes(
    sources: Mapping[str, Source], details: Sequence[str], row: Row, decimal: str
) -> dict[str, tuple[str, ...]]:
    """Attribute → its values in one row, each value once.

    Parameters
    ----------
    sources
        Attribute name → where its values come from.
    details
        Cells of the Merchant feed's ``product_detail``: ``section:name:value`` with commas between.
    row
        The row.
    decimal
        The decimal mark of measured values whose source does not say.
    """
    found: dict[str, dict[str, None]] = {}
    for attribute, source in sources.items():
        for text in texts(source, row):
            for part in text.split(source.split) if source.split else (text,):
                name, value = _named(attribute, part, source)
                _add(found, name, _measured(value, source, decimal))
    for text in details:
        for part in text.split(","):
            *_, name, value = ("", "", *part.split(":", 2))
            _add(found, clean_line(name) or _DETAIL, clean_text(value))
    return {name: tuple(values) for name, values in found.items()}


def _named(attribute: str, text: str, source: Source) -> tuple[str, str]:
    """Name and value of ``name:value`` where the source has such pairs."""
    if source.kv:
        key, mark, value = text.partition(source.kv)
        if not mark and source.kv == ":":
            key, mark, value = text.partition("：")
        key = clean_line(key)
        if mark and key:
            return source.names.get(key, key), clean_text(value)
    return attribute, clean_text(text)


def _measured(value: str, source: Source, decimal: str) -> str:
    """The value with the source's unit, if it is a plain number."""
    if not source.unit or not value:
        return value
    number = parse_number(value, source.decimal or decimal)
    return value if number is None else f"{number:f} {source.unit}"


def _add(found: dict[str, dict[str, None]], name: str, value: str) -> None:
    if value:
        found.setdefault(name, {})[value] = None
