"""One conversation between a simulated shopper and an endpoint, and what became of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional

from bot.evaluate.simulate import violations
from bot.evaluate.simulate.endpoint import Endpoint, Reply
from bot.evaluate.simulate.facts import ASSISTANTS, Sheet
from bot.evaluate.simulate.goals import Goal
from bot.evaluate.simulate.shopper import Said, Shopper


@dataclass(frozen=True)
class Turn:
    """A message, its reply, and what was wrong with it."""

    said: Said
    reply: Reply
    new: int
    """Products shown that were not shown before."""
    broken: tuple[dict[str, Any], ...] = ()
    """Hard constraints of the reply's own request that a shown product contradicts."""
    unheeded: tuple[dict[str, Any], ...] = ()
    """What the shopper has said outright that a shown product contradicts."""

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "in": self.said.text,
            "act": self.said.act,
            "attribute": self.said.attribute,
            "out": self.reply.text,
            "items": list(self.reply.items),
            "asked": self.reply.question.attribute if self.reply.question else None,
            "constraints": [
                f"{c.get('attribute')} {c.get('op')} {c.get('value')}"
                for c in self.reply.request.get("constraints") or ()
                if isinstance(c, dict)
            ],
            "ms": round(self.reply.ms, 1),
        }
        if self.reply.error:
            out["error"] = self.reply.error
        if self.broken:
            out["broken"] = list(self.broken)
        if self.unheeded:
            out["unheeded"] = list(self.unheeded)
        return out


@dataclass
class Played:
    """A conversation, from the first message to the product or to the last one allowed."""

    goal: Goal
    language: str
    condition: str
    turns: list[Turn] = field(default_factory=list)
    found: Optional[int] = None
    """The message whose reply had a product with everything that is cared about."""
    target: Optional[int] = None
    """… the target itself or a variant of it."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """What the assistant was told in the end."""

    @property
    def circles(self) -> bool:
        """Whether the same reply came three times."""
        counts = Counter(turn.reply.text for turn in self.turns)
        return bool(counts) and max(counts.values()) >= 3

    @property
    def ended(self) -> str:
        """Where a shopper who found nothing was left: a state in one word."""
        if self.found is not None:
            return "found"
        last = self.turns[-1].reply
        if last.error:
            return "error"
        held = {
            str(c.get("attribute"))
            for c in last.request.get("constraints") or ()
            if isinstance(c, dict)
        }
        unread = [a for a in self.told if not held & set(ASSISTANTS.get(a, ()))]
        if any(v != self.goal.facts.get(a, v) for a, v in self.told.items()):
            return "told_wrong"
        if unread:
            return f"unread_{unread[0]}"
        if not last.items:
            return "nothing_shown"
        if set(self.goal.facts) - set(self.told):
            return "not_all_said"
        return "not_shown_yet"

    def to_json(self) -> dict[str, Any]:
        return {
            "condition": self.condition,
            "language": self.language,
            "goal": {"number": self.goal.number, **self.goal.to_json()},
            "found": self.found,
            "target": self.target,
            "ended": self.ended,
            "circles": self.circles,
            "turns": [turn.to_json() for turn in self.turns],
        }


def play(
    shopper: Shopper,
    endpoint: Endpoint,
    sender: str,
    turns: int,
    played: Played,
    content: bool = True,
) -> Played:
    """Talk until the shopper is content, or has said ``turns`` messages.

    Parameters
    ----------
    content
        Whether the shopper stops at what it was looking for; otherwise it talks on to the end.
    """
    shown: set[str] = set()
    said = shopper.open()
    for number in range(1, turns + 1):
        reply = endpoint.say(sender, said.text)
        sheets = shopper.seen(reply)
        new = set(reply.items) - shown
        shown |= new
        played.turns.append(_turn(said, reply, len(new), shopper, sheets))
        played.goal = shopper.goal
        if played.target is None and any(map(shopper.goal.is_target, sheets)):
            played.target = number
        if played.found is None and any(map(shopper.goal.accepts, sheets)):
            played.found = number
        if content and played.found is not None:
            break
        if number < turns:
            said = shopper.answer(reply)
    played.told = dict(shopper.said)
    return played


def _turn(said: Said, reply: Reply, new: int, shopper: Shopper, sheets: list[Sheet]) -> Turn:
    unheeded = violations.of_what_was_said(shopper.said, sheets, reply.relaxed)
    broken = violations.of_the_request(reply.request, sheets, reply.relaxed)
    return Turn(said, reply, new, tuple(broken), tuple(unheeded))
