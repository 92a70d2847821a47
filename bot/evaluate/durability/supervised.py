"""Bot and action server over a copy of a shop, started again whenever they are killed."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Iterator, Optional

from bot.cli.processes import Servers, free_port, log_folder
from bot.cli.serve import Patience, watch
from catalog.settings import Settings

#: Killed on purpose: started again at once, however often.
ALWAYS = Patience(most=1_000_000, pauses=(0.0,))
LOOK_EVERY = 0.1
#: Seconds in which a killed server must be back.
BACK = 120.0


class _Over(Exception):
    """The servers are no longer watched."""


@dataclass
class Supervised:
    """Servers that ``shoptalk serve`` would start again, and somebody who kills them."""

    servers: Servers
    over: threading.Event = field(default_factory=threading.Event)
    killed: list[str] = field(default_factory=list)
    failure: Optional[BaseException] = None

    @property
    def url(self) -> str:
        """Where the bot is."""
        return self.servers.url

    async def kill(self, name: str) -> None:
        """End a server as ``kill -9`` does, once it is up."""
        await asyncio.wait_for(self.until_up(), BACK)
        os.kill(self.servers.children[name].pid, signal.SIGKILL)
        self.killed.append(name)

    async def until_up(self) -> None:
        """Return when both servers answer."""
        while not await asyncio.to_thread(self._up):
            await asyncio.sleep(LOOK_EVERY)

    def _up(self) -> bool:
        if self.failure is not None:
            raise self.failure
        return not self.servers.ended() and all(map(self.servers.answers, self.servers.children))

    def watch(self) -> None:
        """Start again what has ended, until it is over."""
        try:
            watch(self.servers, lambda _said: None, ALWAYS, sleep=self._pause)
        except _Over:
            pass
        except BaseException as error:
            self.failure = error

    def _pause(self, _seconds: float) -> None:
        if self.over.wait(LOOK_EVERY):
            raise _Over


@contextmanager
def supervised(
    settings: Settings, credentials: Optional[Path] = None
) -> Iterator[tuple[Supervised, Settings]]:
    """Servers over a copy of the shop in use, and the settings that have the copy in use."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / settings.shop_dir.name
        shutil.copytree(settings.shop_dir, copy, ignore=_said_before)
        copied = replace(settings, shop=copy)
        servers = Servers(
            copied, free_port(), free_port(), log_folder(settings), credentials=credentials
        )
        with servers:
            servers.wait_until_ready(lambda _said: None)
            kept = Supervised(servers)
            watching = threading.Thread(target=kept.watch, daemon=True)
            watching.start()
            try:
                yield kept, copied
            finally:
                kept.over.set()
                watching.join()


def _said_before(_folder: str, names: list[str]) -> list[str]:
    return [n for n in names if n.startswith(("conversations.db", "channels.db", "last-chats"))]
