"""A secret in a file that only its owner can read, made once."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in the file; one of 256 random bits is written first where there is none.

    Of several processes that start at once all read the same.
    """
    if not path.is_file():
        _write_once(path, secrets.token_urlsafe(32))
    return path.read_text("ascii").strip()


def _write_once(path: Path, secret: str) -> None:
    """Write the file whole and readable by its owner only; of two writers the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secret + "\n")
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
