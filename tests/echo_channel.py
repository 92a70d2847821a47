"""A channel for tests: messages come as JSON, replies are appended to a file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Optional

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.core.model import Adapter, Capabilities, Conversation, Inbound, Message
from bot.channels.core.running import CoreChannel, CoreOf
from catalog.settings import Settings

#: Names the file that replies are appended to, one JSON object a line.
OUTBOX = "ECHO_OUTBOX"


class EchoAdapter:
    """Appends each message to a file; with the same key it may be there twice after a crash."""

    name = "echo"
    capabilities = Capabilities(cards=True, buttons=10, button_length=100)

    def __init__(self, outbox: Path) -> None:
        self._outbox = outbox

    async def deliver(self, conversation: Conversation, message: Message) -> None:
        """One line a message."""
        line = {"to": conversation.address, "key": message.key, "seq": message.seq}
        line.update(text=message.text, reply_to=message.reply_to)
        with self._outbox.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")

    async def typing(self, conversation: Conversation, on: bool) -> None:
        """Nobody sees it."""

    async def handed_over(self, conversation: Conversation) -> None:
        """There is no other desk."""

    async def handed_back(self, conversation: Conversation) -> None:
        """There is no other desk."""


class EchoChannel(CoreChannel):
    """``POST /echo`` with ``{"address", "key", "text"}``; ``GET /echo?address=A``."""

    path = "/echo"

    def adapter(self, settings: Settings) -> Optional[Adapter]:
        """On where there is a file for replies."""
        outbox = os.environ.get(OUTBOX)
        return EchoAdapter(Path(outbox)) if outbox else None

    def routes(self, blueprint: Blueprint, core_of: CoreOf) -> None:
        """One way in, and the transcript."""

        @blueprint.post("/")
        async def take(request: Request) -> HTTPResponse:
            body = request.json
            inbound = Inbound(self.adapter_name, body["address"], body["key"], body["text"])
            (accepted,) = await core_of(request).accept([inbound])
            return response.json({"seq": accepted.seq, "new": accepted.new}, status=202)

        @blueprint.get("/")
        async def read(request: Request) -> HTTPResponse:
            core = core_of(request)
            name = f"{self.adapter_name}:{request.args.get('address')}"
            after = int(request.args.get("after", "0"))
            await core.changed(name, after, float(request.args.get("wait", "0")))
            rows = [
                {"seq": m.seq, "author": m.author, "text": m.text, "reply_to": m.reply_to}
                | {"custom": dict(m.custom), "buttons": list(m.buttons)}
                for m in await core.messages(name, after)
            ]
            return response.json(rows)

    adapter_name = EchoAdapter.name
