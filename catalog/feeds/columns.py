"""A file as whole columns, for logs of millions of rows: no object is made for a row."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Iterator, Mapping, Optional, Sequence, Union

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from catalog.feeds.delimited import delimiter_of, read_delimited
from catalog.feeds.encoding import DAMAGED, decode
from catalog.feeds.jsonlines import read_json
from catalog.feeds.parquet import load_parquet
from catalog.feeds.report import FeedError, RowError
from catalog.feeds.table import PARQUET, Row, read_bytes, refuse_archive

_STEP = 50_000
#: What makes the lines of a file differ from its records, or a cell from its text.
_NOT_PLAIN = re.compile(r'["\0]|\r(?!\n)|\n\r?\n|^\s')
_TABS = (".tsv", ".txt", ".inter")
_JSON = (".jsonl", ".ndjson", ".json")


@dataclass(frozen=True)
class Columns:
    """The columns of a file, each of n values, and what is wrong with rows that are not in them."""

    source: str
    """What to call the file in messages."""
    cells: Mapping[str, pa.ChunkedArray]
    """Column → texts, or values of any type where the format has types."""
    lines: npt.NDArray[np.int64]
    """Physical line of each row, from 1, shape (n,); in Parquet the number of the row."""
    errors: tuple[RowError, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns in the order of the file."""
        return tuple(self.cells)


def read_columns(
    path: Path, *, encoding: Optional[str] = None, delimiter: Optional[str] = None
) -> Columns:
    """Read Parquet (by its first bytes), JSON lines (by name), or delimited text.

    Parameters
    ----------
    path
        The file.
    encoding, delimiter
        As the map file says; detected where it says nothing.

    Raises
    ------
    FeedError
        Where the file is not there, is empty, or is not what its name says.
    """
    path = Path(path)
    data = read_bytes(path)
    refuse_archive(path, data)
    if data[:4] == PARQUET:
        table = load_parquet(data, path.name)
        return _whole(path.name, table, np.arange(1, len(table) + 1))
    text = decode(data, path.name, encoding)
    suffix = path.suffix.lower()
    if suffix in _JSON:
        return _from_rows(path.name, (), read_json(text, path.name))
    delimiter = delimiter_of(text, delimiter, tabs_first=suffix in _TABS)
    plain = _plain_lines(text, path.name, delimiter)
    if plain is not None:
        return plain
    columns, rows = read_delimited(text, path.name, delimiter)
    return _from_rows(path.name, columns, rows)


def _plain_lines(text: str, source: str, delimiter: str) -> Optional[Columns]:
    """Delimited text without quotes, in which a line is a row; None where it is not so."""
    text = text.rstrip("\r\n")
    if _NOT_PLAIN.search(text) or DAMAGED.search(text):
        return None
    header, _, _ = text.partition("\n")
    names, _ = read_delimited(header, source, delimiter)
    try:
        table = pa.csv.read_csv(
            io.BytesIO(text.encode()),
            pa.csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False),
            pa.csv.ParseOptions(delimiter=delimiter, quote_char=False),
            pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    lines = np.arange(2, len(table) + 2)
    blank = np.ones(len(table), dtype=bool)
    for column in table.columns:
        blank &= np.asarray(pc.equal(pc.utf8_trim_whitespace(column), ""))
    if blank.any():
        table, lines = table.filter(pa.array(~blank)), lines[~blank]
    return _whole(source, table, lines)


def _from_rows(
    source: str, columns: tuple[str, ...], rows: Iterator[Union[Row, RowError]]
) -> Columns:
    names = dict.fromkeys(columns)
    tables: list[pa.Table] = []
    lines: list[int] = []
    errors: list[RowError] = []
    while chunk := list(islice(rows, _STEP)):
        sound = []
        for row in chunk:
            error = row if isinstance(row, RowError) else row_error(row)
            if error is not None:
                errors.append(error)
            elif isinstance(row, Row):
                sound.append(row)
        names.update(dict.fromkeys(name for row in sound for name in row.cells))
        lines += [row.line for row in sound]
        tables.append(
            pa.table({n: pa.array([_text(row, n) for row in sound], pa.string()) for n in names})
        )
    table = pa.concat_tables(tables, promote_options="default") if tables else pa.table({})
    return _whole(source, table, np.array(lines, dtype=np.int64), errors)


def _whole(
    source: str, table: pa.Table, lines: npt.NDArray[np.int64], errors: Sequence[RowError] = ()
) -> Columns:
    if not len(lines):
        hint = f" that can be used ({errors[0]})" if errors else ""
        raise FeedError(f"{source} has no row{hint}: export it again.")
    cells = dict(zip(table.column_names, table.columns, strict=True))
    return Columns(source, cells, lines, tuple(errors))


def row_error(row: Row) -> Optional[RowError]:
    """Why a row as a whole cannot be used; None where it can."""
    if row.problem:
        return RowError(row.line, "", row.problem)
    if row.missing:
        return RowError(
            row.line,
            "",
            f"The row ends before the column {row.missing[0]!r}: put quotes around texts with "
            f"line breaks, and write every cell.",
        )
    return None


def _text(row: Row, name: str) -> str:
    return " ".join(row.values(name))
