"""Whose an order is: contacts are kept as hashes, and a contact that somebody names is tried.

A hash is scrypt (RFC 7914) over the contact in its normal form, salted with the shop's secret and
the order's number: who takes the database away learns no list of customers, nor that two orders are
of one person, without trying every address and number for every order.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata

from catalog.service import Order
from catalog.text import fold

#: 1 MB of memory and a few milliseconds a hash.
_COST, _BLOCK, _PARALLEL, _SIZE = 1024, 8, 1, 16
#: What countries put before a number, and the zero before an area, are left out by so many digits.
_COMPARED_DIGITS = 9
_LEAST_DIGITS = 7
_LONGEST = 320
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE = re.compile(r"\+?[\d\s().\-/]+")
_UNLIKE = re.compile(r"[\s#\-]+")
_LONGEST_KEY = 100


def order_key(number: str) -> str:
    """An order's number as numbers are compared; empty where it can be none.

    >>> order_key("# ab-10 023"), order_key("订单１２３")
    ('AB10023', '订单123')
    """
    key = _UNLIKE.sub("", fold(number)).upper()
    return key if len(key) <= _LONGEST_KEY else ""


def normal_contact(contact: str) -> str:
    """A contact in the form that is hashed; empty where it is neither address nor number.

    Of an e-mail address the case does not matter; of a telephone number the last nine digits do,
    or all of seven or eight.

    >>> normal_contact(" Ann@Example.COM "), normal_contact("+86 138-0013-8000")
    ('mail:ann@example.com', 'phone:800138000')
    """
    text = unicodedata.normalize("NFKC", contact).strip()
    if len(text) > _LONGEST:
        return ""
    if _MAIL.fullmatch(text):
        return f"mail:{text.lower()}"
    digits = "".join(c for c in text if c.isascii() and c.isdigit())
    if _PHONE.fullmatch(text) and len(digits) >= _LEAST_DIGITS:
        return f"phone:{digits[-_COMPARED_DIGITS:]}"
    return ""


def hashed_contact(number: str, contact: str, secret: bytes) -> str:
    """The hash of a contact of the order with this number; empty where it is no contact."""
    normal = normal_contact(contact)
    if not normal:
        return ""
    return _hash(number, normal, secret)


def proves(order: Order, contact: str, secret: bytes) -> bool:
    """Whether a contact is one of a stored order's; it takes as long for a wrong as a right one.

    Parameters
    ----------
    order
        As the store gives it: its contacts are hashes.
    contact
        What somebody says is theirs.
    secret
        The shop's, ``ServiceStore.secret``.
    """
    normal = normal_contact(contact)
    found = _hash(order.number, normal or "none", secret)
    same = [hmac.compare_digest(found, kept) for kept in order.contacts]
    return bool(normal) and any(same)


def _hash(number: str, normal: str, secret: bytes) -> str:
    salt = hmac.digest(secret, order_key(number).encode(), "sha256")
    found = hashlib.scrypt(normal.encode(), salt=salt, n=_COST, r=_BLOCK, p=_PARALLEL, dklen=_SIZE)
    return found.hex()
