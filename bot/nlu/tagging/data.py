"""Reading tagged texts: three ways of writing them, one result."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Optional

from bot.nlu.tagging.spans import OUTSIDE
from catalog.errors import ShoptalkError

#: What ends the tagged part of a line and precedes the intent.
BEFORE_INTENT = " <=> "


@dataclass(frozen=True)
class Tagged:
    """One text: its tokens (words, or characters in Chinese) and a BIO tag for each."""

    tokens: tuple[str, ...]
    tags: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.tokens) != len(self.tags):
            raise ValueError(f"{len(self.tokens)} tokens, {len(self.tags)} tags")
        for tag in self.tags:
            if tag != OUTSIDE and not (tag[:2] in ("B-", "I-") and len(tag) > 2):
                raise ValueError(f"the tag {tag!r} is not O, B-label or I-label")


def read_tagged(path: Path) -> list[Tagged]:
    """Read tagged texts.

    Three forms are known by how the first line looks: JSON lines of ``{"tokens", "tags"}``;
    ``token:tag token:tag … <=> intent``, one text a line; CoNLL columns, one token a line with
    its tag in the last column and an empty line after each text.

    Raises
    ------
    ShoptalkError
        Where the file cannot be read, is in none of the forms, or a line of it is not.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise ShoptalkError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ShoptalkError(f"{path} is not UTF-8 text: save it as UTF-8.") from error
    first = next((line for line in lines if line.strip()), "")
    read = _reader(first)
    if read is None:
        raise ShoptalkError(
            f"{path} is in no form that is known: write `token:tag …` lines, CoNLL columns or "
            'JSON lines of {"tokens": …, "tags": …}.'
        )
    found = list(read(path, lines))
    if not found:
        raise ShoptalkError(f"{path} holds no tagged texts.")
    return found


Reader = Callable[[Path, "list[str]"], Iterable[Tagged]]


def _reader(first: str) -> Optional[Reader]:
    if first.startswith("{"):
        return _json_lines
    words = first.partition(BEFORE_INTENT)[0].split(" ")
    if all(_is_tag(word.rpartition(":")[2]) and ":" in word for word in words if word):
        return _colons if first.strip() else None
    return _columns if len(first.split()) > 1 and _is_tag(first.split()[-1]) else None


def _is_tag(text: str) -> bool:
    return text == OUTSIDE or (text[:2] in ("B-", "I-") and len(text) > 2)


def _json_lines(path: Path, lines: list[str]) -> Iterable[Tagged]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                data = json.loads(line)
                yield Tagged(tuple(map(str, data["tokens"])), tuple(map(str, data["tags"])))
            except (ValueError, KeyError, TypeError) as error:
                raise _wrong(path, number, error) from error


def _colons(path: Path, lines: list[str]) -> Iterable[Tagged]:
    for number, line in enumerate(lines, 1):
        pairs = [p.rpartition(":") for p in line.partition(BEFORE_INTENT)[0].split(" ") if p]
        if not all(colon for _token, colon, _tag in pairs):
            raise _wrong(path, number, "a token has no tag")
        if pairs:
            try:
                yield Tagged(tuple(p[0] for p in pairs), tuple(p[2] for p in pairs))
            except ValueError as error:
                raise _wrong(path, number, error) from error


def _columns(path: Path, lines: list[str]) -> Iterable[Tagged]:
    tokens: list[str] = []
    tags: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        columns = line.split()
        if len(columns) == 1 or (columns and not _is_tag(columns[-1])):
            if columns[0] == "-DOCSTART-":
                continue
            raise _wrong(path, number, "the last column is no tag")
        if columns:
            tokens.append(columns[0])
            tags.append(columns[-1])
        elif tokens:
            yield Tagged(tuple(tokens), tuple(tags))
            tokens, tags = [], []


def _wrong(path: Path, number: int, what: object) -> ShoptalkError:
    return ShoptalkError(f"{path}, line {number} is no tagged text: {what}.")
