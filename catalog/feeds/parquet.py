"""Parquet files: typed columns, and what their values are as texts."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.feeds.jsonlines import flatten
from catalog.feeds.report import FeedError
from catalog.feeds.table import Cell, Row, Table

_STEP = 10_000
_WHOLE = 2.0**53


def load_parquet(data: bytes, source: str) -> pa.Table:
    """The columns of a Parquet file, with dictionaries resolved.

    Raises
    ------
    FeedError
        Where it is damaged, or has no rows.
    """
    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowException, OSError) as error:
        raise FeedError(
            f"{source} is a damaged Parquet file ({_first(error)}): write it again."
        ) from None
    if not table.num_rows or not table.num_columns:
        raise FeedError(f"{source} has no rows: export it again.")
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            plain = table.column(place).cast(field.type.value_type)
            table = table.set_column(place, field.name, plain)
    return table


def parse_parquet(data: bytes, source: str) -> Table:
    """A Parquet file as rows of texts; a row's ``line`` is its number, from 1.

    Lists are several values, keys of structures are joined by dots, whole numbers are written
    without decimals, and what is missing (also NaN) is an empty text.
    """
    table = load_parquet(data, source)
    columns: dict[str, None] = {}
    rows: list[Row] = []
    for batch in table.to_batches(max_chunksize=_STEP):
        names = batch.schema.names
        for values in zip(*(_cells(column) for column in batch.columns), strict=True):
            cells = dict(_named(names, values))
            columns.update(dict.fromkeys(cells))
            rows.append(Row(len(rows) + 1, cells))
    return Table(source, tuple(columns), tuple(rows))


def as_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values of a column as texts; null where there is none."""
    kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_integer(kind) or pa.types.is_large_string(kind):
        return column.cast(pa.string())
    return pa.chunked_array(
        [pa.array([_join(v) or None for v in _cells(c)], pa.string()) for c in column.chunks],
        pa.string(),
    )


def _cells(column: pa.Array) -> Iterator[Any]:
    """Plain values: numbers without rounding, everything else as Python has it."""
    if pa.types.is_floating(column.type):
        return (_number(v) for v in column.cast(pa.float64()).to_pylist())
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = pc.cast(column, pa.timestamp("us", column.type.tz), safe=False)
    return iter(column.to_pylist())


def _named(names: list[str], values: tuple[Any, ...]) -> Iterator[tuple[str, Cell]]:
    for name, value in zip(names, values, strict=True):
        if isinstance(value, dict):
            yield from flatten(_plain(value), f"{name}.")
        elif isinstance(value, (list, tuple)):
            yield name, tuple(_text(v) for v in value)
        else:
            yield name, _text(value)


def _join(value: Any) -> str:
    return " ".join(map(_text, value)) if isinstance(value, list) else _text(value)


def _text(value: Any) -> str:
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """The value as JSON has it, every scalar as the text that a feed would have."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def _number(value: Any) -> str:
    if value is None or np.isnan(value):
        return ""
    return str(int(value)) if abs(value) < _WHOLE and value == int(value) else repr(value)


def _first(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".:") if str(error) else type(error).__name__
