"""WeChat's flat XML, read without anything that XML can do to its reader."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

#: Bytes of a callback at most; WeChat's own are a few kilobytes.
LONGEST = 128 << 10
_DEEPEST, _MOST = 8, 500


class Malformed(Exception):
    """Not the XML that WeChat sends."""


def read(content: bytes) -> dict[str, str]:
    """The texts directly below the root, by name; the first of a name counts.

    Declarations of types and entities are refused, and so is what is too long, too deep or has too
    many elements.

    Raises
    ------
    Malformed
        For anything else than such XML.

    >>> read(b"<xml><MsgType><![CDATA[text]]></MsgType><Content>a &lt; b</Content></xml>")
    {'MsgType': 'text', 'Content': 'a < b'}
    """
    if len(content) > LONGEST:
        raise Malformed("The callback is too long.")
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    parser.ExternalEntityRefHandler = reader.refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise Malformed("The callback is no XML.") from None
    return reader.fields


class _Reader:
    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._path: list[str] = []
        self._count = 0
        self._text: list[str] = []

    def start(self, name: str, _attributes: Any) -> None:
        self._path.append(name)
        self._count += 1
        if len(self._path) > _DEEPEST or self._count > _MOST:
            raise Malformed("The callback has too many elements.")
        self._text = []

    def end(self, name: str) -> None:
        if len(self._path) == 2:
            self.fields.setdefault(name, "".join(self._text))
        self._path.pop()
        self._text = []

    def text(self, data: str) -> None:
        if len(self._path) == 2:
            self._text.append(data)

    def refuse(self, *_arguments: Any) -> int:
        raise Malformed("The callback declares types or entities.")
