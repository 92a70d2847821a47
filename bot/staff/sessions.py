"""Sessions of the staff: a random name in a signed cookie, the rest in the database.

A session ends 8 hours after the login, after 30 minutes in which its person did nothing, at the
logout, and when the account's password changes or the account goes.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Callable, Optional, Sequence

import sqlalchemy as sa

from bot.channels.core.database import ChannelDatabase
from bot.channels.security.secret import new_session
from bot.channels.security.token import STAFF, Signer
from bot.staff.accounts import Account, Accounts
from bot.staff.tables import sessions_table

LONGEST, IDLE = 8 * 3600, 30 * 60
#: What a person does is written down at most this often, in seconds.
NOTED_EVERY = 20.0


@dataclass(frozen=True)
class Session:
    """Somebody who is logged in."""

    account: Account
    id: str
    """The name under which the database has it."""
    form_token: str
    """What every changing call carries beside the cookie."""
    ends_at: float
    """Seconds since 1970, whatever the person does."""

    def is_form_token(self, given: str) -> bool:
        """Compare in constant time."""
        right = self.form_token.encode("ascii")
        return secrets.compare_digest(given.encode("utf-8", "surrogatepass"), right)


class Sessions:
    """Makes, finds and ends sessions; blocking.

    Parameters
    ----------
    keys
        Secrets that sign; the first signs, all of them are believed.
    now
        Seconds since 1970.
    """

    def __init__(
        self,
        database: ChannelDatabase,
        accounts: Accounts,
        keys: Sequence[str],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._signer = Signer(keys, STAFF)
        self._now = now

    def start(self, account: Account, instead_of: str = "") -> str:
        """A new session; the value of its cookie. The one of an older cookie ends."""
        name, now = new_session(), self._now()
        row = {
            "id": _id(name),
            "account": account.key,
            "serial": account.serial,
            "form_token": secrets.token_urlsafe(24),
            "created_at": now,
            "active_at": now,
        }
        table = sessions_table.c
        old = sa.or_(table.created_at <= now - LONGEST, table.active_at <= now - IDLE)
        if (replaced := self._signed(instead_of)) is not None:
            old = sa.or_(old, table.id == _id(replaced))
        with self._database.write.begin() as connection:
            connection.execute(sa.delete(sessions_table).where(old))
            connection.execute(sa.insert(sessions_table).values(row))
        return self._signer.mint(name, now, lifetime=LONGEST)[0]

    def find(self, cookie: str, active: bool = True) -> Optional[Session]:
        """The session of a cookie, where it is one of ours and still holds.

        Parameters
        ----------
        active
            Whether its person did something; what a page asks by itself is not that.
        """
        name = self._signed(cookie)
        if name is None:
            return None
        mine = sessions_table.c.id == _id(name)
        with self._database.read.connect() as connection:
            row = connection.execute(sa.select(sessions_table).where(mine)).mappings().first()
        now = self._now()
        if row is None or now - row["created_at"] >= LONGEST or now - row["active_at"] >= IDLE:
            return None
        account = self._accounts.find(row["account"])
        if account is None or account.serial != row["serial"]:
            return None
        if active and now - row["active_at"] >= NOTED_EVERY:
            with self._database.write.begin() as connection:
                connection.execute(sa.update(sessions_table).where(mine).values(active_at=now))
        return Session(account, row["id"], row["form_token"], row["created_at"] + LONGEST)

    def end(self, session: Session) -> None:
        """Log out."""
        with self._database.write.begin() as connection:
            connection.execute(sa.delete(sessions_table).where(sessions_table.c.id == session.id))

    def _signed(self, cookie: str) -> Optional[str]:
        """The session that a cookie names, where we signed it and it has not expired."""
        claims = self._signer.verify(cookie, self._now())
        return None if claims is None else claims.session


def _id(name: str) -> str:
    """A digest: who reads the table cannot make a cookie of it."""
    return hashlib.sha256(name.encode("ascii")).hexdigest()
