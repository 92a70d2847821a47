"""``shoptalk serve``: bot and action server with one command and one Ctrl-C."""

from __future__ import annotations

import signal
import sys
import time
from typing import Any

import typer

from actions.server.ports import require_free
from bot.cli.processes import Servers
from bot.cli.shop_option import ShopOption, settings_for
from bot.launch import HOST
from catalog.settings import Settings

LOOK_EVERY = 0.5


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def serve(shop: ShopOption = None) -> None:
        """Serve the assistant on loopback: the bot's REST channel and the action server."""
        run(settings_for(shop))


def run(settings: Settings) -> None:
    """Serve until interrupted.

    Raises
    ------
    ShoptalkError
        Where a port is in use or a server ends.
    """
    require_free(HOST, settings.action_port, "action server", "SHOPTALK_ACTION_PORT")
    require_free(HOST, settings.bot_port, "bot", "SHOPTALK_BOT_PORT")
    signal.signal(signal.SIGTERM, _interrupt)
    servers = Servers(settings, settings.action_port, settings.bot_port)
    try:
        with servers:
            servers.wait_until_ready(_tell)
            _tell(f"POST messages to {servers.webhook}. Ctrl-C ends.")
            while True:
                servers.check()
                time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        _tell("Ended.")


def _interrupt(_signal: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
