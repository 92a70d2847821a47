"""What goes into a turn and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Mapping, Optional

from actions.request.roles import Role
from actions.request.types import Change, Request
from actions.service.state import ServiceState
from actions.sizing.memory import Sizes
from actions.turn.tapped import Tapped
from catalog.events import Event

#: How many steps can be taken back.
DEPTH = 20

#: What the assistant did in a turn: nothing yet; …
START = "start"
#: … put a question about a wish; offered a change that can be taken or left; listed products; …
ASKED, OFFERED, SHOWN = "asked", "offered", "shown"
#: … answered a question; did not understand; anything else.
ANSWERED, UNCLEAR, TALKED = "answered", "unclear", "talked"
#: Where a reply does several of them, the first of these counts.
ACTS = (ASKED, OFFERED, SHOWN, ANSWERED, UNCLEAR, TALKED)


@dataclass(frozen=True)
class Memory:
    """What the conversation needs to remember besides the request; kept in the ``history`` slot."""

    turn: int = 0
    language: str = "en"
    past: tuple[Mapping[str, Any], ...] = ()
    """Requests as they were before each step that can be taken back, oldest first, as JSON."""
    asked: tuple[str, ...] = ()
    """Attributes the shopper was asked about since the search began."""
    question: str = ""
    """The attribute of the question that is open, if any."""
    in_row: int = 0
    """Questions asked one after the other."""
    offers: tuple[tuple[Change, ...], ...] = ()
    """Changes offered as a way out of an empty result; "yes" takes the first."""
    act: str = START
    """What the assistant did in its last turn: one of ``ACTS``, or ``START``."""
    of_age: int = 0
    """Years that the shopper has said to have at least."""
    under_age: int = 0
    """Years that the shopper has said not to have yet; 0 where nothing was said."""
    age_asked: int = 0
    """The age in the question about it that is open, if any."""
    astray: int = 0
    """Messages since the last one that was understood."""
    sizes: Sizes = field(default_factory=Sizes)
    """Who takes which size; of the persons, so that neither undo nor a new start takes it away."""
    said: int = 0
    """Checksum of the last reply."""
    drift: int = 0
    """The turn in which a drift was told that is not answered yet; 0 where there is none."""
    drift_told: int = 0
    """The turn in which a drift was told last; 0 where none was."""
    listed: tuple[str, ...] = ()
    """What is known of the shopper as the last reply listed it, by key."""
    helped: int = 0
    """The turn in which it was asked whether this helped; -1 where it was answered."""
    service: ServiceState = field(default_factory=ServiceState)
    """What is open, proven and has gone wrong in customer service."""

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"turn": self.turn, "language": self.language}
        if self.past:
            out["past"] = list(self.past)
        if self.asked:
            out["asked"] = list(self.asked)
        if self.question:
            out["question"] = self.question
        if self.in_row:
            out["in_row"] = self.in_row
        if self.act != START:
            out["act"] = self.act
        for key in (
            "of_age",
            "under_age",
            "age_asked",
            "astray",
            "said",
            "drift",
            "drift_told",
            "helped",
        ):
            if getattr(self, key):
                out[key] = getattr(self, key)
        if self.listed:
            out["listed"] = list(self.listed)
        if sizes := self.sizes.to_json():
            out["sizes"] = sizes
        if service := self.service.to_json():
            out["service"] = service
        if self.offers:
            out["offers"] = [[c.to_json() for c in offer] for offer in self.offers]
        return out

    @classmethod
    def from_json(cls, data: Optional[Mapping[str, Any]]) -> Memory:
        data = data or {}
        return cls(
            turn=data.get("turn", 0),
            language=data.get("language", "en"),
            past=tuple(data.get("past", ())),
            asked=tuple(data.get("asked", ())),
            question=data.get("question", ""),
            in_row=data.get("in_row", 0),
            offers=tuple(
                tuple(Change.from_json(c) for c in offer) for offer in data.get("offers", ())
            ),
            act=data.get("act", START),
            of_age=data.get("of_age", 0),
            under_age=data.get("under_age", 0),
            age_asked=data.get("age_asked", 0),
            astray=data.get("astray", 0),
            sizes=Sizes.from_json(data.get("sizes")),
            said=data.get("said", 0),
            drift=data.get("drift", 0),
            drift_told=data.get("drift_told", 0),
            listed=tuple(data.get("listed", ())),
            helped=data.get("helped", 0),
            service=ServiceState.from_json(data.get("service")),
        )

    def remember(self, request: Request) -> Memory:
        """Put a request onto the steps that can be taken back."""
        return replace(self, past=(*self.past, request.to_json())[-DEPTH:])


@dataclass(frozen=True)
class TurnInput:
    """One message, understood."""

    conversation_id: str
    shopper_id: str
    text: str
    key: str = ""
    """What a channel names the message by; the same one gets the same answer again."""
    intent: str = ""
    confidence: float = 0.0
    intents: tuple[str, ...] = ()
    """The intents of the parts of a message that says several things, in the order said."""
    between: Optional[tuple[str, str]] = None
    """Two intents that are about equally likely."""
    language: str = "en"
    changes: tuple[Change, ...] = ()
    residual: str = ""
    roles: tuple[Role, ...] = ()
    """What words of the message are there for, where that is known."""
    unread: tuple[str, ...] = ()
    """Qualities that were asked for and that the catalogue has no words for."""
    request: Request = field(default_factory=Request)
    memory: Memory = field(default_factory=Memory)
    understanding_ms: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds that understanding the message took, by stage."""
    plain: bool = False
    """Whether the channel shows text only, so that options are written out."""
    tapped: Optional[Tapped] = None
    """The button of a card that was tapped, if one was; the text is what stands on it."""
    picture: bool = False
    """Whether a picture came with the message; nobody here looks at it."""
    desk: bool = False
    """Whether a person can take over on the channel."""
    said: Mapping[str, str] = field(default_factory=dict)
    """The words of the parts of a message, by intent; empty where it has one part."""

    @property
    def tapped_products(self) -> tuple[str, ...]:
        """The ids of the products on the button that was tapped."""
        return self.tapped.products if self.tapped is not None else ()


@dataclass(frozen=True)
class Reply:
    """One answer: text that stands by itself, quick replies, and the same as data."""

    text: str
    buttons: tuple[str, ...] = ()
    custom: Optional[Mapping[str, Any]] = None


@dataclass(frozen=True)
class TurnOutput:
    """The answer to one message and the state after it."""

    reply: Reply
    request: Request
    memory: Memory
    events: tuple[Event, ...] = ()

    def timed(self, stages: Mapping[str, float]) -> TurnOutput:
        """The same answer with the milliseconds of its stages in the data."""
        custom = {**(self.reply.custom or {}), "ms": dict(stages)}
        return replace(self, reply=replace(self.reply, custom=custom))
