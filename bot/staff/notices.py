"""What shoppers are told when a person comes or goes, in the conversation's language."""

from __future__ import annotations

from actions.replies.texts import Texts
from bot.channels.core.model import NOTICE, Conversation, Said


def joined(conversation: Conversation, shown_as: str) -> Said:
    """A person answers from now on."""
    return _notice(conversation, "staff_joined", shown_as)


def left(conversation: Conversation, shown_as: str) -> Said:
    """The assistant answers again."""
    return _notice(conversation, "staff_left", shown_as)


def _notice(conversation: Conversation, key: str, shown_as: str) -> Said:
    text = Texts.load().say(conversation.language, key, name=shown_as)
    return Said(text, author=NOTICE, name=shown_as)
