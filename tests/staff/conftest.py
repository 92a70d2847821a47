"""A bot with the desk over a copy of the demo shop, people of the staff, and shoppers."""

from __future__ import annotations

import http.client
import json
import shutil
import urllib.parse
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional

import pytest

from bot.channels.core.database import ChannelDatabase
from bot.channels.core.handoff import asked
from bot.channels.core.transcript import Transcript
from bot.cli.processes import Servers, free_port
from bot.cli.train import train_model
from bot.staff.accounts import Accounts
from bot.staff.audit import Audit
from bot.staff.database import open_staff_database
from catalog.settings import Settings

PASSWORD = "a long password of ours"
STAFF = {"Anna": "agent", "Ben": "agent", "Lee": "lead", "Ada": "admin"}
SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Bot:
    """The bot that tests talk to, and its database."""

    servers: Servers
    settings: Settings
    database: ChannelDatabase
    audit: Audit

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.servers.bot_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/staff/"

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Optional[Mapping[str, str]] = None,
        source: str = "127.0.0.1",
    ) -> Answer:
        """One call; a dict goes out as JSON, a text as a form. Header values may be hostile.

        Parameters
        ----------
        source
            The address that it comes from: who is refused again and again is answered late.
        """
        sent = {"Content-Type": "application/json"} if isinstance(body, dict) else {}
        if isinstance(body, str):
            sent = {"Content-Type": "application/x-www-form-urlencoded"}
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        connection = http.client.HTTPConnection(
            self.host, timeout=SECONDS, source_address=(source, 0)
        )
        try:
            connection.request(method, path, data, {**sent, **(headers or {})})
            found = connection.getresponse()
            return Answer(found.status, found.headers, found.read())
        finally:
            connection.close()

    def log_in(self, name: str, password: str = PASSWORD, **headers: str) -> Answer:
        """Send the login form."""
        form = urllib.parse.urlencode({"name": name, "password": password})
        return self.call("POST", "/staff/login", form, headers)

    def ask_for_person(
        self, conversation_id: str, reason: str = "asked", summary: str = ""
    ) -> None:
        """Let a conversation wait, without a turn of the assistant."""
        transcript = Transcript(self.database)
        now = transcript.conversation(conversation_id).updated_at.timestamp()
        transcript.move(conversation_id, lambda one: asked(one, reason, summary), now)


@dataclass
class Staff:
    """Somebody who is logged in, without a browser."""

    bot: Bot
    name: str
    cookie: str = ""
    token: str = ""

    def begin(self) -> Staff:
        """Log in."""
        answer = self.bot.log_in(self.name)
        assert answer.status == 303, answer.body
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        self.token = self.get("me").json["form_token"]
        return self

    def get(self, what: str, **fields: object) -> Answer:
        query = urllib.parse.urlencode(fields)
        return self.bot.call("GET", f"/staff/api/{what}?{query}", headers={"Cookie": self.cookie})

    def post(self, what: str, **body: object) -> Answer:
        headers = {
            "Cookie": self.cookie,
            "X-Staff-Token": self.token,
            "Origin": f"http://{self.bot.host}",
        }
        return self.bot.call("POST", f"/staff/api/{what}", body, headers)

    def conversations(self) -> dict[str, dict[str, Any]]:
        found = self.get("conversations").json["conversations"]
        return {one["id"]: one for one in found}


@dataclass
class Shopper:
    """A shopper at the web API."""

    bot: Bot
    token: str = ""
    seen: int = 0
    said: list[dict[str, Any]] = field(default_factory=list)

    def begin(self, language: str = "en") -> Shopper:
        session = self.bot.call("POST", "/widget/api/session", {"language": language}).json
        self.token = session["token"]
        return self

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def say(self, text: str, **more: Any) -> int:
        body = {"id": str(uuid.uuid4()), "text": text, **more}
        answer = self.bot.call("POST", "/widget/api/messages", body, self.headers)
        assert answer.status in (200, 202), answer.body
        return answer.json["seq"]

    def hear(self, author: str) -> dict[str, Any]:
        """The next message of an author; waits for it."""
        for _ in range(SECONDS):
            path = f"/widget/api/messages?after={self.seen}&wait=1"
            found = self.bot.call("GET", path, headers=self.headers).json
            for one in found["messages"]:
                self.seen = one["seq"]
                self.said.append(one)
                if one["author"] == author:
                    return one
        raise AssertionError(f"No {author} said anything.")

    def status(self) -> str:
        path = f"/widget/api/messages?after={self.seen}&wait=0"
        return self.bot.call("GET", path, headers=self.headers).json["status"]


@pytest.fixture(scope="session")
def staffed(shops, tmp_path_factory) -> Iterator[Bot]:
    """A bot with accounts of every role."""
    settings = shops("demo")
    train_model(settings)
    folder = tmp_path_factory.mktemp("staffed") / "shop"
    shutil.copytree(settings.shop_dir, folder, ignore=_conversations)
    settings = replace(settings, shop=Path(folder))
    database = open_staff_database(settings)
    audit = Audit(database)
    accounts = Accounts(database, audit)
    for name, role in STAFF.items():
        accounts.add(name, role, PASSWORD, "test", f"{name} of the shop")
    with Servers(settings, free_port(), free_port(), folder / "logs") as servers:
        servers.wait_until_ready(lambda _said: None)
        yield Bot(servers, settings, database, audit)
    database.close()


def _conversations(_folder: str, names: list[str]) -> list[str]:
    return [n for n in names if n.startswith(("conversations.db", "channels.db", "pictures"))]


@pytest.fixture(scope="session")
def anna(staffed) -> Staff:
    return Staff(staffed, "Anna").begin()


@pytest.fixture(scope="session")
def ben(staffed) -> Staff:
    return Staff(staffed, "Ben").begin()


@pytest.fixture(scope="session")
def lee(staffed) -> Staff:
    return Staff(staffed, "Lee").begin()


@pytest.fixture(scope="session")
def ada(staffed) -> Staff:
    return Staff(staffed, "Ada").begin()


@pytest.fixture
def shopper(staffed) -> Shopper:
    return Shopper(staffed).begin()


@pytest.fixture
def waiting(staffed, shopper) -> str:
    """The id of a conversation that waits for a person."""
    shopper.say("Hello")
    shopper.hear("bot")
    found = Transcript(staffed.database).conversations(None, 1)[0].id
    staffed.ask_for_person(found, "complaint", "The strap broke.")
    return found
