"""The core inside Rasa's server: channels as Rasa loads them, and turns as Rasa takes them."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Awaitable, Callable, Mapping, Optional, Sequence

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request

from bot.channels.core.core import ChannelCore
from bot.channels.core.database import open_database
from bot.channels.core.model import (
    ACT,
    PICTURE,
    Adapter,
    Conversation,
    Message,
    Said,
    Unavailable,
)
from bot.channels.core.rows import reply_key
from bot.tracker_rows import KEY
from bot.tracker_store import ConversationStore
from catalog.settings import Settings

logger = logging.getLogger(__name__)

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]
CoreOf = Callable[[Request], ChannelCore]

#: What Rasa takes for a command where a text begins with it.
_COMMAND = "/"
#: What is left of a message that was nothing but that.
_NOTHING = "?"


def core_of(request: Request) -> ChannelCore:
    """The core of the server that a request came to."""
    return request.app.ctx.channel_core


class CoreChannel(InputChannel):
    """A channel on the core, as ``credentials.yml`` lists it.

    Subclasses say where their routes are (``path``), what delivers (``adapter``) and what they
    listen to (``routes``). A channel that is off has no routes.
    """

    path: str = ""
    """Where the routes begin, as ``/webhooks/chatwoot``."""
    without_adapter: bool = False
    """Whether there are routes though there is no adapter, as of pages for the staff."""

    def adapter(self, settings: Settings) -> Optional[Adapter]:
        """What delivers replies; None where the channel is off."""
        return None

    def routes(self, blueprint: Blueprint, core_of: CoreOf) -> None:
        """Add the routes."""

    def url_prefix(self) -> str:
        """Rasa joins it to ``/webhooks/``; an absolute path stays as it is."""
        return self.path

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes, with the core started and stopped beside them."""
        blueprint = Blueprint(f"shoptalk_{type(self).__name__}")
        settings = Settings.from_env()
        adapter = self.adapter(settings)
        if adapter is None and not self.without_adapter:
            return blueprint
        self.routes(blueprint, core_of)

        async def make(app: Sanic, _loop: Any) -> None:
            if not hasattr(app.ctx, "channel_core"):
                database = await asyncio.to_thread(open_database, settings)
                app.ctx.channel_core = ChannelCore(
                    database, transcript_days=settings.transcript_days
                )
                app.ctx.channel_core_runs = False
            if adapter is not None:
                app.ctx.channel_core.add(adapter)

        async def start(app: Sanic, _loop: Any) -> None:
            if not app.ctx.channel_core_runs:
                app.ctx.channel_core_runs = True
                turns = RasaTurns(on_new_message, conversation_store(app))
                await app.ctx.channel_core.start(turns, turns.forget)

        async def stop(app: Sanic, _loop: Any) -> None:
            if app.ctx.channel_core_runs:
                app.ctx.channel_core_runs = False
                await app.ctx.channel_core.stop()

        blueprint.listener("before_server_start")(make)
        blueprint.listener("after_server_start")(start)
        blueprint.listener("before_server_stop")(stop)
        return blueprint


def conversation_store(app: Sanic) -> Optional[ConversationStore]:
    """Our store of conversations, where Rasa runs with it."""
    store = app.ctx.agent.tracker_store
    while not isinstance(store, ConversationStore):
        # Rasa wraps stores in others.
        store = getattr(store, "_tracker_store", None)
        if store is None:
            return None
    return store


class WholeMessages(CollectingOutputChannel):
    """Collects replies without splitting them at blank lines."""

    async def send_text_message(self, recipient_id: str, text: str, **_more: Any) -> None:
        """Keep the text as it is."""
        await self._persist_message(self._message(recipient_id, text=text))


class RasaTurns:
    """Takes a turn through Rasa, and only once where the store of conversations is ours.

    Parameters
    ----------
    on_new_message
        Rasa's way in.
    store
        Where a reply is kept together with the state that it led to.
    """

    def __init__(self, on_new_message: OnNewMessage, store: Optional[ConversationStore]) -> None:
        self._take = on_new_message
        self._store = store

    async def __call__(self, conversation: Conversation, message: Message) -> Sequence[Said]:
        """The replies to a message: those of before where it was answered before a crash.

        Raises
        ------
        Unavailable
            Where no answer came; nothing of the turn is kept then.
        """
        metadata = turn_metadata(conversation, message)
        if self._store is not None:
            kept = await self._store.reply(conversation.id, metadata[KEY])
            if kept is not None:
                return replies(kept)
        collector = WholeMessages()
        await self._take(
            UserMessage(
                defused(message.text),
                collector,
                conversation.id,
                input_channel=conversation.channel,
                message_id=metadata[KEY],
                metadata=metadata,
            )
        )
        said = replies(collector.messages)
        if not said:
            raise Unavailable("The assistant gave no answer.")
        return said

    async def forget(self, conversation_id: str) -> None:
        """Forget the state of a conversation."""
        if self._store is not None:
            await asyncio.to_thread(self._store.delete, conversation_id)


def turn_metadata(conversation: Conversation, message: Message) -> dict[str, Any]:
    """What the assistant is told beside the text."""
    metadata: dict[str, Any] = {
        "shopper": conversation.shopper_id,
        KEY: reply_key(conversation.id, message.key),
        # A person can take over.
        "desk": True,
        "channel": conversation.channel,
    }
    if message.kind == ACT:
        metadata["act"] = dict(message.payload)
    if message.kind == PICTURE:
        metadata["picture"] = message.payload.get("picture", "")
    return metadata


def defused(text: str) -> str:
    """A text that Rasa does not take for a command.

    >>> defused(" / /restart"), defused("s/m or l")
    ('restart', 's/m or l')
    """
    text = text.strip()
    while text.startswith(_COMMAND):
        text = text[1:].lstrip()
    return text or _NOTHING


def replies(parts: Sequence[Mapping[str, Any]]) -> list[Said]:
    """What Rasa sends one after the other, text and data of one action as one reply."""
    merged: list[dict[str, Any]] = []
    for part in parts:
        content = {name: part[name] for name in ("text", "buttons", "custom") if part.get(name)}
        if set(content) == {"custom"} and merged and "custom" not in merged[-1]:
            merged[-1].update(content)
        elif content:
            merged.append(content)
    return [
        Said(
            text=one.get("text", ""),
            buttons=tuple(str(b.get("payload") or b["title"]) for b in one.get("buttons", ())),
            custom=one.get("custom", {}),
        )
        for one in merged
    ]
