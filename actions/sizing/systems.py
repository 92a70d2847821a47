"""One size in several systems: EU 42 = UK 8 = US 9 = 260 mm for a man's shoe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

import numpy as np
import yaml

_TABLES = Path(__file__).with_name("tables.yml")
#: Systems as feeds and shoppers write them → as the tables have them.
SYSTEMS: Mapping[str, str] = {
    **dict.fromkeys(("eu", "eur", "de", "欧码", "欧"), "eu"),
    **dict.fromkeys(("uk", "au", "英码", "英国码", "英"), "uk"),
    **dict.fromkeys(("us", "usa", "美码", "美国码", "美"), "us"),
    **{"fr": "fr", "it": "it", "cn": "cn", "中国码": "cn", "国码": "cn", "mm": "mm"},
}
_NAMES = "|".join(sorted(SYSTEMS, key=len, reverse=True))
LETTERS = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL", "5XL", "6XL")
_SPELLED = {
    **{"SMALL": "S", "MEDIUM": "M", "LARGE": "L", "X-LARGE": "XL", "EXTRA LARGE": "XL"},
    **{"EXTRA SMALL": "XS", "X-SMALL": "XS", "XXXL": "3XL", "XXXXL": "4XL", "2XL": "XXL"},
    **{"小": "S", "中": "M", "大": "L", "特大": "XL", "加大": "XL"},
}
_NUMBER = re.compile(
    rf"^(?:size\s*)?(?P<before>{_NAMES})?\s*(?:size\s*)?(?P<low>\d{{1,3}}(?:\.\d)?)"
    rf"(?:\s*[-–~/]\s*(?P<high>\d{{1,3}}(?:\.\d)?))?\s*(?P<after>{_NAMES}|cm)?\s*[码号#]?$",
    re.I,
)
_LETTER = re.compile(
    rf"^(?:size\s*)?(?:(?:{_NAMES})\s*)?(?P<letter>[a-z一-鿿\d -]+?)\s*[码号]?$", re.I
)
MEN, WOMEN, CHILDREN = "men", "women", "children"


@dataclass(frozen=True)
class Size:
    """One size as it was written: a letter, or a number (or two) in a system, if that is told."""

    letter: str = ""
    low: float = 0.0
    high: float = 0.0
    system: str = ""


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Any]:
    """The tables beside this file."""
    data: dict[str, Any] = yaml.safe_load(_TABLES.read_text(encoding="utf-8"))
    return data


@lru_cache(maxsize=4096)
def read(label: str, system: str = "") -> Optional[Size]:
    """What a label says; None for what is no size of a body (``1.5 m bed``).

    Parameters
    ----------
    system
        What the feed's ``size_system`` says; one in the label itself counts more.
    """
    label = label.strip().lower()
    if len(label) > 24:
        return None
    if found := _NUMBER.match(label):
        low = float(found["low"])
        high = float(found["high"] or low)
        named = (found["before"] or found["after"] or "").lower()
        if named == "cm":
            return Size(low=low * 10, high=high * 10, system="mm")
        return Size(low=low, high=max(low, high), system=SYSTEMS.get(named or system.lower(), ""))
    if found := _LETTER.match(label):
        letter = found["letter"].strip().upper()
        letter = _SPELLED.get(letter, letter)
        if letter in LETTERS:
            return Size(letter=letter)
    return None


def alike(wanted: str, label: str, system: str, family: str, group: str) -> bool:
    """Whether a product's size is the one that is wanted, whatever system either is written in.

    Parameters
    ----------
    label, system
        The product's, as the feed has them.
    family
        ``shoes``, ``clothes``, ``trousers`` or ``rings``; empty where nothing converts.
    group
        ``men``, ``women`` or ``children``.
    """
    one, other = read(wanted), read(label, system)
    if one is None or other is None:
        return False
    if one.letter or other.letter:
        if one.letter and other.letter:
            return one.letter == other.letter
        return _lettered(one, other, family, group)
    a, b = common(one, family, group), common(other, family, group)
    if not one.system or not other.system:
        # A number without a system is also itself, whatever it counts.
        known = one.system or other.system
        inside = other.low <= one.low and one.high <= other.high
        if inside and known != "mm" and (a is None or b is None or not known):
            return True
    if a is None or b is None:
        return one.system == other.system and other.low <= one.low and one.high <= other.high
    return b[0] - 0.26 <= a[0] and a[1] <= b[1] + 0.26


def common(size: Size, family: str, group: str) -> Optional[tuple[float, float]]:
    """From and to on the scale that all sizes of a family are compared on, or None.

    For shoes and clothes that is the European number, for rings the circumference in mm.
    """
    system = size.system or _by_range(size, family)
    if family == "rings":
        at, by = tables()["rings"]["at"], tables()["rings"]["by"]
        if system == "us":
            return at + by * size.low, at + by * size.high
        return (size.low, size.high) if system in ("eu", "mm") else None
    if family == "trousers":
        return (size.low, size.high) if not size.system and 20 <= size.low <= 60 else None
    table = tables().get(family, {}).get(group, {})
    if system not in table or system in ("letters", "cn"):
        return None
    xs, ys = table[system], table["eu"]
    if not (xs[0] - 0.5 <= size.low and size.high <= xs[-1] + 0.5):
        return None
    return float(np.interp(size.low, xs, ys)), float(np.interp(size.high, xs, ys))


def converted(wanted: str, system: str, family: str, group: str) -> str:
    """The same size in another system, ``EU 42``; empty where no table has it."""
    size = read(wanted)
    scale = common(size, family, group) if size is not None and not size.letter else None
    table = tables().get(family, {}).get(group, {}) if isinstance(family, str) else {}
    if scale is None or system not in table or system == "letters":
        return ""
    value = float(np.interp(scale[0], table["eu"], table[system]))
    value = round(value) if system == "mm" else round(value * 2) / 2
    return f"{system.upper()} {value:g}" if system != "mm" else f"{value:g} mm"


def by_measure(measure: str, cm: float, group: str) -> str:
    """The size that the tables give a body: a letter by chest or head, an EU number by foot."""
    if measure == "foot":
        table = tables()["shoes"].get(group, {})
        if not table or not table["mm"][0] - 5 <= cm * 10 <= table["mm"][-1] + 5:
            return ""
        found = float(np.interp(cm * 10, table["mm"], table["eu"]))
        return f"{np.ceil(found * 2) / 2:g}"
    if measure == "waist":
        inches = cm / 2.54
        return f"{round(inches)}" if 22 <= inches <= 50 else ""
    limits: Mapping[str, float] = tables()["body"].get(measure, {}).get(group, {})
    least = min(limits.values(), default=0.0) - 8
    return next((name for name, most in limits.items() if least <= cm <= most), "")


def ordered(labels: Sequence[str]) -> list[str]:
    """Sizes from small to large, each once; what is no size comes last, as it stood."""

    def key(label: str) -> tuple[int, float]:
        size = read(label)
        if size is None:
            return 2, 0.0
        return (0, float(LETTERS.index(size.letter))) if size.letter else (1, size.low)

    return sorted(dict.fromkeys(labels), key=key)


def nearest(wanted: str, labels: Sequence[str], n: int = 2) -> list[str]:
    """Of some sizes those closest to the wanted one, in order; none where nothing compares."""
    size = read(wanted)
    if size is None:
        return []

    def far(label: str) -> float:
        other = read(label)
        if other is None or bool(other.letter) != bool(size.letter):
            return float("inf")
        if size.letter:
            return abs(LETTERS.index(size.letter) - LETTERS.index(other.letter))
        return abs(size.low - other.low)

    close = [label for label in sorted(labels, key=far) if far(label) < 10]
    return ordered(close[:n])


def _by_range(size: Size, family: str) -> str:
    """The system that a bare number can only be in."""
    if family == "shoes":
        if 16 <= size.low <= 50:
            return "eu"
        return "mm" if 105 <= size.low <= 320 else ""
    if family == "rings":
        return "us" if size.low <= 14 else "mm"
    return "eu" if family == "clothes" and 32 <= size.low <= 60 else ""


def _lettered(one: Size, other: Size, family: str, group: str) -> bool:
    """Whether a letter and a number are the same size."""
    letter, number = (one, other) if one.letter else (other, one)
    table = tables().get(family, {}).get(group, {})
    if number.system == "cn" or (not number.system and 150 <= number.low <= 195):
        return bool(table.get("cn", {}).get(letter.letter) == number.low)
    scale = common(number, family, group)
    bounds = table.get("letters", {}).get(letter.letter)
    return scale is not None and bounds is not None and bounds[0] <= scale[0] <= bounds[1]
