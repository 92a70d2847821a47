"""Replies as Chatwoot's messages: text, options to choose from, cards with products."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Mapping, Optional
from urllib.parse import urlsplit

from actions.replies.money import format_money
from actions.replies.texts import Texts
from bot.channels.core.model import PERSON, Capabilities, Message
from bot.channels.core.rendering import render
from catalog.product import Money

CAPABILITIES = Capabilities(cards=True, buttons=10, button_length=60, text_length=20_000)
#: Kinds of inboxes whose other end shows options, and cards; one that is not told shows both.
_WITH_OPTIONS = frozenset({
    "", "Channel::WebWidget", "Channel::Api", "Channel::Telegram", "Channel::Whatsapp",
})  # fmt: skip
_WITH_CARDS = frozenset({"", "Channel::WebWidget", "Channel::Api"})
#: Characters of an option on WhatsApp.
_SHORT, _WHATSAPP = 20, "Channel::Whatsapp"
_MOST_CARDS = 10


def payloads(
    message: Message, details: Mapping[str, Any], language: str, texts: Texts
) -> list[dict[str, Any]]:
    """What to send for one message, in order.

    Parameters
    ----------
    details
        Of the conversation: ``channel`` is the kind of its inbox.
    """
    channel = str(details.get("channel") or "")
    rendered = render(message, CAPABILITIES)
    sent = []
    cards = [card for item in rendered.cards if (card := _card(item, language, texts))]
    if cards and channel in _WITH_CARDS:
        sent.append(_message(texts.say(language, "cards_title"), "cards", cards[:_MOST_CARDS]))
    written = [defused(text) for text in rendered.texts]
    if message.author == PERSON and message.name and written:
        written[0] = f"{defused(message.name)}: {written[0]}"
    sent += [_message(text) for text in written]
    buttons = [defused(button) for button in rendered.buttons]
    if not buttons:
        return sent
    if not written:
        sent.append(_message(texts.say(language, "options_title")))
    options = [{"title": button, "value": button} for button in buttons]
    last = _message(sent.pop()["content"], "input_select", options)
    return [*sent, last if _shows(buttons, channel) else in_words(last)]


def in_words(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A message with options as a text."""
    items = payload["content_attributes"]["items"]
    return _message("\n".join([payload["content"], *(f"• {item['title']}" for item in items)]))


def defused(text: str) -> str:
    """A text in which Chatwoot finds neither fields of Liquid to fill in nor links of Markdown.

    >>> defused("{{contact.email}} [here](http://evil)")
    '{ {contact.email}} [here] (http://evil)'
    """
    for sign in ("{{", "{%"):
        while sign in text:
            text = text.replace(sign, f"{sign[0]} {sign[1]}")
    return text.replace("](", "] (").replace("][", "] [")


def web_address(value: Any) -> Optional[str]:
    """An address that a browser may be sent to; None for anything else."""
    if not isinstance(value, str) or any(c.isspace() for c in value):
        return None
    try:
        parts = urlsplit(value)
        return value if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def _message(
    text: str, kind: str = "text", items: Optional[list[dict[str, Any]]] = None
) -> dict[str, Any]:
    return {
        "content": text,
        "message_type": "outgoing",
        "private": False,
        "content_type": kind,
        "content_attributes": {"items": items} if items else {},
    }


def _card(item: Mapping[str, Any], language: str, texts: Texts) -> Optional[dict[str, Any]]:
    """A product with a link to its page; Chatwoot's cards need something to do."""
    url = web_address(item.get("url"))
    title = defused(str(item.get("title") or ""))
    if url is None or not title:
        return None
    reasons = item.get("reasons")
    first = reasons[0] if isinstance(reasons, list) and reasons else {}
    reason = first.get("text") if isinstance(first, dict) else None
    notes = [_price(item.get("price")), str(reason or "")]
    action = {"type": "link", "text": texts.say(language, "card_open"), "uri": url}
    card = {
        "title": title,
        "description": defused(" · ".join(note for note in notes if note)),
        "actions": [action],
    }
    image = web_address(item.get("image"))
    return {**card, "media_url": image} if image else card


def _price(price: Any) -> str:
    if not isinstance(price, dict):
        return ""
    try:
        money = Money(Decimal(str(price["amount"])), str(price["currency"]))
    except (KeyError, InvalidOperation):
        return ""
    return format_money(money)


def _shows(buttons: list[str], channel: str) -> bool:
    """Whether an inbox shows these options itself."""
    if channel == _WHATSAPP and any(len(button) > _SHORT for button in buttons):
        return False
    return channel in _WITH_OPTIONS
