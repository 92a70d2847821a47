"""The routes of the desk: pages, login and API."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from typing import Any, Callable

from sanic import Blueprint
from sanic.request import Request

from bot.channels.security.door import Door, Reply
from bot.channels.security.problem import Problem
from bot.channels.web.pictures import Pictures
from bot.staff import audit as acts
from bot.staff.accounts import Accounts
from bot.staff.audit import Audit
from bot.staff.cookie import is_safe
from bot.staff.desk import Desk
from bot.staff.errors import bad, forbidden, not_found
from bot.staff.login import Login
from bot.staff.pages import Pages, headers_of_pages, language_of
from bot.staff.reception import Reception, form_of, text_of, wait_of, whole
from bot.staff.roles import leads, may_audit
from bot.staff.shop_service import ShopService

AUDIT_PAGE = 100
_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Office:
    """Everything that the routes need."""

    door: Door
    reception: Reception
    login: Login
    accounts: Accounts
    audit: Audit
    service: ShopService
    pictures: Pictures
    pages: Pages
    desk_of: Callable[[Request], Desk]


class Routes:
    """Adds the routes of an office to a blueprint."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._reception = office.reception

    def add(self, blueprint: Blueprint) -> None:
        """Serve all of it."""
        pages: dict[str, dict[str, Any]] = {
            "/": {"GET": self.page},
            "/login": {"POST": self.log_in},
            "/files/<name:str>": {"GET": self.file},
            "/api/me": {"GET": self.me},
            "/api/logout": {"POST": self.log_out},
            "/api/conversations": {"GET": self.conversations},
            "/api/messages": {"GET": self.messages},
            "/api/picture": {"GET": self.picture},
            "/api/take": {"POST": self.take},
            "/api/answer": {"POST": self.answer},
            "/api/hand-back": {"POST": self.hand_back},
            "/api/answers": {"GET": self.answers},
            "/api/requests": {"GET": self.requests},
            "/api/requests/done": {"POST": self.request_done},
            "/api/audit": {"GET": self.audit_log},
        }
        for path, handlers in pages.items():
            self._office.door.route(blueprint, path, handlers)

    # Pages and login

    async def page(self, request: Request) -> Reply:
        """The desk for who is logged in, the login page for others."""
        try:
            await self._reception.caller(request)
        except Problem:
            return await self._login_page(request, request.args.get("problem", ""))
        return Reply(self._office.pages.desk(), 200, headers_of_pages(), _HTML)

    async def log_in(self, request: Request) -> Reply:
        """A name and a password: a new session, or the login page again."""
        self._reception.require_own_page(request)
        if not self._is_safe(request):
            return await self._login_page(request)
        fields = await form_of(request)
        address = self._office.door.address(request)
        old = self._reception.cookie_of(request)
        name, password = fields.get("name", ""), fields.get("password", "")
        try:
            value = await self._office.login.check(name, password, address, old)
        except Problem as problem:
            minutes = math.ceil((problem.retry_after or 60.0) / 60)
            page = await self._login_page(request, "login_too_many", 429, minutes)
            return Reply(page.body, 429, {**page.headers, **problem.headers}, _HTML)
        if value is None:
            return await self._login_page(request, "login_wrong", 401)
        headers = {"Location": "/staff/", "Set-Cookie": self._reception.cookie.set(value)}
        return Reply(b"", 303, {**headers_of_pages(), **headers}, "text/plain")

    async def log_out(self, request: Request) -> Reply:
        """End the session."""
        caller, _body = await self._reception.changer(request)
        await asyncio.to_thread(self._reception.sessions.end, caller.session)
        person = caller.person
        await asyncio.to_thread(self._office.audit.add, acts.LOGOUT, person.name, person.address)
        return Reply({"ok": True}, 200, {"Set-Cookie": self._reception.cookie.unset()})

    async def file(self, request: Request, name: str) -> Reply:
        """A script, a style, the words of a language: nothing secret is in them."""
        found = self._office.pages.files.answer(
            name,
            request.headers.get("accept-encoding", ""),
            request.headers.get("if-none-match", ""),
        )
        if found is None or name.endswith(".html"):
            raise not_found()
        own = {"Cross-Origin-Resource-Policy": "same-origin"}
        return Reply(found.body, found.status, {**found.headers, **own}, found.type)

    # Reading

    async def me(self, request: Request) -> Reply:
        """Who is logged in, what they may do, and what their changing calls carry."""
        caller = await self._reception.caller(request)
        account = caller.session.account
        return Reply(
            {
                "name": account.name,
                "shown_as": account.shown_as,
                "role": account.role,
                "leads": leads(account.role),
                "audits": may_audit(account.role),
                "form_token": caller.session.form_token,
                "ends_at": caller.session.ends_at,
                "shop": self._office.service.name(),
            }
        )

    async def conversations(self, request: Request) -> Reply:
        """The list, once it is another one than the page knows."""
        caller = await self._reception.caller(request, _is_active(request))
        desk, known = self._office.desk_of(request), request.args.get("known", "")
        found = await desk.list_when_new(
            caller.person,
            known[:64],
            wait_of(request),
            # Whose session has ended meanwhile is told nothing more.
            lambda: self._reception.caller(request, False),
        )
        if leads(caller.person.role):
            requests = await asyncio.to_thread(self._office.service.requests)
            found = {**found, "requests": len(requests)}
        return Reply(found)

    async def messages(self, request: Request) -> Reply:
        """One conversation, once there is something new in it."""
        caller = await self._reception.caller(request, _is_active(request))
        desk, conversation_id = self._office.desk_of(request), _conversation(request)
        after = whole(request, "after")
        known = request.args.get("known", "")[:200]
        found = await desk.open(caller.person, conversation_id, after, wait_of(request), known)
        if wait_of(request):
            await self._reception.caller(request, False)
        return Reply(found)

    async def picture(self, request: Request) -> Reply:
        """A picture that a shopper sent."""
        caller = await self._reception.caller(request, False)
        name, conversation_id = request.args.get("name", ""), _conversation(request)
        desk = self._office.desk_of(request)
        conversation = await desk.picture_of(caller.person, conversation_id, name)
        found = await asyncio.to_thread(self._office.pictures.get, conversation.address, name)
        if found is None:
            raise not_found()
        return Reply(found.body, 200, {"Content-Disposition": "inline"}, found.type)

    async def answers(self, request: Request) -> Reply:
        """The shop's answers, to insert."""
        await self._reception.caller(request)
        return Reply({"answers": await asyncio.to_thread(self._office.service.answers)})

    async def requests(self, request: Request) -> Reply:
        """What shoppers asked people to do."""
        caller = await self._reception.caller(request, _is_active(request))
        if not leads(caller.person.role):
            raise forbidden()
        return Reply({"requests": await asyncio.to_thread(self._office.service.requests)})

    async def audit_log(self, request: Request) -> Reply:
        """The audit log, newest first; reading it is in it, too."""
        caller = await self._reception.caller(request)
        person = caller.person
        if not may_audit(person.role):
            raise forbidden()
        audit, before = self._office.audit, whole(request, "before") or None
        if before is None:
            await asyncio.to_thread(audit.add, acts.AUDIT_READ, person.name, person.address)
        entries = await asyncio.to_thread(audit.latest, AUDIT_PAGE, before)
        return Reply({"entries": [one.to_json() for one in entries]})

    # Changing

    async def take(self, request: Request) -> Reply:
        """Take a conversation over."""
        caller, body = await self._reception.changer(request)
        await self._office.desk_of(request).take(caller.person, text_of(body, "conversation"))
        return Reply({"ok": True})

    async def answer(self, request: Request) -> Reply:
        """Say something to a shopper."""
        caller, body = await self._reception.changer(request)
        conversation_id, key = text_of(body, "conversation"), text_of(body, "id", 64)
        text = text_of(body, "text", 1 << 14)
        desk = self._office.desk_of(request)
        return Reply({"seq": await desk.answer(caller.person, conversation_id, text, key)})

    async def hand_back(self, request: Request) -> Reply:
        """Give a conversation to the assistant again."""
        caller, body = await self._reception.changer(request)
        await self._office.desk_of(request).hand_back(caller.person, text_of(body, "conversation"))
        return Reply({"ok": True})

    async def request_done(self, request: Request) -> Reply:
        """A request is done."""
        caller, body = await self._reception.changer(request)
        person, number = caller.person, body.get("id")
        if not leads(person.role):
            raise forbidden()
        if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 1 << 53:
            raise bad()
        conversation_id = await asyncio.to_thread(self._office.service.done, number)
        if conversation_id is None:
            raise not_found()
        await asyncio.to_thread(
            self._office.audit.add,
            acts.REQUEST_DONE,
            person.name,
            person.address,
            conversation_id,
            str(number),
        )
        return Reply({"ok": True})

    # What several of them share

    async def _login_page(
        self, request: Request, problem: str = "", status: int = 200, minutes: int = 0
    ) -> Reply:
        language = language_of(
            request.args.get("lang", ""), request.headers.get("accept-language", "")
        )
        form = self._is_safe(request)
        if not form:
            problem, status = "login_insecure", 403 if request.method == "POST" else 200
        elif not problem and not await asyncio.to_thread(self._office.accounts.all):
            problem = "login_none"
        elif problem not in ("", "login_wrong", "login_too_many", "login_ended"):
            problem = ""
        body = self._office.pages.login(language, problem, minutes, form)
        return Reply(body, status, headers_of_pages(), _HTML)

    def _is_safe(self, request: Request) -> bool:
        host = request.headers.get("host", "")
        return is_safe(self._reception.cookie, self._reception.scheme(request), host)


def _conversation(request: Request) -> str:
    name = request.args.get("conversation", "")
    if not name or len(name) > 400:
        raise bad()
    return name


def _is_active(request: Request) -> bool:
    """Whether the person did something since the page's last call."""
    return request.args.get("active") == "1"
