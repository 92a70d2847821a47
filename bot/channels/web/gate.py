"""Who may do what, how often: tokens and rates of the web API."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import Callable, Iterator, Optional

from sanic.request import Request

from bot.channels.security.door import Door
from bot.channels.security.problem import too_many, unauthorized
from bot.channels.security.rates import Buckets, Counts, Rate
from bot.channels.security.token import Claims, Signer, bearer
from bot.channels.web.limits import Limits

#: What a session is called everywhere else is this and its name.
CHANNEL = "web"
#: Seconds after which something that is open may have ended.
_SOON = 5.0
SAYING, ASKING, EVENTS, UPLOADS = "saying", "asking", "events", "uploads"


class Gate:
    """Asks every call for its token and keeps count; nothing here reads a body or a database.

    Parameters
    ----------
    clock, ticks
        Seconds since 1970, and seconds on a clock that never goes back.
    """

    def __init__(
        self,
        door: Door,
        signer: Signer,
        limits: Limits,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.door = door
        self.signer = signer
        self.limits = limits
        self.clock = clock
        self._ticks = ticks
        self._kinds = {
            kind: Buckets(getattr(limits, kind)) for kind in (SAYING, ASKING, EVENTS, UPLOADS)
        }
        self._minting = Buckets(limits.minting)
        self._connecting = Buckets(limits.connecting)
        self._strangers = Buckets(limits.strangers)
        self._addresses = Buckets(limits.address)
        self.polls = Counts(limits.polls, limits.lines)
        self.streams = Counts(limits.streams, limits.lines)
        self.lines = Counts(limits.lines_address, limits.lines)
        self.uploading = Counts(1, limits.uploading)

    def session(self, request: Request, kind: str) -> Claims:
        """Whose call it is, where the token is in force and this is not one too many.

        What a session has too much of does not count against its address: others behind it are
        served as before.

        Raises
        ------
        Problem
            401 or 429.
        """
        address = self.door.address(request)
        claims = self.known(bearer(request.headers.get("authorization")), address)
        self.count(claims, kind)
        self._take(self._addresses, address)
        return claims

    def known(self, token: str, address: str) -> Claims:
        """What a token says; every wrong one counts against the address it comes from.

        Raises
        ------
        Problem
            401, or 429 for who tries again and again.
        """
        claims = self.signer.verify(token, self.clock())
        if claims is None:
            self._take(self._strangers, address)
            raise unauthorized()
        return claims

    def count(self, claims: Claims, kind: str) -> None:
        """Count one more of a kind for a session; raises 429 where it is one too many."""
        what = "messages" if kind == SAYING else "requests"
        self._take(self._kinds[kind], claims.session, what)

    def may_mint(self, request: Request) -> None:
        """Count one new session for an address; raises 429 where it is one too many."""
        self._take(self._minting, self.door.address(request), "sessions")

    def may_connect(self, request: Request) -> None:
        """Count one new connection for an address; raises 429 where it is one too many."""
        self._take(self._connecting, self.door.address(request), "connections")

    @contextmanager
    def one(self, counts: Counts, name: str, what: str) -> Iterator[None]:
        """Keep one open of what is counted; raises 429 where it is one too many."""
        if not counts.enter(name):
            raise too_many(_SOON, what)
        try:
            yield
        finally:
            counts.leave(name)

    def bucket(self, rate: Rate) -> Callable[[], float]:
        """A bucket of its own, for one connection: the seconds to wait, 0 for none."""
        one = Buckets(rate, most=1)
        return lambda: one.take("", self._ticks())

    def _take(self, buckets: Buckets, name: str, what: Optional[str] = None) -> None:
        if wait := buckets.take(name, self._ticks()):
            raise too_many(wait, what or "requests")
