"""The demo shop's real servers, which a test can stop and start again on the same port."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Optional

from bot.cli.processes import Servers, free_port
from bot.launch import HOST
from catalog.settings import Settings


class Site:
    """Bot and action server of one shop."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.settings = settings
        self._log = log
        self._ports = free_port(), free_port()
        self._servers: Optional[Servers] = None

    @property
    def url(self) -> str:
        """Where pages begin, without a slash."""
        return f"http://{HOST}:{self._ports[1]}"

    def start(self) -> None:
        """Start both; return when they answer."""
        self._servers = Servers(self.settings, *self._ports, self._log).__enter__()
        self._servers.wait_until_ready(lambda _said: None)

    def stop(self) -> None:
        """End both."""
        if self._servers is not None:
            self._servers.stop()
            self._servers = None


def chromium() -> str:
    """The browser's program.

    Raises
    ------
    RuntimeError
        Where there is none.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise RuntimeError("There is no Chromium: run `sh tests/browser/install.sh`.")
    return program
