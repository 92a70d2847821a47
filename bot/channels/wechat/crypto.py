"""WeChat's signatures and the encryption of safe mode.

A callback is signed with the SHA-1 of token, timestamp and nonce, sorted and joined; in safe mode
the ciphertext is a fourth part of it (``msg_signature``). The ciphertext is AES-256-CBC with the
first half of the key as initial vector and PKCS#7 padding to 32 bytes; the plaintext has 16 random
bytes, the length of the message in 4 bytes (big endian), the message, and the app id.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from catalog.errors import ShoptalkError

#: Seconds for which a signature holds, and by which clocks may differ.
OLDEST, AHEAD = 300.0, 60.0
#: PKCS#7's block, which is twice that of AES here.
BLOCK = 32
_RANDOM, _LENGTH = 16, 4
_KEY = re.compile(r"[A-Za-z0-9+/]{43}")
_TIME = re.compile(r"[0-9]{1,12}")


class Forged(Exception):
    """A callback that is not to be believed."""


def signature(token: str, *parts: str) -> str:
    """The SHA-1 that WeChat signs with, in hex."""
    return hashlib.sha1("".join(sorted((token, *parts))).encode()).hexdigest()


def check(
    token: str, given: str, timestamp: str, nonce: str, now: float, encrypted: str = ""
) -> None:
    """Nothing, where a callback is signed with the token, and lately.

    Parameters
    ----------
    given
        The signature that came with it: of ``encrypted`` too, where there is such.
    now
        Seconds since the epoch.

    Raises
    ------
    Forged
        Where it is not.
    """
    if not _TIME.fullmatch(timestamp) or not nonce:
        raise Forged("The callback has no time or no nonce.")
    parts = (timestamp, nonce, encrypted) if encrypted else (timestamp, nonce)
    expected = signature(token, *parts).encode()
    if not hmac.compare_digest(expected, given.encode("utf-8", "replace")):
        raise Forged("The signature of the callback is wrong.")
    age = now - int(timestamp)
    if age > OLDEST or age < -AHEAD:
        raise Forged("The callback is too old, or from the future.")


@dataclass(frozen=True)
class SafeMode:
    """Opens what is encrypted for one account.

    Parameters
    ----------
    key
        ``EncodingAESKey``: 43 characters of base64.

    Raises
    ------
    ShoptalkError
        For another key.
    """

    key: str = field(repr=False)
    app_id: str
    _secret: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        secret = b""
        if _KEY.fullmatch(self.key):
            secret = base64.b64decode(self.key + "=")
        if len(secret) != BLOCK:
            raise ShoptalkError(
                "SHOPTALK_WECHAT_AES_KEY must be the 43 letters and digits that the account's "
                "settings show as EncodingAESKey."
            )
        object.__setattr__(self, "_secret", secret)

    def open(self, encrypted: str) -> bytes:
        """The message within a ciphertext in base64.

        Raises
        ------
        Forged
            Where it is no ciphertext of this key, or for another account.
        """
        try:
            content = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError):
            raise Forged("The ciphertext is no base64.") from None
        if not content or len(content) % 16:
            raise Forged("The ciphertext has no whole blocks.")
        cipher = Cipher(algorithms.AES(self._secret), modes.CBC(self._secret[:16])).decryptor()
        plain = _unpadded(cipher.update(content) + cipher.finalize())
        head = _RANDOM + _LENGTH
        if len(plain) < head:
            raise Forged("The ciphertext is too short.")
        (length,) = struct.unpack(">I", plain[_RANDOM:head])
        message, app_id = plain[head : head + length], plain[head + length :]
        if len(message) != length or not hmac.compare_digest(app_id, self.app_id.encode()):
            raise Forged("The ciphertext is not for this account.")
        return message


def _unpadded(plain: bytes) -> bytes:
    count = plain[-1]
    if not 1 <= count <= BLOCK or plain[-count:] != bytes([count]) * count:
        raise Forged("The padding of the ciphertext is wrong.")
    return plain[:-count]
