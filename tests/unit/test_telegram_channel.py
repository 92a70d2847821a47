"""One more channel is less than a hundred lines: Telegram's, in tests only."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import ClassVar

import pytest
from aiohttp import web

from bot.channels.outgoing import Outgoing
from tests import telegram_channel
from tests.channel_contract import AdapterContract
from tests.standins.hosting import hosted
from tests.standins.server import Standin, Trouble
from tests.telegram_channel import TelegramAdapter, TelegramChannel

CHAT = 4242


class Telegram(Standin):
    """Keeps what is sent to it."""

    def __init__(self):
        super().__init__()
        self.sent = []
        self.blocked = False

    def routes(self):
        return [web.post("/sendMessage", self._take), web.post("/sendChatAction", self._nothing)]

    def troubled(self, request):
        return "Action" not in request.path

    async def _take(self, request):
        if self.blocked:
            return web.json_response({"ok": False}, status=403)
        self.sent.append(await request.json())
        return web.json_response({"ok": True})

    async def _nothing(self, request):
        return web.json_response({"ok": True})


@pytest.fixture
def telegram():
    with Telegram() as standin:
        yield standin


@pytest.fixture
def bot(telegram, tmp_path, monkeypatch):
    monkeypatch.setenv("TELEGRAM_URL", telegram.url)
    monkeypatch.setenv("TELEGRAM_SECRET", "secret")
    with hosted([TelegramChannel()], tmp_path, {}) as server:
        yield server


def update(bot, number, secret="secret", **content):
    body = json.dumps({"update_id": number, **content}).encode()
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{bot.url}/webhooks/telegram", body, headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_a_conversation_with_buttons(telegram, bot):
    bot.turns.replies["shoes"] = {"text": "For whom?", "buttons": [{"title": t} for t in "AB"]}
    chat = {"chat": {"id": CHAT}}
    assert update(bot, 1, message={**chat, "text": "shoes"}) == 200
    assert update(bot, 1, message={**chat, "text": "shoes"}) == 200
    bot.settle()
    rows = telegram.sent[0]["reply_markup"]["inline_keyboard"]
    data = rows[1][0]["callback_data"]
    assert len(data.encode()) <= 64
    assert update(bot, 2, callback_query={"data": data, "message": chat}) == 200
    assert update(bot, 3, message={**chat, "photo": []}) == 200
    bot.settle()
    assert [message["text"] for message in telegram.sent[:2]] == ["For whom?", "re B"]
    assert "text" in telegram.sent[2]["text"] or "words" in telegram.sent[2]["text"]


def test_another_secret_is_refused(telegram, bot):
    assert update(bot, 1, secret="guessed", message={"chat": {"id": CHAT}, "text": "x"}) == 401
    assert bot.run(bot.core.conversations()) == []


def test_it_is_below_a_hundred_lines():
    assert len(Path(telegram_channel.__file__).read_text("utf-8").splitlines()) < 100


class FarTelegram:
    """The adapter and a Telegram."""

    details: ClassVar[dict[str, object]] = {}
    address = str(CHAT)

    def __init__(self, standin):
        self.standin = standin
        self.adapter = TelegramAdapter(Outgoing("Telegram", standin.url))

    def taken(self):
        return [message["text"] for message in self.standin.sent]

    def fail(self, times):
        self.standin.troubles.extend([Trouble()] * times)

    def refuse(self):
        self.standin.blocked = True


class TestContract(AdapterContract):
    """What holds for every channel holds here."""

    @pytest.fixture
    def far(self, telegram):
        return FarTelegram(telegram)
