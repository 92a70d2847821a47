"""What Chatwoot's webhooks say, checked and as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional

from bot.channels.core.model import TEXT, UNSUPPORTED, Inbound

NAME = "chatwoot"
PENDING, OPEN, RESOLVED, SNOOZED = "pending", "open", "resolved", "snoozed"
STATUSES = (PENDING, OPEN, RESOLVED, SNOOZED)

MESSAGE_CREATED, MESSAGE_UPDATED = "message_created", "message_updated"
#: Events of a conversation as a whole; they tell its status.
_OF_STATUS = (
    "conversation_status_changed",
    "conversation_opened",
    "conversation_resolved",
)
_INCOMING = ("incoming", 0)
#: Senders that are no contacts.
_STAFF = ("user", "agent_bot", "captain_assistant")
#: The most characters of a message that are read.
LONGEST = 2000
_LARGEST = 2**63
_LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Event:
    """One webhook: what it says of a conversation, and what a shopper wrote."""

    conversation: int
    account: Optional[int] = None
    """None where the event does not tell."""
    inbox: Optional[int] = None
    status: str = ""
    """The conversation's status, as it was when the event was made."""
    at: float = 0.0
    """When the conversation was changed last, in seconds since the epoch; 0 where not told."""
    message: Optional[Inbound] = None

    @property
    def of_status(self) -> bool:
        """Whether the status itself is the news."""
        return self.message is None


def address(account: int, conversation: int) -> str:
    """How the core knows a conversation of an account."""
    return f"{account}-{conversation}"


def read(payload: Any) -> Optional[Event]:
    """What a webhook says; None where it is nothing to us.

    Raises
    ------
    ValueError
        Where it is not as documented.
    """
    if not isinstance(payload, dict):
        raise ValueError("The webhook is no object.")
    event = payload.get("event")
    if event in _OF_STATUS:
        return _of_status(payload)
    if event == MESSAGE_CREATED:
        return _created(payload)
    if event == MESSAGE_UPDATED:
        return _updated(payload)
    return None


def _of_status(payload: Mapping[str, Any]) -> Event:
    status = payload.get("status")
    if status not in STATUSES:
        raise ValueError("The conversation has no status that we know.")
    account: Any = _part(payload, "account").get("id", payload.get("account_id"))
    messages = payload.get("messages")
    if account is None and isinstance(messages, list) and messages:
        last = messages[-1]
        account = last.get("account_id") if isinstance(last, dict) else None
    return Event(
        _number(payload.get("id"), "conversation"),
        None if account is None else _number(account, "account"),
        _optional(payload.get("inbox_id"), "inbox"),
        status,
        _time(payload.get("updated_at")),
    )


def _created(payload: Mapping[str, Any]) -> Optional[Event]:
    """What a contact wrote."""
    sender = _part(payload, "sender")
    of_contact = sender.get("type") not in _STAFF and not sender.get("blocked")
    if payload.get("message_type") not in _INCOMING or payload.get("private") or not of_contact:
        return None
    text = payload.get("content")
    attachments = payload.get("attachments")
    if isinstance(text, str) and text.strip():
        return _said(payload, f"message-{_number(payload.get('id'), 'message')}", text, TEXT)
    if isinstance(attachments, list) and attachments:
        kinds = sorted({_kind(one) for one in attachments})
        key = f"message-{_number(payload.get('id'), 'message')}"
        return _said(payload, key, f"[{', '.join(kinds)}]", UNSUPPORTED)
    return None


def _updated(payload: Mapping[str, Any]) -> Optional[Event]:
    """The quick reply that a contact chose below a message of ours; told again at each change."""
    values = _part(payload, "content_attributes").get("submitted_values")
    ours = payload.get("content_type") == "input_select" and not payload.get("private")
    if not ours or not isinstance(values, list):
        return None
    said = [v.get("value") or v.get("title") for v in values if isinstance(v, dict)]
    text = ", ".join(one.strip() for one in said if isinstance(one, str) and one.strip())
    if not text:
        return None
    return _said(payload, f"chosen-{_number(payload.get('id'), 'message')}", text, TEXT)


def _said(payload: Mapping[str, Any], key: str, text: str, kind: str) -> Event:
    conversation = _part(payload, "conversation")
    account = _number(_part(payload, "account").get("id"), "account")
    number = _number(conversation.get("id"), "conversation")
    status = conversation.get("status")
    if status not in STATUSES:
        raise ValueError("The conversation has no status that we know.")
    inbox = _optional(_part(payload, "inbox").get("id") or conversation.get("inbox_id"), "inbox")
    contact = _contact(payload, conversation)
    channel = conversation.get("channel")
    message = Inbound(
        NAME,
        address(account, number),
        key,
        text.strip()[:LONGEST],
        kind,
        shopper_id=f"{NAME}:{account}-contact-{contact}" if contact else "",
        language=_language(conversation),
        details={
            "account": account,
            "conversation": number,
            "inbox": inbox,
            "channel": channel[:64] if isinstance(channel, str) else "",
        },
    )
    return Event(number, account, inbox, status, _time(conversation.get("updated_at")), message)


def _contact(payload: Mapping[str, Any], conversation: Mapping[str, Any]) -> Optional[int]:
    """Who writes: the sender of what came in, the conversation's contact otherwise."""
    if payload.get("message_type") in _INCOMING:
        return _optional(_part(payload, "sender").get("id"), "contact")
    return _optional(_part(_part(conversation, "meta"), "sender").get("id"), "contact")


def _language(conversation: Mapping[str, Any]) -> str:
    browser = _part(_part(conversation, "additional_attributes"), "browser")
    language = str(browser.get("browser_language") or "")[:2].lower()
    return language if language in _LANGUAGES else ""


def _kind(attachment: Any) -> str:
    kind = attachment.get("file_type") if isinstance(attachment, dict) else None
    return kind if isinstance(kind, str) and kind.isalpha() and len(kind) <= 20 else "file"


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = value.get(name)
    return part if isinstance(part, dict) else {}


def _number(value: Any, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < _LARGEST:
        raise ValueError(f"The {what} has no number.")
    return value


def _optional(value: Any, what: str) -> Optional[int]:
    return None if value is None else _number(value, what)


def _time(value: Any) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if number and 0 < value < _LARGEST else 0.0
