"""What every channel does, whatever its other side is: inherited by the tests of each adapter.

A test class inherits ``AdapterContract`` and gives a fixture ``far``: the adapter with whatever
plays its other side.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Mapping, Protocol

import pytest

from bot.channels.core.model import (
    BY_BOT,
    HANDOFF,
    NOTICE,
    PERSON,
    WAITING,
    Adapter,
    Conversation,
    Inbound,
    Message,
    Said,
)
from tests.channels import Clock, open_core, running, settled, until


class Far(Protocol):
    """An adapter and its other side."""

    adapter: Adapter
    address: str
    details: Mapping[str, Any]

    def taken(self) -> list[str]:
        """The texts that arrived, in order; what was handed over twice under one key counts once
        where the channel can tell."""

    def fail(self, times: int) -> None:
        """The other side is out of order for so many calls."""

    def refuse(self) -> None:
        """The other side takes nothing for this address any longer."""


async def echo(conversation: Conversation, message: Message) -> list[Said]:
    """The simplest turn."""
    return [Said(f"re {message.text}")]


async def for_a_person(conversation: Conversation, message: Message) -> list[Said]:
    """A turn that asks for a person."""
    data = {"type": HANDOFF, "reason": "asked", "summary": "wants a person"}
    return [Said("A person will answer.", custom=data)]


class AdapterContract:
    """Delivered once a key, in order, again after failures, and silent where people answer."""

    @pytest.fixture
    def far(self) -> Far:
        """The adapter under test."""
        raise NotImplementedError

    @pytest.fixture
    def clock(self) -> Clock:
        """Time, as the core sees it."""
        return Clock()

    def hear(self, far: Far, text: str, key: str) -> Inbound:
        """A message of a shopper on this channel."""
        return Inbound(far.adapter.name, far.address, key, text, details=far.details)

    def test_replies_arrive_once_and_in_order(self, far: Far, tmp_path: Path) -> None:
        async def play() -> None:
            async with running(open_core(tmp_path, [far.adapter]), echo) as core:
                for key in ("k1", "k2", "k2", "k3", "k1"):
                    await core.accept([self.hear(far, key, key)])
                await settled(core)

        asyncio.run(play())
        assert far.taken() == ["re k1", "re k2", "re k3"]

    def test_what_fails_is_tried_again_before_what_comes_after(
        self, far: Far, tmp_path: Path, clock: Clock
    ) -> None:
        far.fail(2)

        async def play() -> None:
            async with running(open_core(tmp_path, [far.adapter], clock), echo) as core:
                await core.accept([self.hear(far, key, key) for key in ("k1", "k2")])

                async def arrived() -> bool:
                    clock.go(60.0)
                    return len(far.taken()) == 2

                await until(arrived)
                await settled(core)

        asyncio.run(play())
        assert far.taken() == ["re k1", "re k2"]

    def test_what_is_refused_is_not_tried_again_and_harms_nothing(
        self, far: Far, tmp_path: Path
    ) -> None:
        far.refuse()

        async def play() -> list[Message]:
            async with running(open_core(tmp_path, [far.adapter]), echo) as core:
                await core.accept([self.hear(far, "hello", "k1")])
                await settled(core)
                return await core.messages(f"{far.adapter.name}:{far.address}")

        messages = asyncio.run(play())
        assert far.taken() == []
        assert [message.text for message in messages] == ["hello", "re hello"]

    def test_after_a_handoff_only_people_speak(self, far: Far, tmp_path: Path) -> None:
        name = f"{far.adapter.name}:{far.address}"

        async def play() -> None:
            async with running(open_core(tmp_path, [far.adapter]), for_a_person) as core:
                await core.accept([self.hear(far, "a person please", "k1")])
                await settled(core)
                waiting = await core.conversation(name)
                assert waiting is not None
                assert waiting.status == WAITING
                await core.accept([self.hear(far, "anybody there?", "k2")])
                await core.take(name, "Bea")
                await core.say(name, Said("Hello, Bea here.", author=PERSON, name="Bea"))
                await core.accept([self.hear(far, "hi Bea", "k3")])
                await settled(core)
                await core.hand_back(name, "Bea")
                await core.say(name, Said("The assistant is back.", author=NOTICE))
                await core.accept([self.hear(far, "hello again", "k4")])
                await settled(core)
                last = await core.conversation(name)
                assert last is not None
                assert last.status in (BY_BOT, WAITING)

        asyncio.run(play())
        heard = far.taken()
        assert heard[0] == heard[-1] == "A person will answer."
        assert len([text for text in heard if text == "A person will answer."]) == 2
        assert any("Bea here" in text for text in heard)
