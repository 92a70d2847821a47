"""A shopper's browser, as the web API sees it: one address, one session, plain HTTP."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Iterator, Mapping, Optional, Union

import aiohttp

HOST = "127.0.0.1"
SECONDS = 40
#: All of 127/8 is this machine: everybody has an address of their own.
_ADDRESSES: Iterator[str] = (f"127.1.{n // 250}.{n % 250 + 1}" for n in itertools.count())

Body = Union[bytes, Mapping[str, Any], None]


@dataclass(frozen=True)
class Answer:
    """Status, headers by name in small letters, and bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def new_key() -> str:
    return uuid.uuid4().hex


@dataclass
class Browser:
    """Calls below ``/widget`` of one bot, from an address of its own."""

    port: int
    token: str = ""
    address: str = field(default_factory=lambda: next(_ADDRESSES))

    def call(self, method: str, path: str, body: Body = None, **headers: str) -> Answer:
        """One call; with the session's token unless another ``authorization`` is given."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token and "authorization" not in sent:
            sent["authorization"] = f"Bearer {self.token}"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection(
            HOST, self.port, timeout=SECONDS, source_address=(self.address, 0)
        )
        try:
            connection.request(method, f"/widget{path}", data, sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    def open(self, language: str = "en") -> dict[str, Any]:
        """A session, or the one there is renewed where it is time."""
        answer = self.call("POST", "/api/session", {"language": language})
        assert answer.status == 200, answer
        self.token = answer.json["token"]
        return answer.json

    def post(self, text: str, key: str = "", **more: Any) -> Answer:
        """Send one message."""
        return self.call("POST", "/api/messages", {"id": key or new_key(), "text": text, **more})

    def messages(self, after: int = 0, wait: int = 0) -> dict[str, Any]:
        answer = self.call("GET", f"/api/messages?after={after}&wait={wait}")
        assert answer.status == 200, answer
        return answer.json

    def say(self, text: str, **more: Any) -> dict[str, Any]:
        """Send one message and wait for its reply."""
        answer = self.post(text, **more)
        assert answer.status == 202, answer
        return self.reply(answer.json["seq"])

    def reply(self, seq: int) -> dict[str, Any]:
        """The reply to a message of ours."""
        after, end = seq, time.monotonic() + SECONDS
        while time.monotonic() < end:
            found = self.messages(after, wait=25)["messages"]
            for message in found:
                after = message["seq"]
                if message["reply_to"] == seq:
                    return message
        raise AssertionError("There is no reply.")


def opened(port: int, language: str = "en") -> Browser:
    """A shopper with a session."""
    browser = Browser(port)
    browser.open(language)
    return browser


def items(reply: Mapping[str, Any]) -> list[str]:
    return [item["id"] for item in reply["custom"].get("items", [])]


class Stream:
    """One WebSocket; used inside ``async with``."""

    def __init__(self, browser: Browser, **headers: str) -> None:
        self.browser = browser
        self.headers = headers
        self.closed_with: Optional[int] = None

    async def __aenter__(self) -> Stream:
        connector = aiohttp.TCPConnector(local_addr=(self.browser.address, 0))
        self._client = aiohttp.ClientSession(connector=connector)
        url = f"http://{HOST}:{self.browser.port}/widget/api/stream"
        try:
            self.socket = await self._client.ws_connect(url, headers=self.headers)
        except BaseException:
            await self._client.close()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._client.close()

    async def hello(self, after: int = 0, token: Optional[str] = None) -> None:
        said = {"type": "hello", "token": token or self.browser.token, "after": after}
        await self.socket.send_json(said)

    async def next(self, *types: str) -> dict[str, Any]:
        """The next frame of one of these types; ``{"type": "closed"}`` at the end."""
        while True:
            frame = await asyncio.wait_for(self.socket.receive(), SECONDS)
            if frame.type is not aiohttp.WSMsgType.TEXT:
                self.closed_with = self.socket.close_code
                return {"type": "closed"}
            value = json.loads(frame.data)
            if not types or value["type"] in types:
                return value
