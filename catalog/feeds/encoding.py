"""Which encoding a feed is in, and its text."""

from __future__ import annotations

import codecs
import re
from typing import Optional

from catalog.feeds.report import FeedError

#: Bytes that are no UTF-8 are kept as these, so that only the rows that have them are lost.
DAMAGED = re.compile("[\udc80-\udcff]")

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOSTLY = 0.9


def decode(data: bytes, source: str, encoding: Optional[str] = None) -> str:
    """The text of a feed; bytes that are wrong in a UTF-8 file are left as lone surrogates.

    Without ``encoding``: a byte order mark decides, then UTF-8, then GB 18030 where the bytes look
    like Chinese, and Latin-1 at last.

    Raises
    ------
    FeedError
        Where the encoding that was asked for does not exist or does not fit.
    """
    if encoding is not None:
        return _decode_as(data, source, encoding)
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(name, "surrogateescape" if name == "utf-8-sig" else "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    lenient = data.decode("utf-8", "surrogateescape")
    damaged = len(DAMAGED.findall(lenient))
    sound = sum(1 for c in lenient if c > "\x7f") - damaged
    if sound > damaged:
        return lenient
    try:
        chinese = data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("latin-1")
    return chinese if _looks_chinese(data) else data.decode("latin-1")


def _decode_as(data: bytes, source: str, encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise FeedError(
            f"There is no encoding {encoding!r}: write utf-8, gb18030 or latin-1 in the map file, "
            f"or leave `encoding` out."
        ) from None
    if name in ("utf-8", "utf-8-sig"):
        return data.decode("utf-8-sig", "surrogateescape")
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FeedError(
            f"Line {line} of {source} is not in {encoding}, as the map file says: correct "
            f"`encoding` or leave it out."
        ) from None


def _looks_chinese(data: bytes) -> bool:
    """Whether bytes above 127 come in pairs, as those of common Chinese characters do.

    Latin-1 text often is valid GB 18030 by accident: an accented letter and the plain one after it.
    """
    high = sum(1 for byte in data if byte > 0x7F)
    paired = sum(len(m) for m in re.findall(rb"(?:[\xa1-\xf7][\xa1-\xfe])+", data))
    return paired > _MOSTLY * high
