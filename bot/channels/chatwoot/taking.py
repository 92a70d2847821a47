"""What a webhook of Chatwoot changes: who answers a conversation, and what was written in it.

The assistant answers while the status is ``pending``. Any other status means that people have the
conversation, or that it is over; webhooks keep coming then, and nothing is said to them.
"""

from __future__ import annotations

import logging
from typing import Optional

from bot.channels.chatwoot.events import NAME, OPEN, PENDING, RESOLVED, SNOOZED, Event, address
from bot.channels.chatwoot.statuses import Statuses
from bot.channels.core.core import ChannelCore
from bot.channels.core.handoff import HandoffError
from bot.channels.core.model import BY_BOT, BY_PERSON, WAITING, Conversation

logger = logging.getLogger(__name__)

#: Who has a conversation that is open in Chatwoot.
DESK = "Chatwoot"
_LOOKED_THROUGH = 1000


async def take(core: ChannelCore, statuses: Statuses, event: Event) -> None:
    """Do what an event says; doing it twice is doing it once."""
    where = await _address(core, event)
    if where is None:
        return
    name = f"{NAME}:{where}"
    conversation = await core.conversation(name)
    before = statuses.of(where)
    fresh = statuses.saw(where, event.status, event.at)
    if fresh and conversation is not None:
        await _move(core, conversation, event, before)
    if event.message is None:
        return
    status = statuses.of(where)
    # A person's conversation that we never saw, or one that is over, is not ours to keep.
    kept = conversation is not None and status in (OPEN, SNOOZED)
    if status == PENDING or kept:
        await core.accept([event.message])


async def _move(core: ChannelCore, conversation: Conversation, event: Event, before: str) -> None:
    """Have the conversation answered by whom the status says."""
    try:
        if event.status in (OPEN, SNOOZED):
            if conversation.status != BY_PERSON:
                await core.take(conversation.id, DESK)
        elif _ends(conversation, event, before):
            await core.hand_back(conversation.id)
    except HandoffError:
        logger.info("A conversation of Chatwoot was given to somebody else meanwhile.")


def _ends(conversation: Conversation, event: Event, before: str) -> bool:
    """Whether people are done with a conversation.

    What was written when a person was asked for still tells the status of before: ``pending`` says
    something only after we were told of ``open``, and in a message only where it tells its time.
    """
    if conversation.status == BY_BOT:
        return False
    if not event.of_status and (event.status == RESOLVED or not event.at):
        return False
    if conversation.status == WAITING:
        return event.of_status and (event.status == RESOLVED or before in (OPEN, SNOOZED))
    return conversation.person == DESK


async def _address(core: ChannelCore, event: Event) -> Optional[str]:
    """Where the conversation is; some events do not tell the account."""
    if event.account is not None:
        return address(event.account, event.conversation)
    found = [
        conversation.address
        for conversation in await core.conversations(limit=_LOOKED_THROUGH)
        if conversation.channel == NAME
        and conversation.details.get("conversation") == event.conversation
        and event.inbox in (None, conversation.details.get("inbox"))
    ]
    return found[0] if len(found) == 1 else None
