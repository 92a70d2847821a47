"""WeChat's side of an Official Account, as developers.weixin.qq.com describes it.

It signs callbacks, encrypts them in safe mode, sends them up to three times where there is no
answer in time, and takes what is sent to its customer-service interface within its limits.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import os
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional
from xml.sax.saxutils import escape

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.standins.server import Standin

APP_ID, APP_SECRET, TOKEN = "wx5823bf96d3bd56c7", "app-secret", "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
OPEN_ID = "oyORnuP8q7ou2gfYjqLzSIWZf0rs"
TRIES, PATIENCE = 3, 5.0
LONGEST, MOST = 2048, 5


@dataclass(frozen=True)
class Callback:
    """One callback: its XML before encryption."""

    content: str

    def with_field(self, name: str, value: str) -> Callback:
        """The same with one more field."""
        return Callback(self.content.replace("</xml>", f"<{name}>{escape(value)}</{name}></xml>"))


@dataclass
class Sent:
    """What one user was sent."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    left: int = 0
    """Messages that may still be sent."""

    @property
    def said(self) -> list[str]:
        """The texts, menus as their head."""
        return [
            m["text"]["content"] if m["msgtype"] == "text" else m["msgmenu"]["head_content"]
            for m in self.messages
        ]


def sha1(*parts: str) -> str:
    """WeChat's signature."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def encrypted(content: bytes, key: str = AES_KEY, app_id: str = APP_ID) -> str:
    """A message as safe mode has it."""
    secret = base64.b64decode(key + "=")
    plain = os.urandom(16) + len(content).to_bytes(4, "big") + content + app_id.encode()
    padder = padding.PKCS7(256).padder()
    padded = padder.update(plain) + padder.finalize()
    cipher = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    return base64.b64encode(cipher.update(padded) + cipher.finalize()).decode()


class WeChat(Standin):
    """The stand-in.

    Parameters
    ----------
    callback_url
        Where the account listens.
    key
        ``EncodingAESKey``; empty in plain mode.
    """

    def __init__(self, callback_url: str = "", key: str = AES_KEY) -> None:
        super().__init__()
        self.callback_url = callback_url
        self.key = key
        self.users: dict[str, Sent] = {}
        self.tokens: list[str] = []
        """Access tokens that were given out; the last one holds."""
        self.errors: list[int] = []
        """Codes that the next messages are answered with."""
        self.blocked = False
        self._numbers = itertools.count(23456789012345000)

    def user(self, open_id: str = OPEN_ID) -> Sent:
        """What a user was sent."""
        return self.users.setdefault(open_id, Sent())

    # What users do: each gives the callback that tells the account

    def writes(self, text: str, open_id: str = OPEN_ID, **fields: str) -> Callback:
        """A user writes."""
        return self.message("text", open_id, Content=text, **fields)

    def message(self, kind: str, open_id: str = OPEN_ID, **fields: str) -> Callback:
        """A user sends a message of some kind."""
        self.user(open_id).left = MOST
        return self.callback(kind, open_id, MsgId=str(next(self._numbers)), **fields)

    def event(self, name: str, open_id: str = OPEN_ID, **fields: str) -> Callback:
        """A user follows, leaves, or opens an entry of the menu."""
        self.user(open_id).left = 3
        return self.callback("event", open_id, Event=name, **fields)

    def callback(self, kind: str, open_id: str, **fields: str) -> Callback:
        """Anything that WeChat tells."""
        head = {
            "ToUserName": "gh_10f6c3c3ac5a",
            "FromUserName": open_id,
            "CreateTime": str(int(time.time())),
            "MsgType": kind,
        }
        rows = "".join(f"<{n}><![CDATA[{v}]]></{n}>" for n, v in {**head, **fields}.items())
        return Callback(f"<xml>{rows}</xml>")

    # Sending callbacks

    def tell(self, *callbacks: Callback) -> list[str]:
        """Send callbacks one after the other; what each is answered with."""
        return [self.run(self.deliver(callback)) for callback in callbacks]

    def tell_at_once(self, *callbacks: Callback) -> list[str]:
        """Send callbacks side by side."""

        async def burst() -> list[str]:
            return list(await asyncio.gather(*map(self.deliver, callbacks)))

        return self.run(burst())

    def signed(
        self, callback: Callback, at: Optional[float] = None, nonce: str = ""
    ) -> tuple[dict[str, str], bytes]:
        """Query and body of a callback that is sent now, or at a time."""
        moment = str(int(time.time() if at is None else at))
        nonce = nonce or uuid.uuid4().hex[:10]
        query = {"signature": sha1(TOKEN, moment, nonce), "timestamp": moment, "nonce": nonce}
        content = callback.content.encode()
        if not self.key:
            return query, content
        sealed = encrypted(content, self.key)
        query.update(encrypt_type="aes", msg_signature=sha1(TOKEN, moment, nonce, sealed))
        account = "<ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>"
        body = f"<xml>{account}<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        return query, body.encode()

    def prove(self, echo: str = "5837397576500011341", **changed: str) -> tuple[int, str]:
        """What WeChat asks when the address is entered."""
        query, _body = self.signed(Callback("<xml></xml>"))
        return self.run(self._ask({**query, "echostr": echo, **changed}))

    async def deliver(self, callback: Callback) -> str:
        """Send a callback until it is answered in time; "" where it never was."""
        for _try in range(TRIES):
            status, text = await self.post(*self.signed(callback))
            if status == 200:
                return text
        return ""

    async def post(self, query: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """Send a callback once."""
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        try:
            async with self.session.post(
                self.callback_url, params=query, data=body, timeout=timeout
            ) as answer:
                return answer.status, await answer.text()
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return 0, ""

    async def _ask(self, query: Mapping[str, str]) -> tuple[int, str]:
        async with self.session.get(self.callback_url, params=query) as answer:
            return answer.status, await answer.text()

    # The interface

    def routes(self) -> list[web.RouteDef]:
        """What an account may call."""
        return [
            web.post("/cgi-bin/stable_token", self._give_token),
            web.post("/cgi-bin/message/custom/send", self._send),
            web.post("/cgi-bin/message/custom/typing", self._typing),
        ]

    def troubled(self, request: web.Request) -> bool:
        """Nobody depends on whether typing is shown."""
        return "typing" not in request.path

    def expire(self) -> None:
        """The access token that was given out holds no longer."""
        self.tokens.append("nobody-has-this")

    async def _give_token(self, request: web.Request) -> web.Response:
        body = await request.json()
        if (body["appid"], body["secret"]) != (APP_ID, APP_SECRET):
            return _answer(40125, "invalid appsecret")
        if not self.tokens or body.get("force_refresh") or self.tokens[-1] == "nobody-has-this":
            self.tokens.append(f"access-{uuid.uuid4().hex}")
        return web.json_response({"access_token": self.tokens[-1], "expires_in": 7200})

    async def _send(self, request: web.Request) -> web.Response:
        if (code := self._refused(request)) is not None:
            return code
        raw = await request.text()
        body = await request.json()
        assert "\\u" not in raw, "WeChat shows escapes to people."
        user = self.user(body["touser"])
        if self.blocked:
            return _answer(45015, "response out of time limit or subscription is canceled")
        if user.left <= 0:
            return _answer(45047, "out of response count limit")
        text = body.get("text", {}).get("content", body.get("msgmenu", {}).get("head_content", ""))
        if not text or len(text.encode()) > LONGEST:
            return _answer(45002, "content size out of limit")
        user.left -= 1
        user.messages.append(body)
        return _answer(0, "ok")

    async def _typing(self, request: web.Request) -> web.Response:
        if request.query.get("access_token") not in self.tokens[-1:]:
            return _answer(42001, "access_token expired")
        body = await request.json()
        self.user(body["touser"]).typing.append(body["command"])
        return _answer(0, "ok")

    def _refused(self, request: web.Request) -> Optional[web.Response]:
        if request.query.get("access_token") not in self.tokens[-1:]:
            return _answer(42001, "access_token expired")
        if self.errors:
            return _answer(self.errors.pop(0), "an error of the test's")
        return None


def _answer(code: int, text: str) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": text})
