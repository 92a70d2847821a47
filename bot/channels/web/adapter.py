"""The web channel as the core sees it: the widget fetches what is said, nothing is handed over."""

from __future__ import annotations

from bot.channels.core.model import Capabilities, Conversation, Message
from bot.channels.web.gate import CHANNEL


class WebAdapter:
    """Delivering is being in the transcript, from which the widget reads on."""

    name = CHANNEL
    capabilities = Capabilities(cards=True, buttons=20, button_length=200, text_length=100_000)

    async def deliver(self, conversation: Conversation, message: Message) -> None:
        """The message is where the widget reads it."""

    async def typing(self, conversation: Conversation, on: bool) -> None:
        """The core tells it to who waits for news."""

    async def handed_over(self, conversation: Conversation) -> None:
        """The desk of the staff reads the same transcript."""

    async def handed_back(self, conversation: Conversation) -> None:
        """The widget is told by the conversation's status."""
