"""The cookie of a session; pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.staff.sessions import LONGEST
from catalog.settings import PRODUCTION, Settings

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Cookie:
    """How the session's cookie is called and set.

    Where it may only travel over https its name has the prefix that keeps other hosts of the same
    domain from setting it (RFC 6265bis).
    """

    secure: bool

    @property
    def name(self) -> str:
        """The cookie's name."""
        return "__Host-shoptalk-staff" if self.secure else "shoptalk-staff"

    def set(self, value: str) -> str:
        """The header that sets it."""
        return f"{self.name}={value}; Max-Age={LONGEST}{self._rules}"

    def unset(self) -> str:
        """The header that takes it away."""
        return f"{self.name}=; Max-Age=0{self._rules}"

    @property
    def _rules(self) -> str:
        secure = "; Secure" if self.secure else ""
        return f"; Path=/; HttpOnly; SameSite=Strict{secure}"


def cookie_for(settings: Settings) -> Cookie:
    """Only on loopback, while developing, may it travel in the clear."""
    public = settings.environment == PRODUCTION or settings.host not in LOOPBACK
    return Cookie(secure=public)


def is_safe(cookie: Cookie, scheme: str, host: str) -> bool:
    """Whether a browser would keep the cookie: over https, or on the machine itself.

    Parameters
    ----------
    scheme
        How the browser asked: ``https``, also where a proxy in front of us took it so.
    host
        The header of that name.
    """
    name = host.rpartition(":")[0] or host
    return not cookie.secure or scheme == "https" or name.strip("[]") in LOOPBACK
