"""What somebody told of an order, kept between messages so that only the shop can read it.

Fernet (AES-128-CBC with HMAC-SHA256) under a key that is derived from the shop's secret: what a
conversation remembers holds no number and no contact in clear, and a seal that was tampered with,
is of another shop, or is too old opens to nothing.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken

_PURPOSE = b"conversations: order numbers and contacts"


def seal(text: str, secret: bytes, now: datetime) -> str:
    """A text that only ``opened`` with the same secret reads."""
    return _fernet(secret).encrypt_at_time(text.encode(), int(now.timestamp())).decode()


def opened(sealed: str, secret: bytes, now: datetime, within: timedelta) -> str:
    """What was sealed; empty where it is older than ``within``, or was sealed by nobody here."""
    if not sealed:
        return ""
    try:
        token, age, at = sealed.encode(), int(within.total_seconds()), int(now.timestamp())
        return _fernet(secret).decrypt_at_time(token, age, at).decode()
    except (InvalidToken, ValueError):
        return ""


def _fernet(secret: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret, _PURPOSE, "sha256")))
