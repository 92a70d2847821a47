"""A shop's own log as an ``EventTable``."""

from __future__ import annotations

from typing import Any, Iterator, Optional, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa

from catalog.event_table import EventTable
from catalog.event_versions import check_version
from catalog.events import EVENT_KINDS
from catalog.schema import events
from catalog.store import Store

_STEP = 50_000
_TEXTS = ("shopper", "product", "kind", "conversation", "query", "value")
Columns = dict[str, Any]


def event_table_of(store: Store) -> EventTable:
    """The log of a shop by time; events of the same time in the order they were appended.

    ``payload["query"]`` is the request and ``payload["value"]`` the rating or quantity, where
    they are a text and a number.
    """
    chunks: dict[str, list[pa.Array]] = {name: [] for name in (*_TEXTS, "rank", "at")}
    for rows in _batches(store):
        for name, values in zip(chunks, zip(*rows, strict=True), strict=True):
            chunks[name].append(_array(name, values))
    at = _joined(chunks["at"], np.int64)
    order = np.argsort(at, kind="stable")
    coded = {name: _coded(chunks[name], order) for name in _TEXTS}
    kinds, kind = coded["kind"]
    conversations, conversation = coded["conversation"]
    queries, query = coded["query"]
    rank = _joined(chunks["rank"], np.int32)[order]
    values, value = coded["value"]
    return EventTable(
        shopper_ids=coded["shopper"][0],
        product_ids=coded["product"][0],
        shopper=coded["shopper"][1],
        product=coded["product"][1],
        kind=np.array([EVENT_KINDS.index(k) for k in kinds], dtype=np.uint8)[kind],
        value=np.array([*map(_number, values), np.nan], dtype=np.float32)[value],
        at=at[order],
        conversation_ids=conversations,
        conversation=conversation if conversations else None,
        rank=rank if rank.any() else None,
        queries=queries,
        query=query if queries else None,
    )


def _batches(store: Store) -> Iterator[Sequence[Any]]:
    """Rows of texts, rank and time, in the order of the log, from one state."""
    sqlite = store.engine.dialect.name == "sqlite"
    query = sa.select(
        events.c.shopper_id,
        events.c.product_id,
        events.c.kind,
        events.c.conversation_id,
        events.c.payload["query"].as_string(),
        events.c.payload["value"].as_string(),
        events.c.rank,
        sa.type_coerce(events.c.at, sa.String) if sqlite else events.c.at,
    ).order_by(events.c.id)
    newest = sa.select(sa.func.max(events.c.schema_version))
    with store.engine.connect() as connection:
        check_version(connection.execute(newest).scalar() or 1)
        result = connection.execution_options(stream_results=True).execute(query)
        yield from result.partitions(_STEP)


def _array(name: str, values: Sequence[Any]) -> pa.Array:
    if name == "at":
        if isinstance(values[0], str):
            texts = pa.array(values, pa.string())
            moments = texts.cast(pa.timestamp("us")).cast(pa.timestamp("ms"), safe=False)
        else:
            moments = pa.array(values, pa.timestamp("us", "UTC"))
            moments = moments.cast(pa.timestamp("ms", "UTC"), safe=False)
        return moments.cast(pa.int64())
    if name == "rank":
        return pa.array([value or 0 for value in values], pa.int32())
    if name in ("query", "value"):
        values = [None if value is None else str(value) for value in values]
    return pa.array(values, pa.string()).dictionary_encode()


def _joined(chunks: list[pa.Array], kind: Any) -> npt.NDArray[Any]:
    return np.concatenate([np.zeros(0, kind), *map(np.asarray, chunks)]).astype(kind)


def _coded(
    chunks: list[pa.Array], order: npt.NDArray[np.int64]
) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    """The distinct texts, and the place of each event's among them; -1 for none."""
    places: dict[str, int] = {}
    codes = [np.zeros(0, dtype=np.int32)]
    for chunk in chunks:
        texts = chunk.dictionary.to_pylist()
        of = [places.setdefault(text, len(places)) if text else -1 for text in texts]
        found = np.asarray(chunk.indices.fill_null(len(of)))
        codes.append(np.array([*of, -1], dtype=np.int32)[found])
    return tuple(places), np.concatenate(codes)[order]


def _number(text: str) -> Optional[float]:
    try:
        return float(text)
    except ValueError:
        return np.nan
