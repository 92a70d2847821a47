"""What reading a clause has come to, and what every reader of one asks it."""

from __future__ import annotations

from dataclasses import dataclass, field

from actions.request import cues as cue
from actions.request.clauses import Clause
from actions.request.constraints import Placed
from actions.request.piece import Piece
from actions.request.residual import residual
from actions.request.stopwords import STOPWORDS
from actions.request.types import Change, Referent


@dataclass
class Turn:
    """What reading a clause has come to so far."""

    clause: Clause
    used: set[int] = field(default_factory=set)
    placed: list[Placed] = field(default_factory=list)

    def put(self, index: int, kind: str, **fields: object) -> None:
        """Add a change that begins at the piece ``index``."""
        piece = self.clause.reading.pieces[index]
        start = self.clause.reading.tokens[piece.first].start
        self.placed.append((start, Change(kind, **fields)))  # type: ignore[arg-type]

    def use_referents(self) -> None:
        self.used.update(k for k, p in self.clause.indexes() if p.referents)

    def norm(self, index: int) -> str:
        if not self.clause.first <= index < self.clause.stop:
            return ""
        return self.clause.reading.norm(self.clause.reading.pieces[index])


def acted(turn: Turn) -> bool:
    """Whether something pointed at has been acted on already."""
    return any(change.referents for _, change in turn.placed)


def first_of(turn: Turn, *cues: str) -> int:
    """The index of the first piece with one of the cues, or of the first piece."""
    places = turn.clause.where(*cues)
    return places[0] if places else turn.clause.first


def referents_of(turn: Turn, loose: bool = False) -> tuple[Referent, ...]:
    """What the clause points at; ``loose`` takes bare numbers as ranks too."""
    return turn.clause.referents(loose)


def named_of(turn: Turn, loose: bool = False) -> tuple[Referent, ...]:
    """What the clause points at; "that" beside a rank or a description is the same thing."""
    found = turn.clause.referents(loose)
    others = tuple(r for r in found if r.by != "focus")
    joined = turn.clause.has(cue.AND, cue.OR)
    return others if others and not joined else found


def extreme(turn: Turn) -> tuple[Referent, ...]:
    """ "the cheapest one" as something to act on."""
    for k, piece in turn.clause.indexes():
        if piece.sort and not piece.referents:
            turn.used.add(k)
            end = "min" if piece.sort[1] == "asc" else "max"
            return (Referent("extreme", 0, piece.sort[0], end),)
    return ()


def definite(turn: Turn) -> tuple[Referent, ...]:
    """ "the red dress" as something to act on: a value after "the"."""
    for k, piece in turn.clause.indexes():
        if piece.value and turn.norm(k - 1) in ("the", "that", "this"):
            run = [k]
            while run[-1] + 1 < turn.clause.stop and turn.clause.reading.pieces[run[-1] + 1].value:
                run.append(run[-1] + 1)
            turn.used.update(run)
            values = [v for j in run if (v := turn.clause.reading.pieces[j].value)]
            best = next((v for v in values if v.attribute != "product_type"), values[0])
            return (Referent("value", 0, best.attribute, best.value),)
    return ()


def definites(turn: Turn) -> tuple[Referent, ...]:
    """ "the Titan or the Fastrack": several things, each after "the"."""
    found = [
        (k, Referent("value", 0, piece.value.attribute, piece.value.value))
        for k, piece in turn.clause.indexes()
        if piece.value and turn.norm(k - 1) in ("the", "that", "this")
    ]
    if len(found) > 1:
        turn.used.update(k for k, _ in found)
    return tuple(referent for _, referent in found)


def only(turn: Turn, *kinds: str) -> bool:
    """Whether the clause says nothing beside these cues and small talk."""
    allowed = {*kinds, cue.POLITE, cue.FIND, cue.AND, cue.SHIELD, cue.WANT}
    for piece in turn.clause.pieces:
        if piece.content or piece.referents or piece.relative or piece.sort or piece.attribute:
            return False
        if piece.cues and not piece.cues & allowed:
            return False
    return not unread(turn)


def unread(turn: Turn) -> str:
    """Content words of the clause that nothing has read."""
    return residual([turn.clause])


def small(turn: Turn, piece: Piece) -> bool:
    """Whether a piece is small talk."""
    norm = turn.clause.reading.norm(piece)
    return norm in STOPWORDS or not norm.isalnum() or len(norm) == 1
