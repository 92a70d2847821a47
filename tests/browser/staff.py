"""What staff does to a conversation, done through the core as their page does it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Awaitable, Callable

from bot.channels.core.core import ChannelCore
from bot.channels.core.database import open_database
from bot.channels.core.model import NOTICE, PERSON, Said
from catalog.settings import Settings


class Staff:
    """Somebody of the shop's who answers the conversation that was begun last."""

    def __init__(self, settings: Settings, person: str) -> None:
        self._settings = settings
        self._person = person

    def asked(self) -> None:
        """The shopper has asked for a person."""
        self._do(lambda core, one: core.hand_over(one, "asked", "wants a person"))

    def joins(self) -> None:
        """Take the conversation, and have that told."""
        joined = Said(f"{self._person} has joined.", author=NOTICE)
        self._do(lambda core, one: core.take(one, self._person))
        self._do(lambda core, one: core.say(one, joined))

    def says(self, text: str) -> None:
        """Answer."""
        said = Said(text, author=PERSON, name=self._person)
        self._do(lambda core, one: core.say(one, said))

    def leaves(self) -> None:
        """Give the conversation back to the assistant."""
        self._do(lambda core, one: core.hand_back(one, self._person))

    def _do(self, act: Callable[[ChannelCore, str], Awaitable[Any]]) -> None:
        async def done() -> None:
            core = ChannelCore(open_database(self._settings))
            try:
                (latest,) = await core.conversations(limit=1)
                await act(core, latest.id)
            finally:
                core.close()

        # The browser's own loop runs in this thread.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(done())).result()
