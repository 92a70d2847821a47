"""Questions with the entry that answers each, for evaluations of the shop's answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional, Sequence

import numpy as np

from catalog.errors import ShoptalkError
from catalog.service import FaqEntry
from catalog.text import detect_language


@dataclass(frozen=True)
class Case:
    """One question."""

    text: str
    language: str
    entry: Optional[str]
    """Id of the entry that answers it; None where none does."""
    also: tuple[str, ...] = ()
    """Ids of entries that ask and answer the same in other words."""


def read_cases(path: Path, entries: Sequence[FaqEntry]) -> list[Case]:
    """Cases of a JSONL file: ``text``, ``entry``, and where they are there ``language``, ``also``.

    Raises
    ------
    ShoptalkError
        Where the file is not so, or names an entry that there is not.
    """
    known = {entry.id for entry in entries}
    try:
        lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
        rows = [json.loads(line) for line in lines]
        cases = [
            Case(
                text=row["text"],
                language=row.get("language") or detect_language(row["text"]),
                entry=row["entry"],
                also=tuple(row.get("also", ())),
            )
            for row in rows
        ]
    except OSError as error:
        raise ShoptalkError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ShoptalkError(
            f'{path} must have lines like {{"text": "…", "entry": "id"}}, with null for the entry '
            f"where none answers it ({error})."
        ) from None
    for case in cases:
        for name in (*((case.entry,) if case.entry else ()), *case.also):
            if name not in known:
                raise ShoptalkError(f"{path} names an entry {name!r} that the answers do not have.")
    if not any(case.entry for case in cases) or all(case.entry for case in cases):
        raise ShoptalkError(f"{path} needs questions that are answered and some that are not.")
    return cases


def right(cases: Sequence[Case], entries: Sequence[FaqEntry], strict: bool = False) -> np.ndarray:
    """Which entries answer each case, bool (cases, entries).

    Parameters
    ----------
    strict
        Only the entry itself, and none that means the same.
    """
    place = {entry.id: i for i, entry in enumerate(entries)}
    found = np.zeros((len(cases), len(entries)), bool)
    for row, case in enumerate(cases):
        if case.entry is not None:
            names = (case.entry,) if strict else (case.entry, *case.also)
            found[row, [place[name] for name in names]] = True
    return found


def only(entry: FaqEntry, languages: Sequence[str]) -> FaqEntry:
    """An entry in these languages alone."""
    return replace(
        entry,
        question={lang: text for lang, text in entry.question.items() if lang in languages},
        answer={lang: text for lang, text in entry.answer.items() if lang in languages},
        alternatives={},
    )
