"""A process that ends at any step of the core's work: nothing is lost, nothing is doubled."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.channels.core.core import ChannelCore
from bot.channels.core.database import open_url
from bot.channels.core.model import BOT, HANDOFF, SHOPPER, WAITING, Said
from bot.channels.core.work import LEASE
from tests.channels import Clock, Toy, said, settled

TEXTS = ("hello", "red dress", "person")


class Ended(BaseException):
    """The process has ended: nobody catches it, and nothing goes on."""


@dataclass
class Fuse:
    """Ends the process at the n-th step."""

    at: int
    steps: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def step(self) -> None:
        if self.ended.is_set():
            raise Ended
        self.steps += 1
        if self.steps == self.at:
            self.ended.set()
            raise Ended


class Mortal(ChannelCore):
    """A core whose process may end before and after each transaction."""

    def __init__(self, *args, fuse, **more):
        super().__init__(*args, **more)
        self._fuse = fuse

    async def write(self, function, *arguments):
        self._fuse.step()
        result = await super().write(function, *arguments)
        self._fuse.step()
        return result

    async def read(self, function, *arguments):
        if self._fuse.ended.is_set():
            raise Ended
        return await super().read(function, *arguments)


class Turns:
    """Replies and state are kept together before the reply is given, as Rasa's store does."""

    def __init__(self, kept):
        self.kept = kept
        self.taken = []
        self.fuse = Fuse(0)

    async def __call__(self, conversation, message):
        self.fuse.step()
        if message.key not in self.kept:
            self.taken.append(message.key)
            data = {"type": HANDOFF, "reason": "asked", "summary": ""}
            custom = data if message.text == "person" else {}
            self.kept[message.key] = [Said(f"{len(self.kept) + 1}: {message.text}", custom=custom)]
        self.fuse.step()
        return self.kept[message.key]


class MortalToy(Toy):
    """A channel that has a message although we ended before we knew."""

    fuse = Fuse(0)

    async def deliver(self, conversation, message):
        self.fuse.step()
        await super().deliver(conversation, message)
        self.fuse.step()

    async def handed_over(self, conversation):
        self.fuse.step()
        await super().handed_over(conversation)
        self.fuse.step()


async def life(folder, clock, toy, turns, fuse, number):
    """One process: sends what was not acknowledged yet, and works until it ends or is done."""
    toy.fuse = turns.fuse = fuse
    core = Mortal(
        open_url(f"sqlite:///{folder / 'channels.db'}"),
        [toy],
        clock=clock,
        holder=f"host{number}/1/x",
        look_every=0.005,
        fuse=fuse,
    )
    acknowledged = 0
    ended = asyncio.ensure_future(fuse.ended.wait())
    try:

        async def work():
            nonlocal acknowledged
            await core.start(turns)
            for n, text in enumerate(TEXTS):
                await core.accept([said(text, f"k{n}")])
                acknowledged += 1
            await settled(core)
            return await core.messages("toy:ann"), await core.conversation("toy:ann")

        working = asyncio.ensure_future(work())
        await asyncio.wait({working, ended}, return_when=asyncio.FIRST_COMPLETED)
        if fuse.ended.is_set():
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            return None
        return working.result()
    finally:
        fuse.ended.set()
        ended.cancel()
        await quietly(core)


async def quietly(core):
    """Let go of what a process that has ended would have held."""
    workers = core._workers
    if workers is not None:
        workers._stopped = True
        tasks = [*workers._loops, *workers._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    core.close()


def lives(folder, at):
    """Processes one after the other, the first of which ends at a step; what is left at last."""
    clock, toy, turns = Clock(), MortalToy(), Turns({})

    async def whole():
        for number in range(3):
            fuse = Fuse(at if number == 0 else 0)
            found = await life(folder, clock, toy, turns, fuse, number)
            if found is not None:
                return number, found
            clock.go(LEASE + 1)
        raise AssertionError("It does not end.")

    return toy, turns, asyncio.run(whole())


def test_whenever_it_ends_every_message_has_one_reply(tmp_path):
    at, ended = 0, True
    while ended:
        at += 1
        folder = tmp_path / str(at)
        folder.mkdir()
        toy, turns, (number, (messages, conversation)) = lives(folder, at)
        ended = number > 0
        asked = [m for m in messages if m.author == SHOPPER]
        replies = [m for m in messages if m.author == BOT]
        assert [m.text for m in asked] == list(TEXTS), at
        assert [m.seq for m in messages] == list(range(1, 7)), at
        assert [m.reply_to for m in replies] == [m.seq for m in asked], at
        assert [m.text for m in replies] == ["1: hello", "2: red dress", "3: person"], at
        assert turns.taken == ["k0", "k1", "k2"], at
        assert toy.texts == [m.text for m in replies], at
        assert conversation.status == WAITING, at
        assert len(toy.over) in (1, 2), at
    # The last one went through all of its steps.
    assert at > 20
