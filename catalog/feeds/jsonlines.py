"""Feeds as JSON: an object a line, or one list of objects."""

from __future__ import annotations

import json
import re
from typing import Any, Iterator, Union

from catalog.feeds.encoding import DAMAGED
from catalog.feeds.report import FeedError, RowError
from catalog.feeds.table import Cell, Row, Table


def parse_json(text: str, source: str) -> Table:
    """Read objects; keys of objects inside them are joined by dots, lists are several values.

    Raises
    ------
    FeedError
        Where the file has no object at all.
    """
    rows: list[Row] = []
    errors: list[RowError] = []
    columns: dict[str, None] = {}
    for row in read_json(text, source):
        if isinstance(row, RowError):
            errors.append(row)
        else:
            columns.update(dict.fromkeys(row.cells))
            rows.append(row)
    if not rows:
        hint = f" ({errors[0]})" if errors else ""
        raise FeedError(f"{source} has no JSON object in it{hint}: write one a line.")
    return Table(source, tuple(columns), tuple(rows), tuple(errors))


def read_json(text: str, source: str) -> Iterator[Union[Row, RowError]]:
    """The objects one after the other, and what is wrong with lines that are none."""
    for line, item in _items(text, source):
        if isinstance(item, RowError):
            yield item
        elif not isinstance(item, dict):
            yield RowError(line, "", "This is no JSON object: write every record as {…}.")
        else:
            yield Row(line, dict(flatten(item)))


def _items(text: str, source: str) -> Iterator[tuple[int, Any]]:
    if text.lstrip().startswith("["):
        yield from _list_items(text, source)
        return
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if line.strip():
            yield number, _load(line, number)


def _list_items(text: str, source: str) -> Iterator[tuple[int, Any]]:
    decoder = json.JSONDecoder(parse_float=str, parse_int=str)
    space = re.compile(r"[\s,]*")
    position, line = text.index("[") + 1, 1
    counted = 0
    while True:
        gap = space.match(text, position)
        position = gap.end() if gap else position
        line += text.count("\n", counted, position)
        counted = position
        if text[position : position + 1] in ("]", ""):
            return
        try:
            item, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise FeedError(
                f"Line {error.lineno} of {source} is not JSON ({error.msg}): correct it there."
            ) from None
        yield line, item


def _load(line: str, number: int) -> Any:
    if DAMAGED.search(line):
        message = "The line holds bytes that are not UTF-8: save the file as UTF-8."
        return RowError(number, "", message)
    try:
        return json.loads(line, parse_float=str, parse_int=str)
    except json.JSONDecodeError as error:
        message = f"This is not JSON ({error.msg} at character {error.colno}): correct it there."
        return RowError(number, "", message)


def flatten(item: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Cell]]:
    """Keys joined by dots, with the texts of their values."""
    for key, value in item.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from flatten(value, f"{name}.")
        elif isinstance(value, list):
            yield name, tuple(_text(v) for v in value)
        else:
            yield name, _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
