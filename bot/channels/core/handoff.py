"""Who answers a conversation: which moves there are between the assistant and people."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.core.model import BY_BOT, BY_PERSON, WAITING, Conversation
from catalog.errors import ShoptalkError


class HandoffError(ShoptalkError):
    """A move that a conversation's status does not allow."""


def asked(conversation: Conversation, reason: str, summary: str) -> Conversation:
    """The conversation waits for a person.

    Raises
    ------
    HandoffError
        Where a person was asked for already.
    """
    if conversation.status != BY_BOT:
        raise HandoffError("A person was asked for already.")
    return replace(conversation, status=WAITING, reason=reason, summary=summary, person="")


def taken(conversation: Conversation, person: str) -> Conversation:
    """A person answers it from now on; asked for or not. Taking it twice is taking it once.

    Raises
    ------
    HandoffError
        Where somebody else has it, or nobody is named.
    """
    if not person:
        raise HandoffError("Somebody must take the conversation.")
    if conversation.status == BY_PERSON and conversation.person != person:
        raise HandoffError(f"{conversation.person} has the conversation.")
    return replace(conversation, status=BY_PERSON, person=person)


def returned(conversation: Conversation, person: str = "") -> Conversation:
    """The assistant answers it again.

    Parameters
    ----------
    person
        Who gives it back; empty where the channel's own desk says so.

    Raises
    ------
    HandoffError
        Where the assistant has it already, or somebody else has it.
    """
    if conversation.status == BY_BOT:
        raise HandoffError("The assistant has the conversation already.")
    if person and conversation.status == BY_PERSON and conversation.person != person:
        raise HandoffError(f"{conversation.person} has the conversation.")
    return replace(conversation, status=BY_BOT, person="", reason="", summary="")
