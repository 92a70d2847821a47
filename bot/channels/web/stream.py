"""The WebSocket: the same messages both ways over one connection.

The first frame says whose it is; a token in the address would end in logs. What cannot be read,
comes too often or is not taken in time ends the connection: the widget has the other calls.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from typing import Any, Optional

from sanic.exceptions import WebsocketClosed
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.server.websockets.impl import WebsocketImplProtocol
from websockets.exceptions import ConnectionClosed

from bot.channels.core.core import ChannelCore
from bot.channels.security.door import json_object
from bot.channels.security.headers import data_headers
from bot.channels.security.problem import (
    Problem,
    bad_request,
    forbidden_origin,
    too_many,
    unauthorized,
)
from bot.channels.security.token import Claims
from bot.channels.web.api import WebApi, conversation_of, news_json
from bot.channels.web.gate import SAYING
from bot.channels.web.wire import read_say

logger = logging.getLogger(__name__)

#: Reasons for which a connection is ended, as codes of RFC 6455; those of 4000 and more are ours:
#: 4401 where the token is not in force, 4429 where it was too much.
BROKEN, UNAUTHORIZED, TOO_MUCH, GONE = 1008, 4401, 4429, 1001
#: The highest place that a client can have read up to.
_HIGHEST = 10**9
#: Seconds in which a client answers that it has heard the end, and after which a wait for frames
#: is begun anew: what the server leaves of it behind a connection that has ended is gone then.
_FAREWELL, _LISTENING = 2.0, 30.0
_Ended = (ConnectionClosed, WebsocketClosed, ConnectionError)


class WebStream:
    """Connections of the widget."""

    def __init__(self, api: WebApi) -> None:
        self._api = api
        self._gate = api.gate
        self._limits = api.limits

    async def admit(self, request: Request) -> Optional[HTTPResponse]:
        """What is refused before there is a connection; None where it may be opened."""
        headers = request.headers
        try:
            if not self._gate.door.allows(request):
                raise forbidden_origin()
            if headers.get("upgrade", "").lower() != "websocket" or not (
                len(headers.get("sec-websocket-key", "")) == 24
                and headers.get("sec-websocket-version", "") == "13"
            ):
                raise bad_request("no_websocket", "A WebSocket is spoken here.")
            self._gate.may_connect(request)
        except Problem as problem:
            await self._gate.door.hold(request, problem)
            body = json.dumps(problem.to_json())
            return HTTPResponse(
                body, problem.status, {**data_headers(), **problem.headers}, "application/json"
            )
        return None

    async def serve(self, request: Request, socket: WebsocketImplProtocol) -> None:
        """One connection, from its first frame to its end."""
        # Of this connection alone; the server's limit is made for others.
        socket.connection.max_size = self._limits.body
        address = self._gate.door.address(request)
        try:
            with self._gate.one(self._gate.lines, address, "connections"):
                await self._serve(request, socket, address)
        except Problem as problem:
            with suppress(*_Ended):
                await self._refuse(socket, problem)
        except _Ended:
            pass

    async def _serve(self, request: Request, socket: WebsocketImplProtocol, address: str) -> None:
        claims, after = await self._hello(socket, address)
        with self._gate.one(self._gate.streams, claims.session, "connections"):
            await self._talk(socket, self._api.core_of(request), claims, after)

    async def _talk(
        self, socket: WebsocketImplProtocol, core: ChannelCore, claims: Claims, after: int
    ) -> None:
        """Hear and tell at the same time, until one of them ends."""
        tasks = [
            asyncio.ensure_future(self._hear(socket, core, claims)),
            asyncio.ensure_future(self._tell(socket, core, claims, after)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                # The server cancels who waits for frames of a connection that has ended.
                error = None if task.cancelled() else task.exception()
                if error is not None and not isinstance(error, _Ended):
                    logger.error("A connection of the widget failed.", exc_info=error)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await _end(socket, GONE, "")

    async def _hello(self, socket: WebsocketImplProtocol, address: str) -> tuple[Claims, int]:
        """Whose connection it is, and what its client has read already; raises ``Problem``."""
        frame = await socket.recv(timeout=self._limits.hello)
        if frame is None:
            raise unauthorized()
        hello = json_object(frame)
        if hello.get("type") != "hello":
            raise unauthorized()
        claims = self._gate.known(str(hello.get("token", "")), address)
        after = hello.get("after", 0)
        if type(after) is not int or not 0 <= after <= _HIGHEST:
            raise bad_request("bad_number", '"after" must be a whole number.')
        return claims, after

    async def _hear(self, socket: WebsocketImplProtocol, core: ChannelCore, claims: Claims) -> None:
        """Take what the client sends, until it sends too much or the token ends."""
        bucket = self._gate.bucket(self._limits.frames)
        while (left := claims.expires - self._gate.clock()) > 0:
            frame = await socket.recv(timeout=min(left, _LISTENING))
            if frame is None:
                continue
            if wait := bucket():
                await self._refuse(socket, too_many(wait, "frames"))
                return
            answer = await self._answer(core, claims, frame)
            await self._send(socket, answer)
        await _end(socket, UNAUTHORIZED, "expired")

    async def _answer(self, core: ChannelCore, claims: Claims, frame: Any) -> dict[str, Any]:
        id_: Any = None
        try:
            if not isinstance(frame, str):
                raise bad_request("bad_json", "Frames are text.")
            body = json_object(frame)
            if body.get("type") == "ping":
                return {"type": "pong"}
            id_ = body.get("id")
            if body.get("type") != "say":
                raise bad_request("bad_type", 'A frame is of the type "say" or "ping".')
            self._gate.count(claims, SAYING)
            say = read_say(body, self._limits)
            accepted = await self._api.accept(core, claims, say)
        except Problem as problem:
            return error_frame(problem, id_)
        return {"type": "ack", "id": say.id, "seq": accepted.seq}

    async def _tell(
        self, socket: WebsocketImplProtocol, core: ChannelCore, claims: Claims, after: int
    ) -> None:
        """Send what is said, who answers and whether an answer is being made, as it changes."""
        conversation = conversation_of(claims)
        status, typing, news = None, False, core.waiting.count(conversation)
        while True:
            found = await news_json(core, conversation, after, self._api.present)
            if found["messages"]:
                after = found["messages"][-1]["seq"]
                await self._send(socket, {"type": "messages", "messages": found["messages"]})
            if found["typing"] != typing:
                typing = found["typing"]
                await self._send(socket, {"type": "typing", "on": typing})
            if found["status"] != status:
                status = found["status"]
                await self._send(socket, {"type": "status", "status": status})
            if not found["messages"]:
                news = await core.changed(conversation, after, self._limits.wait, news)

    async def _refuse(self, socket: WebsocketImplProtocol, problem: Problem) -> None:
        """Say what is wrong and end the connection."""
        await self._send(socket, error_frame(problem))
        code = {401: UNAUTHORIZED, 429: TOO_MUCH}.get(problem.status, BROKEN)
        await _end(socket, code, problem.code)

    async def _send(self, socket: WebsocketImplProtocol, value: dict[str, Any]) -> None:
        """Send one frame; who does not take it in time is cut off."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        try:
            await asyncio.wait_for(socket.send(text), self._limits.sending)
        except asyncio.TimeoutError:
            socket.fail_connection(1011)
            raise ConnectionError("A client of the widget took nothing.") from None


def error_frame(problem: Problem, id_: Any = None) -> dict[str, Any]:
    """A refusal as a frame, with the message's id where it has one of ours."""
    frame: dict[str, Any] = {"type": "error", "code": problem.code, "message": problem.message}
    if problem.retry_after is not None:
        frame["retry_after"] = round(problem.retry_after, 1)
    if isinstance(id_, str) and len(id_) <= 64:
        frame["id"] = id_
    return frame


async def _end(socket: WebsocketImplProtocol, code: int, reason: str) -> None:
    """Say why it ends, and give the client the time to hear it before the connection is cut."""
    with suppress(asyncio.TimeoutError, *_Ended):
        await asyncio.wait_for(socket.close(code, reason), _FAREWELL)
        await socket.wait_for_connection_lost(_FAREWELL)
