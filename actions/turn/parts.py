"""What belongs to which part of a message that says several things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable

from actions.request.types import IS_NOT, Change
from actions.turn.intents import ASIDE, UNKNOWN


@dataclass(frozen=True)
class Part:
    """One part of a message: its intent, and its words."""

    intent: str
    text: str = ""


def read_parts(data: Any) -> tuple[Part, ...]:
    """Parts as the bot sends them, with ``name`` and ``text``; anything else is left out."""
    found = []
    for entry in data if isinstance(data, (list, tuple)) else ():
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str) and name:
            found.append(Part(name, str(entry.get("text") or "")))
    return tuple(found)


def read_between(data: Any) -> tuple[str, str] | None:
    """Two different intents that are about equally likely, or None."""
    names = [n for n in data if isinstance(n, str) and n] if isinstance(data, (list, tuple)) else []
    return (names[0], names[1]) if len(names) == 2 and names[0] != names[1] else None


def wishes(
    changes: Iterable[Change], residual: str, parts: Iterable[Part]
) -> tuple[tuple[Change, ...], str]:
    """Changes and residual words without those that were said beside a search only.

    In "cheaper, and the kettle I ordered leaks" no kettle is looked for.
    """
    changes, parts = tuple(changes), tuple(parts)
    beside = [p.text.casefold() for p in parts if p.intent in ASIDE]
    unknown = [p.text.casefold() for p in parts if p.intent in UNKNOWN]
    shopping = [p.text.casefold() for p in parts if p.intent not in ASIDE | UNKNOWN]
    if not any(shopping):
        return changes, residual

    def only_in(texts: list[str], words: str) -> bool:
        words = words.casefold()
        return any(words in text for text in texts) and not any(words in t for t in shopping)

    # What the catalogue knows is a wish even where the words around it were not understood, and
    # what is refused is refused, in whatever tone.
    kept = tuple(
        c
        for c in changes
        if c.constraint is None
        or c.constraint.op == IS_NOT
        or not c.constraint.words
        or not only_in(beside, c.constraint.words)
    )
    rest = [word for word in residual.split() if not only_in(beside + unknown, word)]
    return kept, " ".join(rest)
