"""How a request comes in: who asks, from where, and how much; and how an answer goes out.

Whatever can be refused is refused before a byte of the body is read.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, field
from typing import Any, Awaitable, Callable, Mapping

from sanic import Blueprint
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.security.address import Proxies
from bot.channels.security.headers import data_headers
from bot.channels.security.origins import Origins
from bot.channels.security.patience import Patience
from bot.channels.security.problem import Problem, bad_request, forbidden_origin, too_large

logger = logging.getLogger(__name__)

ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: Bytes of a body that nobody wants which are read away, so that the connection can be used again.
UNWANTED = 1 << 16
#: The same where the caller has a session: who sends hears of a refusal only after all is sent.
FAREWELL = 1 << 24
#: Seconds in which a body has to be there.
BODY_SECONDS = 10.0
#: What is refused because of who asks, or how often.
_COSTLY = frozenset((401, 403, 429))
#: Headers that are of no use to our callers and that the server's own CORS may have added.
_DROPPED = ("Access-Control-Allow-Credentials", "Access-Control-Expose-Headers")


@dataclass(frozen=True)
class Reply:
    """What goes out: JSON by default."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Instead of those of an answer of an API, where they have the same names."""
    type: str = "application/json"

    @property
    def bytes(self) -> bytes:
        """The body as it is sent; text that JSON may have is sent as UTF-8."""
        if isinstance(self.body, bytes):
            return self.body
        text = json.dumps(self.body, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


Handler = Callable[..., Awaitable[Reply]]


@dataclass(frozen=True)
class Door:
    """The rules that every request passes.

    Parameters
    ----------
    origins, proxies
        Whose pages may use the server, and which proxies are believed.
    patience
        For those who are refused again and again.
    """

    origins: Origins
    proxies: Proxies
    patience: Patience = field(default_factory=Patience)

    def route(self, blueprint: Blueprint, path: str, handlers: Mapping[str, Handler]) -> None:
        """Serve a path; handlers by method are given the request and what the path names.

        Any other method is refused here, in the words of every refusal.
        """
        allowed = ", ".join((*handlers, "OPTIONS"))

        async def handle(request: Request, **named: str) -> HTTPResponse:
            _take_little(request)
            try:
                self._admit(request)
                handler = handlers.get("GET" if request.method == "HEAD" else request.method)
                if handler is None:
                    raise Problem(405, "method", f"Only {allowed} can be done here.")
                reply = await handler(request, **named)
            except Problem as problem:
                await self.hold(request, problem)
                more = {"Allow": allowed} if problem.status == 405 else {}
                reply = Reply(problem.to_json(), problem.status, {**problem.headers, **more})
            except SanicException:
                raise
            except Exception:
                # Without the request: what callers send does not belong into logs.
                logger.exception("A request to %s failed.", path)
                reply = Reply({"error": "failed", "message": "This did not work here."}, 500)
            return self._sent(request, reply)

        name = path.strip("/").replace("/", "_").replace("<", "").replace(">", "").split(":")[0]
        blueprint.add_route(
            handle, path, methods=ALL_METHODS, name=name or "root", stream=True, ignore_body=False
        )

    async def hold(self, request: Request, problem: Problem) -> None:
        """Answer late who is refused again and again."""
        if problem.status not in _COSTLY or await self.patience.hold(self.address(request)):
            return
        if request.stream is not None:
            request.stream.keep_alive = False

    def address(self, request: Request) -> str:
        """The caller's address as a name for limits."""
        # Some proxies add a line of their own to what the client sent.
        forwarded = ",".join(request.headers.getall("x-forwarded-for", ()))
        return self.proxies.client(request.ip, forwarded)

    def allows(self, request: Request) -> bool:
        """Whether the page that asks, if one does, may use the server."""
        origin = request.headers.get("origin")
        return self.origins.allows(origin, request.headers.get("host", ""))

    def preflight(self, request: Request, response: HTTPResponse) -> None:
        """Middleware: put our own answer to a preflight in the place of the server's."""
        if request.method == "OPTIONS" and response is not None:
            for name in _DROPPED:
                response.headers.pop(name, None)
            response.status, response.content_type = 204, "text/plain"
            response.headers.update(data_headers())
            response.headers.update(self.origins.preflight(request.headers.get("origin")))

    def _admit(self, request: Request) -> None:
        if not self.allows(request):
            raise forbidden_origin()

    def _sent(self, request: Request, reply: Reply) -> HTTPResponse:
        headers = {**data_headers(), **self.origins.headers(request.headers.get("origin"))}
        headers.update(reply.headers)
        return HTTPResponse(reply.bytes, reply.status, headers, reply.type)


async def body_of(request: Request, most: int, seconds: float = BODY_SECONDS) -> bytes:
    """The body of a request.

    Raises
    ------
    Problem
        Where it is longer than ``most`` bytes, or is not there in time.
    """
    stream = request.stream
    length = request.headers.get("content-length", "")
    if stream is None:
        raise too_large(most)
    if length.isdigit() and int(length) > most:
        if int(length) <= FAREWELL:
            stream.request_max_size = FAREWELL
            stream.keep_alive = _keeps_alive(request)
        raise too_large(most)
    stream.request_max_size = most
    stream.keep_alive = _keeps_alive(request)
    taken = bytearray()

    async def read() -> None:
        while stream.request_body:
            if part := await stream.read():
                taken.extend(part)

    try:
        await asyncio.wait_for(read(), seconds)
    except asyncio.TimeoutError:
        stream.keep_alive = False
        stream.request_max_size = 0
        raise Problem(408, "too_slow", "The body did not come in time.") from None
    except SanicException as error:
        stream.request_max_size = FAREWELL
        raise (
            too_large(most)
            if error.status_code == 413
            else bad_request("bad_body", "The body cannot be read.")
        ) from None
    return bytes(taken)


def _keeps_alive(request: Request) -> bool:
    return request.headers.get("connection", "").lower() != "close"


def _take_little(request: Request) -> None:
    """Take in no more of the body than it costs nothing to throw away, unless a handler wants it.

    The server sets no limit to bodies that a handler reads itself.
    """
    if request.stream is not None:
        request.stream.request_max_size = UNWANTED
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > UNWANTED:
            request.stream.keep_alive = False


def json_object(data: bytes | str) -> dict[str, Any]:
    """The JSON object in a body or a frame.

    Raises
    ------
    Problem
        Where there is none: no JSON, nested without end, no object, or no text that can be kept.
    """
    try:
        value = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise bad_request("bad_json", "The body must be JSON.") from None
    if not isinstance(value, dict):
        raise bad_request("bad_json", "The body must be a JSON object.")
    return value


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON.")
