"""Conversations and messages as the desk's page gets them; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Mapping, Optional, Sequence

from bot.channels.core.model import (
    BOT,
    BY_BOT,
    BY_PERSON,
    HANDOFF,
    PERSON,
    SHOPPER,
    WAITING,
    Conversation,
    Message,
)
from bot.staff.roles import is_mine, may_hand_back, may_take

#: Products of one reply that are told; the rest are counted.
PRODUCTS = 6
PREVIEW = 120
#: So many of the latest messages tell since when somebody waits.
LOOKED_AT = 60

#: A line of a list of products in a reply's text.
_NUMBERED = re.compile(r"\d{1,2}\. ")

MINE, OTHERS = "mine", "others"
#: Groups of the list in the order in which they stand on the page.
GROUPS = (WAITING, MINE, OTHERS, BY_BOT)


@dataclass(frozen=True)
class Glance:
    """What the list tells of a conversation besides its status."""

    last_seq: int
    said: str = ""
    """The latest words of the shopper."""
    unanswered: Optional[datetime] = None
    """Since when the shopper has had no answer by a person."""
    asked: Optional[datetime] = None
    """Since when a person is asked for."""


def glance(last_seq: int, messages: Sequence[Message]) -> Glance:
    """Read the latest messages of a conversation, in their order."""
    said, unanswered, asked = "", None, None
    for message in messages:
        if message.author == SHOPPER:
            said = message.text or said
            unanswered = unanswered or message.at
        elif message.author == PERSON:
            unanswered, asked = None, None
        elif message.author == BOT:
            is_handoff = message.custom.get("type") == HANDOFF
            asked = message.at if is_handoff else None
            unanswered = unanswered if is_handoff else None
    return Glance(last_seq, _short(said), unanswered, asked)


def group_of(name: str, conversation: Conversation) -> str:
    """In which part of the list a conversation stands for a person."""
    if conversation.status == BY_PERSON:
        return MINE if is_mine(name, conversation) else OTHERS
    return conversation.status


def since(conversation: Conversation, seen: Glance) -> Optional[float]:
    """Since when the shopper waits, in seconds since 1970; None where nobody does."""
    when = None
    if conversation.status == WAITING:
        when = seen.asked or seen.unanswered or conversation.updated_at
    elif conversation.status == BY_PERSON:
        when = seen.unanswered
    return None if when is None else when.timestamp()


def conversation_json(
    role: str, name: str, conversation: Conversation, seen: Glance, read_upto: int
) -> dict[str, Any]:
    """One row of the list."""
    return {
        "id": conversation.id,
        "channel": conversation.channel,
        "language": conversation.language,
        "status": conversation.status,
        "group": group_of(name, conversation),
        "person": conversation.person,
        "reason": conversation.reason,
        "summary": conversation.summary,
        "said": seen.said,
        "since": since(conversation, seen),
        "updated_at": _seconds(conversation.updated_at),
        "last_seq": conversation.last_seq,
        "unread": conversation.last_seq > read_upto,
        "mine": is_mine(name, conversation),
        "may_take": may_take(role, name, conversation),
        "may_hand_back": may_hand_back(role, name, conversation),
    }


def in_order(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Groups as on the page; who waits longest first, the others newest first."""

    def key(row: Mapping[str, Any]) -> tuple[int, float]:
        waits = row["since"] if row["since"] is not None else float("inf")
        newest = -(row["updated_at"] or 0.0)
        return GROUPS.index(row["group"]), waits if row["group"] == WAITING else newest

    return sorted(rows, key=key)


def message_json(message: Message) -> dict[str, Any]:
    """One message of the transcript."""
    items = message.custom.get("items")
    products = [_product(one) for one in items] if isinstance(items, list) else []
    return {
        "seq": message.seq,
        "author": message.author,
        "name": message.name,
        "kind": message.kind,
        "text": _without_list(message.text) if products else message.text,
        "buttons": list(message.buttons),
        "products": [one for one in products if one["title"]][:PRODUCTS],
        "more_products": max(0, len(products) - PRODUCTS),
        "picture": _text(message.payload.get("picture")),
        "act": _text(message.payload.get("act")),
        "act_products": _names(message.payload),
        "at": _seconds(message.at),
    }


def _without_list(text: str) -> str:
    """What a reply says besides its numbered list, whose products are told as such."""
    return "\n".join(line for line in text.split("\n") if not _NUMBERED.match(line)).strip()


def _product(item: Any) -> dict[str, str]:
    """A card in short; whatever has another form than a card's is left out."""
    if not isinstance(item, Mapping):
        return {"id": "", "title": "", "price": "", "reasons": "", "url": ""}
    price = item.get("sale_price") or item.get("price")
    amount = ""
    if isinstance(price, Mapping):
        amount = f"{_text(price.get('amount'))} {_text(price.get('currency'))}".strip()
    reasons = item.get("reasons")
    reasons = reasons if isinstance(reasons, list) else []
    return {
        "id": _text(item.get("id")),
        "title": _text(item.get("title")),
        "price": amount,
        "reasons": " · ".join(filter(None, map(_reason, reasons))),
        "url": _link(_text(item.get("url"))),
    }


def _reason(value: Any) -> str:
    return _text(value.get("text")) if isinstance(value, Mapping) else ""


def _names(payload: Mapping[str, Any]) -> list[str]:
    """The products that an act is about."""
    found = payload.get("products") or payload.get("product_id") or []
    return [_text(one) for one in (found if isinstance(found, list) else [found])][:PRODUCTS]


def _link(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= PREVIEW else f"{text[: PREVIEW - 1]}…"


def _seconds(when: Optional[datetime]) -> Optional[float]:
    return None if when is None else when.timestamp()
