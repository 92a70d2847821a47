"""One colleague takes a conversation from another: in one step, so that the assistant stays out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.channels.core.core import ChannelCore
from bot.channels.core.handoff import HandoffError
from bot.channels.core.model import BY_PERSON, Conversation


async def take_over(core: ChannelCore, conversation_id: str, old: str, new: str) -> None:
    """Put ``new`` in the place of ``old``.

    Raises
    ------
    HandoffError
        Where ``old`` has not the conversation any more.
    """
    change = partial(replaced, old=old, new=new)
    await core.write(core.transcript.move, conversation_id, change, core.now())


def replaced(conversation: Conversation, old: str, new: str) -> Conversation:
    """The conversation with another person; raises ``HandoffError`` where ``old`` has it not."""
    if conversation.status != BY_PERSON or conversation.person != old:
        raise HandoffError(f"{old} has not the conversation any more.")
    return replace(conversation, person=new)
