"""What WeChat's callbacks say, checked and as messages of shoppers."""

from __future__ import annotations

import hashlib
import re
from typing import Mapping, Optional

from bot.channels.core.model import TEXT, UNSUPPORTED, Inbound

NAME = "wechat"
#: The language of WeChat's users where their words do not tell.
LANGUAGE = "zh"
#: The most characters of a message that are read.
LONGEST = 2000
_OPEN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NUMBER = re.compile(r"[0-9]{1,32}")
#: Kinds of messages that we cannot carry over.
_OTHERS = frozenset({"image", "voice", "video", "shortvideo", "location", "link", "file"})


def read(fields: Mapping[str, str], hello: str) -> Optional[Inbound]:
    """What a shopper sent; None where it is nothing to answer.

    Who follows the account is taken to have said hello; who opens a menu's entry, what its key
    says. A voice message is its text where WeChat recognised one.

    Parameters
    ----------
    fields
        The callback's fields.
    hello
        What somebody says by following the account.

    Raises
    ------
    ValueError
        Where it is not as documented.
    """
    kind = fields.get("MsgType", "")
    address = fields.get("FromUserName", "")
    if not _OPEN_ID.fullmatch(address):
        raise ValueError("The callback does not say who sent it.")
    if kind == "event":
        return _event(fields, address, hello)
    if kind == "text":
        return _message(fields, address, fields.get("Content", ""))
    if kind == "voice" and fields.get("Recognition", "").strip():
        return _message(fields, address, fields["Recognition"])
    if kind in _OTHERS:
        return _message(fields, address, f"[{kind}]", UNSUPPORTED)
    return None


def _event(fields: Mapping[str, str], address: str, hello: str) -> Optional[Inbound]:
    event = fields.get("Event", "").lower()
    at, entry = fields.get("CreateTime", ""), fields.get("EventKey", "")
    if not _NUMBER.fullmatch(at):
        raise ValueError("The event has no time.")
    text = {"subscribe": hello, "click": entry}.get(event, "").strip()
    if not text:
        return None
    name = hashlib.sha256(f"{event}\0{entry}".encode()).hexdigest()[:16]
    return _inbound(address, f"event-{at}-{name}", text, TEXT)


def _message(
    fields: Mapping[str, str], address: str, text: str, kind: str = TEXT
) -> Optional[Inbound]:
    number = fields.get("MsgId", "")
    if not _NUMBER.fullmatch(number):
        raise ValueError("The message has no number.")
    return _inbound(address, f"message-{number}", text, kind) if text.strip() else None


def _inbound(address: str, key: str, text: str, kind: str) -> Inbound:
    return Inbound(NAME, address, key, text.strip()[:LONGEST], kind, language=LANGUAGE)
