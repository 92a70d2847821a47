"""Runs the work on conversations: several side by side, each kind in order within one."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Mapping, Protocol

from bot.channels.core.work import ANSWER, DELIVER, LEASE

if TYPE_CHECKING:
    from bot.channels.core.core import ChannelCore

logger = logging.getLogger(__name__)

#: Seconds between two looks for what other processes, the past or the clock left to do.
LOOK_EVERY = 1.0
PURGE_EVERY = 3600.0
#: Seconds that turns have to end when the server does.
GRACE = 2.0
#: Conversations that are worked on side by side.
AT_ONCE = {ANSWER: 8, DELIVER: 16}
#: Clocks of several processes differ.
_OVERLAP = 5.0

Job = tuple[str, str]


class Worker(Protocol):
    """Does one kind of work."""

    def next(self, conversation_id: str) -> Any:
        """What is to be done next in a conversation, or None; blocks."""

    async def run(self, conversation_id: str, first: Any) -> None:
        """Do all that there is to do, in order, beginning with what was next."""


class Workers:
    """The tasks of one process that answer and deliver.

    Parameters
    ----------
    of
        Kind of work → who does it.
    """

    def __init__(self, core: ChannelCore, of: Mapping[str, Worker]) -> None:
        self._core = core
        self._of = of
        self._tasks: dict[Job, asyncio.Task[None]] = {}
        self._again: set[Job] = set()
        self._limits = {work: asyncio.Semaphore(n) for work, n in AT_ONCE.items()}
        self._loops: list[asyncio.Task[None]] = []
        self._stopped = False

    async def start(self, look_every: float) -> None:
        """Begin, first with what was left when the last process ended."""
        core = self._core
        await core.write(core.work.release_dead)
        self._loops = [
            asyncio.ensure_future(_each(seconds, step))
            for seconds, step in (
                (look_every, self._look),
                (look_every, _Watch(core).look),
                (LEASE / 3, self._renew),
                (PURGE_EVERY, core.purge),
            )
        ]

    async def stop(self) -> None:
        """End what is being done, with a moment of grace."""
        self._stopped = True
        tasks = list(self._tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE)
        for task in [*self._loops, *tasks]:
            task.cancel()
        await asyncio.gather(*self._loops, *tasks, return_exceptions=True)

    def wake(self, work: str, conversation_id: str) -> None:
        """There is something to do."""
        job = (work, conversation_id)
        if self._stopped:
            return
        if job in self._tasks:
            self._again.add(job)
            return
        task = asyncio.ensure_future(self._run(work, conversation_id))
        self._tasks[job] = task
        task.add_done_callback(lambda _task: self._ended(job))

    async def _run(self, work: str, conversation_id: str) -> None:
        """Do all of one kind that there is to do in a conversation, where nobody else does."""
        core = self._core
        try:
            async with self._limits[work]:
                self._again.discard((work, conversation_id))
                first = await core.write(self._begin, work, conversation_id)
                if first is None:
                    return
                try:
                    await self._of[work].run(conversation_id, first)
                finally:
                    await core.write(core.work.release, conversation_id, work)
        except Exception:
            # What is left is found again at the next look.
            logger.exception("The work on a conversation was interrupted.")

    def _begin(self, work: str, conversation_id: str) -> Any:
        """What is to be done first, claimed; None where there is nothing, or others do it."""
        core = self._core
        if not core.work.claim(conversation_id, work, core.now()):
            return None
        first = self._of[work].next(conversation_id)
        if first is None:
            core.work.release(conversation_id, work)
        return first

    def _ended(self, job: Job) -> None:
        del self._tasks[job]
        if job in self._again:
            self._again.discard(job)
            self.wake(*job)

    async def _look(self) -> None:
        """Find what other processes, the past or the clock left to do."""
        core = self._core
        for work, conversation_id in await core.read(
            core.work.due, list(core.adapters), core.now()
        ):
            if (work, conversation_id) not in self._tasks:
                self.wake(work, conversation_id)

    async def _renew(self) -> None:
        if self._tasks:
            await self._core.write(self._core.work.renew, self._core.now())


class _Watch:
    """Tells who waits in this process of what other processes wrote."""

    def __init__(self, core: ChannelCore) -> None:
        self._core = core
        self._since = core.now()
        self._known: dict[str, tuple[int, str]] = {}

    async def look(self) -> None:
        core = self._core
        watched = set(core.waiting.watched())
        if not watched:
            return
        began = core.now()
        found = await core.read(core.transcript.changed_since, self._since - _OVERLAP)
        self._since = began
        for conversation_id in watched & found.keys():
            if self._known.get(conversation_id) != found[conversation_id]:
                core.waiting.tell(conversation_id)
        self._known = found


async def _each(seconds: float, step: Callable[[], Awaitable[object]]) -> None:
    """Take a step again and again, whether it succeeds or not."""
    while True:
        try:
            await step()
        except Exception:
            logger.exception("A look at the database of conversations failed.")
        await asyncio.sleep(seconds)
