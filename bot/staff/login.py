"""Logging in: so many tries a name and an address, and the same work whatever is wrong."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Callable, Optional

from bot.channels.security.problem import too_many
from bot.channels.security.rates import Buckets, Counts, Rate
from bot.staff import audit as acts
from bot.staff.accounts import Account, Accounts, key_of
from bot.staff.audit import Audit
from bot.staff.passwords import LONGEST as LONGEST_PASSWORD
from bot.staff.sessions import Sessions

LONGEST_NAME = 80


#: Failed tries of one name from one address, all from one address, and of one name from
#: everywhere: large, so that nobody is easily kept out by others.
NAME_AND_ADDRESS, ADDRESS, NAME = Rate(5, 1 / 180), Rate(20, 1 / 30), Rate(60, 1 / 30)


@dataclass(frozen=True)
class LoginLimits:
    """How many tries may fail: at once, and after that."""

    name_and_address: Rate = NAME_AND_ADDRESS
    address: Rate = ADDRESS
    name: Rate = NAME
    at_once: int = 4
    """Tries that are being checked, an address."""
    all_at_once: int = 12


class Login:
    """Checks names and passwords, and starts sessions.

    Parameters
    ----------
    ticks
        Seconds on a clock that never goes back.
    """

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        audit: Audit,
        limits: Optional[LoginLimits] = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._ticks = ticks
        limits = limits or LoginLimits()
        self._both = Buckets(limits.name_and_address)
        self._addresses = Buckets(limits.address)
        self._names = Buckets(limits.name)
        self._checking = Counts(limits.at_once, limits.all_at_once)
        self._one_at_a_time: Optional[asyncio.Semaphore] = None

    async def check(self, name: str, password: str, address: str, old: str) -> Optional[str]:
        """The cookie of a new session, or None where name or password is wrong.

        Parameters
        ----------
        old
            The cookie that the browser has already; its session ends.

        Raises
        ------
        Problem
            429 after too many tries.
        """
        key = key_of(name[:LONGEST_NAME])
        self._take(key, address)
        if not self._checking.enter(address):
            raise too_many(2.0, "tries")
        try:
            account = await self._checked(key, password[: LONGEST_PASSWORD + 1])
            if account is None:
                await asyncio.to_thread(self._note_failure, key, address)
                return None
            self._give_back(key, address)
            cookie = await asyncio.to_thread(self._sessions.start, account, old)
            await asyncio.to_thread(self._audit.add, acts.LOGIN, account.name, address)
            return cookie
        finally:
            self._checking.leave(address)

    async def _checked(self, key: str, password: str) -> Optional[Account]:
        """Passwords are costly to check: one after the other, beside the conversations."""
        if self._one_at_a_time is None:
            self._one_at_a_time = asyncio.Semaphore(1)
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._accounts.checked, key, password)

    def _note_failure(self, key: str, address: str) -> None:
        """A name that is none may be a password in the wrong field: it is not written down."""
        known = self._accounts.find(key)
        self._audit.add(acts.LOGIN_FAILED, "" if known is None else known.name, address)

    def _take(self, key: str, address: str) -> None:
        now = self._ticks()
        taken: list[tuple[Buckets, str]] = []
        for buckets, name in self._buckets(key, address):
            if wait := buckets.take(name, now):
                for before, its_name in taken:
                    before.take(its_name, now, -1.0)
                raise too_many(wait, "tries")
            taken.append((buckets, name))

    def _give_back(self, key: str, address: str) -> None:
        for buckets, name in self._buckets(key, address):
            buckets.take(name, self._ticks(), -1.0)

    def _buckets(self, key: str, address: str) -> tuple[tuple[Buckets, str], ...]:
        both = f"{address} {key}"
        return (self._both, both), (self._addresses, address), (self._names, key)
