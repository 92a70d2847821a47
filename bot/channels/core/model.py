"""What channels hand in and get back: messages, conversations, and what a channel can show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Mapping, Optional, Protocol, Sequence

#: Who wrote a message: the shopper, the assistant, a member of staff, or the system itself
#: ("a colleague has joined").
SHOPPER, BOT, PERSON, NOTICE = "shopper", "bot", "person", "notice"
AUTHORS = (SHOPPER, BOT, PERSON, NOTICE)

#: Kinds of what a shopper sends: words; an act on a product (a tapped button, ``payload`` has
#: ``act`` and ``product_id``); a picture (``payload`` has ``picture``, its name in the store of
#: pictures); anything that the channel cannot carry over (voice, a place), told in ``text``.
TEXT, ACT, PICTURE, UNSUPPORTED = "text", "act", "picture", "unsupported"
KINDS = (TEXT, ACT, PICTURE, UNSUPPORTED)

#: Who answers a conversation: the assistant; nobody yet, a person was asked for; a person.
BY_BOT, WAITING, BY_PERSON = "bot", "waiting", "person"
STATUSES = (BY_BOT, WAITING, BY_PERSON)

#: The ``type`` of a reply's data that asks for a person. It has ``reason`` (``asked``,
#: ``not_understood``, ``anger``, ``complaint``, ``order_change``, …) and ``summary``: what the
#: shopper wants, for the person.
HANDOFF = "handoff"


@dataclass(frozen=True)
class Inbound:
    """One message from a shopper, as a channel has verified and read it."""

    channel: str
    """The channel's name."""
    address: str
    """Where replies go, in the channel's own terms; names the conversation within the channel."""
    key: str
    """The message's own name within the channel; one that came before is not taken again."""
    text: str
    kind: str = TEXT
    payload: Mapping[str, Any] = field(default_factory=dict)
    shopper_id: str = ""
    """Whose acts these are in the log of events; the conversation's own name where it is empty."""
    language: str = ""
    """What the shopper's device is set to, where the channel knows: ``en`` or ``zh``."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the channel itself needs in order to answer; kept with the conversation, newest wins."""

    @property
    def conversation_id(self) -> str:
        """The conversation's name everywhere else."""
        return f"{self.channel}:{self.address}"


@dataclass(frozen=True)
class Said:
    """One reply, or what a person wrote: text that stands by itself, quick replies, data."""

    text: str
    buttons: Sequence[str] = ()
    """Quick replies; choosing one says it."""
    custom: Mapping[str, Any] = field(default_factory=dict)
    """The reply as data, as on Rasa's REST channel; empty where there is none."""
    author: str = BOT
    name: str = ""
    """Of the person who wrote it, where one did."""


@dataclass(frozen=True)
class Message:
    """One message of a conversation, at rest."""

    conversation_id: str
    seq: int
    """Its place in the conversation, from 1, without gaps."""
    author: str
    text: str
    kind: str = TEXT
    key: str = ""
    """Unique among all messages: the channel's own of a shopper's message, ours of others. A
    channel that takes an idempotency key is given it."""
    buttons: tuple[str, ...] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    reply_to: Optional[int] = None
    """``seq`` of the shopper's message that it answers."""
    at: Optional[datetime] = None
    attempts: int = 0
    """How often it was tried to deliver it."""


@dataclass(frozen=True)
class Conversation:
    """One conversation of one channel, at rest."""

    id: str
    channel: str
    address: str
    shopper_id: str
    language: str = "en"
    status: str = BY_BOT
    person: str = ""
    """Who of the staff has it, where somebody has."""
    reason: str = ""
    """Why a person was asked for."""
    summary: str = ""
    """What the shopper wants, for the person."""
    last_seq: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)
    updated_at: Optional[datetime] = None


@dataclass(frozen=True)
class Capabilities:
    """What a channel can show; replies are degraded to it."""

    cards: bool = False
    """Product cards as data."""
    rich_list: int = 0
    """The most rows of a list with titles, links and pictures; 0 where there is none."""
    buttons: int = 0
    """The most quick replies; they are written out and numbered where there are more."""
    button_length: int = 20
    text_length: int = 4000
    """The most characters of one message; longer texts are split at lines."""


class Refused(Exception):
    """The channel will never take this message (blocked, window closed): not tried again."""


class Later(Exception):
    """The channel did not take the message now; ``after`` seconds at least before the next try."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


class Adapter(Protocol):
    """One channel, as the core sees it."""

    name: str
    capabilities: Capabilities

    async def deliver(self, conversation: Conversation, message: Message) -> None:
        """Hand one message over; it may come again with the same key after a crash.

        Raises
        ------
        Later
            Where it should be tried again.
        Refused
            Where it should not.
        """

    async def typing(self, conversation: Conversation, on: bool) -> None:
        """Show that an answer is being made; best effort."""

    async def handed_over(self, conversation: Conversation) -> None:
        """A person is wanted (``status`` is ``waiting``): tell the channel's own desk, if any.

        May be called again for the same handoff after a crash. Raises as ``deliver`` does.
        """

    async def handed_back(self, conversation: Conversation) -> None:
        """The assistant answers again."""


@dataclass(frozen=True)
class Accepted:
    """A shopper's message that is kept from now on."""

    seq: int
    """Its place in its conversation."""
    new: bool
    """Whether it came for the first time."""


@dataclass(frozen=True)
class News:
    """A conversation as somebody who follows it sees it."""

    messages: tuple[Message, ...]
    """What was said after the place that was asked for, in order."""
    status: str = BY_BOT
    typing: bool = False
    """Whether an answer is being made."""
    last_seq: int = 0


class Unavailable(Exception):
    """A turn could not be taken now, and left no trace: worth another try."""


class Turn(Protocol):
    """What answers a shopper's message."""

    async def __call__(self, conversation: Conversation, message: Message) -> Sequence[Said]:
        """The replies to one message, in order.

        It may be asked again about the same message after a crash, and then gives the same answer
        where it was given one before.

        Raises
        ------
        Unavailable
            Where it should be asked again in a moment.
        """
