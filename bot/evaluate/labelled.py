"""Labelled texts, out of the files that people keep them in.

A data path is one of

- a CSV or TSV file whose first line names the columns;
- JSON lines, one object a line;
- a JSON file: a list, or one object of several lists (``data_full.json#train+oos_train`` takes two
  of them together); what is in a list is ``[text, label]`` or an object;
- Rasa's YAML, or a folder with such files in it, however deep;
- a folder with the files ``seq.in`` and ``label``, line by line;
- a ``.zip`` of one of these; ``texts.zip#train.csv`` names one of several files in it.

Several paths are joined by commas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator, Optional, Sequence

from bot.evaluate.formats import Table
from bot.evaluate.places import listed, split, tables
from catalog.errors import ShoptalkError

#: What the columns are called, the clearest first; written without spaces and underscores.
TEXT_NAMES = (
    *("text", "sentence", "utterance", "query", "question", "message", "instruction", "review"),
    *("content", "文本", "句子", "问题", "内容", "评论"),
)
LABEL_NAMES = (
    *("intent", "label", "category", "class", "target", "tag", "topic", "sentiment"),
    *("标签", "意图", "类别", "分类"),
)


@dataclass(frozen=True)
class Columns:
    """The columns to read; found by their names where they are not given."""

    text: Optional[str] = None
    label: Optional[str] = None


@dataclass(frozen=True)
class Example:
    """One labelled text."""

    text: str
    label: str
    after: str = ""
    """What was said or done before it, in a word; empty where the file does not say."""


def read_labelled(paths: str, columns: Optional[Columns] = None) -> list[Example]:
    """Read the labelled texts of one or several paths; rows with a blank text are left out.

    Raises
    ------
    ShoptalkError
        Where a path is not there, is none of the forms, or its columns are not clear; where a text
        has no label, and where there are no texts.
    """
    columns = columns or Columns()
    return [example for path in split(paths) for example in _examples(path, columns)]


def read_texts(paths: str, columns: Optional[Columns] = None) -> list[str]:
    """Read texts only, from the same forms and from ``.txt`` files of one text a line.

    Raises
    ------
    ShoptalkError
        As ``read_labelled`` does, but labels need not be there.
    """
    columns = columns or Columns()
    texts: list[str] = []
    for path in split(paths):
        found = [t for table in tables(path, unlabelled=True) for t in _texts(table, columns)]
        if not found:
            raise ShoptalkError(f"There are no texts in {path}.")
        texts += found
    return texts


def _examples(path: str, columns: Columns) -> list[Example]:
    found = [e for table in tables(path) for e in _of_table(table, columns)]
    if not found:
        raise ShoptalkError(f"There are no labelled texts in {path}.")
    return found


def _texts(table: Table, columns: Columns) -> list[str]:
    column = _text_column(table, columns)
    return [text for _line, row in table.rows if (text := row.get(column, "").strip())]


def _of_table(table: Table, columns: Columns) -> Iterator[Example]:
    text_column = _text_column(table, columns)
    label_column = _label_column(table, columns, text_column)
    for line, row in table.rows:
        text, label = row.get(text_column, "").strip(), row.get(label_column, "").strip()
        if text and not label:
            raise ShoptalkError(
                f"The text of {table.source}, line {line} has no label: add it or remove the line."
            )
        if text:
            yield Example(text, label, row.get("after", "").strip())


def _text_column(table: Table, columns: Columns) -> str:
    if not table.named:
        return table.columns[0]
    found = _column(table, columns.text, TEXT_NAMES)
    if found is None:
        found = _other(table, _column(table, columns.label, LABEL_NAMES))
    if found is None:
        raise ShoptalkError(
            f"No column of {table.source} is clearly the text; it has {listed(table.columns)}: "
            f"say which with --text-column."
        )
    return found


def _label_column(table: Table, columns: Columns, text_column: str) -> str:
    if not table.named:
        return table.columns[1]
    found = _column(table, columns.label, LABEL_NAMES) or _other(table, text_column)
    if found is None:
        raise ShoptalkError(
            f"No column of {table.source} is clearly the label; it has {listed(table.columns)}: "
            f"say which with --label-column."
        )
    return found


def _column(table: Table, asked: Optional[str], names: Sequence[str]) -> Optional[str]:
    if asked is not None:
        if asked not in table.columns:
            raise ShoptalkError(
                f"{table.source} has no column {asked!r}: it has {listed(table.columns)}."
            )
        return asked
    plain = {re.sub(r"[\s_-]+", "", column).casefold(): column for column in table.columns}
    return next((plain[name] for name in names if name in plain), None)


def _other(table: Table, column: Optional[str]) -> Optional[str]:
    """The second of two columns, where the first is known."""
    others = [c for c in table.columns if c != column]
    return others[0] if column is not None and len(others) == 1 else None
