"""Written pairs of windows, each with what the step from one to the next is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional

from actions.interest.reading.windows import DRIFT, KINDS, RETURN, Window
from catalog.errors import ShoptalkError


@dataclass(frozen=True)
class Case:
    """One pair of windows, and what was seen before both where that is known."""

    language: str
    kind: str
    before: Window
    after: Window
    earlier: Optional[Window] = None

    @property
    def drifted(self) -> bool:
        """Whether the interest moved to something new: going back to ``earlier`` is not that."""
        return self.kind == DRIFT


def read_cases(path: Path) -> list[Case]:
    """Read JSON lines of ``{lang, kind, before, after, earlier?}``.

    Raises
    ------
    ShoptalkError
        Where a line is none, its kind is unknown, or a return has nothing to go back to.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise ShoptalkError(f"There are no cases in {path}.") from error
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(_case(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ShoptalkError(f"{path}, line {number}: this is no case ({error!r}).") from error
    if not found:
        raise ShoptalkError(f"There are no cases in {path}.")
    return found


def _case(entry: Mapping[str, Any]) -> Case:
    kind, earlier = str(entry["kind"]), entry.get("earlier")
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}")
    if kind == RETURN and not earlier:
        raise ValueError("a return without anything earlier")
    return Case(
        str(entry["lang"]),
        kind,
        _window(entry["before"]),
        _window(entry["after"]),
        _window(earlier) if earlier else None,
    )


def _window(entry: Mapping[str, Any]) -> Window:
    return Window(tuple(map(str, entry["titles"])), tuple(map(str, entry["words"])))
