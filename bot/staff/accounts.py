"""Accounts of the staff. There is none until somebody adds one."""

from __future__ import annotations

import re
import secrets
import time
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Mapping, Optional

import sqlalchemy as sa

from bot.channels.core.database import ChannelDatabase
from bot.staff import audit as acts
from bot.staff.audit import Audit
from bot.staff.passwords import LOG_N, P, R, check_password, hashed, is_password
from bot.staff.roles import ROLES
from bot.staff.tables import accounts_table, seen_table, sessions_table
from catalog.errors import ShoptalkError

LONGEST_NAME = 40
_NAME = re.compile(r"[\w][\w .@'-]*", re.UNICODE)
#: Checked where there is no such account, so that it takes as long: of a password nobody knows.
_NOBODY = f"scrypt${LOG_N}${R}${P}${'A' * 22}==${'A' * 43}="


@dataclass(frozen=True)
class Account:
    """Somebody of the staff."""

    key: str
    name: str
    shown_as: str
    """What shoppers read beside the answers."""
    role: str
    serial: str
    """Another one after each change of the password."""
    created_at: datetime


def key_of(name: str) -> str:
    """The name as accounts are told apart: without case, width and outer blanks."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


class Accounts:
    """The accounts at rest; every change is in the audit log in the same transaction."""

    def __init__(self, database: ChannelDatabase, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def add(self, name: str, role: str, password: str, by: str, shown_as: str = "") -> Account:
        """Make an account.

        Raises
        ------
        ShoptalkError
            Where the name is taken or cannot be one, or the password is too easy.
        """
        name, shown_as = _checked(name), _checked(shown_as or name)
        if role not in ROLES:
            raise ShoptalkError(f"There is no role {role!r}; there are {', '.join(ROLES)}.")
        check_password(password, key_of(name))
        row = {
            "key": key_of(name),
            "name": name,
            "shown_as": shown_as,
            "role": role,
            "password": hashed(password),
            "serial": secrets.token_hex(16),
            "created_at": time.time(),
        }
        try:
            with self._database.write.begin() as connection:
                connection.execute(sa.insert(accounts_table).values(row))
                about = f"{name} ({role})"
                self._audit.add_within(connection, acts.ACCOUNT_ADDED, by, "", about=about)
        except sa.exc.IntegrityError as error:
            raise ShoptalkError(f"There is an account {name!r} already.") from error
        return _account(row)

    def all(self) -> list[Account]:
        """Every account, by name."""
        query = sa.select(accounts_table).order_by(accounts_table.c.key)
        with self._database.read.connect() as connection:
            return [_account(row) for row in connection.execute(query).mappings()]

    def find(self, name: str) -> Optional[Account]:
        """The account of this name."""
        row = self._row(name)
        return None if row is None else _account(row)

    def checked(self, name: str, password: str) -> Optional[Account]:
        """The account, where the password is its own; as much work where there is none."""
        row = self._row(name)
        right = is_password(password, _NOBODY if row is None else row["password"])
        return _account(row) if right and row is not None else None

    def remove(self, name: str, by: str) -> None:
        """Remove an account and end its sessions.

        Raises
        ------
        ShoptalkError
            Where there is none.
        """
        key = key_of(name)
        with self._database.write.begin() as connection:
            gone = connection.execute(sa.delete(accounts_table).where(accounts_table.c.key == key))
            if not gone.rowcount:
                raise _nobody(name)
            connection.execute(sa.delete(sessions_table).where(sessions_table.c.account == key))
            connection.execute(sa.delete(seen_table).where(seen_table.c.account == key))
            self._audit.add_within(connection, acts.ACCOUNT_REMOVED, by, "", about=name.strip())

    def set_password(self, name: str, password: str, by: str) -> None:
        """Change a password and end the account's sessions.

        Raises
        ------
        ShoptalkError
            Where there is no such account or the password is too easy.
        """
        key = key_of(name)
        check_password(password, key)
        values = {"password": hashed(password), "serial": secrets.token_hex(16)}
        with self._database.write.begin() as connection:
            mine = accounts_table.c.key == key
            changed = connection.execute(sa.update(accounts_table).where(mine).values(values))
            if not changed.rowcount:
                raise _nobody(name)
            connection.execute(sa.delete(sessions_table).where(sessions_table.c.account == key))
            self._audit.add_within(connection, acts.PASSWORD_CHANGED, by, "", about=name.strip())

    def _row(self, name: str) -> Optional[Mapping[str, Any]]:
        query = sa.select(accounts_table).where(accounts_table.c.key == key_of(name)[:80])
        with self._database.read.connect() as connection:
            return connection.execute(query).mappings().first()


def _checked(name: str) -> str:
    name = unicodedata.normalize("NFKC", name).strip()
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise ShoptalkError(
            f"{name!r} cannot be a name: take letters, digits, blanks and . @ ' - _, at most "
            f"{LONGEST_NAME} of them."
        )
    return name


def _nobody(name: str) -> ShoptalkError:
    return ShoptalkError(f"There is no account {name.strip()!r}: see `shoptalk staff list`.")


def _account(row: Mapping[str, Any]) -> Account:
    return Account(
        key=row["key"],
        name=row["name"],
        shown_as=row["shown_as"],
        role=row["role"],
        serial=row["serial"],
        created_at=datetime.fromtimestamp(row["created_at"], timezone.utc),
    )
