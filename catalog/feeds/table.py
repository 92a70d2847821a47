"""A feed as rows of named cells, whatever the file's format, encoding and delimiter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Mapping, Optional, Union

from catalog.feeds.report import FeedError, RowError

#: The first bytes of a Parquet file.
PARQUET = b"PAR1"
_ARCHIVES = (".xls", ".xlsx", ".ods", ".zip", ".gz")

Cell = Union[str, tuple[str, ...]]
"""The text of a cell, or several where the format has lists."""


@dataclass(frozen=True)
class Row:
    """One record of a feed."""

    line: int
    """Physical line on which it begins, from 1."""
    cells: Mapping[str, Cell]
    missing: tuple[str, ...] = ()
    """Columns at the end that the row is too short for."""
    problem: str = ""
    """Why the row cannot be used, a sentence; empty where it can."""

    def values(self, column: str) -> tuple[str, ...]:
        """The texts in a column that are not blank, stripped."""
        cell = self.cells.get(column, "")
        if isinstance(cell, str):
            text = cell.strip()
            return (text,) if text else ()
        return tuple(text.strip() for text in cell if text.strip())


@dataclass(frozen=True)
class Table:
    """A whole feed in memory: its columns, rows, and the lines that are no rows at all."""

    source: str
    """What to call the feed in messages."""
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    errors: tuple[RowError, ...] = ()

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


def read_table(
    path: Path, *, encoding: Optional[str] = None, delimiter: Optional[str] = None
) -> Table:
    """Read a feed: ``.jsonl``, ``.json``, ``.xml`` by name, Parquet by its first bytes, anything
    else as delimited text.

    Parameters
    ----------
    path
        The file.
    encoding, delimiter
        As the map file says; detected where it says nothing.

    Raises
    ------
    FeedError
        Where the file is not there or is not what its name says.
    """
    from catalog.feeds.delimited import parse_delimited
    from catalog.feeds.encoding import decode
    from catalog.feeds.jsonlines import parse_json
    from catalog.feeds.xml import parse_xml

    path = Path(path)
    data = read_bytes(path)
    suffix = path.suffix.lower()
    if suffix == ".xml":
        return parse_xml(data, path.name)
    refuse_archive(path, data)
    if data[:4] == PARQUET:
        from catalog.feeds.parquet import parse_parquet

        return parse_parquet(data, path.name)
    text = decode(data, path.name, encoding)
    if suffix in (".jsonl", ".ndjson", ".json"):
        return parse_json(text, path.name)
    return parse_delimited(text, path.name, delimiter, tabs_first=suffix in (".tsv", ".txt"))


def read_bytes(path: Path) -> bytes:
    """What is in a file that is there, is a file, and is not empty."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise FeedError(f"There is no file {path}: check the path.") from None
    except IsADirectoryError:
        raise FeedError(f"{path} is a folder: name the file in it.") from None
    except OSError as error:
        raise FeedError(f"{path} cannot be read: {error.strerror}.") from error
    if not data.strip():
        raise FeedError(f"{path} is empty: export it again.")
    return data


def refuse_archive(path: Path, data: bytes) -> None:
    """Raise ``FeedError`` where the file has to be unpacked or saved as something else first."""
    if data[:4] == b"PK\x03\x04" or path.suffix.lower() in _ARCHIVES:
        raise FeedError(
            f"{path.name} is a spreadsheet or an archive: save it as CSV (UTF-8) or unpack it, "
            f"and import that."
        )
