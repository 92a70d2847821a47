"""A channel in a real web server over the real core, with a quick turn in the place of Rasa."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import threading
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Awaitable, Callable, Iterator, Mapping, Sequence
from unittest.mock import patch

from rasa.core.channels.channel import UserMessage, register
from sanic import Sanic
from sanic.touchup.service import TouchUp

from bot.channels.core.core import ChannelCore
from bot.channels.core.running import CoreChannel
from tests.channels import settled, until

_NAMES = itertools.count()
SECONDS = 30.0

Reply = Callable[[UserMessage], Awaitable[None]]


@dataclass
class Turns:
    """What takes the place of Rasa: says what was said, unless it is told what to say."""

    asked: list[str] = field(default_factory=list)
    replies: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Text → the reply's text, buttons and data."""
    held: dict[str, threading.Event] = field(default_factory=dict)
    """Text → what its turn waits for."""

    async def handle_message(self, message: UserMessage) -> None:
        """Rasa's way in."""
        self.asked.append(message.text)
        if message.text in self.held:
            await asyncio.to_thread(self.held[message.text].wait, SECONDS)
        reply = self.replies.get(message.text, {"text": f"re {message.text}"})
        await message.output_channel.send_response(message.sender_id, dict(reply))


@dataclass
class Hosted:
    """A running server."""

    url: str
    loop: asyncio.AbstractEventLoop
    core: ChannelCore
    turns: Turns

    def run(self, work: Any) -> Any:
        """Have something done in the server's thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(SECONDS)

    def settle(self) -> None:
        """Return when everything is answered and delivered."""
        self.run(settled(self.core))

    def until(self, holds: Callable[[], bool]) -> None:
        """Return as soon as something holds."""

        async def look() -> bool:
            return holds()

        self.run(until(look))


@contextmanager
def hosted(
    channels: Sequence[CoreChannel], folder: Path, settings: Mapping[str, str]
) -> Iterator[Hosted]:
    """Channels served on a free port; settings are environment variables without prefix."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(SECONDS)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        turns = Turns()
        server, app = run(_serve(channels, folder, settings, listening, turns))
        port = listening.getsockname()[1]
        try:
            yield Hosted(f"http://127.0.0.1:{port}", loop, app.ctx.channel_core, turns)
        finally:
            run(_end(server))
            loop.call_soon_threadsafe(loop.stop)
            thread.join(SECONDS)
            loop.close()


async def _serve(
    channels: Sequence[CoreChannel],
    folder: Path,
    settings: Mapping[str, str],
    listening: socket.socket,
    turns: Turns,
) -> Any:
    app = Sanic(f"hosting_{os.getpid()}_{next(_NAMES)}", configure_logging=False)
    app.ctx.agent = SimpleNamespace(handle_message=turns.handle_message, tracker_store=None)
    given = {"CHANNELS_DATABASE": f"sqlite:///{folder / 'channels.db'}", **settings}
    before = dict(os.environ)
    os.environ.update({f"SHOPTALK_{name}": value for name, value in given.items()})
    try:
        register(list(channels), app, route="/webhooks/")
    finally:
        os.environ.clear()
        os.environ.update(before)
    server = await app.create_server(
        sock=listening, return_asyncio_server=True, access_log=False, debug=False
    )
    assert server is not None
    # Sanic rewrites its own methods for the first server of a process, and can do so only once.
    rewritten = any(getattr(target, "__touched__", False) for target, _name in TouchUp._registry)
    with patch.object(TouchUp, "run") if rewritten else nullcontext():
        await server.startup()
    await server.before_start()
    await server.after_start()
    await server.start_serving()
    return server, app


async def _end(server: Any) -> None:
    await server.before_stop()
    await server.close()
    await server.after_stop()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
