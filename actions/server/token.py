"""The secret that bot and action server share."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from catalog.settings import Settings

#: Where a call carries the secret: in a header, or as a field of the JSON body.
HEADER = "X-Shoptalk-Token"
FIELD = "shoptalk_token"
FILE = "action-token"


def action_token(settings: Settings) -> str:
    """The configured secret, or the one in a file that only its owner can read.

    The file is made where it is not there yet, so that two servers started by hand agree.
    """
    if settings.action_token:
        return settings.action_token
    path = settings.home / FILE
    if not path.is_file():
        _write_once(path, secrets.token_urlsafe(32))
    return path.read_text("ascii").strip()


def is_token(given: object, token: str) -> bool:
    """Compare in constant time."""
    return isinstance(given, str) and secrets.compare_digest(given.encode(), token.encode())


def _write_once(path: Path, token: str) -> None:
    """Write the file whole and readable by its owner only; of two writers the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{FILE}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(token + "\n")
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
