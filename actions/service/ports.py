"""What customer service needs from outside: answers of the shop, and the time."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Callable, Optional, Protocol

from catalog.service import FaqEntry

#: Gives the present as an aware time.
Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The present."""
    return datetime.now(timezone.utc)


class Found(Protocol):
    """One of the shop's answers that suits a question."""

    @property
    def entry(self) -> FaqEntry:
        """The question with its answer."""

    @property
    def score(self) -> float:
        """How well it suits; comparable only within one shop."""


class Faq(Protocol):
    """The shop's own answers."""

    def find(self, text: str, language: str, of_service: bool = False) -> Optional[Found]:
        """The entry that answers a question; None where none does surely enough.

        Parameters
        ----------
        of_service
            Whether it is known to be a question for customer service: less is needed then.
        """
