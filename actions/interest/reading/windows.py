"""Windows of what a shopper looked at and said, and what a reading of two of them says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

DRIFT, REFINEMENT, GIFT, RETURN = "drift", "refinement", "gift", "return"
#: Interest moves to something else · the same aim, told better · once, for somebody else · back to
#: something from earlier.
KINDS = (DRIFT, REFINEMENT, GIFT, RETURN)


@dataclass(frozen=True)
class Window:
    """A stretch of a shopper's way through the shop; either part may be empty."""

    titles: tuple[str, ...] = ()
    """Of products that were looked at, the oldest first."""
    words: tuple[str, ...] = ()
    """The shopper's own messages, the oldest first."""

    def __bool__(self) -> bool:
        return bool(self.titles or self.words)


@dataclass(frozen=True)
class Reading:
    """What two windows come to."""

    probabilities: Mapping[str, float]
    """Of each of ``KINDS``; they sum to one."""
    drifted: bool
    """Whether drift is as likely as the threshold of the trained reader asks."""

    @property
    def kind(self) -> str:
        """The most likely one."""
        return max(KINDS, key=lambda kind: self.probabilities[kind])
