"""Replies as messages of WeChat's customer-service interface: texts, and menus of quick replies.

At most five messages may be sent after one of the shopper's, so that a list of products is one
text with links, and quick replies are a menu that has the text above them where it fits.
"""

from __future__ import annotations

import re
from typing import Any, Mapping
from urllib.parse import quote, urlsplit

from actions.replies.texts import Texts
from bot.channels.core.model import PERSON, Capabilities, Message
from bot.channels.core.rendering import render

#: Bytes of UTF-8 of a text, below WeChat's 2,048.
LONGEST = 2000
#: Messages after one of the shopper's.
MOST = 5
CAPABILITIES = Capabilities(cards=True, buttons=8, button_length=40, text_length=20_000)
#: Bytes of a link at most: so one is never cut in two where a line is.
_LONGEST_LINK = LONGEST // 2
_TAG = re.compile(r"<(?=[A-Za-z/!])")
_CUT = "…"


def payloads(message: Message, language: str, texts: Texts) -> list[dict[str, Any]]:
    """What to send for one message, in order."""
    rendered = render(message, CAPABILITIES)
    whole = defused("\n".join(rendered.texts))
    if message.author == PERSON and message.name and whole:
        whole = f"{defused(message.name)}: {whole}"
    linked = _linked(whole, rendered.cards)
    buttons = [defused(button) for button in rendered.buttons]
    if not buttons:
        return [text_message(part) for part in split(linked, LONGEST, MOST)]
    if linked == whole and whole and len(whole.encode()) <= LONGEST:
        return [_menu(whole, buttons)]
    question = defused(_question(message)) or texts.say(language, "options_title")
    above = linked.removesuffix(question).rstrip()
    parts = split(above, LONGEST, MOST - 1)
    return [*map(text_message, parts), _menu(question, buttons)]


def without_menu(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A menu as a text, for accounts that may not send menus."""
    menu = payload["msgmenu"]
    lines = [menu["head_content"], *(f"· {one['content']}" for one in menu["list"])]
    return text_message(split("\n".join(lines), LONGEST, 1)[0])


def text_message(text: str) -> dict[str, Any]:
    """A text, which must not be too long."""
    return {"msgtype": "text", "text": {"content": text}}


def defused(text: str) -> str:
    """A text in which WeChat finds no links.

    >>> defused('<a href="http://evil">1 < 2</a>')
    '＜a href="http://evil">1 < 2＜/a>'
    """
    return _TAG.sub("＜", text)


def split(text: str, length: int, most: int) -> list[str]:
    """A text in at most so many pieces of at most ``length`` bytes of UTF-8, at lines if possible.

    What does not fit is cut off, and that is marked.

    >>> split("一二\\n三四五六", 9, 2)
    ['一二', '三四…']
    >>> split("one two\\nthree", 8, 1)
    ['one t…']
    """
    pieces: list[str] = []
    rest = text.strip("\n")
    while rest and len(pieces) < most:
        head = rest.encode()[:length].decode("utf-8", "ignore")
        if head != rest:
            line = head.rfind("\n")
            head = head[: line if line > 0 else len(head)]
        pieces.append(head.rstrip("\n"))
        rest = rest[len(head) :].lstrip("\n")
    if rest and pieces:
        room = length - len(_CUT.encode())
        last = _whole_links(pieces[-1].encode()[:room].decode("utf-8", "ignore"))
        pieces[-1] = last + _CUT
    return [piece for piece in pieces if piece.strip()]


def _whole_links(text: str) -> str:
    """Without a link at its end that is not closed, unless it is nothing else."""
    begin = text.rfind("<a ")
    return text[:begin] if begin > 0 and "</a>" not in text[begin:] else text


def _linked(text: str, items: tuple[Mapping[str, Any], ...]) -> str:
    """The text with the products of its list linked to their pages."""
    lines = text.split("\n")
    for item in items:
        title, url = defused(str(item.get("title") or "")), _address(item.get("url"))
        head = f"{item.get('rank')}. {title}"
        for place, line in enumerate(lines):
            if url and title and line.startswith(head):
                link = f'{item.get("rank")}. <a href="{url}">{title}</a>'
                if len(link.encode()) <= _LONGEST_LINK:
                    lines[place] = link + line[len(head) :]
                break
    return "\n".join(lines)


def _address(value: Any) -> str:
    """An address as the value of an attribute; empty for what is none of the web's."""
    if not isinstance(value, str):
        return ""
    try:
        parts = urlsplit(value)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return quote(value, safe=":/?#[]@!$&'()*+,;=%~") if fits else ""


def _question(message: Message) -> str:
    question = message.custom.get("question")
    text = question.get("text") if isinstance(question, dict) else None
    return text if isinstance(text, str) else ""


def _menu(head: str, buttons: list[str]) -> dict[str, Any]:
    options = [{"id": str(n), "content": button} for n, button in enumerate(buttons, 1)]
    return {
        "msgtype": "msgmenu",
        "msgmenu": {"head_content": head, "list": options, "tail_content": ""},
    }
