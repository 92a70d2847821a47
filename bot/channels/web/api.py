"""The web API: each method answers one call."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Awaitable, Callable, Mapping

from sanic.request import Request

from bot.channels.core.core import ChannelCore
from bot.channels.core.model import BY_BOT, PICTURE, Accepted, Inbound
from bot.channels.security.door import Reply, body_of, json_object
from bot.channels.security.problem import Problem, bad_request, not_found, too_many
from bot.channels.security.secret import new_session
from bot.channels.security.static import StaticFiles
from bot.channels.security.token import Claims, bearer
from bot.channels.web.backlog import unanswered
from bot.channels.web.events import append
from bot.channels.web.gate import ASKING, CHANNEL, EVENTS, SAYING, UPLOADS, Gate
from bot.channels.web.limits import Limits
from bot.channels.web.pictures import TYPES, Pictures
from bot.channels.web.wire import Present, Say, message_json, read_events, read_language, read_say
from catalog.shop import Shop

CoreOf = Callable[[Request], ChannelCore]
Handler = Callable[..., Awaitable[Reply]]

#: Bytes of the body that asks for a session.
_SMALL = 1000
_UPLOAD_SECONDS = 30.0
#: Messages of one answer.
_PAGE = 200


class WebApi:
    """Answers calls; holds no state of any session.

    Parameters
    ----------
    core_of
        The core that the request's server has.
    files
        The widget's own.
    present
        Makes of a reply's data what the shop shows of it.
    """

    def __init__(
        self,
        gate: Gate,
        core_of: CoreOf,
        shop: Shop,
        pictures: Pictures,
        files: StaticFiles,
        present: Present = dict,
    ) -> None:
        self.present = present
        self.gate = gate
        self.core_of = core_of
        self.limits: Limits = gate.limits
        self._shop = shop
        self._pictures = pictures
        self._files = files
        self._drawing = asyncio.Semaphore(1)

    def routes(self) -> Mapping[str, Mapping[str, Handler]]:
        """Path → method → handler."""
        return {
            "/api/session": {"POST": self.session},
            "/api/messages": {"GET": self.messages, "POST": self.post},
            "/api/events": {"POST": self.events},
            "/api/pictures": {"POST": self.add_picture},
            "/api/pictures/<name:str>": {"GET": self.picture},
            "/<name:path>": {"GET": self.file},
        }

    async def session(self, request: Request) -> Reply:
        """A new session; or the one of the token, which is renewed from half its life on."""
        gate, now = self.gate, self.gate.clock()
        old = None
        if token := bearer(request.headers.get("authorization")):
            old = gate.session(request, ASKING)
        else:
            gate.may_mint(request)
        data = await body_of(request, _SMALL)
        body = json_object(data) if data.strip() else {}
        language = read_language(body) if "language" in body or old is None else old.language
        if old is None or now >= old.renew_at or language != old.language:
            session = new_session() if old is None else old.session
            token, claims = gate.signer.mint(session, now, language)
        else:
            claims = old
        conversation = await self.core_of(request).conversation(conversation_of(claims))
        settings = self._shop.settings
        return Reply({
            "token": token,
            "expires_at": claims.expires,
            "renew_at": claims.renew_at,
            "status": BY_BOT if conversation is None else conversation.status,
            "last_seq": 0 if conversation is None else conversation.last_seq,
            "shop": {
                "name": settings.name,
                "currency": settings.currency,
                "synthetic": settings.synthetic,
            },
            "limits": {"text": self.limits.text, "picture_bytes": self.limits.picture_bytes},
        })  # fmt: skip

    async def post(self, request: Request) -> Reply:
        """One message of the shopper; kept when this has answered."""
        claims = self.gate.session(request, SAYING)
        body = json_object(await body_of(request, self.limits.body))
        say = read_say(body, self.limits)
        accepted = await self.accept(self.core_of(request), claims, say)
        return Reply({"id": say.id, "seq": accepted.seq}, 202 if accepted.new else 200)

    async def accept(self, core: ChannelCore, claims: Claims, say: Say) -> Accepted:
        """Hand a message to the core, unless too many wait already."""
        conversation = conversation_of(claims)
        if say.kind == PICTURE:
            picture = say.payload["picture"]
            if not await asyncio.to_thread(self._pictures.has, claims.session, picture):
                raise bad_request("bad_picture", "There is no such picture in this chat.")
        if await unanswered(core, conversation) >= self.limits.waiting:
            raise too_many(5.0, "messages that wait for an answer")
        inbound = Inbound(
            channel=CHANNEL,
            address=claims.session,
            key=say.id,
            text=say.text,
            kind=say.kind,
            payload=say.payload,
            language=claims.language,
        )
        (accepted,) = await core.accept([inbound])
        return accepted

    async def messages(self, request: Request) -> Reply:
        """What was said after a place; waits for it where the caller wants that."""
        claims = self.gate.session(request, ASKING)
        after = _number(request, "after", 0.0)
        wait = min(_number(request, "wait", 0.0), self.limits.wait)
        core, conversation = self.core_of(request), conversation_of(claims)
        news = await news_json(core, conversation, int(after), self.present)
        if wait <= 0 or news["messages"]:
            return Reply(news)
        gate, address, what = self.gate, self.gate.door.address(request), "calls that wait"
        with gate.one(gate.polls, claims.session, what), gate.one(gate.lines, address, what):
            await core.changed(conversation, int(after), wait)
        return Reply(await news_json(core, conversation, int(after), self.present))

    async def events(self, request: Request) -> Reply:
        """Acts on pages and cards, into the log."""
        claims = self.gate.session(request, EVENTS)
        body = json_object(await body_of(request, self.limits.body))
        told = read_events(body, self.limits)
        store = self._shop.store
        taken = await asyncio.to_thread(append, store, conversation_of(claims), told)
        return Reply({"taken": taken}, 202)

    async def add_picture(self, request: Request) -> Reply:
        """A picture, to be named in a message."""
        claims = self.gate.session(request, UPLOADS)
        type_ = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if type_ not in TYPES.values():
            raise Problem(415, "bad_picture", "Pictures are JPEG, PNG or WebP.")
        with self.gate.one(self.gate.uploading, claims.session, "pictures"):
            data = await body_of(request, self.limits.picture_bytes, _UPLOAD_SECONDS)
            async with self._drawing:
                name = await asyncio.to_thread(self._pictures.add, claims.session, data)
        return Reply({"picture": name}, 201)

    async def picture(self, request: Request, name: str) -> Reply:
        """A picture that this session has sent."""
        claims = self.gate.session(request, ASKING)
        found = await asyncio.to_thread(self._pictures.get, claims.session, name)
        if found is None:
            raise not_found()
        headers = {"Cache-Control": "private, max-age=3600", "Content-Disposition": "inline"}
        return Reply(found.body, 200, headers, found.type)

    async def file(self, request: Request, name: str) -> Reply:
        """A file of the widget's."""
        accepts = request.headers.get("accept-encoding", "")
        known = request.headers.get("if-none-match", "")
        found = self._files.answer(name, accepts, known)
        if found is None:
            raise not_found()
        return Reply(found.body, found.status, found.headers, found.type)


def conversation_of(claims: Claims) -> str:
    """The name of a session's conversation."""
    return f"{CHANNEL}:{claims.session}"


async def news_json(
    core: ChannelCore, conversation_id: str, after: int, present: Present = dict
) -> dict[str, Any]:
    """What was said after a place, who answers, and whether an answer is being made."""
    news = await core.news(conversation_id, after, _PAGE)
    return {
        "messages": [message_json(message, present) for message in news.messages],
        "status": news.status,
        "typing": news.typing,
        "last_seq": news.last_seq,
    }


def widget_folder() -> Path:
    """Where the widget's files are."""
    return Path(__file__).resolve().parents[2] / "widget"


def _number(request: Request, name: str, default: float) -> float:
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise bad_request("bad_number", f'"{name}" must be a whole number.')
    return float(text)
