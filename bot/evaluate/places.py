"""What a data path names: a file, a folder, a file in an archive, or parts of one."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePath
from typing import Callable, Iterator, Mapping, Protocol, Sequence

from bot.evaluate import formats
from bot.evaluate.formats import Table
from catalog.errors import ShoptalkError
from catalog.feeds.encoding import DAMAGED, decode

YAML = (".yml", ".yaml")
PARSERS: Mapping[str, Callable[[str, str], Table]] = {
    ".csv": formats.delimited,
    ".tsv": formats.delimited,
    ".jsonl": formats.json_lines,
    ".ndjson": formats.json_lines,
    **dict.fromkeys(YAML, formats.rasa_yaml),
}
READABLE = (*PARSERS, ".json", ".zip")
TEXTS, LABELS = "seq.in", "label"


class Node(Protocol):
    """A file or folder, on disk or in an archive."""

    @property
    def name(self) -> str: ...

    def iterdir(self) -> Iterator[Node]: ...

    def is_dir(self) -> bool: ...

    def is_file(self) -> bool: ...

    def exists(self) -> bool: ...

    def read_bytes(self) -> bytes: ...

    def __truediv__(self, name: str) -> Node: ...


def split(paths: str) -> list[str]:
    """The paths that are joined by commas.

    Raises
    ------
    ShoptalkError
        Where there are none.
    """
    if paths and Path(paths).expanduser().exists():
        return [paths]
    found = [path.strip() for path in paths.split(",") if path.strip()]
    if not found:
        raise ShoptalkError("A data path is empty: name a file or a folder.")
    return found


def tables(path: str, unlabelled: bool = False) -> list[Table]:
    """Everything that one path names; with ``unlabelled``, files of texts only too.

    Tables without rows are left out.

    Raises
    ------
    ShoptalkError
        Where it is not there or cannot be read.
    """
    place, inner = _locate(path)
    if place.suffix.lower() == ".zip":
        found = _of_zip(place, inner, unlabelled)
    else:
        found = _of_node(place, str(place), inner, unlabelled)
    return [table for table in found if table.rows]


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names for people, not too many of them."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _locate(path: str) -> tuple[Path, str]:
    """The file or folder, and what is named inside it."""
    whole = Path(path).expanduser()
    if whole.exists():
        return whole, ""
    outer, _, inner = path.partition("#")
    place = Path(outer).expanduser()
    if not outer or not place.exists():
        raise ShoptalkError(f"There is no file or folder {outer or path!r}: check the path.")
    return place, inner


def _of_node(node: Node, source: str, inner: str, unlabelled: bool) -> list[Table]:
    suffix = _suffix(node)
    if node.is_dir() and not inner:
        return _of_folder(node, source)
    if suffix == ".json":
        return formats.json_lists(_text(node, source), source, inner.split("+") if inner else [])
    if inner:
        raise ShoptalkError(f"Only JSON and .zip files have parts to name: {source} is neither.")
    if unlabelled and suffix == ".txt":
        return [formats.lines(_text(node, source), source)]
    if suffix not in PARSERS:
        raise ShoptalkError(
            f"{source} cannot be read: give a {', '.join(READABLE)} file, a folder of Rasa YAML, "
            f"or one with {TEXTS} and {LABELS}."
        )
    return [PARSERS[suffix](_text(node, source), source)]


def _of_folder(folder: Node, source: str) -> list[Table]:
    texts, labels = folder / TEXTS, folder / LABELS
    if texts.is_file() and labels.is_file():
        return [formats.two_files(_text(texts, source), _text(labels, source), source)]
    found = []
    for where, file in _below(folder):
        if _suffix(file) in YAML:
            name = f"{source}/{where}"
            found.append(formats.rasa_yaml(_text(file, name), name))
    found = [table for table in found if table.rows]
    if not found:
        raise ShoptalkError(
            f"The folder {source} has neither {TEXTS} and {LABELS} nor Rasa YAML with intents: "
            f"name a file in it."
        )
    return found


def _of_zip(path: Path, inner: str, unlabelled: bool) -> list[Table]:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise ShoptalkError(f"{path} is no zip file that can be read: {error}.") from error
    with archive:
        root: Node = zipfile.Path(archive)
        member, _, parts = inner.partition("#")
        if member and (root / member).exists():
            return _of_node(root / member, f"{path}#{member}", parts, unlabelled)
        files = dict(_below(root))
        wanted = (*PARSERS, ".json", *((".txt",) if unlabelled else ()))
        data = [where for where, file in files.items() if _suffix(file) in wanted]
        if len(data) == 1:
            return _of_node(files[data[0]], f"{path}#{data[0]}", inner, unlabelled)
        pairs = [where for where, file in files.items() if file.name == TEXTS]
        if len(pairs) == 1 and not inner:
            inside = pairs[0].removesuffix(TEXTS)
            return _of_folder(root / inside if inside else root, str(path))
        if data and not inner and all(_suffix(files[where]) in YAML for where in data):
            return _of_folder(root, str(path))
        names = listed(data or list(files))
        raise ShoptalkError(f"Say which file of {path} is meant, as {path}#NAME: it has {names}.")


def _below(folder: Node, before: str = "") -> Iterator[tuple[str, Node]]:
    """Every file below a folder and where it is from there; hidden ones are left out."""
    for node in sorted(folder.iterdir(), key=lambda n: n.name):
        where = before + node.name
        if node.name.startswith((".", "__MACOSX")):
            continue
        if node.is_dir():
            yield from _below(node, f"{where}/")
        else:
            yield where, node


def _suffix(node: Node) -> str:
    return PurePath(node.name).suffix.lower()


def _text(node: Node, source: str) -> str:
    try:
        text = decode(node.read_bytes(), source)
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        raise ShoptalkError(f"{source} cannot be read: {error}.") from error
    if damaged := DAMAGED.search(text):
        line = text.count("\n", 0, damaged.start()) + 1
        raise ShoptalkError(
            f"{source}, line {line} holds bytes that are not UTF-8: save the file as UTF-8."
        )
    return text
