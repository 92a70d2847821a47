"""The forms that labelled texts come in, each as a table of named cells."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

import yaml

from catalog.errors import ShoptalkError
from catalog.feeds.delimited import parse_delimited

#: Entities marked in Rasa's examples: the words in brackets, and what they are behind them.
MARKED = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\}|\[\s*\{[^\]]*\])")
PAIR = ("text", "label")


@dataclass(frozen=True)
class Table:
    """Rows of cells, whatever they were read from."""

    source: str
    """The file, for people."""
    columns: tuple[str, ...]
    """Where the form has no names for them: the text, the label."""
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    """The line or place in the file, from 1, and its cells by column."""
    named: bool = False
    """Whether the columns were named by whoever wrote the file."""


def delimited(text: str, source: str) -> Table:
    """CSV or TSV with a header."""
    if len([line for line in text.splitlines() if line.strip()]) < 2:
        raise ShoptalkError(f"There are no labelled texts in {source}.")
    parsed = parse_delimited(text, source, tabs_first=source.lower().endswith(".tsv"))
    rows = []
    for row in parsed.rows:
        if row.problem:
            raise ShoptalkError(f"{source}, line {row.line}: {row.problem}")
        rows.append((row.line, {name: str(cell) for name, cell in row.cells.items()}))
    return Table(source, parsed.columns, tuple(rows), named=True)


def json_lines(text: str, source: str) -> Table:
    """One object, or one ``[text, label]``, a line."""
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                rows.append((number, json.loads(line)))
            except ValueError as error:
                raise ShoptalkError(f"{source}, line {number} is no JSON: {error}.") from error
    return _of_json(rows, source)


def json_lists(text: str, source: str, splits: Sequence[str]) -> list[Table]:
    """A list, or those of several lists that are named."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ShoptalkError(f"{source} is no JSON: {error}.") from error
    if isinstance(data, list) and not splits:
        return [_of_json(list(enumerate(data, 1)), source)]
    if not isinstance(data, dict):
        raise ShoptalkError(f"{source} is one list without parts: leave out what is behind the #.")
    known = [name for name, value in data.items() if isinstance(value, list)]
    if not known:
        raise ShoptalkError(f"{source} holds no list of texts and labels.")
    if not splits and len(known) > 1:
        raise ShoptalkError(
            f"Say which part of {source} is meant, as {source}#{known[0]}: "
            f"it has {', '.join(known)}."
        )
    for split in splits:
        if split not in known:
            raise ShoptalkError(f"{source} has no part {split!r}: it has {', '.join(known)}.")
    chosen = splits or known
    return [_of_json(list(enumerate(data[name], 1)), f"{source}#{name}") for name in chosen]


def rasa_yaml(text: str, source: str) -> Table:
    """The intents of Rasa's training data; no rows where the file has none."""
    try:
        # This loader takes every word for a text, also `no` and 5.
        data = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise ShoptalkError(f"{source} is no YAML that can be read: {problem}.") from error
    blocks = data.get("nlu") if isinstance(data, dict) else None
    rows: list[tuple[int, Mapping[str, str]]] = []
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, dict) and block.get("intent"):
            for said, after in _said(block.get("examples")):
                cells = {"text": MARKED.sub(r"\1", said), "label": block["intent"], "after": after}
                rows.append((len(rows) + 1, cells))
    return Table(source, PAIR, tuple(rows))


def two_files(texts: str, labels: str, source: str) -> Table:
    """Texts and labels, line by line."""
    one, other = _lines(texts), _lines(labels)
    if len(one) != len(other):
        raise ShoptalkError(
            f"{source} has {len(one)} texts and {len(other)} labels: line by line, they must match."
        )
    pairs = enumerate(zip(one, other, strict=True), 1)
    return Table(source, PAIR, tuple((n, dict(zip(PAIR, pair, strict=True))) for n, pair in pairs))


def lines(text: str, source: str) -> Table:
    """One text a line, without labels."""
    return Table(source, ("text",), tuple((n, {"text": t}) for n, t in enumerate(_lines(text), 1)))


def _lines(text: str) -> list[str]:
    # Not `splitlines`: other signs than the line break may be in a text.
    rows = [line.rstrip("\r") for line in text.split("\n")]
    while rows and not rows[-1].strip():
        rows.pop()
    return rows


def _of_json(items: Sequence[tuple[int, Any]], source: str) -> Table:
    if items and all(isinstance(item, list) and len(item) == 2 for _, item in items):
        pairs = [(n, {"text": _cell(a), "label": _cell(b)}) for n, (a, b) in items]
        return Table(source, PAIR, tuple(pairs))
    columns: dict[str, None] = {}
    rows = []
    for number, item in items:
        if not isinstance(item, dict):
            raise ShoptalkError(
                f"{source}, entry {number} is neither an object nor a text with its label."
            )
        rows.append((number, {name: _cell(value) for name, value in item.items()}))
        columns.update(dict.fromkeys(item))
    return Table(source, tuple(columns), tuple(rows), named=True)


def _cell(value: Any) -> str:
    """The text of a cell; what is neither text nor number says nothing."""
    return str(value) if isinstance(value, (str, int, float)) else ""


def _said(examples: Any) -> list[tuple[str, str]]:
    """Texts and what was before them: a block of lines with dashes, or a list."""
    if isinstance(examples, str):
        dashed = [line.strip() for line in examples.split("\n")]
        return [(line[1:].strip(), "") for line in dashed if line.startswith("-")]
    found = []
    for example in examples if isinstance(examples, list) else []:
        if isinstance(example, dict):
            metadata = example.get("metadata")
            after = metadata.get("after", "") if isinstance(metadata, dict) else ""
            found.append((str(example.get("text", "")).strip(), str(after)))
        else:
            found.append((str(example).strip(), ""))
    return found
