"""Starting the two servers as child processes, knowing when they are ready, and ending them."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Callable, Optional

from bot.channels.contract import PATH
from bot.cli.child_environment import child_environment
from bot.launch import BOT, HOST
from catalog.errors import ShoptalkError
from catalog.index.manifest import current_build, read_manifest
from catalog.settings import ROOT, Settings
from catalog.shop import Shop

Progress = Callable[[str], None]

READY_SECONDS = 180.0
STOP_SECONDS = 5.0
LOG_LINES = 15
KEPT_LOGS = 10


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def log_folder(settings: Settings) -> Path:
    """A folder of this process alone for what its servers say; the last few are kept."""
    logs = settings.home / "logs"
    own = logs / str(os.getpid())
    own.mkdir(parents=True, exist_ok=True)
    folders = [path for path in logs.iterdir() if path.is_dir()]
    for old in sorted(folders, key=lambda path: path.stat().st_mtime)[:-KEPT_LOGS]:
        shutil.rmtree(old, ignore_errors=True)
    return own


def latest_model() -> Path:
    """The model archive that was trained last.

    Raises
    ------
    ShoptalkError
        Where nothing was trained yet.
    """
    models = sorted((BOT / "models").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise ShoptalkError("No model is trained yet: run `shoptalk train`.")
    return models[-1]


def require_index(settings: Settings) -> None:
    """Say at once, in a sentence, what the action server would say at length.

    Raises
    ------
    ShoptalkError
        Where there is no shop, or its index is absent or damaged.
    """
    shop = Shop.open(settings.shop_dir)
    build = current_build(shop.index_dir)
    if build is None:
        raise ShoptalkError(
            f"The shop at {shop.path} has no index yet: run `shoptalk index --shop {shop.path}`."
        )
    read_manifest(build)


@dataclass
class Servers:
    """Bot and action server; as a context manager they end with the block, whatever happens.

    Parameters
    ----------
    log
        A folder for what the servers say; to standard error where it is None.
    rest
        Whether the bot has its REST channel in production, too.
    credentials
        Names other channels than ``bot/credentials.yml``.
    """

    settings: Settings
    action_port: int
    bot_port: int
    log: Optional[Path] = None
    rest: bool = True
    credentials: Optional[Path] = None
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def webhook(self) -> str:
        """The address of the bot's REST channel."""
        return f"{self.url}{PATH}"

    @property
    def url(self) -> str:
        """Where the bot is, seen from this machine."""
        return f"http://{self._bot_host}:{self.bot_port}"

    @property
    def _bot_host(self) -> str:
        everywhere = self.settings.host in ("", "0.0.0.0", "::")
        return HOST if everywhere else self.settings.host

    def __enter__(self) -> Servers:
        require_index(self.settings)
        try:
            for name in _TITLES:
                self.start(name)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.stop()

    def wait_until_ready(self, progress: Progress) -> None:
        """Return when both answer.

        Raises
        ------
        ShoptalkError
            Where one of them ends or is not ready in time, with the last it said.
        """
        began = time.monotonic()
        waiting = list(_TITLES)
        while waiting:
            self.check()
            for name in list(waiting):
                if self.answers(name):
                    waiting.remove(name)
                    progress(f"{_TITLES[name]} is ready after {time.monotonic() - began:.0f} s")
            if waiting and time.monotonic() - began > READY_SECONDS:
                name = waiting[0]
                raise ShoptalkError(
                    f"{_TITLES[name]} was not ready in {READY_SECONDS:.0f} s."
                    f"{self._last_words(name)}"
                )
            time.sleep(0.1)

    def answers(self, name: str) -> bool:
        """Whether a server is ready for calls."""
        if name == "actions":
            return _answers(HOST, self.action_port, "/health")
        return _answers(self._bot_host, self.bot_port, "/")

    def check(self) -> None:
        """Raise ``ShoptalkError`` where a server has ended."""
        for name, child in self.children.items():
            if child.poll() is not None:
                raise ShoptalkError(f"{_TITLES[name]} has ended.{self._last_words(name)}")

    def stop(self) -> None:
        """End both, by force where they do not listen."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            if child.stdin is not None:
                with suppress(OSError):
                    child.stdin.close()
        self.children.clear()

    def ended(self) -> list[str]:
        """The names of the servers that have ended."""
        return [name for name, child in self.children.items() if child.poll() is not None]

    def title(self, name: str) -> str:
        """What people call a server."""
        return _TITLES[name]

    def start(self, name: str) -> None:
        """Start ``actions`` or ``bot``, again where it has ended."""
        before = self.children.get(name)
        if before is not None and before.stdin is not None:
            with suppress(OSError):
                before.stdin.close()
        arguments = {"actions": self._actions, "bot": self._bot}[name]()
        # What it said before it ended stays.
        output = None if self.log is None else self._log_file(name).open("ab")
        try:
            self.children[name] = subprocess.Popen(
                [sys.executable, "-m", "bot.launch", *arguments],
                cwd=ROOT,
                env=child_environment(self.settings),
                stdin=subprocess.PIPE,
                stdout=output or sys.stderr,
                stderr=output or sys.stderr,
                # Ctrl-C is for us; we end the children.
                start_new_session=True,
            )
        finally:
            if output is not None:
                output.close()

    def _actions(self) -> list[str]:
        return ["actions", str(self.action_port)]

    def _bot(self) -> list[str]:
        arguments = ["bot", str(self.bot_port), "--action-port", str(self.action_port)]
        arguments += ["--model", str(latest_model())]
        if self.rest:
            arguments.append("--rest")
        if self.credentials is not None:
            arguments += ["--credentials", str(self.credentials)]
        return arguments

    def _log_file(self, name: str) -> Path:
        assert self.log is not None
        self.log.mkdir(parents=True, exist_ok=True)
        return self.log / f"{name}.log"

    def _last_words(self, name: str) -> str:
        if self.log is None:
            return ""
        lines = self._log_file(name).read_text("utf-8", "replace").splitlines()
        said = "\n".join(f"  {line}" for line in lines[-LOG_LINES:])
        return f" It said:\n{said}" if said else ""


_TITLES = {"actions": "The action server", "bot": "The bot"}


def _answers(host: str, port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
