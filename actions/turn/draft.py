"""A reply in the making."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

from actions.recommend.companions import Bond
from actions.request.apply import Applied
from actions.request.types import Change, Request
from actions.turn.context import Context
from actions.turn.knowledge import Knowledge
from actions.turn.log import EventLog
from actions.turn.model import ACTS, ASKED, OFFERED, SHOWN, TALKED, Memory, Reply, TurnInput
from actions.turn.plan import Plan


@dataclass
class Draft:
    """What the parts of a turn write into, one after the other."""

    context: Context
    turn: TurnInput
    plan: Plan
    request: Request
    memory: Memory
    changes: tuple[Change, ...] = ()
    applied: Applied = field(default_factory=lambda: Applied(Request()))
    refused: tuple[str, ...] = ()
    """Currencies without a rate."""
    undone: bool = False
    log: Optional[EventLog] = None
    known: Optional[Knowledge] = None
    """What is known of the shopper over time; None where nothing is kept."""
    lines: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)
    did: set[str] = field(default_factory=set)
    """The acts in the reply that cannot be seen from the rest of it."""

    @property
    def act(self) -> str:
        """What the reply does above all."""
        did = set(self.did)
        if self.memory.question:
            did.add(ASKED)
        if self.memory.offers:
            did.add(OFFERED)
        if self.custom.get("type") == "products" and self.custom["items"]:
            did.add(SHOWN)
        return next((act for act in ACTS if act in did), TALKED)

    @property
    def language(self) -> str:
        """The language of the message."""
        return self.turn.language

    def say(self, key: str, **fields: object) -> str:
        """A sentence in the language of the message."""
        sentence = self.context.texts.say(self.language, key, self.memory.turn, **fields)
        # A request in words brings its own space, which full-width punctuation makes superfluous.
        return sentence.replace("： ", "：").replace("“ ", "“").lstrip()

    def what(self, request: Optional[Request] = None) -> str:
        """The request in words."""
        return self.context.describer.request(request or self.request, self.language)

    def bonds(self, position: int, request: Optional[Request] = None) -> list[Bond]:
        """Why a product goes with what the results should go with."""
        companions, ids = self.context.searcher.companions, (request or self.request).goes_with
        return companions.bonds(ids, position) if companions is not None and ids else []

    def have(self) -> str:
        """What the shopper can point at."""
        n = len(self.request.last_list)
        return self.say("have_n", n=n) if n else self.say("have_none")

    def offer(self, *keys: str) -> None:
        """Add quick replies by the keys of their texts."""
        self.buttons += [self.say(key) for key in keys]

    def reply(self) -> Reply:
        """The finished reply."""
        text = "\n".join(line for line in self.lines if line)
        buttons = tuple(dict.fromkeys(self.buttons))
        if self.turn.plain and buttons:
            text += "\n" + "  ".join(f"[{b}]" for b in buttons)
        custom = {"type": "message", **self.custom}
        custom.setdefault("request", self.request.to_json())
        custom["language"] = self.language
        return Reply(text, () if self.turn.plain else buttons, custom)
