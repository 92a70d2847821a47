"""Calls to the servers of channels: one session, deadlines, and errors that tell no secrets."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Mapping, Optional
from urllib.parse import urlsplit

import aiohttp

from bot.channels.core.model import Later, Refused
from catalog.errors import ShoptalkError

#: Seconds that a call may take altogether, and until it is connected.
DEADLINE, CONNECT = 10.0, 5.0
#: The longest pause that a server may ask for, in seconds.
LONGEST_PAUSE = 3600.0
#: Answers of these status codes are worth another try.
_PASSING = frozenset({408, 425, 429})
_LONGEST_ANSWER = 4 << 20
#: How many messages in several parts are remembered.
_REMEMBERED = 2000


class Rejected(Refused):
    """A server will not do what it was asked; ``status`` is HTTP's."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.status = status


def base_url(name: str, url: str) -> str:
    """The address of a server without its trailing slash.

    Raises
    ------
    ShoptalkError
        Where it is none, or has a user, a query or a fragment; ``name`` is the setting's.
    """
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname)
        fits = fits and parts.username is None and not parts.query and not parts.fragment
        _ = parts.port
    except ValueError:
        fits = False
    if not fits:
        raise ShoptalkError(f"{name} must be an address as https://server.example.")
    return url.rstrip("/")


def asked_pause(header: Optional[str], now: datetime) -> float:
    """Seconds that ``Retry-After`` asks for (RFC 9110, 10.2.3); 0 where it says nothing we know.

    >>> asked_pause("7", datetime.now(timezone.utc)), asked_pause("soon", datetime.now())
    (7.0, 0.0)
    """
    header = (header or "").strip()
    if header.isascii() and header.isdigit():
        return min(float(header[:9]), LONGEST_PAUSE)
    try:
        at = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return 0.0
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    return max(0.0, min((at - now.astimezone(timezone.utc)).total_seconds(), LONGEST_PAUSE))


class Outgoing:
    """Calls to one server; redirections are not followed, since calls carry secrets.

    Parameters
    ----------
    name
        What the server is called in messages of errors.
    base
        Its address.
    headers
        Sent with each call.
    deadline
        Seconds that a call may take.
    """

    def __init__(
        self,
        name: str,
        base: str,
        headers: Optional[Mapping[str, str]] = None,
        deadline: float = DEADLINE,
    ) -> None:
        self._name = name
        self._base = base
        self._headers = dict(headers or {})
        self._deadline = deadline
        self._session: Optional[aiohttp.ClientSession] = None

    async def call(
        self,
        method: str,
        path: str,
        body: Optional[Mapping[str, Any]] = None,
        query: Optional[Mapping[str, str]] = None,
    ) -> Any:
        """The JSON that a call is answered with; an empty object where it is answered with none.

        ``body`` is sent as UTF-8 without escapes, which some servers would show to people.

        Raises
        ------
        Later
            Where the server is out of reach, slow, overloaded or broken.
        Rejected
            Where it refuses.
        """
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {} if data is None else {"Content-Type": "application/json; charset=utf-8"}
        try:
            async with self._opened().request(
                method,
                self._base + path,
                data=data,
                params=query,
                headers=headers,
                allow_redirects=False,
            ) as answer:
                content = await answer.content.read(_LONGEST_ANSWER)
                self._check(answer)
        except asyncio.TimeoutError:
            raise Later(f"{self._name} took too long.") from None
        except aiohttp.ClientError as error:
            # The error's own words may hold the address with its secrets.
            raise Later(f"{self._name} is out of reach ({type(error).__name__}).") from None
        try:
            return json.loads(content)
        except ValueError:
            return {}

    async def close(self) -> None:
        """End the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(
                total=self._deadline, connect=min(CONNECT, self._deadline)
            )
            self._session = aiohttp.ClientSession(timeout=timeout, headers=self._headers)
        return self._session

    def _check(self, answer: aiohttp.ClientResponse) -> None:
        status = answer.status
        if status in _PASSING or status >= 500:
            pause = asked_pause(answer.headers.get("Retry-After"), datetime.now(timezone.utc))
            raise Later(f"{self._name} answered {status}.", pause)
        if status >= 300:
            raise Rejected(f"{self._name} answered {status}.", status)


class Parts:
    """How many parts of each message were handed over; forgotten with the process."""

    def __init__(self) -> None:
        self._done: OrderedDict[str, int] = OrderedDict()

    def done(self, name: str) -> int:
        """How many parts of a message its channel has."""
        return self._done.get(name, 0)

    def add(self, name: str) -> None:
        """One more part was handed over."""
        self._done[name] = self._done.pop(name, 0) + 1
        while len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)

    def forget(self, name: str) -> None:
        """The message is handed over as a whole."""
        self._done.pop(name, None)
