"""The columns of a log as an ``EventTable``, by a map; every distinct text is read once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Optional, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catalog.event_table import EventTable
from catalog.events import ABOUT_NOTHING, EVENT_KINDS
from catalog.feeds.attributes import NOTHING
from catalog.feeds.columns import Columns
from catalog.feeds.event_map import EventMap
from catalog.feeds.mapping import Source, listed, nearest
from catalog.feeds.parquet import as_texts
from catalog.feeds.prices import parse_number
from catalog.feeds.report import RowError
from catalog.feeds.text import clean_line
from catalog.feeds.times import parse_time, times_of
from catalog.feeds.values import parse_id
from catalog.masking import masked

#: Kinds that have a text.
WORDED = ("commented", "searched")
MOST_TOLD = 1000
_LONGEST_NAME = 200
_LONGEST_TEXT = 10_000
_MOST_RANK = 1_000_000
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_LITERAL = ("shopper", "product", "conversation", "query", "text", "key")
_KIND = {kind: code for code, kind in enumerate(EVENT_KINDS)}
_LEFT_OUT = -2

Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]
T = TypeVar("T")


@dataclass(frozen=True)
class ReadEvents:
    """A log that was read."""

    table: EventTable
    """By time; events of the same time in the order of the file."""
    keys: Optional[tuple[str, ...]]
    """The keys of the events, where the log has them."""
    texts: tuple[str, ...]
    """What shoppers wrote, by code; personal data is masked."""
    text: Codes
    """Code of each event's text, shape (n,); -1 where there is none."""
    rows: int
    """How many rows the log has."""
    broken: int
    """Rows that cannot be used."""
    left_out: int
    """Rows that the map leaves out by their kind."""
    errors: tuple[RowError, ...]
    """What is wrong with broken rows, in the order of the file; at most ``MOST_TOLD``."""


def read_events(columns: Columns, event_map: EventMap) -> ReadEvents:
    """Every row that can be used; nothing is raised for the others."""
    return _Reader(columns, event_map).read()


