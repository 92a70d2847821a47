"""The core of all channels: takes messages in, has them answered, and delivers the answers."""

from __future__ import annotations

import asyncio
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Awaitable, Callable, Collection, Optional, Sequence, TypeVar

from bot.channels.core import handoff
from bot.channels.core.answering import Answering, Sorry, sorry
from bot.channels.core.database import ChannelDatabase
from bot.channels.core.delivering import Delivering
from bot.channels.core.model import (
    Accepted,
    Adapter,
    Conversation,
    Inbound,
    Message,
    News,
    Said,
    Turn,
)
from bot.channels.core.transcript import Transcript
from bot.channels.core.waiting import Waiting
from bot.channels.core.work import ANSWER, DELIVER, WorkList, new_holder
from bot.channels.core.workers import LOOK_EVERY, Workers

T = TypeVar("T")

_DAY = 24 * 3600.0
_THREADS = 4


class ChannelCore:
    """Inbox, ordered workers, outbox and handoff of all channels of one process.

    Several processes may share one database. ``accept``, ``messages`` and the like work before
    ``start`` and after ``stop``; answers and deliveries are made in between.

    Parameters
    ----------
    adapters
        The channels; more can be added until ``start``.
    transcript_days
        After so many days what was written is forgotten.
    say_sorry
        What stands for an answer that could not be made.
    clock
        Seconds since the epoch.
    holder
        A name of this process among those that share the database.
    look_every
        Seconds between two looks for what other processes, the past or the clock left to do.
    """

    def __init__(
        self,
        database: ChannelDatabase,
        adapters: Sequence[Adapter] = (),
        transcript_days: int = 90,
        say_sorry: Sorry = sorry,
        clock: Callable[[], float] = time.time,
        holder: str = "",
        look_every: float = LOOK_EVERY,
    ) -> None:
        self.transcript = Transcript(database)
        self.work = WorkList(database, holder or new_holder())
        self.adapters: dict[str, Adapter] = {}
        self.waiting = Waiting()
        self._database = database
        self._days = transcript_days
        self._say_sorry = say_sorry
        self._clock = clock
        self._look_every = look_every
        # SQLite has one writer at a time: a queue of ours is fairer than its waiting.
        self._writes = ThreadPoolExecutor(1 if database.one_writer else _THREADS, "channels-write")
        self._reads = ThreadPoolExecutor(_THREADS, "channels-read")
        self._workers: Optional[Workers] = None
        self._typing: set[str] = set()
        self._forget: Optional[Callable[[str], Awaitable[None]]] = None
        for adapter in adapters:
            self.add(adapter)

    def add(self, adapter: Adapter) -> None:
        """One more channel, before ``start``."""
        self.adapters[adapter.name] = adapter

    async def start(
        self, turn: Turn, forget: Optional[Callable[[str], Awaitable[None]]] = None
    ) -> None:
        """Begin to answer and to deliver, first what was left when the last process ended.

        Parameters
        ----------
        forget
            Is told each conversation of which nothing is kept any longer.
        """
        self._forget = forget
        answering = Answering(self, turn, self._say_sorry)
        self._workers = Workers(self, {ANSWER: answering, DELIVER: Delivering(self)})
        await self._workers.start(self._look_every)

    async def stop(self) -> None:
        """End what is being done; what is not done stays for the next start."""
        if self._workers is not None:
            workers, self._workers = self._workers, None
            await workers.stop()

    def close(self) -> None:
        """Give threads and connections back, after ``stop``."""
        self._writes.shutdown()
        self._reads.shutdown()
        self._database.close()

    # What channels and the desk ask for

    async def accept(self, inbound: Sequence[Inbound]) -> list[Accepted]:
        """Keep what shoppers sent; a message whose key is known is not taken again.

        It is on disk when this returns, and is answered whatever happens then.
        """
        if not inbound:
            return []
        accepted = await self.write(self.transcript.accept, inbound, self.now())
        for conversation_id in {m.conversation_id for m in inbound}:
            self.waiting.tell(conversation_id)
            self.wake(ANSWER, conversation_id)
        return accepted

    async def conversation(self, conversation_id: str) -> Optional[Conversation]:
        """One conversation, or None."""
        return await self.read(self.transcript.conversation, conversation_id)

    async def conversations(
        self, status: Optional[Collection[str]] = None, limit: int = 200
    ) -> list[Conversation]:
        """Conversations, those of some statuses or all, spoken in last first."""
        statuses = {status} if isinstance(status, str) else status
        return await self.read(self.transcript.conversations, statuses, limit)

    async def messages(
        self, conversation_id: str, after: int = 0, limit: int = 200
    ) -> list[Message]:
        """What was said in a conversation after a place, in order."""
        return await self.read(self.transcript.messages, conversation_id, after, limit)

    async def news(self, conversation_id: str, after: int = 0, limit: int = 200) -> News:
        """What was said after a place, who answers, and whether an answer is being made.

        One look at the database for what ``messages``, ``conversation`` and ``typing`` tell.
        """

        def look() -> News:
            messages = self.transcript.messages(conversation_id, after, limit)
            found = self.transcript.conversation(conversation_id)
            if found is None:
                return News(tuple(messages))
            typing = conversation_id in self._typing or self.work.held(conversation_id, self.now())
            return News(tuple(messages), found.status, typing, found.last_seq)

        return await self.read(look)

    async def changed(
        self, conversation_id: str, after: int, seconds: float, news: Optional[int] = None
    ) -> int:
        """Return when there is a message beyond ``after``, other news, or time is up.

        Other news: typing began or ended, or somebody else answers now. The count of news is
        returned; who gives it at the next call as ``news`` misses nothing in between.
        """
        if news is None:
            news = self.waiting.count(conversation_id)
        found = await self.conversation(conversation_id)
        if found is None or found.last_seq <= after:
            await self.waiting.wait(conversation_id, news, seconds)
        return self.waiting.count(conversation_id)

    async def typing(self, conversation_id: str) -> bool:
        """Whether an answer is being made."""
        if conversation_id in self._typing:
            return True
        return await self.read(self.work.held, conversation_id, self.now())

    async def say(self, conversation_id: str, said: Said, key: str = "") -> Message:
        """Have somebody else than the assistant speak; delivered like any reply.

        Parameters
        ----------
        key
            What was said under a key already is not said again.
        """
        message = await self.write(
            self.transcript.say, conversation_id, said, key or uuid.uuid4().hex, self.now()
        )
        self.waiting.tell(conversation_id)
        self.wake(DELIVER, conversation_id)
        return message

    async def hand_over(self, conversation_id: str, reason: str, summary: str) -> Conversation:
        """Ask for a person; ``HandoffError`` where one was asked for already."""
        return await self._move(conversation_id, lambda c: handoff.asked(c, reason, summary))

    async def take(self, conversation_id: str, person: str) -> Conversation:
        """A person answers from now on; ``HandoffError`` where somebody else does."""
        return await self._move(conversation_id, lambda c: handoff.taken(c, person))

    async def hand_back(self, conversation_id: str, person: str = "") -> Conversation:
        """The assistant answers again; ``HandoffError`` where it does already, or somebody else
        than ``person`` does."""
        return await self._move(conversation_id, lambda c: handoff.returned(c, person))

    async def purge(self) -> list[str]:
        """Forget what is older than the settings allow; which conversations are gone."""
        gone = await self.write(self.transcript.purge, self.now() - self._days * _DAY)
        if self._forget is not None:
            for conversation_id in gone:
                await self._forget(conversation_id)
        return gone

    # What the workers ask for

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._clock()

    async def read(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run something that reads the database, in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reads, lambda: function(*arguments))

    async def write(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run something that writes to the database, in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writes, lambda: function(*arguments))

    def show_typing(self, conversation_id: str, on: bool) -> None:
        """An answer is being made from now on, or no longer."""
        (self._typing.add if on else self._typing.discard)(conversation_id)
        self.waiting.tell(conversation_id)

    def wake(self, work: str, conversation_id: str) -> None:
        """There is something to do; nothing happens where there is nobody to do it."""
        if self._workers is not None and conversation_id.partition(":")[0] in self.adapters:
            self._workers.wake(work, conversation_id)

    async def _move(
        self, conversation_id: str, change: Callable[[Conversation], Conversation]
    ) -> Conversation:
        moved = await self.write(self.transcript.move, conversation_id, change, self.now())
        self.waiting.tell(conversation_id)
        self.wake(DELIVER, conversation_id)
        return moved
