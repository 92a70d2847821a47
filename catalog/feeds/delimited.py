"""Comma-, semicolon- and tab-separated feeds, with the physical line of every record."""

from __future__ import annotations

import csv
import io
from typing import Iterator, Optional

from catalog.feeds.encoding import DAMAGED
from catalog.feeds.report import FeedError
from catalog.feeds.table import Row, Table

DELIMITERS = ("\t", ",", ";", "|")
_LONGEST_CELL = 1 << 24
_SAMPLE_RECORDS = 30


class _Lines:
    """The lines of a file, from which records can be read again from an earlier line."""

    def __init__(self, text: str) -> None:
        self._lines = [
            line.replace("\0", "") if "\0" in line else line
            for line in io.StringIO(text, newline="")
        ]
        self.next = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.next >= len(self._lines):
            raise StopIteration
        self.next += 1
        return self._lines[self.next - 1]


def parse_delimited(
    text: str, source: str, delimiter: Optional[str] = None, *, tabs_first: bool = False
) -> Table:
    """Read delimited text whose first line names the columns.

    Quoted cells may hold delimiters and line breaks. A quote that is never closed loses only the
    record that it begins in.

    Raises
    ------
    FeedError
        Where there is no header or nothing but a header.
    """
    columns, found = read_delimited(text, source, delimiter, tabs_first=tabs_first)
    rows = tuple(found)
    if not rows:
        raise FeedError(f"{source} has a header and no rows: export it again.")
    return Table(source, columns, rows)


def read_delimited(
    text: str, source: str, delimiter: Optional[str] = None, *, tabs_first: bool = False
) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The columns, and the rows one after the other."""
    delimiter = delimiter_of(text, delimiter, tabs_first=tabs_first)
    records = _records(text, delimiter)
    _, header = next(records, (1, []))
    columns = _names(header)
    if not any(header):
        raise FeedError(f"{source} has no header: its first line must name the columns.")
    return columns, _rows(records, columns, delimiter)


def delimiter_of(text: str, delimiter: Optional[str] = None, *, tabs_first: bool = False) -> str:
    """The delimiter that was named, or the one that the text seems to have."""
    return _check(delimiter) if delimiter else _detect(text, tabs_first)


def _rows(
    records: Iterator[tuple[int, list[str]]], columns: tuple[str, ...], delimiter: str
) -> Iterator[Row]:
    for line, cells in records:
        problem = _problem(cells, columns, delimiter)
        named = dict(zip(columns, cells, strict=False))
        yield Row(line, named, columns[len(cells) :], problem)


def _records(
    text: str, delimiter: str, limit: Optional[int] = None
) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of every record that is not blank; the first one is the header.

    Where quotes do not pair up, or a record over several lines has too many or too few cells, its
    first line is read by itself.
    """
    csv.field_size_limit(_LONGEST_CELL)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width = 0
    given = 0
    while limit is None or given < limit:
        start = lines.next
        try:
            cells = next(reader)
            sound = lines.next - start == 1 or not width or len(cells) == width
        except StopIteration:
            return
        except csv.Error:
            sound = False
        if not sound:
            lines.next = start
            cells = _one_line(next(lines).rstrip("\r\n"), delimiter, width)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        if not any(cell.strip() for cell in cells):
            continue
        width = width or len(cells)
        given += 1
        yield start + 1, cells


def _one_line(line: str, delimiter: str, width: int) -> list[str]:
    """The cells of a line in which quotes do not pair up; a stray one at a start is dropped."""
    cells = next(csv.reader([line], delimiter=delimiter), [])
    if len(cells) == width and not line.count('"') % 2:
        return cells
    cells = line.split(delimiter)
    return [c[1:] if c.startswith('"') and c.count('"') % 2 else c for c in cells]


def _problem(cells: list[str], columns: tuple[str, ...], delimiter: str) -> str:
    if len(cells) > len(columns):
        extra = [cell for cell in cells[len(columns) :] if cell.strip()]
        if extra:
            return (
                f"The row has {len(cells)} cells and the header {len(columns)}: put quotes around "
                f"texts that hold {_say(delimiter)} or a quote."
            )
    if any(DAMAGED.search(cell) for cell in cells):
        return "The row holds bytes that are not UTF-8: save the file as UTF-8 and import it again."
    return ""


def _names(header: list[str]) -> tuple[str, ...]:
    """Column names: on one line, never empty, never twice."""
    names: list[str] = []
    for number, cell in enumerate(header, 1):
        name = " ".join(DAMAGED.sub("?", cell).lstrip("\ufeff").split()) or f"column {number}"
        again = 2
        unique = name
        while unique in names:
            unique = f"{name} ({again})"
            again += 1
        names.append(unique)
    return tuple(names)


def _detect(text: str, tabs_first: bool) -> str:
    """The delimiter that cuts the header into most cells and the rows into as many."""
    sample = text[:200_000]
    best, best_score = ("\t" if tabs_first else ","), 0.0
    for delimiter in DELIMITERS:
        widths = [len(cells) for _, cells in _records(sample, delimiter, _SAMPLE_RECORDS)]
        if not widths or widths[0] < 2:
            continue
        agreeing = sum(width == widths[0] for width in widths) / len(widths)
        score = agreeing * min(widths[0], 8) + (1 if tabs_first and delimiter == "\t" else 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _check(delimiter: str) -> str:
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if len(delimiter) != 1:
        raise FeedError(
            f'The delimiter must be one character, not {delimiter!r}: write "," or ";" or "\\t" '
            f"in the map file, or leave `delimiter` out."
        )
    return delimiter


def _say(delimiter: str) -> str:
    return "a tab" if delimiter == "\t" else f"a {delimiter!r}"
