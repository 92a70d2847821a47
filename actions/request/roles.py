"""What words are there for, where a trained tagger has told it: the grammar's reading is better
with it and goes without it.

The roles are ``thing`` (what is looked for, or what it is for), ``unwanted``, ``reference`` (a
product that was shown), ``recipient``, ``occasion`` and ``quality``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from actions.request.piece import Piece
from actions.request.pieces import Reading

REFUSAL = re.compile(
    r"(?:(?:not|never)\b|(?:does|do|wo|is|are|ca|did|would)n[’']?t\b|[不没沒别別])", re.IGNORECASE
)
THING, RECIPIENT, OCCASION, QUALITY = "thing", "recipient", "occasion", "quality"


@dataclass(frozen=True)
class Role:
    """A part of a message and the role it plays."""

    role: str
    text: str
    begin: int
    """Where it begins in the message, in characters."""

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.begin + len(self.text)

    def to_json(self) -> dict[str, Any]:
        return {"role": self.role, "text": self.text, "begin": self.begin}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Role:
        return cls(str(data["role"]), str(data["text"]), int(data["begin"]))


def strange_refusals(reading: Reading, roles: Sequence[Role]) -> list[Role]:
    """Qualities with a "not" in them that name nothing the shop knows: "not too shiny".

    The "not" belongs to them and to nothing after them: "not too shiny black shoes" are black.
    """
    found = []
    for role in roles:
        touched = [
            piece
            for piece in reading.pieces
            if reading.tokens[piece.first].start < role.end
            and reading.tokens[piece.stop - 1].end > role.begin
        ]
        if role.role != QUALITY or not REFUSAL.match(role.text):
            continue
        if any(piece.plain for piece in touched) and not any(map(_known, touched)):
            found.append(role)
    return found


def things_of_qualities(reading: Reading, roles: Sequence[Role]) -> list[Role]:
    """Qualities that speak of a thing other than the one looked for: 能塞进书包的雨伞."""
    named = [
        (reading.tokens[piece.first].start, reading.tokens[piece.stop - 1].end)
        for piece in reading.pieces
        if piece.value and piece.value.attribute == "product_type"
    ]

    def within(role: Role) -> bool:
        return any(role.begin <= begin and end <= role.end for begin, end in named)

    if not any(role.role == THING and within(role) for role in roles):
        return []
    return [role for role in roles if role.role == QUALITY and within(role)]


def _known(piece: Piece) -> bool:
    """Whether the piece is something that the grammar makes a wish of."""
    facts = (piece.value, piece.price, piece.measure, piece.relative, piece.sort, piece.attribute)
    return any(facts) or bool(piece.referents)


def blanked(text: str, roles: Sequence[Role]) -> str:
    """The text with spaces in place of some of its words, so that all others stay where they are.

    >>> blanked("not shiny shoes", [Role("quality", "not shiny", 0)])
    '          shoes'
    """
    for role in roles:
        text = text[: role.begin] + " " * len(role.text) + text[role.end :]
    return text
