"""Plays conversations through their doors while servers are killed."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Awaitable, Callable, Mapping, Sequence

from bot.evaluate.durability.doors import AWAY, Door
from bot.evaluate.durability.script import Kill, Talk
from bot.evaluate.durability.supervised import Supervised

#: Seconds between two tries where a server is away.
AGAIN = 0.1
#: Seconds in which a message must be acknowledged and answered, whatever is killed meanwhile.
LONGEST = 180.0


@dataclass
class Played:
    """What came of the conversations."""

    acknowledged: dict[int, list[str]] = field(default_factory=dict)
    """Number of a conversation → the keys of its messages."""
    ms: dict[str, list[float]] = field(default_factory=dict)
    """Channel → milliseconds from sending to the reply, of every message."""
    unanswered: int = 0

    @property
    def count(self) -> int:
        """Messages that were acknowledged."""
        return sum(map(len, self.acknowledged.values()))


async def play(
    talks: Sequence[Talk],
    kills: Sequence[Kill],
    doors: Mapping[str, Door],
    servers: Supervised,
    together: int,
) -> Played:
    """Hold the conversations, so many at a time, and kill servers on the way."""
    played = Played()
    free = asyncio.Semaphore(together)
    news = asyncio.Event()

    async def talk_when_free(talk: Talk) -> None:
        async with free:
            await _talk(talk, doors[talk.channel], servers.url, played, news)

    killing = asyncio.ensure_future(_kill(kills, servers, played, news))
    await asyncio.gather(*(talk_when_free(talk) for talk in talks))
    await killing
    return played


async def _talk(talk: Talk, door: Door, url: str, played: Played, news: asyncio.Event) -> None:
    keys = played.acknowledged.setdefault(talk.number, [])
    await _tried(lambda: door.open(url, talk.number))
    for n, text in enumerate(talk.texts):
        key = f"message-{talk.number}-{n}"
        try:
            sending = _send(door, url, talk.number, key, text)
            began = await asyncio.wait_for(sending, LONGEST)
            keys.append(key)
            news.set()
            await asyncio.wait_for(_listen(door, url, talk.number, n + 1), LONGEST)
        except asyncio.TimeoutError:
            played.unanswered += 1
            return
        ms = 1e3 * (time.perf_counter() - began)
        played.ms.setdefault(talk.channel, []).append(ms)


async def _send(door: Door, url: str, number: int, key: str, text: str) -> float:
    """Send a message until it is acknowledged, as those at the other end do; since when.

    The time in which the channel takes no more from one shopper does not count.
    """
    began = time.perf_counter()
    while True:
        try:
            if await door.send(url, number, key, text):
                return began
            began = time.perf_counter() + AGAIN
        except AWAY:
            pass
        await asyncio.sleep(AGAIN)


async def _listen(door: Door, url: str, number: int, replies: int) -> None:
    while len(door.heard(number).replies) < replies:
        try:
            await door.listen(url, number)
        except AWAY:
            await asyncio.sleep(AGAIN)


async def _kill(
    kills: Sequence[Kill], servers: Supervised, played: Played, news: asyncio.Event
) -> None:
    for kill in kills:
        while played.count < kill.turns:
            news.clear()
            await news.wait()
        await asyncio.sleep(kill.delay)
        await servers.kill(kill.server)


async def _tried(call: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            return await call()
        except AWAY:
            await asyncio.sleep(AGAIN)
