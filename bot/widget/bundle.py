"""Joins the widget's sources into the one script that a shop's page loads; no build tool."""

from __future__ import annotations

import json
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "_source"
NAME = "shop-talk.js"
#: In this order: each file uses what those before it define.
PARTS = (
    "dom.js",
    "links.js",
    "shelf.js",
    "api.js",
    "line.js",
    "chat.js",
    "shown.js",
    "picture.js",
    "card.js",
    "replies.js",
    "message.js",
    "frame.js",
    "attachment.js",
    "notes.js",
    "panel.js",
    "element.js",
)


def script() -> bytes:
    """The widget as one classic script, UTF-8; nothing in it is global.

    Styles and words are embedded as values: a constructed style sheet needs no element of the
    page, so that a strict content security policy lets it be.
    """
    style = " ".join(_text("style.css").split())
    words = json.loads(_text("strings.json"))
    values = [
        f"const STYLE = {json.dumps(style, ensure_ascii=False)};",
        f"const STRINGS = {json.dumps(words, ensure_ascii=False, separators=(',', ':'))};",
    ]
    body = "\n".join([*values, *(_text(part) for part in PARTS)])
    return f'(() => {{\n"use strict";\n{body}\n}})();\n'.encode()


def _text(name: str) -> str:
    return (SOURCE / name).read_text("utf-8")
