"""Texts out of feeds: markup, control characters and odd spaces taken out."""

from __future__ import annotations

import html
import re
import unicodedata

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_HIDDEN = re.compile(
    r"<!--.*?-->|<(script|style|head|template)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
_BREAKING = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|td|th|section|article|hr|dd|dt|dl)\b[^<>]*>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\ufff9-\uffff\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r" ?\n[ \n]*")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’-]*")


def clean_text(text: str) -> str:
    """A text without markup, entities, control and invisible characters, in Unicode NFC.

    Line breaks stay, as single ones; other white space becomes one space.

    >>> clean_text("<p>Soft &amp; warm</p><p>100\\u00a0% wool</p>")
    'Soft & warm\\n100 % wool'
    """
    if text.isascii() and text.isprintable() and "<" not in text and "&" not in text:
        return text.strip() if "  " not in text else _SPACES.sub(" ", text).strip()
    for _ in range(2):  # markup that was escaped once shows up after the first round
        if "<" in text:
            text = _strip_markup(text)
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    text = _CONTROL.sub("", _BREAKS.sub("\n", text))
    text = _INVISIBLE.sub("", text)
    text = _BLANK_LINES.sub("\n", _SPACES.sub(" ", text)).strip()
    return unicodedata.normalize("NFC", text)


def clean_line(text: str) -> str:
    """The same on one line."""
    text = clean_text(text)
    return text.replace("\n", " ") if "\n" in text else text


def language_of(text: str) -> str:
    """``zh`` where Chinese characters carry a title, otherwise ``en``.

    >>> language_of("Apple 苹果手机 iPhone 15"), language_of("Moutai 茅台 Flying Fairy Liquor")
    ('zh', 'en')
    """
    characters = len(_HAN.findall(text))
    return "zh" if characters and characters >= len(_LATIN_WORD.findall(text)) else "en"


def _strip_markup(text: str) -> str:
    text = _HIDDEN.sub(" ", text)
    text = _BREAKING.sub("\n", text)
    return _TAG.sub("", text)
