"""The secret that bot and action server share."""

from __future__ import annotations

import secrets

from catalog.secret_file import kept_secret
from catalog.settings import Settings

#: Where a call carries the secret: in a header, or as a field of the JSON body.
HEADER = "X-Shoptalk-Token"
FIELD = "shoptalk_token"
FILE = "action-token"


def action_token(settings: Settings) -> str:
    """The configured secret, or the one in a file that only its owner can read.

    The file is made where it is not there yet, so that two servers started by hand agree.
    """
    return settings.action_token or kept_secret(settings.home / FILE)


def is_token(given: object, token: str) -> bool:
    """Compare in constant time."""
    return isinstance(given, str) and secrets.compare_digest(given.encode(), token.encode())
