"""Texts with the parts that words play in them, as ``nlu_data/<language>/spans.yml`` has them.

A text is written with its parts marked: ``a [rain jacket](thing) but not [yellow](unwanted)``.
Templates have names in braces for which words are put: ``{recipient}`` from the file's own lists,
``{product_type}`` and other attributes from the lexicon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

import numpy as np
import yaml

from catalog.errors import ShoptalkError
from catalog.lexicon.lexicon import Lexicon

ROLES = ("thing", "unwanted", "reference", "recipient", "occasion", "quality")
MARKED = re.compile(r"\[([^\]\[]+)\]\((\w+)\)")
NAMED = re.compile(r"\{(\w+)\}")
#: The lexicon's attributes that templates may name.
ATTRIBUTES = ("product_type", "color", "material", "pattern")

#: So many texts are composed for each language.
COMPOSED = 1000


@dataclass(frozen=True)
class Annotated:
    """A text and the parts in it: (begin, end, role), in the order of the text."""

    text: str
    parts: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class SpanFile:
    """What one language's file holds."""

    texts: tuple[Annotated, ...]
    templates: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]


def parse(marked: str) -> Annotated:
    """Take the marks out of a text.

    >>> parse("a [cup](thing)")
    Annotated(text='a cup', parts=((2, 5, 'thing'),))

    Raises
    ------
    ShoptalkError
        For a role that there is not, or a bracket that marks nothing.
    """
    text, at, parts = "", 0, []
    for match in MARKED.finditer(marked):
        if match[2] not in ROLES:
            raise ShoptalkError(f"There is no role {match[2]!r}: choose from {', '.join(ROLES)}.")
        text += marked[at : match.start()]
        parts.append((len(text), len(text) + len(match[1]), match[2]))
        text += match[1]
        at = match.end()
    text += marked[at:]
    if "[" in text or "](" in text:
        raise ShoptalkError(f"A mark is not closed, or has no role, in {marked!r}.")
    return Annotated(text, tuple(parts))


def read_spans(path: Path) -> SpanFile:
    """Read a language's file.

    Raises
    ------
    ShoptalkError
        Where it cannot be read, or is not as described above.
    """
    try:
        data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ShoptalkError(f"{path} cannot be read: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise ShoptalkError(f"{path} is no YAML: {str(error).splitlines()[0]}.") from error
    if not isinstance(data, dict) or not isinstance(data.get("spans"), list):
        raise ShoptalkError(f"{path} has no list under `spans:`.")
    words = {name: tuple(map(str, some)) for name, some in (data.get("words") or {}).items()}
    templates = tuple(map(str, data.get("templates") or ()))
    known = {*words, *ATTRIBUTES}
    for template in templates:
        parse(template)
        for name in NAMED.findall(template):
            if name not in known:
                raise ShoptalkError(f"{path}: no words are given for {{{name}}} in {template!r}.")
    try:
        return SpanFile(tuple(parse(str(line)) for line in data["spans"]), templates, words)
    except ShoptalkError as error:
        raise ShoptalkError(f"{path}: {error}") from error


def compose(
    file: SpanFile, lexicon: Optional[Lexicon], language: str, count: int, seed: int
) -> list[Annotated]:
    """So many texts from the templates, each with words drawn at random.

    Parameters
    ----------
    lexicon
        Where words for attributes come from; templates that name one are left out without it.
    """
    random = np.random.default_rng(seed)
    words: dict[str, Sequence[str]] = dict(file.words)
    if lexicon is not None:
        for attribute in ATTRIBUTES:
            names = (c.names.get(language) or () for c in lexicon.concepts(attribute))
            words[attribute] = [name.lstrip("~=+") for some in names for name in some[:2]]
    usable = [t for t in file.templates if all(n in words for n in NAMED.findall(t))]
    found = []
    for _ in range(count if usable else 0):
        template = usable[random.integers(len(usable))]
        filled = NAMED.sub(lambda m: words[m[1]][random.integers(len(words[m[1]]))], template)
        found.append(parse(filled))
    return found


def language_files(folder: Path) -> list[Path]:
    """The files ``<language>/spans.yml`` of a folder.

    Raises
    ------
    ShoptalkError
        Where there are none.
    """
    found = sorted(folder.glob("*/spans.yml"))
    if not found:
        raise ShoptalkError(f"{folder} has no spans.yml in a folder of a language.")
    return found


def annotated_texts(folder: Path, seed: int) -> list[Annotated]:
    """All texts of a folder's files, and those composed from their templates.

    Raises
    ------
    ShoptalkError
        Where there is no file, or one is damaged.
    """
    files = {path.parent.name: read_spans(path) for path in language_files(folder)}
    return [text for file in files.values() for text in file.texts] + composed_of(files, seed)


def composed_of(files: Mapping[str, SpanFile], seed: int, count: int = COMPOSED) -> list[Annotated]:
    """So many composed texts for each language, with the lexicon's words."""
    lexicon = Lexicon.load()
    return [
        text
        for language, file in files.items()
        for text in compose(file, lexicon, language, count, seed)
    ]
