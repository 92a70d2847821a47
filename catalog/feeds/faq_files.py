"""Files with questions and answers as tables: YAML, JSON with a list inside, and all the others."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Optional

import yaml

from catalog.feeds.encoding import decode
from catalog.feeds.jsonlines import flatten, parse_json
from catalog.feeds.mapforms import _TextLoader
from catalog.feeds.report import FeedError, RowError
from catalog.feeds.table import Row, Table, read_bytes, read_table

_YAML = (".yml", ".yaml")


def read_faq_table(
    path: Path, *, encoding: Optional[str] = None, delimiter: Optional[str] = None
) -> Table:
    """Read a file of questions and answers, one row an entry.

    Raises
    ------
    FeedError
        Where the file is not there or is not what its name says.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix in _YAML:
        return _yaml(decode(read_bytes(path), path.name, encoding), path.name)
    if suffix == ".json":
        text = decode(read_bytes(path), path.name, encoding)
        return parse_json(_list_in(text), path.name)
    return read_table(path, encoding=encoding, delimiter=delimiter)


def _list_in(text: str) -> str:
    """The only list of objects in a JSON object, on the lines where it was; else the whole text."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        data = json.loads(text)
    except json.JSONDecodeError:
        return text
    lists = [k for k, v in data.items() if isinstance(v, list) and any(map(_is_object, v))]
    if len(lists) != 1:
        return text
    name = re.search(re.escape(json.dumps(lists[0], ensure_ascii=False)) + r"\s*:\s*(?=\[)", text)
    return text if name is None else "\n" * text.count("\n", 0, name.end()) + text[name.end() :]


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _yaml(text: str, source: str) -> Table:
    loader = _TextLoader(text)
    try:
        root = loader.get_single_node()
        if isinstance(root, yaml.MappingNode):
            root = next((v for _, v in root.value if isinstance(v, yaml.SequenceNode)), root)
        if not isinstance(root, yaml.SequenceNode):
            raise FeedError(f"{source} has no list of entries: write each as `- question: …`.")
        found = [(n.start_mark.line + 1, loader.construct_object(n, deep=True)) for n in root.value]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"Line {mark.line + 1} of {source}" if mark else source
        problem = getattr(error, "problem", "") or "wrong indentation or quotes"
        raise FeedError(f"{where} is not valid YAML ({problem}): correct it.") from None
    finally:
        loader.dispose()
    rows = [Row(line, dict(flatten(item))) for line, item in found if isinstance(item, dict)]
    message = "This is no entry: write `question:` and `answer:` below each other."
    errors = [RowError(line, "", message) for line, item in found if not isinstance(item, dict)]
    columns = dict.fromkeys(name for row in rows for name in row.cells)
    return Table(source, tuple(columns), tuple(rows), tuple(errors))
