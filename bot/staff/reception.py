"""What comes in at the desk: who it is, and that their own page sent it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from sanic.request import Request

from bot.channels.security.door import Door, body_of, json_object
from bot.channels.security.origins import is_own
from bot.channels.security.problem import Problem, forbidden_origin
from bot.staff.cookie import Cookie
from bot.staff.desk import Person
from bot.staff.errors import bad, logged_out
from bot.staff.sessions import Session, Sessions

#: The header in which the page sends what it was given at the login.
FORM_TOKEN = "x-staff-token"
LARGEST = 1 << 15
WAIT = 25.0


@dataclass(frozen=True)
class Caller:
    """Somebody who is logged in, and the session that says so."""

    session: Session
    person: Person


@dataclass(frozen=True)
class Reception:
    """Finds out who calls."""

    door: Door
    sessions: Sessions
    cookie: Cookie

    async def caller(self, request: Request, active: bool = True) -> Caller:
        """Who calls; raises ``Problem`` 401 where nobody is logged in."""
        cookie = self.cookie_of(request)
        session = await asyncio.to_thread(self.sessions.find, cookie, active)
        if session is None:
            raise logged_out()
        return Caller(session, Person(session.account, self.door.address(request)))

    async def changer(self, request: Request) -> tuple[Caller, dict[str, Any]]:
        """Who calls to change something, and the JSON that they send.

        Beside the cookie the call has the session's form token, which other sites' pages do not
        know, and names our own page as its origin.

        Raises
        ------
        Problem
            401 for a stranger, 403 for a call that another site's page may have made.
        """
        self.require_own_page(request)
        caller = await self.caller(request)
        if not caller.session.is_form_token(request.headers.get(FORM_TOKEN, "")):
            raise Problem(403, "form_token", "The call does not come from the desk's own page.")
        return caller, json_object(await body_of(request, LARGEST))

    def require_own_page(self, request: Request) -> None:
        """Raise ``Problem`` 403 where another site's page made the call."""
        origin = request.headers.get("origin")
        host = request.headers.get("host", "")
        if origin is not None and not is_own(origin, host):
            raise forbidden_origin()
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise forbidden_origin()

    def cookie_of(self, request: Request) -> str:
        """The session's cookie; empty where there is none."""
        return str(request.cookies.get(self.cookie.name) or "")

    def scheme(self, request: Request) -> str:
        """How the browser asked, also where a proxy that is believed passed it on."""
        if self.door.proxies.trusts(request.ip):
            return request.headers.get("x-forwarded-proto", request.scheme)
        return request.scheme


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, the first of each name."""
    data = await body_of(request, LARGEST)
    try:
        fields = parse_qs(data.decode("utf-8"), max_num_fields=10)
    except ValueError as error:
        raise bad() from error
    return {name: values[0] for name, values in fields.items()}


def text_of(body: dict[str, Any], name: str, most: int = 400) -> str:
    """A text that a call must have; raises ``Problem`` 400 where it has none."""
    value = body.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise bad()
    return value


def whole(request: Request, name: str, most: int = 1 << 31) -> int:
    """A whole number in the address of a call, 0 where it is not there."""
    value = request.args.get(name, "0")
    if not value.isascii() or not value.isdigit() or int(value[:12]) > most:
        raise bad()
    return int(value[:12])


def wait_of(request: Request) -> float:
    """How long a call may wait for news, in seconds."""
    return min(WAIT, float(whole(request, "wait")))
