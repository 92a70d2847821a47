"""A reply as a channel can show it: cards, a rich list, or text with what does not fit written out.

The text of a reply stands by itself and lists its products by number. Quick replies that a channel
cannot show are written below it: numbered, or lettered where numbers mean products. What a shopper
answers then is read as the quick reply.
"""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass, replace
from typing import Any, Mapping, Optional, Sequence

from bot.channels.core.model import BOT, TEXT, Capabilities, Message

#: Where a reply lists products or anything else by number.
_NUMBERED = re.compile(r"^\s*\d{1,3}\s*[.)、）]", re.MULTILINE)
#: An answer that is nothing but a number or a letter: "2", "2.", "(b)".
_LABEL = re.compile(r"\(?\s*(\d{1,2}|[a-z])\s*[.):、。]?", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One product in a rich list."""

    title: str
    detail: str = ""
    url: str = ""
    image: str = ""


@dataclass(frozen=True)
class Rendered:
    """What to send, in order: the texts, and with the last of them the rest."""

    texts: tuple[str, ...]
    """Each within the channel's length; none is empty."""
    buttons: tuple[str, ...] = ()
    """Quick replies that the channel shows itself."""
    cards: tuple[Mapping[str, Any], ...] = ()
    """Products as the reply's data has them, where the channel shows cards."""
    rows: tuple[Row, ...] = ()
    """Products of a rich list, where the channel shows that and no cards."""


def render(message: Message, capabilities: Capabilities) -> Rendered:
    """A message degraded to what a channel can show."""
    items = _items(message)
    options = labelled(message, capabilities)
    lines = [message.text] if message.text.strip() else []
    lines += [f"{label} {title}" for label, title in options.items()]
    native = () if options else tuple(message.buttons)
    return Rendered(
        texts=tuple(split("\n".join(lines), capabilities.text_length)),
        buttons=native,
        cards=tuple(items) if capabilities.cards else (),
        rows=() if capabilities.cards else tuple(map(_row, items[: capabilities.rich_list])),
    )


def labelled(message: Message, capabilities: Capabilities) -> dict[str, str]:
    """Label → quick reply, where they are written out; empty where the channel shows them."""
    buttons = message.buttons
    fit = len(buttons) <= capabilities.buttons and all(
        len(button) <= capabilities.button_length for button in buttons
    )
    if fit:
        return {}
    if _items(message) or _NUMBERED.search(message.text):
        letters = zip(string.ascii_lowercase, buttons, strict=False)
        return {f"{letter})": button for letter, button in letters}
    return {f"{number}.": button for number, button in enumerate(buttons, 1)}


def meant(message: Message, before: Optional[Message], capabilities: Capabilities) -> Message:
    """A shopper's message with the label of a quick reply read as that quick reply.

    Parameters
    ----------
    before
        What the shopper saw last.
    """
    if message.kind != TEXT or before is None or before.author != BOT:
        return message
    said = _LABEL.fullmatch(unicodedata.normalize("NFKC", message.text).strip())
    if said is None:
        return message
    options = labelled(before, capabilities)
    plain = {label.rstrip(".)"): button for label, button in options.items()}
    chosen = plain.get(said[1].lower().lstrip("0"))
    return message if chosen is None else replace(message, text=chosen)


def split(text: str, length: int) -> list[str]:
    """A text in pieces of at most ``length`` characters, at lines where that can be.

    >>> split("one\\ntwo\\nthree four", 9)
    ['one\\ntwo', 'three', 'four']
    """
    pieces: list[str] = []
    current: Optional[str] = None
    for line in text.split("\n"):
        for part in _short(line, length):
            if current is not None and len(current) + 1 + len(part) <= length:
                current += "\n" + part
                continue
            if current is not None:
                pieces.append(current)
            current = part
    if current is not None:
        pieces.append(current)
    stripped = (piece.strip("\n") for piece in pieces)
    return [piece for piece in stripped if piece.strip()]


def _short(line: str, length: int) -> Sequence[str]:
    """A line in pieces, at spaces where that can be."""
    parts = []
    while len(line) > length:
        space = line.rfind(" ", 1, length + 1)
        at = space if space > 0 else length
        parts.append(line[:at].rstrip())
        line = line[at:].lstrip()
    return [*parts, line]


def _items(message: Message) -> list[Mapping[str, Any]]:
    items = message.custom.get("items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _row(item: Mapping[str, Any]) -> Row:
    price = item.get("price")
    detail = f"{price.get('amount', '')} {price.get('currency', '')}" if price else ""
    return Row(
        title=str(item.get("title") or ""),
        detail=detail.strip(),
        url=str(item.get("url") or ""),
        image=str(item.get("image") or ""),
    )
