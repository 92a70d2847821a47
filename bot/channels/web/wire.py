"""What goes over the wire, both ways, as values. Pure.

What comes in is checked field by field; what is wrong with it is said without repeating it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping, Optional

from actions.turn.tapped import ACTS
from bot.channels.core.model import ACT, PICTURE, SHOPPER, TEXT, Message
from bot.channels.security.problem import bad_request
from bot.channels.web.limits import Limits

#: Makes of a reply's data what a shop shows of it.
Present = Callable[[Mapping[str, Any]], dict[str, Any]]

LANGUAGES = ("en", "zh")
#: Acts on a page or a card that go into the log of events.
EVENTS = ("clicked", "carted", "chosen", "unchosen", "shared")

#: Names that a client gives its messages and events.
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
PICTURE_NAME = re.compile(r"[0-9a-f]{32}\.(?:jpg|png|webp)")
#: A product's id is the merchant's; it is looked up, and never becomes part of anything else.
_LONGEST_ID = 200
_HIGHEST_RANK = 1000
#: What no text of a person has: halves of characters, and the end of a text in C.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Say:
    """One message of a shopper, checked."""

    id: str
    text: str
    kind: str = TEXT
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """One event of a shopper, checked."""

    id: str
    kind: str
    product_id: str
    rank: Optional[int] = None


def read_say(body: Mapping[str, Any], limits: Limits) -> Say:
    """The message in a body or a frame; raises ``Problem``."""
    id_ = _id(body)
    text = body.get("text", "")
    if not isinstance(text, str):
        raise bad_request("bad_text", '"text" must be a text.')
    if len(text) > limits.text:
        raise bad_request("too_long", f"A message has at most {limits.text} characters.")
    text = _NO_TEXT.sub("", text).strip()
    act, picture = body.get("act"), body.get("picture")
    if act is not None and picture is not None:
        raise bad_request("bad_act", "A message is an act or a picture, not both.")
    if act is not None:
        if not text:
            raise bad_request("empty", "An act comes with the words of its button.")
        return Say(id_, text, ACT, _act(act, limits))
    if picture is not None:
        if not isinstance(picture, str) or not PICTURE_NAME.fullmatch(picture):
            raise bad_request("bad_picture", '"picture" must be the name of a picture sent before.')
        return Say(id_, text, PICTURE, {"picture": picture})
    if not text:
        raise bad_request("empty", "The message is empty.")
    return Say(id_, text)


def read_events(body: Mapping[str, Any], limits: Limits) -> list[Told]:
    """The events in a body; raises ``Problem`` where one of them is none."""
    events = body.get("events")
    if not isinstance(events, list) or not 1 <= len(events) <= limits.batch:
        raise bad_request("bad_events", f'"events" must be a list of 1 to {limits.batch} events.')
    return [_told(event) for event in events]


def read_language(body: Mapping[str, Any]) -> str:
    """What the shopper's page is in; raises ``Problem`` for another language than we speak."""
    language = body.get("language", LANGUAGES[0])
    if language not in LANGUAGES:
        raise bad_request("bad_language", f'"language" must be one of {", ".join(LANGUAGES)}.')
    return str(language)


def message_json(message: Message, present: Present = dict) -> dict[str, Any]:
    """One message, as the widget shows it; ``present`` may change how products are shown."""
    return {
        "seq": message.seq,
        "id": message.key,
        "author": message.author,
        "name": message.name,
        "kind": message.kind,
        "text": message.text,
        "buttons": list(message.buttons),
        "custom": present(message.custom),
        "at": None if message.at is None else message.at.isoformat(),
        "reply_to": message.reply_to,
        "picture": message.payload.get("picture") if message.author == SHOPPER else None,
    }


def _id(body: Mapping[str, Any]) -> str:
    id_ = body.get("id")
    if not isinstance(id_, str) or not _KEY.fullmatch(id_):
        raise bad_request("bad_id", '"id" must be 8 to 64 letters, digits, "-" or "_".')
    return id_


def _act(act: Any, limits: Limits) -> dict[str, Any]:
    products = act.get("products") if isinstance(act, dict) else None
    if not isinstance(products, list) or not 1 <= len(products) <= limits.products:
        raise bad_request("bad_act", f'An act has 1 to {limits.products} "products".')
    kind = act["act"] if isinstance(act.get("act"), str) else ""
    if kind not in ACTS:
        raise bad_request("bad_act", f'"act" must be one of {", ".join(ACTS)}.')
    return {"act": kind, "products": list(dict.fromkeys(_product(p) for p in products))}


def _told(event: Any) -> Told:
    if not isinstance(event, dict):
        raise bad_request("bad_events", "An event is an object.")
    kind, rank = event.get("kind"), event.get("rank")
    if not isinstance(kind, str) or kind not in EVENTS:
        raise bad_request("bad_events", f"An event is one of {', '.join(EVENTS)}.")
    if rank is not None and (type(rank) is not int or not 1 <= rank <= _HIGHEST_RANK):
        raise bad_request("bad_events", f'"rank" is a whole number from 1 to {_HIGHEST_RANK}.')
    return Told(_id(event), kind, _product(event.get("product_id")), rank)


def _product(id_: Any) -> str:
    if not isinstance(id_, str) or not 0 < len(id_) <= _LONGEST_ID or _NO_TEXT.search(id_):
        raise bad_request("bad_product", "A product is named by its id.")
    return id_
