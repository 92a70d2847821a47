"""How much is measured of whom: streams of a group of shoppers, by kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Sequence

from actions.interest.drift.splices import SpliceConfig, Splicer, Stream
from bot.evaluate.drift.detector import Floats
from bot.evaluate.drift.groups import Histories
from catalog.errors import ShoptalkError

#: Kind of stream → how figures call it.
KINDS: Mapping[str, str] = {
    "far_splice": "far_splice",
    "random_splice": "random_splice",
    "cluster_switch": "cluster_switch",
    "gradual": "gradual",
    "return_": "return",
    "blip": "blip",
    "natural": "natural",
}
#: Streams without a drift, all of whose alarms are false.
CALM = ("blip", "natural")
CONTROL = "shuffled"
#: What thresholds are set by.
CONTROLS = (CONTROL, "blip")
#: The kind that settings are chosen on.
CHOSEN_ON = "far_splice"


@dataclass(frozen=True)
class Protocol:
    """How much is measured, and how strictly."""

    length: int = 50
    seed: int = 0
    per_shopper: int = 8
    """Streams of each kind a shopper, on average."""
    false_alarms: float = 0.04
    """Share of streams without drift that may raise an alarm, on the shoppers for thresholds: a
    little below the 5 % that others may get."""
    recommended: int = 400
    """Streams of each kind that recommendations are measured in, at most."""
    far: float = 0.25
    """The share of shoppers that are far from one."""
    timed: int = 40
    """Streams that are scored one at a time to see how long an event takes."""

    @property
    def within(self) -> int:
        """Settings are chosen by F1 within so many events."""
        return 10 if self.length >= 40 else 5


@dataclass(frozen=True)
class Cut:
    """Streams of one group of shoppers by kind."""

    streams: Mapping[str, Sequence[Stream]] = field(default_factory=dict)

    def some(self, kinds: Sequence[str], most: int) -> dict[str, Sequence[Stream]]:
        """The first streams of some kinds."""
        return {kind: self.streams[kind][:most] for kind in kinds}

    @property
    def controls(self) -> Sequence[Stream]:
        """One shopper's likes, shuffled."""
        return self.streams[CONTROL]


def cut(
    likes: Histories, vectors: Floats, protocol: Protocol, what: str, kinds: Sequence[str]
) -> Cut:
    """Streams of a group.

    Raises
    ------
    ShoptalkError
        Where nobody in the group liked enough.
    """
    splicer = Splicer(likes, vectors, protocol.seed, SpliceConfig(far=protocol.far))
    users = sorted(likes)
    able = sum(len(items) >= protocol.length for items in likes.values())
    found = {}
    for kind in kinds:
        # In its natural order a shopper's log is one stream.
        n = None if kind == "natural" else protocol.per_shopper * able
        found[kind] = splicer.streams(kind, users, protocol.length, n)
    if not found[CONTROL] or not found[CHOSEN_ON]:
        raise ShoptalkError(
            f"Streams of {protocol.length} likes need shoppers with as many: of the "
            f"{len(likes)} for {what} {able} have. Try a shorter --length."
        )
    return Cut(found)
