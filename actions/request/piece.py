"""One piece of an utterance: some tokens and what they were read as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from actions.request.measure_cues import OF_BODY
from actions.request.measures import MeasureMention
from actions.request.prices import PriceMention
from actions.request.types import Referent
from catalog.vocabulary import Mention


@dataclass(frozen=True)
class Piece:
    """Tokens ``first`` to ``stop``; at most one of the readings is set beside ``cues``."""

    first: int
    stop: int
    cues: frozenset[str] = frozenset()
    value: Optional[Mention] = None
    price: Optional[PriceMention] = None
    measure: Optional[MeasureMention] = None
    referents: tuple[Referent, ...] = ()
    sure: bool = True
    """For referents: False where only an act makes a number a rank."""
    attribute: str = ""
    relative: Optional[tuple[str, str]] = None
    sort: Optional[tuple[str, str]] = None
    recipient: str = ""
    wearer: str = ""
    break_: int = 0
    """2 ends a sentence, 1 may end a clause."""

    @property
    def content(self) -> bool:
        """Whether it says something about what is wanted."""
        measured = self.measure is not None and self.measure.attribute != OF_BODY
        return bool(self.value or self.price or measured)

    @property
    def plain(self) -> bool:
        """Whether it has no reading at all."""
        return not (
            self.cues or self.content or self.measure or self.referents or self.attribute
            or self.relative or self.sort or self.recipient or self.wearer
            or self.break_
        )  # fmt: skip
