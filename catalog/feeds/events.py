"""Events out of files: as a table for models and evaluations, or into the log of a shop."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable, Iterator, Optional

import numpy as np
import numpy.typing as npt

from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS, Event
from catalog.feeds.columns import read_columns
from catalog.feeds.event_columns import ReadEvents, read_events
from catalog.feeds.event_log import event_table_of
from catalog.feeds.event_map import default_event_map, read_event_map
from catalog.feeds.report import FeedError, RowError
from catalog.masking import masked
from catalog.shop import Shop

__all__ = ["EventReport", "event_table_of", "import_events", "read_event_table"]

Progress = Callable[[str, int, int], None]
_ON_ERROR = ("skip", "abort")
_STEP = 5000
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_EXAMPLES = 10
_SEARCHED = EVENT_KINDS.index("searched")


@dataclass(frozen=True)
class EventReport:
    """What became of the rows of a log."""

    added: int = 0
    known: int = 0
    """Events that the shop's log has already."""
    left_out: int = 0
    """Rows that the map leaves out by their kind."""
    broken: int = 0
    """Rows that cannot be used."""
    errors: tuple[RowError, ...] = ()
    """What is wrong with them; only the first where there are very many."""
    about_unknown: int = 0
    """Events that were kept although the catalogue never had their product."""
    unknown_products: int = 0
    """How many such products there are."""
    examples: tuple[str, ...] = ()
    """Ids of some of them."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def read_event_table(
    path: Path, map_file: Optional[Path] = None, *, on_error: str = "abort"
) -> EventTable:
    """The events in a file by time, those of the same time in the order of the file.

    Parameters
    ----------
    path
        CSV, JSON lines or Parquet; or a RecBole ``.inter`` file, whose rows are of kind ``rated``
        where they have a rating and ``clicked`` where not.
    map_file
        Which column means what; without it the columns have canonical names.
    on_error
        ``abort`` raises where a row cannot be used, ``skip`` leaves it out.

    Raises
    ------
    FeedError
        Where the file, the map or a row cannot be used.
    """
    read = _read(path, map_file, on_error)
    if read.broken and on_error == "abort":
        raise FeedError(
            f"{read.broken} of the {read.rows} rows of {Path(path).name} cannot be used: "
            f"{read.errors[0]}"
        )
    return read.table


def import_events(
    shop: Shop,
    file: Path,
    map_file: Optional[Path] = None,
    *,
    on_error: str = "skip",
    progress: Optional[Progress] = None,
) -> EventReport:
    """Append the events of a file to the log of a shop, by time; all of them, or none.

    An event is known by its key: that of the map, or one made from what the row says and how often
    the file has said it before. Importing the same file again therefore adds nothing, and a longer
    export of the same log adds what is new.

    Parameters
    ----------
    on_error
        ``skip`` leaves broken rows out, ``abort`` changes nothing if there is one.

    Raises
    ------
    FeedError
        Where the file or the map cannot be used, or none of the rows.
    """
    if progress is not None:
        progress("reading", 0, 1)
    read = _read(file, map_file, on_error)
    if progress is not None:
        progress("reading", read.rows, read.rows)
    if read.errors and on_error == "abort":
        return EventReport(left_out=read.left_out, broken=read.broken, errors=read.errors)
    table = read.table
    if read.broken and not len(table):
        raise FeedError(
            f"None of the {read.rows} rows of {Path(file).name} can be used: {read.errors[0]}"
        )
    known = shop.store.known(table.product_ids)
    unknown = [i for i, name in enumerate(table.product_ids) if name not in known]
    added = _append(shop, read, progress)
    return EventReport(
        added=added,
        known=len(table) - added,
        left_out=read.left_out,
        broken=read.broken,
        errors=read.errors,
        about_unknown=int(np.isin(table.product, unknown).sum()),
        unknown_products=len(unknown),
        examples=tuple(table.product_ids[i] for i in unknown[:_EXAMPLES]),
    )


def _read(path: Path, map_file: Optional[Path], on_error: str) -> ReadEvents:
    if on_error not in _ON_ERROR:
        raise FeedError(f"on_error must be skip or abort, not {on_error!r}.")
    event_map = read_event_map(Path(map_file)) if map_file is not None else None
    columns = read_columns(
        Path(path),
        encoding=event_map.encoding if event_map else None,
        delimiter=event_map.delimiter if event_map else None,
    )
    event_map = event_map or default_event_map(columns.names, columns.source)
    event_map.check(columns.names, columns.source)
    return read_events(columns, event_map)


def _append(shop: Shop, read: ReadEvents, progress: Optional[Progress]) -> int:
    table = read.table
    added = 0
    events = _events(read)
    with shop.store.appending() as write:
        for done in range(0, len(table), _STEP):
            if progress is not None:
                progress("writing", done, len(table))
            added += write.append(event for _, event in zip(range(_STEP), events, strict=False))
    if progress is not None:
        progress("writing", len(table), len(table))
    return added


def _events(read: ReadEvents) -> Iterator[Event]:
    table, keys = read.table, read.keys
    n = len(table)
    none = np.full(n, -1, dtype=np.int32)
    times = zip(
        table.shopper.tolist(),
        table.product.tolist(),
        table.kind.tolist(),
        table.value.astype(float).tolist(),
        table.at.tolist(),
        (none if table.conversation is None else table.conversation).tolist(),
        (none if table.rank is None else table.rank).tolist(),
        (none if table.query is None else table.query).tolist(),
        read.text.tolist(),
        _times_before(table, read.text).tolist(),
        strict=True,
    )
    products = (*table.product_ids, None)
    conversations = (*table.conversation_ids, "")
    for row, columns in enumerate(times):
        shopper, product, kind, value, at, conversation, rank, query, text, before = columns
        payload: dict[str, Any] = {}
        if text >= 0:
            payload["text"] = read.texts[text]
        if query >= 0:
            payload["query"] = table.queries[query]
        if kind == _SEARCHED and text < 0 and query >= 0:
            payload["text"] = masked(payload.pop("query"))
        if value == value:
            payload["value"] = int(value) if value.is_integer() else value
        event = {
            "shopper_id": table.shopper_ids[shopper],
            "conversation_id": conversations[conversation],
            "kind": EVENT_KINDS[kind],
            "product_id": products[product],
            "rank": rank if rank > 0 else None,
            "payload": payload,
        }
        key = keys[row] if keys is not None else _key((*event.values(), at), before)
        moment = _EPOCH + timedelta(milliseconds=at)
        yield Event(key=key, turn=0, at=moment, **event)  # type: ignore[arg-type]


def _key(row: tuple[object, ...], before: int) -> str:
    """A stable name for a row that has none: its content, and how often it came before."""
    digest = hashlib.blake2b(repr((*row, before)).encode(), digest_size=16)
    return f"row:{digest.hexdigest()}"


def _times_before(table: EventTable, text: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """How many equal rows come before each, shape (n,)."""
    columns: list[npt.NDArray[Any]] = [table.shopper, table.product, table.kind, table.at, text]
    columns.append(table.value.view(np.int32))
    columns += [c for c in (table.conversation, table.rank, table.query) if c is not None]
    n = len(table)
    order = np.lexsort(columns)
    new = np.ones(n, dtype=bool)
    for column in columns:
        ordered = column[order]
        new[1:] &= ordered[1:] == ordered[:-1]
    new[1:] = ~new[1:]
    place = np.arange(n)
    starts = np.maximum.accumulate(np.where(new, place, 0))
    found = np.empty(n, dtype=np.int64)
    found[order] = place - starts
    return found
