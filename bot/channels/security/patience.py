"""Who is refused again and again is answered late, so that trying costs them and not us."""

from __future__ import annotations

import asyncio
import time
from typing import Callable

from bot.channels.security.rates import Buckets, Counts, Rate

#: Refusals that are told at once: everybody makes a mistake.
FREE = Rate(20, 1.0)
#: How many seconds others are held back.
SECONDS = 1.0
#: How many are held back at the same time, of one address and of all.
EACH, ALL = 64, 1024


class Patience:
    """Holds refusals back for a while, for each address.

    A connection is served one request after the other: while an answer is held back nothing more
    is read from it, and the sender's own buffers fill up. What is held back is bounded, so that it
    is no burden either; beyond that connections are closed.
    """

    def __init__(
        self,
        free: Rate = FREE,
        seconds: float = SECONDS,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._refused = Buckets(free)
        self._held = Counts(EACH, ALL)
        self._seconds = seconds
        self._ticks = ticks

    async def hold(self, address: str) -> bool:
        """Return when a refusal may be told; False where the connection is to be closed with it."""
        if not self._refused.take(address, self._ticks()):
            return True
        if not self._held.enter(address):
            return False
        try:
            await asyncio.sleep(self._seconds)
        finally:
            self._held.leave(address)
        return True
