"""The secrets that sessions are signed with, and names for new sessions."""

from __future__ import annotations

import secrets

from catalog.errors import ShoptalkError
from catalog.secret_file import kept_secret
from catalog.settings import Settings

FILE = "session-secret"
#: A secret that somebody chose has to be this long.
SHORTEST = 16


def session_secrets(settings: Settings) -> tuple[str, ...]:
    """The configured secrets, the signing one first, or the one in a file below ``home``.

    Raises
    ------
    ShoptalkError
        For a secret that can be guessed.
    """
    if not settings.session_secret:
        return (kept_secret(settings.home / FILE),)
    given = tuple(one.strip() for one in settings.session_secret.split(","))
    if any(len(one) < SHORTEST for one in given):
        raise ShoptalkError(
            f"SHOPTALK_SESSION_SECRET needs {SHORTEST} characters at least for each secret: take "
            '`python -c "import secrets; print(secrets.token_urlsafe(32))"`.'
        )
    return given


def new_session() -> str:
    """A name that nobody guesses: 128 random bits, 22 characters."""
    return secrets.token_urlsafe(16)
