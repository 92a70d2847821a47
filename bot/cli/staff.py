"""``shoptalk staff``: who may answer shoppers at the desk, and what was done there."""

from __future__ import annotations

import getpass
import json
import sys
from contextlib import contextmanager
from typing import Annotated, Any, Iterator

import typer

from bot.cli.shop_option import ShopOption, settings_for
from catalog.errors import ShoptalkError
from catalog.settings import Settings

NameArgument = Annotated[str, typer.Argument(help="The name to log in with.")]
StdinOption = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from standard input, one line."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    staff = typer.Typer(
        help="Accounts of the people who answer shoppers at /staff/.", no_args_is_help=True
    )
    staff.command("add")(add)
    staff.command("list")(list_accounts)
    staff.command("remove")(remove)
    staff.command("password")(password)
    staff.command("audit")(audit)
    app.add_typer(staff, name="staff")


def add(
    name: NameArgument,
    role: Annotated[str, typer.Option("--role", help="agent, lead or admin.")] = "agent",
    shown_as: Annotated[
        str, typer.Option("--shown-as", help="The name that shoppers read; NAME by default.")
    ] = "",
    password_stdin: StdinOption = False,
    shop: ShopOption = None,
) -> None:
    """Add somebody; the password is asked for twice."""
    with _accounts(settings_for(shop)) as (accounts, _audit):
        if accounts.find(name) is not None:
            raise ShoptalkError(f"There is an account {name!r} already.")
        added = accounts.add(name, role, _password(password_stdin), _me(), shown_as)
    typer.echo(f"{added.name} can log in at /staff/ as {added.role}.")


def list_accounts(
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object a line."),
    shop: ShopOption = None,
) -> None:
    """List the accounts."""
    with _accounts(settings_for(shop)) as (accounts, _audit):
        found = accounts.all()
    for one in found:
        since = one.created_at.isoformat(timespec="seconds")
        if as_json:
            facts = {"name": one.name, "role": one.role, "shown_as": one.shown_as, "since": since}
            typer.echo(json.dumps(facts, ensure_ascii=False))
        else:
            typer.echo(f"{one.name}\t{one.role}\t{one.shown_as}\t{since}")
    if not found and not as_json:
        typer.echo("There is no account yet: add one with `shoptalk staff add NAME --role agent`.")


def remove(name: NameArgument, shop: ShopOption = None) -> None:
    """Remove somebody and end their sessions; what they have open, a lead can take over."""
    with _accounts(settings_for(shop)) as (accounts, _audit):
        accounts.remove(name, _me())
    typer.echo(f"{name} is removed.")


def password(
    name: NameArgument, password_stdin: StdinOption = False, shop: ShopOption = None
) -> None:
    """Change somebody's password and end their sessions."""
    with _accounts(settings_for(shop)) as (accounts, _audit):
        if accounts.find(name) is None:
            raise ShoptalkError(f"There is no account {name!r}: see `shoptalk staff list`.")
        accounts.set_password(name, _password(password_stdin), _me())
    typer.echo(f"The password of {name} is changed; log in anew.")


def audit(
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many lines at most.")] = 50,
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object a line."),
    shop: ShopOption = None,
) -> None:
    """Print the latest lines of the audit log, the newest first."""
    with _accounts(settings_for(shop)) as (_, log):
        for entry in log.latest(limit):
            if as_json:
                typer.echo(json.dumps(entry.to_json(), ensure_ascii=False))
            else:
                when = entry.at.isoformat(timespec="seconds")
                facts = (when, entry.who or "?", entry.act, entry.conversation_id, entry.about)
                typer.echo("\t".join((*facts, entry.address)))


@contextmanager
def _accounts(settings: Settings) -> Iterator[Any]:
    """The accounts and the audit log of a shop."""
    from bot.staff.accounts import Accounts
    from bot.staff.audit import Audit
    from bot.staff.database import open_staff_database

    database = open_staff_database(settings)
    try:
        log = Audit(database)
        yield Accounts(database, log), log
    finally:
        database.close()


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise ShoptalkError("The two passwords differ: try again.")
    return first


def _me() -> str:
    """Who uses the command, for the audit log."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"
