"""Whether a webhook is Chatwoot's own: its signature over time and raw body.

``X-Chatwoot-Signature: sha256=HMAC-SHA256(secret, "{X-Chatwoot-Timestamp}.{raw body}")``, in hex.
"""

from __future__ import annotations

import hashlib
import hmac

#: Seconds for which a signature holds, and by which clocks may differ.
OLDEST, AHEAD = 300.0, 60.0
_SCHEME = "sha256="
_LONGEST_TIME = 12


class Forged(Exception):
    """A webhook that is not to be believed."""


def check(secret: str, timestamp: str, signature: str, body: bytes, now: float) -> None:
    """Nothing, where a webhook is signed with the secret, and lately.

    Parameters
    ----------
    timestamp, signature
        The headers, as they came.
    body
        The bytes, as they came.
    now
        Seconds since the epoch.

    Raises
    ------
    Forged
        Where it is not.
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _LONGEST_TIME):
        raise Forged("The time of the webhook is missing.")
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    expected = (_SCHEME + signed.hexdigest()).encode()
    if not hmac.compare_digest(expected, signature.encode("utf-8", "replace")):
        raise Forged("The signature of the webhook is wrong.")
    age = now - int(timestamp)
    if age > OLDEST:
        raise Forged("The webhook is too old.")
    if age < -AHEAD:
        raise Forged("The webhook comes from the future.")
