"""Single values of a file of rules, read as what they must be; what is not is noted."""

from __future__ import annotations

import math
from datetime import date
from typing import Mapping, Optional, Sequence

from catalog.feeds.mapping import listed, nearest
from catalog.rules.document import Items, Node, Pairs, Scalar
from catalog.rules.problems import Problems

Entries = Mapping[str, tuple[int, Node]]
MOST_TEXT = 200


class ValueReader:
    """Reads texts, lists of texts, numbers and days; notes what is wrong in ``problems``."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def entries(self, node: Node, what: str, keys: Sequence[str] = ()) -> Entries:
        """The pairs of a mapping; with ``keys``, no others may be in it."""
        if not isinstance(node, Pairs):
            self.problems.error(node.line, f"{what} must be `name: value` pairs.")
            return {}
        for key, (line, _value) in node.entries.items():
            if keys and key not in keys:
                hint = nearest(key, keys) or f": there are {listed(keys, 40)}"
                self.problems.error(
                    line, f"{what} has the key `{key}`, which does not exist{hint}."
                )
        return {k: v for k, v in node.entries.items() if not keys or k in keys}

    def items(self, node: Node, what: str) -> Sequence[Node]:
        """The nodes of a list; nothing at all is an empty list."""
        if isinstance(node, Items):
            return node.nodes
        if not (isinstance(node, Scalar) and node.text is None):
            self.problems.error(node.line, f"`{what}:` must be a list: begin each with “- ”.")
        return ()

    def text(self, node: Node, what: str) -> str:
        """A text that is not empty; empty where it is not one."""
        text = node.text.strip() if isinstance(node, Scalar) and node.text else ""
        if not text:
            self.problems.error(node.line, f"{what} must be a text.")
        elif len(text) > MOST_TEXT or not text.isprintable():
            self.problems.error(
                node.line, f"{what} must be at most {MOST_TEXT} characters on one line."
            )
            return ""
        return text

    def texts(self, node: Node, what: str) -> list[tuple[str, int]]:
        """One text or a list of them, each with its line."""
        nodes = node.nodes if isinstance(node, Items) else [node]
        if not nodes:
            self.problems.error(node.line, f"{what} is an empty list: write at least one.")
        found = [(self.text(one, what), one.line) for one in nodes]
        return [(text, line) for text, line in found if text]

    def number(self, node: Node, what: str, low: float, high: float) -> float:
        """A number from above ``low`` (0 itself never) to ``high``; 0 where it is not one."""
        number = as_number(node.text) if isinstance(node, Scalar) and node.text else None
        if number is None or not low <= number <= high or number <= 0:
            bounds = f"above 0 and at most {high:g}" if low <= 0 else f"from {low:g} to {high:g}"
            self.problems.error(node.line, f"{what} must be a number {bounds}.")
            return 0.0
        return number

    def whole(self, node: Node, what: str, low: int, high: int) -> int:
        """A whole number in bounds; 0 where it is not one."""
        text = node.text.strip() if isinstance(node, Scalar) and node.text else ""
        if not (text.isascii() and text.isdigit() and len(text) < 9 and low <= int(text) <= high):
            self.problems.error(node.line, f"{what} must be a whole number from {low} to {high}.")
            return 0
        return int(text)

    def day(self, node: Node, what: str) -> Optional[date]:
        """A day such as 2026-06-01."""
        text = node.text.strip() if isinstance(node, Scalar) and node.text else ""
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.problems.error(node.line, f"{what} must be a day, such as 2026-06-01.")
            return None


def as_number(text: str) -> Optional[float]:
    """A finite number as people write it, or None: no ``nan``, no ``1_000``."""
    try:
        number = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None
