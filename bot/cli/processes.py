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
from typing import Callable, Optional, Sequence

from bot.channels.contract import PATH
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

#: One thread a server: several of them fighting for two cores take longer than one.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "TOKENIZERS_PARALLELISM": "false",
    "RASA_TELEMETRY_ENABLED": "false",
    "SANIC_HOST": HOST,
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore",
}


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
    """

    settings: Settings
    action_port: int
    bot_port: int
    log: Optional[Path] = None
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def webhook(self) -> str:
        """The address of the bot's REST channel."""
        return f"http://{HOST}:{self.bot_port}{PATH}"

    def __enter__(self) -> Servers:
        require_index(self.settings)
        model = latest_model()
        bot = [str(self.bot_port), "--action-port", str(self.action_port), "--model", str(model)]
        try:
            self._start("actions", ["actions", str(self.action_port)])
            self._start("bot", ["bot", *bot])
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
        waiting = {"actions": (self.action_port, "/health"), "bot": (self.bot_port, "/")}
        while waiting:
            self.check()
            for name, (port, path) in list(waiting.items()):
                if _answers(port, path):
                    del waiting[name]
                    progress(f"{_TITLES[name]} is ready after {time.monotonic() - began:.0f} s")
            if waiting and time.monotonic() - began > READY_SECONDS:
                name = next(iter(waiting))
                raise ShoptalkError(
                    f"{_TITLES[name]} was not ready in {READY_SECONDS:.0f} s."
                    f"{self._last_words(name)}"
                )
            time.sleep(0.1)

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

    def _start(self, name: str, arguments: Sequence[str]) -> None:
        output = None if self.log is None else self._log_file(name).open("wb")
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


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a server: ours, settings made explicit, one thread, no telemetry."""
    environment = {**ENVIRONMENT, **{k: v for k, v in os.environ.items() if k != "SANIC_HOST"}}
    environment.update({"SANIC_HOST": HOST, "SHOPTALK_SHOP": str(settings.shop_dir)})
    environment["SHOPTALK_HOME"] = str(settings.home)
    environment["SHOPTALK_QUESTIONS"] = settings.questions
    # Reading the sources of TensorFlow anew at each start takes ten seconds.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
