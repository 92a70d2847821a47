"""RecBole's atomic files: tab-separated tables whose header gives each column's type.

The header reads ``name:type`` with ``token``, ``token_seq``, ``float`` or ``float_seq``; sequences
have spaces between their parts. See https://recbole.io/docs/user_guide/data/atomic_files.html.
"""

from __future__ import annotations

from typing import Sequence

from catalog.feeds.mapping import FeedMap, Source, listed
from catalog.feeds.report import FeedError

TYPES = ("token", "token_seq", "float", "float_seq")


def is_atomic(columns: Sequence[str]) -> bool:
    """Whether every column of a header has one of RecBole's types."""
    return bool(columns) and all(_split(column)[1] in TYPES for column in columns)


def column_called(columns: Sequence[str], name: str) -> str:
    """The column ``name:type``, or an empty text."""
    return next((column for column in columns if _split(column)[0] == name), "")


def item_map(columns: Sequence[str], source: str) -> FeedMap:
    """How to read a file of items: the first text that is a sequence is the title, others are
    attributes, and further sequences are several values.

    Raises
    ------
    FeedError
        Where there is no ``item_id``.
    """
    item = column_called(columns, "item_id")
    if not item:
        raise FeedError(
            f"{source} has no column item_id:token: its columns are {listed(columns)}; say with a "
            f"map file which of them is `id`."
        )
    title = next((c for c in columns if _split(c)[1] == "token_seq"), item)
    others = (column for column in columns if column not in (item, title))
    return FeedMap(
        columns={"id": Source((item,)), "title": Source((title,))},
        attributes={
            _split(column)[0]: Source(
                (column,), split=" " if _split(column)[1].endswith("_seq") else ""
            )
            for column in others
        },
    )


def _split(column: str) -> tuple[str, str]:
    name, _, kind = column.rpartition(":")
    return name, kind
