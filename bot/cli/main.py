"""The ``shoptalk`` command: one file a subcommand, wired here."""

from __future__ import annotations

import importlib
import os
import sys

import typer

from catalog.errors import ShoptalkError

COMMANDS = (
    "prepare",
    "import_",
    "demo_events",
    "index",
    "rules",
    "train",
    "chat",
    "serve",
    "parse",
    "recommend",
    "replay",
    "evaluate",
    "bench",
    "staff",
)


#: Servers share the machine with each other: one thread a process unless said otherwise.
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}


def build() -> typer.Typer:
    """The command with all its subcommands."""
    app = typer.Typer(
        name="shoptalk",
        help="A conversational recommender for shops.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name in COMMANDS:
        importlib.import_module(f"bot.cli.{name}").register(app)
    return app


def main() -> None:
    """Run the command; an error that a person can put right is one sentence and exit code 1."""
    for name, value in THREADS.items():
        # Before the commands are imported: numpy reads these once, when it is.
        os.environ.setdefault(name, value)
    try:
        build()()
    except ShoptalkError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
