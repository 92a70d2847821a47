"""What is wrong with a file of rules, told with the lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong; the message is a sentence that says what to do."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"

    def to_json(self) -> dict[str, Any]:
        return {"line": self.line, "message": self.message}


@dataclass
class Problems:
    """All that is wrong with one file: errors, with which it is not taken, and warnings."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def error(self, line: int, message: str) -> None:
        """Note an error."""
        self.errors.append(Problem(line, " ".join(message.split())))

    def warn(self, line: int, message: str) -> None:
        """Note a warning."""
        self.warnings.append(Problem(line, " ".join(message.split())))
