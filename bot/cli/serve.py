"""``shoptalk serve``: bot and action server with one command and one Ctrl-C."""

from __future__ import annotations

import signal
import sys
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any, Callable

import typer

from actions.server.ports import require_free
from bot.cli.processes import Servers
from bot.cli.shop_option import ShopOption, settings_for
from bot.launch import HOST
from catalog.errors import ShoptalkError
from catalog.settings import DEVELOPMENT, Settings

LOOK_EVERY = 0.5


@dataclass(frozen=True)
class Patience:
    """When a server that ends is started again, and when no longer."""

    most: int = 5
    """Ended so often …"""
    within: float = 60.0
    """… within so many seconds, it is given up."""
    pauses: tuple[float, ...] = (0.0, 1.0, 2.0, 4.0, 8.0)
    """Seconds before it is started again, by how often it has ended lately."""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def serve(shop: ShopOption = None) -> None:
        """Serve the assistant: the bot with its channels, and the action server on loopback."""
        run(settings_for(shop))


def run(settings: Settings) -> None:
    """Serve until interrupted; a server that ends is started again.

    Raises
    ------
    ShoptalkError
        Where a port is in use, or a server ends before it was ready or too often.
    """
    require_free(HOST, settings.action_port, "action server", "SHOPTALK_ACTION_PORT")
    require_free(settings.host or HOST, settings.bot_port, "bot", "SHOPTALK_BOT_PORT")
    signal.signal(signal.SIGTERM, _interrupt)
    development = settings.environment == DEVELOPMENT
    servers = Servers(settings, settings.action_port, settings.bot_port, rest=development)
    try:
        with servers:
            servers.wait_until_ready(_tell)
            for line in [*addresses(servers, development), *desk(servers)]:
                _tell(line)
            watch(servers, _tell)
    except KeyboardInterrupt:
        _tell("Ended.")


def desk(servers: Servers) -> list[str]:
    """Where people of the shop answer, and how somebody gets an account."""
    from bot.staff.accounts import Accounts
    from bot.staff.audit import Audit
    from bot.staff.database import open_staff_database

    database = open_staff_database(servers.settings)
    try:
        found = Accounts(database, Audit(database)).all()
    finally:
        database.close()
    if found:
        return []
    shop = servers.settings.shop_dir
    at = "" if shop == servers.settings.demo_dir else f" --shop {shop}"
    return [
        f"Nobody can log in at {servers.url}/staff/ yet: add somebody with "
        f"`shoptalk staff add NAME --role lead{at}`."
    ]


def addresses(servers: Servers, development: bool) -> list[str]:
    """What to open or to call, one a line."""
    if not development:
        return [f"Listening on {servers.url}. Ctrl-C ends."]
    page = servers.url.replace(f"//{HOST}:", "//localhost:")
    return [
        f"Open {page}/shop/ for the demo shop with the assistant.",
        f"POST messages to {servers.webhook}. Ctrl-C ends.",
    ]


def watch(
    servers: Servers,
    tell: Callable[[str], None],
    patience: Patience = Patience(),
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Start a server again whenever it has ended, until one ends too often.

    Raises
    ------
    ShoptalkError
        Where a server has ended several times within a minute.
    """
    deaths: dict[str, deque[float]] = defaultdict(deque)
    while True:
        for name in servers.ended():
            lately = deaths[name]
            lately.append(clock())
            while lately[0] < clock() - patience.within:
                lately.popleft()
            title = servers.title(name)
            if len(lately) >= patience.most:
                raise ShoptalkError(
                    f"{title} has ended {len(lately)} times within {patience.within:.0f} s: see "
                    "what it said above."
                )
            pause = patience.pauses[min(len(lately), len(patience.pauses)) - 1]
            tell(f"{title} has ended; it is started again{f' in {pause:.0f} s' * (pause > 0)}.")
            sleep(pause)
            servers.start(name)
        sleep(LOOK_EVERY)


def _interrupt(_signal: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
