"""A core with a clock of its own, turns that are quickly taken, and a toy channel."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import AsyncIterator, Awaitable, Callable, Optional, Sequence

from bot.channels.core.core import ChannelCore
from bot.channels.core.database import open_url
from bot.channels.core.model import (
    SHOPPER,
    Adapter,
    Capabilities,
    Conversation,
    Inbound,
    Later,
    Message,
    Refused,
    Said,
    Turn,
)

#: The URL of another database than a file in the test's folder.
PLACE = ""
#: Seconds after which what a test waits for will not come.
SECONDS = 20.0


@dataclass
class Clock:
    """A clock that goes where it is told to."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def go(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Return as soon as something holds; fails where it does not."""

    async def look() -> None:
        while not await holds():
            await asyncio.sleep(0.005)

    await asyncio.wait_for(look(), SECONDS)


@dataclass
class Toy:
    """A channel that notes what it is handed; each key once, as real ones do."""

    name: str = "toy"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(buttons=3))
    taken: list[Message] = field(default_factory=list)
    tries: int = 0
    busy: int = 0
    """So many tries fail from now on."""
    after: float = 0.0
    blocked: bool = False
    over: list[Conversation] = field(default_factory=list)
    back: list[Conversation] = field(default_factory=list)
    shown: list[bool] = field(default_factory=list)

    async def deliver(self, conversation: Conversation, message: Message) -> None:
        """Take it, unless busy or blocked."""
        self._answer()
        if message.key not in [m.key for m in self.taken]:
            self.taken.append(message)

    async def typing(self, conversation: Conversation, on: bool) -> None:
        """Note it."""
        self.shown.append(on)

    async def handed_over(self, conversation: Conversation) -> None:
        """Note it, unless busy or blocked."""
        self._answer()
        self.over.append(conversation)

    async def handed_back(self, conversation: Conversation) -> None:
        """Note it, unless busy or blocked."""
        self._answer()
        self.back.append(conversation)

    def _answer(self) -> None:
        self.tries += 1
        if self.blocked:
            raise Refused("blocked")
        if self.busy > 0:
            self.busy -= 1
            raise Later("busy", self.after)

    @property
    def texts(self) -> list[str]:
        """The texts that were taken."""
        return [message.text for message in self.taken]


@dataclass
class Echo:
    """A turn that says what was said, and remembers what it was asked."""

    asked: list[str] = field(default_factory=list)
    metas: list[tuple[Conversation, Message]] = field(default_factory=list)

    async def __call__(self, conversation: Conversation, message: Message) -> Sequence[Said]:
        self.asked.append(message.text)
        self.metas.append((conversation, message))
        return [Said(f"you said {message.text}")]


def said(text: str, key: str, address: str = "ann", channel: str = "toy") -> Inbound:
    """A message of a shopper."""
    return Inbound(channel, address, key, text)


def open_core(
    folder: Path, adapters: Sequence[Adapter], clock: Optional[Clock] = None, holder: str = ""
) -> ChannelCore:
    """A core on a database in a folder, the same one each time; or on ``PLACE``."""
    database = open_url(PLACE or f"sqlite:///{folder / 'channels.db'}")
    return ChannelCore(database, adapters, clock=clock or Clock(), holder=holder, look_every=0.01)


@asynccontextmanager
async def running(core: ChannelCore, turn: Turn) -> AsyncIterator[ChannelCore]:
    """The core at work."""
    await core.start(turn)
    try:
        yield core
    finally:
        await core.stop()
        core.close()


async def settled(core: ChannelCore) -> None:
    """Return when there is nothing left to do, now or later."""

    async def idle() -> bool:
        for conversation in await core.conversations():
            if await core.read(core.work.next_to_answer, conversation.id):
                return False
            later = core.now() + 1e9
            if await core.read(core.work.next_to_deliver, conversation.id, later):
                return False
        return True

    await until(idle)


async def said_in(core: ChannelCore, conversation_id: str = "toy:ann") -> list[str]:
    """The transcript, as "author: text"."""
    return [f"{m.author}: {m.text}" for m in await core.messages(conversation_id)]


def of_shopper(messages: Sequence[Message]) -> list[Message]:
    """The shopper's own."""
    return [message for message in messages if message.author == SHOPPER]
