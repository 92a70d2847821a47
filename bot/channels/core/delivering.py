"""Hands the messages of one conversation to its channel, in order, until the channel has them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Optional

from bot.channels.core.model import Adapter, Later, Refused
from bot.channels.core.work import ToDeliver

if TYPE_CHECKING:
    from bot.channels.core.core import ChannelCore

logger = logging.getLogger(__name__)

#: Seconds that a channel has to take a message.
DEADLINE = 30.0
#: Seconds before the second try; doubled with each one, up to the longest.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
#: After so many seconds a message is of no use any longer.
GIVE_UP = 48 * 3600.0


def pause(attempts: int, least: float = 0.0) -> float:
    """Seconds until the next try, after so many that failed.

    >>> pause(0), pause(3), pause(20), pause(0, 60.0)
    (1.0, 8.0, 300.0, 60.0)
    """
    return max(least, min(FIRST_PAUSE * 2.0 ** min(attempts, 20), LONGEST_PAUSE))


class Delivering:
    """The worker of a conversation's outbox."""

    def __init__(self, core: ChannelCore) -> None:
        self._core = core

    def next(self, conversation_id: str) -> Optional[ToDeliver]:
        """What the channel is to be handed now; blocks."""
        return self._core.work.next_to_deliver(conversation_id, self._core.now())

    async def run(self, conversation_id: str, first: ToDeliver) -> None:
        """Deliver what is there to be delivered now; what comes after waits for what fails."""
        work: Optional[ToDeliver] = first
        while work is not None:
            adapter = self._core.adapters.get(work.conversation.channel)
            if adapter is None or not await self._deliver(adapter, work):
                return
            work = await self._core.read(self.next, conversation_id)

    async def _deliver(self, adapter: Adapter, work: ToDeliver) -> bool:
        """Whether this is done with, one way or the other."""
        core = self._core
        least = 0.0
        try:
            await asyncio.wait_for(_hand(adapter, work), DEADLINE)
        except Refused as refusal:
            logger.warning("The channel %s refused a message: %s", adapter.name, refusal)
            await core.write(core.work.delivered, work, True)
            return True
        except Later as later:
            logger.info("The channel %s takes a message later: %s", adapter.name, later)
            least = later.after
        except asyncio.TimeoutError:
            logger.warning("The channel %s took more than %.0f s.", adapter.name, DEADLINE)
        except Exception:
            logger.exception("A message for the channel %s could not be delivered.", adapter.name)
        else:
            await core.write(core.work.delivered, work)
            return True
        if core.now() - work.since > GIVE_UP:
            logger.error("A message for the channel %s is given up.", adapter.name)
            await core.write(core.work.delivered, work, True)
            return True
        await core.write(core.work.put_off, work, core.now() + pause(work.attempts, least))
        return False


async def _hand(adapter: Adapter, work: ToDeliver) -> None:
    if work.message is not None:
        await adapter.deliver(work.conversation, work.message)
    elif work.over:
        await adapter.handed_over(work.conversation)
    else:
        await adapter.handed_back(work.conversation)
