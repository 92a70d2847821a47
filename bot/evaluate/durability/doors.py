"""Ways into the assistant as those at the other end of a channel use them."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Callable, ContextManager, Iterator, Protocol

import aiohttp

from catalog.settings import Settings

#: What is said where a server is away, or has just ended.
AWAY = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
#: Seconds that one call may take.
CALL = aiohttp.ClientTimeout(total=40.0)
#: Seconds to wait for one frame.
FRAME = 20.0


@dataclass
class Heard:
    """What arrived in one conversation."""

    texts: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    """Which reply each text belongs to."""
    parts: list[str] = field(default_factory=list)
    """A name for each text; the same where the same thing arrived again."""

    def add(self, key: str, text: str, part: str = "") -> None:
        """One more text."""
        self.keys.append(key)
        self.parts.append(part or key)
        self.texts.append(text)

    @property
    def replies(self) -> list[str]:
        """The replies, each once."""
        found: dict[str, dict[str, str]] = {}
        for key, part, text in zip(self.keys, self.parts, self.texts, strict=True):
            found.setdefault(key, {})[part] = text
        return ["\n".join(parts.values()) for parts in found.values()]

    @property
    def twice(self) -> int:
        """How often something arrived again."""
        return len(self.parts) - len(set(self.parts))


class Door(Protocol):
    """One channel from outside. Calls raise one of ``AWAY`` where a server is away."""

    channel: str

    async def open(self, url: str, number: int) -> None:
        """Begin a conversation with a bot at an address."""

    async def send(self, url: str, number: int, key: str, text: str) -> bool:
        """Whether a message was acknowledged; not where it came too soon after others."""

    async def listen(self, url: str, number: int) -> None:
        """Wait for news of a conversation; returns now and then."""

    def heard(self, number: int) -> Heard:
        """What has arrived so far."""


Doors = Callable[[aiohttp.ClientSession, Settings], ContextManager[tuple[list[Door], Settings]]]
"""Opens doors anew: gives them, and the settings with which the assistant knows them."""


@contextmanager
def web_only(
    http: aiohttp.ClientSession, settings: Settings
) -> Iterator[tuple[list[Door], Settings]]:
    """The widget's API alone, whose other side needs no server."""
    yield [WebDoor(http)], settings


class WebDoor:
    """The widget's API, as a page uses it: messages are posted, replies come over a stream."""

    channel = "web"

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._tokens: dict[int, str] = {}
        self._after: dict[int, int] = {}
        self._streams: dict[int, aiohttp.ClientWebSocketResponse] = {}
        self._heard: dict[int, Heard] = {}

    async def open(self, url: str, number: int) -> None:
        """Have a session minted."""
        async with self._http.post(f"{url}/widget/api/session", json={}, timeout=CALL) as answer:
            answer.raise_for_status()
            self._tokens[number] = (await answer.json())["token"]

    async def send(self, url: str, number: int, key: str, text: str) -> bool:
        """Say something; the same key again is the same message."""
        headers = {"Authorization": f"Bearer {self._tokens[number]}"}
        async with self._http.post(
            f"{url}/widget/api/messages",
            json={"id": key, "text": text},
            headers=headers,
            timeout=CALL,
        ) as answer:
            return answer.status in (200, 202)

    async def listen(self, url: str, number: int) -> None:
        """Read one frame of the stream, which is opened again where it ended."""
        stream = self._streams.get(number)
        if stream is None or stream.closed:
            stream = await self._http.ws_connect(f"{url}/widget/api/stream")
            self._streams[number] = stream
            hello = {"type": "hello", "token": self._tokens[number]}
            await stream.send_json({**hello, "after": self._after.get(number, 0)})
        frame = await stream.receive(timeout=FRAME)
        if frame.type is not aiohttp.WSMsgType.TEXT:
            await stream.close()
            raise aiohttp.ClientConnectionError("The stream has ended.")
        said = frame.json()
        for message in said["messages"] if said["type"] == "messages" else ():
            self._after[number] = message["seq"]
            if message["author"] == "bot":
                self.heard(number).add(str(message["seq"]), message["text"])

    def heard(self, number: int) -> Heard:
        """What has arrived so far."""
        return self._heard.setdefault(number, Heard())
