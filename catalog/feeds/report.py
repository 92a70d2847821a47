"""What an import did, and what it could not use."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from catalog.errors import ShoptalkError


@dataclass(frozen=True)
class RowError:
    """One thing wrong with one row; the message is a sentence that says what to do."""

    line: int
    """Physical line of the file on which the row begins, from 1."""
    column: str
    """The column in the file, empty where the whole row is meant."""
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{place}: {self.message}"


@dataclass(frozen=True)
class ImportReport:
    """What became of the rows of a feed."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    """Products that were in the catalogue and are not in the feed any more."""
    errors: tuple[RowError, ...] = ()
    """Rows that were left out. What the catalogue had under their ids stays as it was."""
    warnings: tuple[RowError, ...] = ()
    """Values that were left out of rows that were taken."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class FeedError(ShoptalkError):
    """A feed or a map file that cannot be used; nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))
