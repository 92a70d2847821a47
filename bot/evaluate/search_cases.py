"""Search cases: queries, and what each of them is about."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional, Sequence

from bot.evaluate.judgement import Row, grades
from catalog.errors import ShoptalkError


@dataclass(frozen=True)
class Case:
    """One query with the products it is about."""

    query: str
    language: str
    grades: Mapping[str, int] = field(default_factory=dict)
    """Product id → grade, of those above 0."""


def read_cases(paths: Iterable[Path], rows: Sequence[Row]) -> list[Case]:
    """The cases of several JSONL files, judged over the products of ``rows``.

    A line is ``{query, lang, relevant: {id: grade}}`` or ``{query, lang, rule}``.

    Raises
    ------
    ShoptalkError
        Where a file cannot be read, a line is not a case, or nothing in the shop meets it.
    """
    cases = []
    for path in paths:
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ShoptalkError(f"{path} cannot be read as UTF-8 text.") from error
        for number, line in enumerate(lines, 1):
            if line.strip():
                cases.append(_case(line, rows, f"{path.name}, line {number}"))
    if not cases:
        raise ShoptalkError("There are no cases in the files given by --cases.")
    return cases


def _case(line: str, rows: Sequence[Row], where: str) -> Case:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise ShoptalkError(f"{where}: this is no JSON.") from error
    query = data.get("query") if isinstance(data, dict) else None
    language = data.get("lang") if isinstance(data, dict) else None
    if not isinstance(query, str) or not query.strip() or not isinstance(language, str):
        raise ShoptalkError(f"{where}: a case has a query and its lang.")
    try:
        relevant = _listed(data["relevant"]) if "relevant" in data else None
        found = grades(data.get("rule") or {}, rows) if relevant is None else relevant
    except ShoptalkError as error:
        raise ShoptalkError(f"{where}: {error}") from error
    known = {row.id for row in rows}
    if not known.intersection(found):
        raise ShoptalkError(f"{where}: no product of the shop is about {query!r}.")
    return Case(query, language, found)


def _listed(relevant: Any) -> Optional[dict[str, int]]:
    grades_ = relevant.items() if isinstance(relevant, dict) else ()
    if not grades_ or any(type(g) is not int or g < 0 for _, g in grades_):
        raise ShoptalkError("relevant is {id: grade}, with whole grades from 0.")
    return {str(id_): grade for id_, grade in grades_ if grade > 0}
