"""Those who wait for news of a conversation."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

#: As many conversations' counts are remembered; who waits with a forgotten one is woken.
REMEMBERED = 50_000


@dataclass
class Waiting:
    """Wakes who waits for news; knows only of the process at hand.

    Every conversation has a count of its news, so that who asks with the count it saw last misses
    none.
    """

    _counts: dict[str, int] = field(default_factory=dict)
    _events: dict[str, asyncio.Event] = field(default_factory=dict)
    _waiting: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def count(self, conversation_id: str) -> int:
        """How much news there has been so far."""
        return self._counts.get(conversation_id, 0)

    def watched(self) -> list[str]:
        """The conversations that somebody waits for."""
        return list(self._waiting)

    def tell(self, conversation_id: str) -> None:
        """There is news."""
        self._counts[conversation_id] = self._counts.pop(conversation_id, 0) + 1
        if len(self._counts) > REMEMBERED:
            del self._counts[next(iter(self._counts))]
        event = self._events.pop(conversation_id, None)
        if event is not None:
            event.set()

    async def wait(self, conversation_id: str, count: int, seconds: float) -> None:
        """Return when there is news beyond a count, or time is up."""
        if self.count(conversation_id) != count:
            return
        event = self._events.setdefault(conversation_id, asyncio.Event())
        self._waiting[conversation_id] += 1
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except asyncio.TimeoutError:
            pass
        finally:
            self._waiting[conversation_id] -= 1
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]
                self._events.pop(conversation_id, None)
