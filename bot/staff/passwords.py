"""Passwords of the staff at rest: scrypt (RFC 7914), a salt for each."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets

from catalog.errors import ShoptalkError

SHORTEST, LONGEST = 12, 1000
#: Cost: 2**15 blocks of 8 × 128 bytes, three times over; 32 MB and a quarter of a second.
LOG_N, R, P = 15, 8, 3
SALT, LENGTH = 16, 32
_MEMORY = 64 << 20


def check_password(password: str, name: str = "") -> None:
    """Raise ``ShoptalkError`` for a password that is too easy to guess."""
    if len(password) < SHORTEST:
        raise ShoptalkError(f"A password needs at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise ShoptalkError(f"A password has at most {LONGEST} characters.")
    if len(set(password)) < 5 or (name and password.casefold().strip("0123456789") == name):
        raise ShoptalkError("This password is easily guessed: take another one.")


def hashed(password: str) -> str:
    """What is stored of a password: ``scrypt$LOG_N$R$P$SALT$HASH``."""
    salt = os.urandom(SALT)
    digest = _scrypt(password, salt, LOG_N, R, P)
    return f"scrypt${LOG_N}${R}${P}${_text(salt)}${_text(digest)}"


def is_password(password: str, stored: str) -> bool:
    """Whether a password is the one that was stored; compared in constant time."""
    kind, log_n, r, p, salt, digest = stored.split("$")
    if kind != "scrypt":
        raise ShoptalkError(f"There is no way to check a password of kind {kind!r}.")
    given = _scrypt(password[: LONGEST + 1], _bytes(salt), int(log_n), int(r), int(p))
    return secrets.compare_digest(given, _bytes(digest))


def _scrypt(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    data = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt, n=1 << log_n, r=r, p=p, maxmem=_MEMORY, dklen=LENGTH)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
