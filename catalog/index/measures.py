"""Measured attribute values: "1.2 kg", "1.5米", "200*230cm" as numbers in one unit."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Iterable, Mapping, Optional, Sequence

import numpy as np

#: The unit things are counted in, how many of them a named unit is, and its names.
_TABLE = (
    ("kg", 1.0, "kg kgs kilogram kilograms 公斤 千克"),
    ("kg", 0.5, "斤"),
    ("kg", 1e-3, "g gm gram grams 克"),
    ("kg", 1e-6, "mg 毫克"),
    ("kg", 0.45359237, "lb lbs pound pounds 磅"),
    ("kg", 0.028349523, "oz ounce ounces 盎司"),
    ("cm", 0.1, "mm 毫米"),
    ("cm", 1.0, "cm centimeter centimeters centimetre centimetres 厘米"),
    ("cm", 100.0, "m meter meters metre metres 米"),
    ("cm", 2.54, 'in inch inches " 英寸 寸'),
    ("cm", 30.48, "ft foot feet 英尺"),
    ("l", 1.0, "l liter liters litre litres 升"),
    ("l", 1e-3, "ml milliliter milliliters millilitre millilitres 毫升"),
    ("gb", 1.0, "gb"),
    ("gb", 1024.0, "tb"),
    ("gb", 1 / 1024, "mb"),
    ("mah", 1.0, "mah 毫安 毫安时"),
    ("w", 1.0, "w watt watts 瓦"),
    ("w", 1000.0, "kw 千瓦"),
    ("h", 1.0, "h hr hrs hour hours 小时"),
    ("h", 1 / 60, "min mins minute minutes 分钟"),
    ("people", 1.0, "people person persons seat seats seater 人 人座 座"),
)
#: Name of a unit → the unit it is counted in, and how many of those it is.
UNITS: Mapping[str, tuple[str, float]] = {
    name: (unit, factor) for unit, factor, names in _TABLE for name in names.split()
}
#: How many it is for is an attribute of its own, whatever the feed calls it: "capacity: 2 people".
PEOPLE, SEATS = "people", "seats"
#: An attribute is a measure where at least this part of its values are numbers of one kind.
SHARE = 0.7

_NAMES = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_MEASURE = re.compile(
    rf"(?P<numbers>{_NUMBER}(?:\s*[x×*]\s*{_NUMBER})*)\s*(?P<unit>(?:{_NAMES})(?![a-z]))?", re.I
)
_JOINT = re.compile(r"[x×*]", re.I)


def parse_measure(text: str) -> Optional[tuple[float, str]]:
    """The measure a value states, and its unit; the largest of several ("200*230cm" is 230 cm).

    A bare number has the unit ``""``. None where the text is about something else.

    >>> parse_measure("200*230cm"), parse_measure("1.5米"), parse_measure("about 1.2 kg")
    ((230.0, 'cm'), (150.0, 'cm'), (1.2, 'kg'))
    >>> parse_measure("7"), parse_measure("pack of 7 socks")
    ((7.0, ''), None)
    """
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    found: list[tuple[float, str]] = []
    for match in _MEASURE.finditer(folded):
        unit, factor = UNITS.get(match["unit"] or "", ("", 1.0))
        if not unit and match.group() != folded:
            continue
        for number in _JOINT.split(match["numbers"]):
            found.append((float(number.strip().replace(",", "")) * factor, unit))
    if not found:
        return None
    kind = found[0][1]
    return max(value for value, unit in found if unit == kind), kind


def measure_columns(
    values: Mapping[str, Mapping[int, Sequence[str]]], count: int
) -> dict[str, tuple[np.ndarray, str]]:
    """Attributes that are measures: attribute → float64 (count,) with NaN gaps, and the unit.

    Parameters
    ----------
    values
        Attribute → position → the values the product there has.
    """
    columns: dict[str, tuple[np.ndarray, str]] = {}
    for attribute, by_position in _apart(values).items():
        parsed = {
            position: measure
            for position, texts in by_position.items()
            if (measure := _first(texts)) is not None
        }
        if not parsed:
            continue
        unit, times = Counter(unit for _, unit in parsed.values()).most_common(1)[0]
        if times < SHARE * len(by_position):
            continue
        column = np.full(count, np.nan)
        for position, (value, own) in parsed.items():
            if own == unit:
                column[position] = value
        columns[attribute] = (column, unit)
    return columns


def _apart(
    values: Mapping[str, Mapping[int, Sequence[str]]],
) -> dict[str, dict[int, Sequence[str]]]:
    """The same, numbers of people being a measure of their own: a tent's capacity is no jug's."""
    apart: dict[str, dict[int, Sequence[str]]] = {}
    for attribute, by_position in values.items():
        for position, texts in by_position.items():
            measure = _first(texts)
            name = SEATS if measure is not None and measure[1] == PEOPLE else attribute
            apart.setdefault(name, {}).setdefault(position, texts)
    return apart


def _first(texts: Iterable[str]) -> Optional[tuple[float, str]]:
    return next((m for m in map(parse_measure, texts) if m is not None), None)
