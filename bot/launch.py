"""Starts one server in the process at hand: ``python -m bot.launch actions|bot PORT …``.

What ``rasa run actions`` and ``rasa run`` do, less what a server does not need, and it ends when
the process that started it does.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

from bot.lean import check_answers_quickly, leave_tensorflow_out, needs_tensorflow
from catalog.errors import ShoptalkError
from catalog.settings import Settings

BOT = Path(__file__).resolve().parent
HOST = "127.0.0.1"
LOG_LEVEL = logging.WARNING


def main() -> None:
    """Read the arguments and serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m bot.launch")
    parser.add_argument("what", choices=["actions", "bot"])
    parser.add_argument("port", type=int)
    parser.add_argument("--action-port", type=int)
    parser.add_argument("--action-url", help="where the actions are, if not on this machine")
    parser.add_argument("--model", type=Path, help="the one trained last, if none is named")
    parser.add_argument("--credentials", type=Path, default=BOT / "credentials.yml")
    parser.add_argument("--rest", action="store_true", help="the REST channel, in production too")
    parser.add_argument("--stay", action="store_true", help="do not end with standard input")
    arguments = parser.parse_args()
    if not arguments.stay:
        _end_with_parent()
    warnings.filterwarnings("ignore")
    logging.basicConfig(level=LOG_LEVEL, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        if arguments.what == "actions":
            serve_actions(arguments.port)
        else:
            from bot.cli.processes import latest_model

            local = f"http://{HOST}:{arguments.action_port}/webhook"
            serve_bot(
                arguments.port,
                arguments.action_url or local,
                arguments.model or latest_model(),
                arguments.credentials,
                arguments.rest,
            )
    except ShoptalkError as error:
        # A setting that cannot work is told in its sentence.
        sys.exit(str(error))


def serve_actions(port: int) -> None:
    """Run the action server."""
    from rasa_sdk.endpoint import run

    run("actions", port=port, cors_origins=[])


def serve_bot(port: int, action_url: str, model: Path, credentials: Path, rest: bool) -> None:
    """Run the bot on a trained model.

    Parameters
    ----------
    credentials
        Names the channels.
    rest
        Whether there is a REST channel whatever the environment; in development there always is.
    """
    if not needs_tensorflow(model):
        leave_tensorflow_out()
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.log_utils import configure_structlog

    from bot.channels.rest import RestChannel

    RestChannel.wanted = rest
    check_answers_quickly()
    configure_structlog(LOG_LEVEL)
    os.chdir(BOT)
    endpoints = AvailableEndpoints.read_endpoints(str(BOT / "endpoints.yml"))
    endpoints.action.url = action_url
    serve_application(
        str(model),
        interface=Settings.from_env().host,
        port=port,
        credentials=str(credentials),
        enable_api=False,
        endpoints=endpoints,
        server_listeners=[(_check_model, "after_server_start")],
    )


async def _check_model(app: Any, _loop: Any) -> None:
    """Rasa serves without a model where it cannot be loaded; that helps nobody."""
    if not app.ctx.agent.is_ready():
        print("The model could not be loaded.", file=sys.stderr, flush=True)
        os._exit(1)


def _end_with_parent() -> None:
    """The parent keeps our standard input open; it closes when the parent ends, however."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main()
