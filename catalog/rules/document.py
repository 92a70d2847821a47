"""YAML as texts with the lines they stand on: no anchors, no tags, no guessing of types.

``no``, ``007`` and ``1e3`` stay what was written; whoever reads a value says what it must be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional, Union

import yaml

from catalog.feeds.report import FeedError

#: A file of rules is written by people; anything beyond these is not one.
MOST_BYTES, MOST_DEPTH = 1_000_000, 12
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EMPTY = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class Scalar:
    """A text; None where nothing was written."""

    text: Optional[str]
    line: int


@dataclass
class Items:
    """A list."""

    line: int
    nodes: list[Node] = field(default_factory=list)


@dataclass
class Pairs:
    """A mapping: key → the line of the key and the value."""

    line: int
    entries: dict[str, tuple[int, Node]] = field(default_factory=dict)
    key: Optional[Scalar] = None
    """The key that waits for its value."""


Node = Union[Scalar, Items, Pairs]


def read_document(path: Path) -> Optional[Node]:
    """The content of a YAML file; None where it is empty.

    Raises
    ------
    FeedError
        Where the file cannot be read, is too large or too deep, is not YAML, or uses anchors,
        tags, a key twice or several documents.
    """
    name = path.name
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FeedError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB: split it.")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FeedError(f"There is no file {path}: check the path.") from None
    except OSError as error:
        raise FeedError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise FeedError(f"{name} is not UTF-8: save it as UTF-8.") from None
    try:
        return _Composer(name).compose(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"Line {mark.line + 1} of {name}" if mark else name
        problem = getattr(error, "problem", "") or "wrong indentation or quotes"
        raise FeedError(f"{where} is not valid YAML ({problem}): correct it.") from None


class _Composer:
    """Builds nodes from YAML's events, without recursion and without following anything."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stack: list[Union[Items, Pairs]] = []
        self._root: Optional[Node] = None
        self._documents = 0

    def compose(self, text: str) -> Optional[Node]:
        for event in yaml.parse(text, Loader=_LOADER):
            mark = event.start_mark
            self._take(event, mark.line + 1 if mark else 0)
        return self._root

    def _take(self, event: Any, line: int) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._error(line, "begins a second document: put everything into one")
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._error(line, "has an anchor or alias (& or *): write it out, or quote it")
        elif isinstance(event, yaml.NodeEvent) and _tagged(event):
            raise self._error(line, "has a tag (!): leave it out, or quote the text")
        elif isinstance(event, yaml.ScalarEvent):
            empty = event.implicit[0] and event.value in _EMPTY
            self._place(Scalar(None if empty else event.value, line))
        elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            opens = Items if isinstance(event, yaml.SequenceStartEvent) else Pairs
            node = opens(line)
            self._place(node)
            self._stack.append(node)
            if len(self._stack) > MOST_DEPTH:
                raise self._error(line, "is nested too deeply for a file of rules")
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            self._stack.pop()

    def _place(self, node: Node) -> None:
        if not self._stack:
            # An empty document has an empty text in it.
            self._root = None if node == Scalar(None, node.line) else node
            return
        parent = self._stack[-1]
        if isinstance(parent, Items):
            parent.nodes.append(node)
        elif parent.key is not None:
            parent.entries[parent.key.text or ""] = (parent.key.line, node)
            parent.key = None
        elif not isinstance(node, Scalar):
            raise self._error(node.line, "has a list or a mapping for a key: write a word")
        elif (node.text or "") in parent.entries:
            raise self._error(
                node.line, f"has the key {node.text!r} for the second time: join them"
            )
        else:
            parent.key = node

    def _error(self, line: int, problem: str) -> FeedError:
        return FeedError(f"Line {line} of {self._name} {problem}.")


def _tagged(event: Any) -> bool:
    implicit = event.implicit
    plain = any(implicit) if isinstance(implicit, tuple) else implicit
    return event.tag is not None and not plain
