"""The ``shoptalk`` command in this process, a little shop, and servers that tests share."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Iterator, Optional

import psutil
import pytest

from bot.cli.processes import Servers, free_port
from catalog.settings import ROOT, Settings

FEED = """\
id,title,price,color,material
dress,Red Cotton Dress,399.00 CNY,red,cotton
wine,Wine Red Silk Dress,459.00 CNY,burgundy,silk
tee,Black Cotton T-Shirt,79.00 CNY,black,cotton
kettle,Electric Kettle,129.00 CNY,white,steel
"""
#: What is left of our settings for a command under test.
KEPT = frozenset({"SHOPTALK_HOME", "SHOPTALK_TEST_DATA"})
SECONDS = 120


@dataclass(frozen=True)
class Ran:
    """A command that has ended: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Standard output, which must be one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def sentence(self) -> str:
        """Standard error, which must be one sentence of a command that failed."""
        assert self.code == 1, self
        assert self.out == ""
        text = self.err.strip()
        assert "\n" not in text, text
        assert text.endswith("."), text
        return text


@pytest.fixture
def shoptalk(monkeypatch, capfd):
    """Run ``shoptalk ARGUMENT…`` with these settings and no others."""

    def run(*arguments: object, **settings: object) -> Ran:
        from bot.cli.main import main

        with monkeypatch.context() as patch:
            for name in [n for n in os.environ if n.startswith("SHOPTALK_") and n not in KEPT]:
                patch.delenv(name)
            for name, value in settings.items():
                patch.setenv(name, str(value))
            patch.setattr(sys, "argv", ["shoptalk", *map(str, arguments)])
            capfd.readouterr()
            code: Any = 0
            try:
                main()
            except SystemExit as end:
                code = end.code
        said = capfd.readouterr()
        return Ran(int(code or 0), said.out, said.err)

    return run


@dataclass
class Serving:
    """``shoptalk serve`` in a process of its own."""

    settings: Settings
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    started: bool = False
    told: threading.Event = field(default_factory=threading.Event)
    """Set when it takes messages (``started``) or has ended."""

    @property
    def webhook(self) -> str:
        """The address of the action server's actions."""
        return f"http://127.0.0.1:{self.settings.action_port}/webhook"

    @property
    def servers(self) -> list[psutil.Process]:
        """The processes of the two servers."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def listen(self) -> None:
        """Collect what it says until it ends."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            if line.startswith("POST messages"):
                self.started = True
                self.told.set()
        self.told.set()


def serve(settings: Settings) -> subprocess.Popen[str]:
    """Start ``shoptalk serve`` on the ports of the settings."""
    environment = {n: v for n, v in os.environ.items() if not n.startswith("SHOPTALK_")}
    environment.update(
        SHOPTALK_HOME=str(settings.home),
        SHOPTALK_BOT_PORT=str(settings.bot_port),
        SHOPTALK_ACTION_PORT=str(settings.action_port),
        SHOPTALK_ACTION_TOKEN=settings.action_token,
    )
    return subprocess.Popen(
        [sys.executable, "-m", "bot.cli.main", "serve", "--shop", str(settings.shop_dir)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hear_interrupts,
    )


def _hear_interrupts() -> None:
    """Processes behind a shell's ``&`` are started deaf to Ctrl-C, and so are their children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def served(settings: Settings) -> Iterator[Serving]:
    """``shoptalk serve``, ready; it is ended as Ctrl-C does."""
    serving = Serving(settings, serve(settings))
    threading.Thread(target=serving.listen, daemon=True).start()
    try:
        assert serving.told.wait(SECONDS), "".join(serving.said)
        assert serving.started, "".join(serving.said)
        yield serving
    finally:
        if serving.process.poll() is None:
            serving.process.send_signal(signal.SIGINT)
        serving.process.wait(SECONDS)


@pytest.fixture(scope="session")
def model(base_settings) -> Path:
    """The trained assistant."""
    from bot.cli.train import train_model

    return train_model(base_settings)


@pytest.fixture(scope="session")
def little_shop(tmp_path_factory, base_settings) -> Path:
    """A shop of four products, indexed; tests that change it take ``little_copy``."""
    from bot.cli.index import index_shop
    from catalog.feeds import import_products
    from catalog.shop import Shop

    folder = tmp_path_factory.mktemp("little")
    feed = folder / "feed.csv"
    feed.write_text(FEED, encoding="utf-8")
    shop = Shop.create(folder / "shop", name="Little")
    import_products(shop, feed)
    index_shop(shop, base_settings)
    shop.close()
    return shop.path


@pytest.fixture
def little_copy(little_shop, tmp_path) -> Path:
    """A copy of the little shop that may be broken."""
    return Path(shutil.copytree(little_shop, tmp_path / "little"))


@dataclass
class Copies:
    """Copies of the demo shop, so that what is said in a test is not remembered after it."""

    settings: Settings
    folder: Path

    def __call__(self, name: str, **changed: Any) -> Settings:
        """Settings with a new copy in use."""
        copy = shutil.copytree(self.settings.shop_dir, self.folder / name, ignore=_conversations)
        return replace(self.settings, shop=Path(copy), **changed)


def _conversations(_folder: str, names: list[str]) -> list[str]:
    return [n for n in names if n.startswith("conversations.db") or n == "last-chats.json"]


@pytest.fixture(scope="session")
def demo_copy(shops, tmp_path_factory) -> Copies:
    """Makes copies of the demo shop."""
    return Copies(shops("demo"), tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def serving(demo_copy, model) -> Iterator[Serving]:
    """``shoptalk serve`` over a copy of the demo shop."""
    settings = demo_copy(
        "served", bot_port=free_port(), action_port=free_port(), action_token="a-secret-of-ours"
    )
    with served(settings) as running:
        yield running


@pytest.fixture
def servers(demo_copy, model, tmp_path) -> Iterator[Servers]:
    """Bot and action server that a test may end and start anew."""
    settings = demo_copy(tmp_path.name)
    with Servers(settings, free_port(), free_port(), tmp_path / "logs") as running:
        running.wait_until_ready(lambda _said: None)
        yield running


def ended(process: Optional[subprocess.Popen[Any]]) -> None:
    """End a process and wait until it has."""
    assert process is not None
    process.terminate()
    process.wait(SECONDS)


@dataclass(frozen=True)
class WebServer:
    """Bot and action server with the web channel, over a copy of the demo shop."""

    settings: Settings
    servers: Servers
    logs: Path

    @property
    def port(self) -> int:
        """Where the bot listens."""
        return self.servers.bot_port

    def logged(self) -> str:
        """All that the servers have said so far."""
        return "".join(p.read_text("utf-8", "surrogateescape") for p in self.logs.glob("*.log"))


@pytest.fixture(scope="session")
def web(demo_copy, model, tmp_path_factory) -> Iterator[WebServer]:
    """Servers that shoppers of the widget talk to."""
    settings = demo_copy("web", origins="https://shop.example", session_secret="a-secret-of-tests")
    logs = tmp_path_factory.mktemp("web-logs")
    with Servers(settings, free_port(), free_port(), logs) as running:
        running.wait_until_ready(lambda _said: None)
        yield WebServer(settings, running, logs)
