"""``shoptalk chat``: a conversation in the terminal, or a scripted one."""

from __future__ import annotations

import contextlib
import json
import string
import sys
import uuid
from pathlib import Path
from typing import Annotated, Any, Iterator, Optional, TextIO

import typer

from bot.cli.conversation import Conversation, Exchange
from bot.cli.processes import Servers, free_port, log_folder
from bot.cli.shop_option import ShopOption, settings_for
from catalog.errors import ShoptalkError
from catalog.settings import Settings
from catalog.shop import Shop

#: Exit code where a message of a script was not answered.
UNANSWERED = 3
LAST = "last-chats.json"
FAREWELLS = frozenset({"/exit", "/quit", "/stop"})

ScriptOption = Annotated[
    Optional[Path],
    typer.Option(
        "--script",
        metavar="FILE",
        help="Read messages from a UTF-8 file, one a line ('-' is standard input).",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def chat(
        user: Optional[str] = typer.Option(
            None, "--user", metavar="ID", help="Talk as this shopper, with the stored profile."
        ),
        resume: bool = typer.Option(
            False, "--resume", help="Go on with the last conversation instead of a new one."
        ),
        script: ScriptOption = None,
        as_json: bool = typer.Option(
            False, "--json", help="Print one JSON object for each message."
        ),
        shop: ShopOption = None,
    ) -> None:
        """Talk with the assistant in the terminal."""
        lines = None if script is None else _read_script(script)
        if lines is None and as_json:
            lines = _clean(sys.stdin.read())
        settings = settings_for(shop)
        raise typer.Exit(converse(settings, user, resume, lines, as_json))


def converse(
    settings: Settings,
    user: Optional[str],
    resume: bool,
    lines: Optional[list[str]],
    as_json: bool,
) -> int:
    """Start what is needed, talk, end it; the exit code.

    Parameters
    ----------
    lines
        The shopper's messages, or None to ask for them.
    """
    sender = _conversation_id(settings, user, resume)
    servers = Servers(settings, free_port(), free_port(), log=log_folder(settings))
    with servers:
        servers.wait_until_ready(_tell)
        conversation = Conversation(servers.bot_port, sender, user)
        try:
            if lines is None:
                _talk(conversation, servers)
                return 0
            return _run_script(conversation, lines, as_json)
        finally:
            conversation.close()


def _run_script(conversation: Conversation, lines: list[str], as_json: bool) -> int:
    failed = False
    for line in lines:
        exchange = conversation.say(line)
        failed = failed or exchange.error is not None
        if as_json:
            print(json.dumps(exchange.to_json(), ensure_ascii=False), flush=True)
        else:
            print(f"> {line}", flush=True)
            _show(exchange)
    return UNANSWERED if failed else 0


def _talk(conversation: Conversation, servers: Servers) -> None:
    _tell("Say what you are looking for, in English or Chinese. Ctrl-D ends.")
    options: dict[str, str] = {}
    for line in _typed():
        if line.lower() in FAREWELLS:
            return
        exchange = conversation.say(options.get(line.lower(), line))
        if exchange.error is not None:
            servers.check()
        options = _show(exchange)


def _typed() -> Iterator[str]:
    """What the shopper types, until the input ends."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  (edits and recalls lines by being imported)
    while True:
        try:
            line = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if line:
            yield line


def _show(exchange: Exchange, out: Optional[TextIO] = None) -> dict[str, str]:
    """Print an answer; returns what its quick replies stand for, by letter.

    Products are numbered, so that "2" means the second of them; quick replies have letters.
    """
    out = out or sys.stdout
    if exchange.error is not None:
        print(exchange.error, file=out, flush=True)
        return {}
    options: dict[str, str] = {}
    for message in exchange.messages:
        if message["text"]:
            print(message["text"], file=out)
        titles = []
        for button in message.get("buttons", ()):
            letter = string.ascii_lowercase[len(options) % 26]
            options[letter] = button.get("payload") or button["title"]
            titles.append(f"[{letter}] {button['title']}")
        if titles:
            print("  ".join(titles), file=out)
    out.flush()
    return options


def _read_script(path: Path) -> list[str]:
    if str(path) == "-":
        return _clean(sys.stdin.read())
    try:
        return _clean(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(
            f"{path} cannot be read: {error}", param_hint="--script"
        ) from error


def _clean(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _conversation_id(settings: Settings, user: Optional[str], resume: bool) -> str:
    """A new conversation, or the shopper's last one; either is the last one from now on."""
    file = settings.shop_dir / LAST
    if not Shop.exists(settings.shop_dir):
        raise ShoptalkError(
            f"There is no shop at {settings.shop_dir}: make the demo shop with `shoptalk prepare`, "
            "or import products with `shoptalk import products`."
        )
    known: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    if resume:
        if (user or "") not in known:
            raise ShoptalkError(
                "There is no conversation to resume yet: start one without --resume."
            )
        return known[user or ""]
    sender = f"chat-{uuid.uuid4().hex}"
    file.write_text(json.dumps({**known, user or "": sender}, ensure_ascii=False), "utf-8")
    return sender


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