class _Reader:
    def __init__(self, columns: Columns, event_map: EventMap) -> None:
        self._columns = columns
        self._map = event_map
        self._bad = np.zeros(len(columns), dtype=bool)
        self._errors: list[RowError] = []

    def read(self) -> ReadEvents:
        n = len(self._columns)
        kinds, kind = self._coded("kind", self._kind)
        kind_of = np.array([*kinds, 0], dtype=np.int16)[kind]
        left_out = kind_of == _LEFT_OUT
        self._bad |= left_out
        self._require("kind", kind)
        shoppers, shopper = self._coded("shopper", _name)
        self._require("shopper", shopper)
        products, product = self._coded("product", parse_id)
        free = np.isin(kind_of, [_KIND[name] for name in ABOUT_NOTHING])
        self._require("product", np.where(free, 0, product))
        at = self._times()
        value = self._values()
        ranks, rank = self._coded("rank", _rank)
        conversations, conversation = self._coded("conversation", _name)
        queries, query = self._coded("query", clean_line)
        texts, text = self._coded("text", _written)
        # Of other kinds it would not be part of the event.
        text = np.where(np.isin(kind_of, [_KIND[name] for name in WORDED]), text, -1)
        self._require("text", np.where(kind_of == _KIND["commented"], text, 0))
        unclear = (kind_of == _KIND["helped"]) & ~np.isin(value, (0, 1)) & ~self._bad
        self._add("value", unclear, lambda _row: "Whether it helped is not said: write 1 or 0.")
        keys, key = self._coded("key", _name)
        if "key" in self._map.columns:
            self._require("key", key)
        rows = np.flatnonzero(~self._bad)
        rows = rows[np.argsort(at[rows], kind="stable")]
        shoppers, shopper = compact(shoppers, shopper[rows])
        products, product = compact(products, product[rows])
        conversations, conversation = compact(conversations, conversation[rows])
        queries, query = compact(queries, query[rows])
        texts, text = compact(texts, text[rows])
        table = EventTable(
            shopper_ids=shoppers,
            product_ids=products,
            shopper=shopper,
            product=product,
            kind=kind_of[rows].astype(np.uint8),
            value=value[rows],
            at=at[rows],
            conversation_ids=conversations,
            conversation=conversation if conversations else None,
            rank=np.array([*ranks, 0], dtype=np.int32)[rank[rows]] if ranks else None,
            queries=queries,
            query=query if queries else None,
        )
        broken = int((self._bad & ~left_out).sum()) + len(self._columns.errors)
        self._errors += self._columns.errors
        self._errors.sort(key=lambda error: error.line)
        return ReadEvents(
            table=table,
            keys=tuple(keys[i] for i in key[rows]) if "key" in self._map.columns else None,
            texts=texts,
            text=text,
            rows=n + len(self._columns.errors),
            broken=broken,
            left_out=int(left_out.sum()),
            errors=tuple(self._errors[:MOST_TOLD]),
        )

    def _coded(self, name: str, parse: Callable[[str], T]) -> tuple[tuple[T, ...], Codes]:
        """The distinct values of a column, and the place of each row's among them; -1 for none."""
        source = self._map.columns.get(name)
        if source is None:
            return (), np.full(len(self._columns), -1, dtype=np.int32)
        if source.constant:
            return (parse(source.constant),), np.zeros(len(self._columns), dtype=np.int32)
        found, codes = _distinct(self._column(source))
        values: dict[T, int] = {}
        places = np.full(len(found) + 1, -1, dtype=np.int32)
        wrong: dict[int, str] = {}
        for code, text in enumerate(found):
            text = clean_line(text)
            if text in source.empty or (name not in _LITERAL and text in NOTHING):
                continue
            if name != "kind" and source.values:
                text = source.values.get(text, text)
            if not text:
                continue
            try:
                places[code] = values.setdefault(parse(text), len(values))
            except ValueError as error:
                wrong[code] = str(error)
        self._tell(name, codes, wrong)
        return tuple(values), places[codes]

    def _column(self, source: Source) -> pa.ChunkedArray:
        columns = [self._columns.cells[name] for name in source.columns]
        if len(columns) == 1:
            return columns[0]
        texts = [as_texts(column).fill_null("") for column in columns]
        return pc.utf8_trim_whitespace(pc.binary_join_element_wise(*texts, " "))

    def _times(self) -> npt.NDArray[np.int64]:
        """Milliseconds since 1970, shape (n,); 0 where the log has no times."""
        n = len(self._columns)
        source = self._map.columns.get("at")
        if source is None:
            return np.zeros(n, dtype=np.int64)

        def parse(text: str) -> int:
            return parse_time(text, self._map.zone, source.unit)

        if len(source.columns) == 1 and not source.empty and not source.values:
            column = self._columns.cells[source.columns[0]]
            whole = times_of(column, self._map.zone, source.unit)
            if whole is not None and whole[1].all():
                return whole[0]
        times, codes = self._coded("at", parse)
        self._require("at", codes)
        return np.array([*times, 0], dtype=np.int64)[codes]

    def _values(self) -> npt.NDArray[np.float32]:
        """Ratings or quantities, shape (n,); NaN for none."""
        source = self._map.columns.get("value")
        if source is not None and len(source.columns) == 1 and not source.empty:
            column = self._columns.cells[source.columns[0]]
            if not source.values and _is_number(column.type):
                numbers = np.asarray(column.cast(pa.float64(), safe=False).fill_null(np.nan))
                found = numbers.astype(np.float32)
                if not np.isinf(found).any():
                    return found
        decimal = (source.decimal if source else "") or self._map.decimal
        values, codes = self._coded("value", lambda text: _number(text, decimal))
        return np.array([*values, np.nan], dtype=np.float32)[codes]

    def _kind(self, text: str) -> int:
        known = self._map.kinds
        kind = known.get(text, text if text in EVENT_KINDS else text.lower())
        if not kind:
            return _LEFT_OUT
        if kind == "profiled":
            raise ValueError(
                "What is known about a shopper is no act: import it with "
                "`shoptalk import profiles`."
            )
        if kind not in _KIND:
            said = nearest(text, EVENT_KINDS)
            raise ValueError(
                f"There is no kind of event {text[:40]!r}{said}; there are "
                f"{listed(EVENT_KINDS, 40)}: say in a map file which of them it is, like "
                f"kind: {{column: …, values: {{{text[:40]}: clicked}}}}."
            )
        return _KIND[kind]

    def _require(self, name: str, codes: Codes) -> None:
        """Rows without a value are broken, unless something was wrong with it already."""
        missing = (codes < 0) & ~self._bad
        needing = "a comment" if name == "text" else "every event"
        self._add(name, missing, lambda _row: f"The {name} is empty: {needing} needs one.")

    def _tell(self, name: str, codes: Codes, wrong: dict[int, str]) -> None:
        if wrong:
            rows = np.isin(codes, list(wrong)) & ~self._bad
            self._add(name, rows, lambda row: wrong[int(codes[row])])

    def _add(self, name: str, rows: Bools, message: Callable[[int], str]) -> None:
        source = self._map.columns.get(name)
        column = next(iter(source.columns), "") if source is not None else ""
        for row in np.flatnonzero(rows)[:MOST_TOLD]:
            self._errors.append(RowError(int(self._columns.lines[row]), column, message(row)))
        self._bad |= rows


def compact(values: tuple[str, ...], codes: Codes) -> tuple[tuple[str, ...], Codes]:
    """Only the values that are in use; codes below 0 stay -1."""
    used = np.zeros(len(values) + 1, dtype=bool)
    used[codes] = True
    used[-1] = False
    places = np.cumsum(used, dtype=np.int32) - 1
    places[-1] = -1
    return tuple(values[i] for i in np.flatnonzero(used)), places[codes]


def _distinct(column: pa.ChunkedArray) -> tuple[list[str], Codes]:
    """The distinct texts of a column, and the place of each row's among them; -1 for null."""
    if not (pa.types.is_string(column.type) or pa.types.is_integer(column.type)):
        column = as_texts(column)
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks)
    coded = whole.dictionary_encode()
    codes = np.asarray(coded.indices.fill_null(-1)).astype(np.int32)
    return as_texts(pa.chunked_array([coded.dictionary])).to_pylist(), codes


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _name(text: str) -> str:
    if len(text) > _LONGEST_NAME:
        raise ValueError(f"{text[:40]!r}… is longer than {_LONGEST_NAME} characters: shorten it.")
    return text


def _written(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"The text is longer than {_LONGEST_TEXT} characters: shorten it.")
    return masked(text)


def _rank(text: str) -> int:
    number = parse_number(text, ".")
    if number is None or number != int(number) or not 1 <= number <= _MOST_RANK:
        raise ValueError(f"The rank {text[:40]!r} is not a whole number from 1.")
    return int(number)


def _number(text: str, decimal: str) -> float:
    number = parse_number(text, decimal)
    if number is None and not _FLOAT.fullmatch(text):
        raise ValueError(f"The value {text[:40]!r} is not a number: write it like 4.5.")
    value = float(text) if number is None else float(number)
    if not np.isfinite(np.float32(value)):
        raise ValueError(f"The value {text[:40]!r} is too large.")
    return value
