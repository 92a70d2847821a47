"""What the files of customer service have in common: canonical columns, map files, a report.

A map file names the canonical columns of its kind::

    encoding: utf-8            # optional, detected
    delimiter: ","             # optional, detected
    decimal: ","               # optional; for 265,0
    currency: CNY              # optional; the shop's by default
    columns:                   # canonical name: a column, a list of columns, or a form
      number: OrderNo
      status: {column: state, values: {W: paid, X: ""}}
      placed_at: {column: made, timezone: Asia/Shanghai}
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone, tzinfo
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from catalog.feeds.attributes import texts
from catalog.feeds.mapforms import MapForms, load_map
from catalog.feeds.mapping import Source, listed, nearest
from catalog.feeds.names import spelled
from catalog.feeds.prices import parse_currency
from catalog.feeds.report import FeedError, RowError
from catalog.feeds.table import Row, Table
from catalog.feeds.text import clean_line
from catalog.feeds.times import parse_time, zone

_KEYS = ("encoding", "delimiter", "decimal", "currency", "columns")
_FORM_KEYS = ("values", "empty", "split", "timezone")
_ON_ERROR = ("skip", "abort")


@dataclass(frozen=True)
class Kind:
    """What the rows of one kind of file have."""

    columns: tuple[str, ...]
    """Canonical names."""
    needed: tuple[str, ...]
    aliases: Mapping[str, str]
    """Another name, spelled as ``spelled`` spells it → the canonical one."""


@dataclass(frozen=True)
class ServiceMap:
    """How to read one file."""

    columns: Mapping[str, Source]
    encoding: Optional[str] = None
    delimiter: Optional[str] = None
    decimal: str = ""
    currency: str = ""

    def all(self, name: str, row: Row) -> list[str]:
        """The texts of a canonical column in a row, those of lists and of cut cells apart."""
        source = self.columns.get(name)
        if source is None:
            return []
        found = texts(source, row)
        parts = (
            p for text in found for p in (text.split(source.split) if source.split else [text])
        )
        return [part.strip() for part in parts if part.strip()]

    def text(self, name: str, row: Row, separator: str = " ") -> str:
        """The text of a canonical column in a row, empty where it has none."""
        return separator.join(self.all(name, row))

    def line(self, name: str, row: Row) -> str:
        """The same without markup, on one line."""
        return clean_line(self.text(name, row))

    def time(self, name: str, row: Row) -> Optional[datetime]:
        """The time in a canonical column, None where it has none.

        Raises
        ------
        ValueError
            With a sentence, where it is no time.
        """
        text = self.text(name, row)
        if not text:
            return None
        named = self.columns[name].timezone
        there: tzinfo = zone(named) if named else timezone.utc
        return datetime.fromtimestamp(parse_time(text, there) / 1000, timezone.utc)

    def column(self, name: str) -> str:
        """What a canonical column is called in the file."""
        source = self.columns.get(name)
        return source.columns[0] if source and source.columns else ""


@dataclass(frozen=True)
class ServiceReport:
    """What became of the rows of a file."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    """What was there and is not in the file any more, where the file stands for everything."""
    left_out: int = 0
    """Rows that say themselves that they are not to be shown."""
    masked: int = 0
    """Texts out of which an address or a number of a person was taken."""
    unknown_products: int = 0
    """Products that the catalogue never had."""
    errors: tuple[RowError, ...] = ()
    """Rows that were left out."""
    warnings: tuple[RowError, ...] = ()
    """What is missing in rows that were taken."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Problems:
    """What is wrong with rows, gathered while they are read."""

    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)

    def sorted(self, table: Table) -> tuple[RowError, ...]:
        """The errors of the rows and of the file, by line."""
        return tuple(sorted((*table.errors, *self.errors), key=lambda error: error.line))


def checked(on_error: str) -> None:
    """Raise ``FeedError`` for something else than ``skip`` and ``abort``."""
    if on_error not in _ON_ERROR:
        raise FeedError(f"on_error must be skip or abort, not {on_error!r}.")


def default_service_map(kind: Kind, columns: Sequence[str], source: str) -> ServiceMap:
    """The map of a file whose columns have canonical names, or usual other ones.

    Raises
    ------
    FeedError
        Where a column that is needed is not there.
    """
    found: dict[str, Source] = {}
    for column in sorted(columns, key=lambda column: spelled(column) in kind.aliases):
        name = kind.aliases.get(spelled(column), spelled(column))
        if name in kind.columns:
            found.setdefault(name, Source((column,)))
    for name in kind.needed:
        if name not in found:
            raise FeedError(
                f"{source} has no column {name!r}: its columns are {listed(columns)}; say with "
                f"--map in a map file which of them it is."
            )
    return ServiceMap(found)


def read_service_map(kind: Kind, path: Path) -> ServiceMap:
    """Read and check a map file.

    Raises
    ------
    FeedError
        With one sentence that names the file, the key, and what may stand there.
    """
    return _Reader(Path(path).name, _FORM_KEYS).read(kind, load_map(path))


def over(service_map: ServiceMap, table: Table) -> ServiceMap:
    """The map, where the file has the columns that it names.

    Raises
    ------
    FeedError
        Naming the first that it has not, and the nearest one that it has.
    """
    used = {column for form in service_map.columns.values() for column in form.columns}
    for name in sorted(used - set(table.columns)):
        raise FeedError(
            f"The map names a column {name!r} that {table.source} does not have"
            f"{nearest(name, table.columns) or f': its columns are {listed(table.columns)}'}."
        )
    return service_map


class _Reader(MapForms):
    """Turns the plain data of one map file into a ``ServiceMap``."""

    def read(self, kind: Kind, data: Any) -> ServiceMap:
        needed = " and ".join(f"`{name}:`" for name in kind.needed)
        if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
            raise self.error(f"needs a block `columns:` with {needed}")
        self.known(data, _KEYS, "key")
        columns = data["columns"]
        self.known(columns, kind.columns, "canonical name")
        found = {str(n): self.form(n, form) for n, form in columns.items() if form is not None}
        for name in kind.needed:
            if name not in found:
                raise self.error(f"does not say which column is `{name}`: add it to `columns:`")
        for name, form in found.items():
            try:
                zone(form.timezone or "UTC")
            except ValueError as error:
                raise self.error(f"has a wrong `timezone` for `{name}`: {error}") from None
        try:
            currency = parse_currency(self.text(data, "currency")) if data.get("currency") else ""
        except ValueError as error:
            raise FeedError(f"The map file {self._source}: {error}") from None
        return ServiceMap(
            columns=found,
            encoding=self.text(data, "encoding") or None,
            delimiter=self.text(data, "delimiter") or None,
            decimal=self.one_of(data, "decimal", (".", ",")),
            currency=currency,
        )
