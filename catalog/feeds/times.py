"""Times as logs write them, as milliseconds since 1970 in UTC."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Optional
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catalog.feeds.values import parse_date

#: What ``unit`` may be, and how many of it are a millisecond.
UNITS = {"s": 0.001, "ms": 1.0, "us": 1e3, "ns": 1e6}
EARLIEST = -62_135_596_800_000
LATEST = 253_402_300_799_999
#: Below these sizes a number without ``unit`` counts seconds, milliseconds, microseconds.
_SIZES = ((1e11, "s"), (1e14, "ms"), (1e17, "us"))
#: And nothing is as large as this.
_TOO_LARGE = 2.0**63
_DATES = (19_000_101, 21_001_231)
#: Clocks are put forward and back on quarters of an hour.
_QUARTER = 900_000
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:T|\s*)(\d{1,2}):(\d{2})"
    r"(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?")


def zone(name: str) -> tzinfo:
    """A time zone by its name (``Asia/Shanghai``) or offset (``+08:00``).

    Raises
    ------
    ValueError
        With a sentence, where there is none.
    """
    try:
        return _offset(name) or ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError(
            f"there is no time zone {name!r}: write one like Asia/Shanghai or +08:00"
        ) from None


def parse_time(text: str, there: tzinfo = timezone.utc, unit: str = "") -> int:
    """A time, a date (its first moment) or a number since 1970.

    Parameters
    ----------
    text
        The cell.
    there
        The zone of times that name none.
    unit
        Of numbers, one of ``UNITS``; by their size where it is empty. Eight digits that make a
        date from 1900 to 2100 are one.

    Raises
    ------
    ValueError
        With a sentence that says what to write.

    >>> parse_time("1970-01-02T08:00:00+08:00"), parse_time("1970年1月2日 1:00"), parse_time("7")
    (86400000, 90000000, 7000)
    """
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return _from_number(text, there, unit)
    match = _MOMENT.fullmatch(text)
    try:
        if match is None:
            if " " in text or ":" in text:
                raise ValueError(text)
            return _since(_midnight(parse_date(text), there))
        year, month, day, hour, minute, second, fraction, named = match.groups()
        moment = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0),
            int((fraction or "0").ljust(6, "0")[:6]), _zone_of(named, there),
        )  # fmt: skip
        return _since(moment)
    except (ValueError, OverflowError):
        raise ValueError(_unreadable(text)) from None


def times_of(
    column: pa.ChunkedArray, there: tzinfo, unit: str
) -> Optional[tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]]:
    """Milliseconds and which of them are good, shape (n,) each, where a whole column can be read
    at once; otherwise None, and ``parse_time`` has to read every text."""
    kind = column.type
    if pa.types.is_date(kind):
        column = column.cast(pa.timestamp("ms"))
        kind = column.type
    if pa.types.is_string(kind):
        column, kind = _typed(column)
    if pa.types.is_timestamp(kind):
        return _from_timestamps(column, there)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = np.asarray(pc.cast(column, pa.float64(), safe=False).fill_null(np.nan))
        return _from_numbers(numbers, there, unit)
    return None


def _typed(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.DataType]:
    """Texts as numbers or times, where all of them are."""
    for wanted in (pa.float64(), pa.timestamp("us"), pa.timestamp("us", "UTC")):
        try:
            typed = column.cast(wanted)
        except pa.ArrowInvalid:
            continue
        return typed, wanted
    return column, column.type


def _from_timestamps(
    column: pa.ChunkedArray, there: tzinfo
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    naive = column.type.tz is None
    ticks = np.asarray(column.cast(pa.int64()).fill_null(np.iinfo(np.int64).max))
    good = ticks != np.iinfo(np.int64).max
    per = {"s": 1000, "ms": 1}.get(column.type.unit)
    if per is None:
        ms = ticks // (1000 if column.type.unit == "us" else 1_000_000)
    else:
        good &= np.abs(ticks) <= LATEST // per * 2
        ms = np.where(good, ticks, 0) * per
    good &= (ms >= EARLIEST) & (ms <= LATEST)
    ms = np.where(good, ms, 0)
    if naive and there is not timezone.utc:
        quarters, place = np.unique(ms // _QUARTER, return_inverse=True)
        shifts = np.array([_shift(int(q) * _QUARTER, there) for q in quarters], dtype=np.int64)
        ms = ms - shifts[place]
    return ms, good


def _shift(wall_ms: int, there: tzinfo) -> int:
    """How far the zone's clocks are ahead of UTC when they show this time, in milliseconds."""
    wall = (_EPOCH + timedelta(milliseconds=wall_ms)).replace(tzinfo=there)
    return (wall.utcoffset() or timedelta()) // timedelta(milliseconds=1)


def _from_numbers(
    numbers: npt.NDArray[np.float64], there: tzinfo, unit: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    finite = np.isfinite(numbers)
    numbers = np.where(finite, numbers, 0.0)
    if unit:
        ms = numbers / UNITS[unit]
    else:
        size = np.abs(numbers)
        finite &= size < _TOO_LARGE
        factors = np.full(len(numbers), 1 / UNITS["ns"])
        for limit, name in reversed(_SIZES):
            factors[size < limit] = 1 / UNITS[name]
        ms = numbers * factors
    ms = np.round(ms, 3)
    good = finite & (ms >= EARLIEST) & (ms <= LATEST)
    found = np.floor(np.where(good, ms, 0.0)).astype(np.int64)
    if not unit:
        dated = finite & (numbers >= _DATES[0]) & (numbers <= _DATES[1])
        for number in np.unique(numbers[dated]):
            found[numbers == number] = _from_number(f"{number:.15g}", there, "")
    return found, good


def _from_number(text: str, there: tzinfo, unit: str) -> int:
    if not unit and len(text) == 8 and text.isdigit() and _DATES[0] <= int(text) <= _DATES[1]:
        try:
            return _since(_midnight(datetime.strptime(text, "%Y%m%d").date(), there))
        except ValueError:
            pass
    number, given = float(text), unit
    if not unit:
        unit = next((name for limit, name in _SIZES if abs(number) < limit), "ns")
    ms = round(number / UNITS[unit], 3)
    if not EARLIEST <= ms <= LATEST or (not given and abs(number) >= _TOO_LARGE):
        raise ValueError(_unreadable(text))
    return int(ms // 1)


def _midnight(day: date, there: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=there)


def _since(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _zone_of(named: Optional[str], there: tzinfo) -> tzinfo:
    if not named:
        return there
    return _offset(named) or timezone.utc


def _offset(text: str) -> Optional[timezone]:
    match = _OFFSET.fullmatch(text)
    if match is None:
        return timezone.utc if text.upper() in ("Z", "UTC", "GMT") else None
    sign, hours, minutes = match.groups()
    shift = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-shift if sign == "-" else shift)


def _unreadable(text: str) -> str:
    return (
        f"{text[:40]!r} is not a time: write it like 2024-05-31T18:00:00+08:00, or as seconds or "
        f"milliseconds since 1970."
    )
