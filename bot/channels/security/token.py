"""Tokens that the server mints and signs: who holds one speaks in one session, and in no other.

A token is ``payload.signature``, both base64url without padding. The payload is JSON: purpose,
session, seconds of issue and expiry, language. The signature is HMAC-SHA256 over the payload under
a key of the purpose, so that a token of one purpose is worth nothing for another. Several secrets
may be in force: the first signs, all verify.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Optional, Sequence

#: What tokens are for: the chat of a shopper, the pages of the staff.
CHAT, STAFF = "chat", "staff"
#: Seconds from issue to expiry.
LIFETIME = 24 * 3600
#: Tokens of more characters are no tokens of ours.
LONGEST = 512
#: A session's name: 128 random bits in base64url.
SESSION = re.compile(r"[A-Za-z0-9_-]{22}")
#: Seconds that the clocks of several servers may differ.
SLACK = 60
_TOKEN = re.compile(r"([A-Za-z0-9_-]{1,400})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Claims:
    """What a token says."""

    purpose: str
    session: str
    issued: int
    """Seconds since 1970."""
    expires: int
    language: str = "en"

    @property
    def renew_at(self) -> int:
        """From when on the token is exchanged for a new one of the same session: half its life."""
        return self.issued + (self.expires - self.issued) // 2


class Signer:
    """Mints and verifies tokens of one purpose.

    Parameters
    ----------
    secrets
        The secrets in force; the first one signs.
    """

    def __init__(self, secrets: Sequence[str], purpose: str) -> None:
        if not secrets or not all(secrets):
            raise ValueError("Signing needs a secret.")
        self._purpose = purpose
        self._keys = [_key(secret, purpose) for secret in secrets]

    def mint(
        self, session: str, now: float, language: str = "en", lifetime: int = LIFETIME
    ) -> tuple[str, Claims]:
        """A token for the session from ``now`` on, and what it says."""
        issued = int(now)
        claims = Claims(self._purpose, session, issued, issued + lifetime, language)
        said = {"p": claims.purpose, "s": session, "i": issued, "e": claims.expires, "l": language}
        payload = _encoded(json.dumps(said, separators=(",", ":")).encode())
        return f"{payload}.{_signature(self._keys[0], payload)}", claims

    def verify(self, token: object, now: float) -> Optional[Claims]:
        """What a token says, or None where it is none of ours, not for this, or not in force.

        Why is not told. Every key is tried, each comparison takes the same time, and nothing of
        the payload is read before its signature is found to be right.
        """
        match = _TOKEN.fullmatch(token) if isinstance(token, str) else None
        if match is None:
            return None
        payload, given = match.groups()
        right = False
        for key in self._keys:
            right |= hmac.compare_digest(_signature(key, payload), given)
        claims = _read(payload) if right else None
        if claims is None or claims.purpose != self._purpose:
            return None
        return claims if claims.issued - SLACK <= now < claims.expires else None


def bearer(header: Optional[str]) -> str:
    """The token of an ``Authorization: Bearer …`` header; empty where there is none."""
    scheme, _, token = (header or "")[: LONGEST + 8].partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _key(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), f"shoptalk token {purpose}".encode(), hashlib.sha256).digest()


def _signature(key: bytes, payload: str) -> str:
    return _encoded(hmac.new(key, payload.encode(), hashlib.sha256).digest())


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _read(payload: str) -> Optional[Claims]:
    try:
        said = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        claims = Claims(said["p"], said["s"], int(said["i"]), int(said["e"]), said["l"])
    except (ValueError, KeyError, TypeError):
        return None
    return claims if SESSION.fullmatch(claims.session) else None
