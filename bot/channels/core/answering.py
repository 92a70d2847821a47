"""Answers the messages of one conversation, one after the other, each exactly once."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Awaitable, Callable, Optional, Sequence

from bot.channels.contract import DEADLINE, FAILED
from bot.channels.core.model import (
    UNSUPPORTED,
    Adapter,
    Conversation,
    Message,
    Said,
    Turn,
    Unavailable,
)
from bot.channels.core.rendering import meant
from bot.channels.core.work import DELIVER, ToAnswer
from bot.channels.sentences import sentences
from catalog.text import detect_language

if TYPE_CHECKING:
    from bot.channels.core.core import ChannelCore

logger = logging.getLogger(__name__)

#: Seconds for which a message waits while no turn can be taken; it is tried once in any case.
PATIENCE = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 4.0
#: Tries of a turn that fails in a way that we do not know.
TRIES = 3

Sorry = Callable[[Conversation, Message], Said]
Sleep = Callable[[float], Awaitable[None]]


def sorry(conversation: Conversation, message: Message) -> Said:
    """What stands for an answer that could not be made."""
    spoken = any(character.isalpha() for character in message.text)
    language = detect_language(message.text) if spoken else conversation.language
    return Said(sentences().say(language, "sorry"), custom=FAILED)


def unread(conversation: Conversation, message: Message) -> Said:
    """What is said to what the channel could not carry over; the assistant is not asked."""
    return Said(sentences().say(conversation.language, "unsupported", message.seq))


class Answering:
    """The worker of a conversation's inbox.

    Parameters
    ----------
    turn
        What answers.
    """

    def __init__(
        self,
        core: ChannelCore,
        turn: Turn,
        say_sorry: Sorry = sorry,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._core = core
        self._turn = turn
        self._sorry = say_sorry
        self._sleep = sleep
        self._clock = clock
        self._since = core.now()
        self._showing: set[asyncio.Task[None]] = set()

    def next(self, conversation_id: str) -> Optional[ToAnswer]:
        """The oldest message without an answer; blocks."""
        return self._core.work.next_to_answer(conversation_id)

    async def run(self, conversation_id: str, first: ToAnswer) -> None:
        """Answer what is there to be answered."""
        work: Optional[ToAnswer] = first
        await self._show(first, True)
        try:
            while work is not None:
                await self._answer(work)
                work = await self._core.read(self.next, conversation_id)
        finally:
            await self._show(first, False)

    async def _answer(self, work: ToAnswer) -> None:
        core, message = self._core, work.message
        replies = await self._replies(work.conversation, self._meant(work))
        await core.write(
            core.transcript.finish, message.conversation_id, message.seq, replies, core.now()
        )
        core.waiting.tell(message.conversation_id)
        core.wake(DELIVER, message.conversation_id)

    async def _replies(self, conversation: Conversation, message: Message) -> Sequence[Said]:
        """What is answered; says sorry where nobody can for too long."""
        if message.kind == UNSUPPORTED:
            return [await asyncio.to_thread(unread, conversation, message)]
        began, pause, tries = self._clock() - self._waited(message), FIRST_PAUSE, 0
        while True:
            try:
                replies = await asyncio.wait_for(self._turn(conversation, message), DEADLINE)
                if replies:
                    return replies
                logger.error("A turn brought no answer.")
                tries += 1
            except Unavailable:
                logger.warning("A turn could not be taken; it is tried again.")
            except asyncio.TimeoutError:
                logger.error("A turn took more than %.0f s.", DEADLINE)
            except Exception:
                logger.exception("A turn failed.")
                tries += 1
            if tries >= TRIES or self._clock() - began + pause > PATIENCE:
                return [self._sorry(conversation, message)]
            await self._sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _waited(self, message: Message) -> float:
        """Seconds that a message waited for its first try, since it came or we began."""
        came = self._since if message.at is None else message.at.timestamp()
        return max(0.0, self._core.now() - max(came, self._since))

    def _meant(self, work: ToAnswer) -> Message:
        """The message with a number or letter that stands for a quick reply read as that."""
        adapter = self._adapter(work.conversation)
        if adapter is None:
            return work.message
        return meant(work.message, work.before, adapter.capabilities)

    async def _show(self, work: ToAnswer, on: bool) -> None:
        """Show that an answer is being made; nothing depends on it."""
        self._core.show_typing(work.conversation.id, on)
        adapter = self._adapter(work.conversation)
        if adapter is not None:
            task = asyncio.ensure_future(_at_best(adapter, work.conversation, on))
            self._showing.add(task)
            task.add_done_callback(self._showing.discard)

    def _adapter(self, conversation: Conversation) -> Optional[Adapter]:
        return self._core.adapters.get(conversation.channel)


async def _at_best(adapter: Adapter, conversation: Conversation, on: bool) -> None:
    try:
        await asyncio.wait_for(adapter.typing(conversation, on), DEADLINE)
    except Exception:
        logger.info("A channel could not show that an answer is being made.")
