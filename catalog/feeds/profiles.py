"""What a merchant knows about shoppers, out of a table into the log of a shop."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Mapping, Optional, Union

from catalog.events import Event
from catalog.feeds.attributes import texts
from catalog.feeds.columns import row_error
from catalog.feeds.profile_map import ProfileMap, default_profile_map, read_profile_map
from catalog.feeds.report import FeedError, RowError
from catalog.feeds.table import Row, Table, read_table
from catalog.feeds.text import clean_line
from catalog.masking import masked
from catalog.shop import Shop

Progress = Callable[[str, int, int], None]
Value = Union[str, list[str]]
_ON_ERROR = ("skip", "abort")
_LONGEST_ID = 200
_STEP = 1000


@dataclass(frozen=True)
class ProfileReport:
    """What became of the rows of a table of shoppers."""

    added: int = 0
    """Shoppers of whom something new is known."""
    unchanged: int = 0
    """Shoppers of whom the log knows everything that the table says."""
    errors: tuple[RowError, ...] = ()
    """Rows that were left out."""
    warnings: tuple[RowError, ...] = ()
    """Values that were left out, because they hold an e-mail address or a number of a person."""
    personal: tuple[str, ...] = ()
    """Columns that were left out, because they say who somebody is."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class _Known:
    """What the log says of one shopper."""

    profile: dict[str, Any] = field(default_factory=dict)
    last: str = ""
    """Key of the last event of it."""


def import_profiles(
    shop: Shop,
    file: Path,
    map_file: Optional[Path] = None,
    *,
    on_error: str = "skip",
    progress: Optional[Progress] = None,
) -> ProfileReport:
    """Append what a table says of shoppers to the log, as ``profiled`` events; all, or nothing.

    A shopper of whom it says nothing else than the log does gets no event: importing the same
    table again adds nothing. An empty cell says nothing; what was known stays.

    Parameters
    ----------
    file
        CSV, JSON lines, Parquet, or a RecBole ``.user`` file; one row a shopper.
    map_file
        Which column means what; without it every column but the shopper's id is an attribute.
    on_error
        ``skip`` leaves broken rows out, ``abort`` changes nothing if there is one.

    Raises
    ------
    FeedError
        Where the file or the map cannot be used, or none of the rows.
    """
    if on_error not in _ON_ERROR:
        raise FeedError(f"on_error must be skip or abort, not {on_error!r}.")
    if progress is not None:
        progress("reading", 0, 1)
    table, profile_map = _read(Path(file), map_file)
    reader = _Reader(profile_map)
    profiles = dict(reader.profiles(table))
    errors = tuple(sorted((*table.errors, *reader.errors), key=lambda error: error.line))
    if progress is not None:
        progress("reading", 1, 1)
    report = ProfileReport(errors=errors, personal=profile_map.personal)
    if errors and on_error == "abort":
        return report
    if errors and not profiles:
        raise FeedError(f"None of the rows of {table.source} can be used: {errors[0]}")
    known = _known(shop.store.events(kinds=["profiled"]))
    new = list(_events(profiles, known, datetime.now(timezone.utc)))
    added = 0
    with shop.store.appending() as write:
        for start in range(0, len(new), _STEP):
            if progress is not None:
                progress("writing", start, len(new))
            added += write.append(new[start : start + _STEP])
    if progress is not None:
        progress("writing", len(new), len(new))
    return replace(
        report, added=added, unchanged=len(profiles) - added, warnings=tuple(reader.warnings)
    )


def _read(file: Path, map_file: Optional[Path]) -> tuple[Table, ProfileMap]:
    forms = read_profile_map(Path(map_file)) if map_file is not None else None
    table = read_table(
        file,
        encoding=forms.encoding if forms else None,
        delimiter=forms.delimiter if forms else None,
    )
    if forms is not None:
        return table, forms.over(table.columns, table.source)
    return table, default_profile_map(table.columns, table.source)


class _Reader:
    """Rows as profiles; what cannot be used is gathered."""

    def __init__(self, profile_map: ProfileMap) -> None:
        self._map = profile_map
        self.errors: list[RowError] = []
        self.warnings: list[RowError] = []

    def profiles(self, rows: Iterable[Row]) -> Iterator[tuple[str, dict[str, Value]]]:
        """Shopper → attribute → value or values, each shopper once."""
        lines: dict[str, int] = {}
        for row in rows:
            shopper = " ".join(texts(self._map.shopper, row, literal=True))
            problem = row_error(row) or self._wrong(row, clean_line(shopper), lines)
            if problem is not None:
                self.errors.append(problem)
                continue
            lines[clean_line(shopper)] = row.line
            yield clean_line(shopper), dict(self._attributes(row))

    def _wrong(self, row: Row, shopper: str, lines: Mapping[str, int]) -> Optional[RowError]:
        column = next(iter(self._map.shopper.columns), "")
        if not shopper:
            return RowError(row.line, column, "The shopper is empty: every row needs one.")
        if len(shopper) > _LONGEST_ID:
            return RowError(
                row.line, column, f"The shopper's id is longer than {_LONGEST_ID} characters."
            )
        if shopper in lines:
            return RowError(
                row.line,
                column,
                f"The shopper {shopper!r} is on line {lines[shopper]} already, and that row was "
                f"kept: give every shopper one row.",
            )
        return None

    def _attributes(self, row: Row) -> Iterator[tuple[str, Value]]:
        for name, source in self._map.attributes.items():
            cells = (clean_line(text) for text in texts(source, row))
            parts = (part for text in cells for part in _parts(text, source.split))
            values = list(dict.fromkeys(part for part in parts if part))
            sound = [value for value in values if masked(value) == value]
            if len(sound) < len(values):
                column = next(iter(source.columns), "")
                message = "It holds an address or a number of a person: leave such columns out."
                self.warnings.append(RowError(row.line, column, message))
            if sound:
                yield name, sound[0] if len(sound) == 1 else sound


def _parts(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator)] if separator else [text]


def _known(log: Iterable[Event]) -> dict[str, _Known]:
    """What the log says of each shopper, of the events in their order."""
    known: dict[str, _Known] = {}
    for event in log:
        shopper = known.setdefault(event.shopper_id, _Known())
        shopper.profile.update(event.payload)
        shopper.last = event.key
    return known


def _events(
    profiles: Mapping[str, Mapping[str, Value]], known: Mapping[str, _Known], now: datetime
) -> Iterator[Event]:
    """One event for each shopper of whom something else is known now."""
    for shopper, profile in profiles.items():
        before = known.get(shopper, _Known())
        if all(before.profile.get(name) == value for name, value in profile.items()):
            continue
        said = json.dumps([shopper, before.last, profile], ensure_ascii=False, sort_keys=True)
        digest = hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
        yield Event(
            key=f"profile:{digest}",
            shopper_id=shopper,
            conversation_id="",
            turn=0,
            kind="profiled",
            payload=dict(profile),
            at=now,
        )
