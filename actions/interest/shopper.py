"""What is known of one shopper over time, as a fold over their events: interest and drift.

Each act that speaks for a product, and each search, is one step. Steps that the shopper says were
for somebody else are taken back; what lies before a drift that was told counts less, until an
answer says more. The same events in the same order give the same state, bit for bit.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Callable, Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.interest.drift.detector import DriftDetector, DriftState, Reading
from actions.interest.model import InterestModel, InterestState
from actions.interest.said import CHANGED, GIFT, NO
from actions.interest.steps import Step, step_of
from catalog.events import Event
from catalog.index import CatalogueIndex

#: Steps that are remembered with their products and words.
REMEMBERED = 40
#: What counts of an interest after a drift was told, and after the shopper said so, too.
TOLD_KEEPS, CONFIRMED_KEEPS = 0.3, 0.1
#: Steps before a change and since it, without which nothing is said of it.
BEFORE, SINCE = 4, 2
#: What a shopper forgets who forgets all lines.
EVERYTHING = "*"
#: The kind of a drift that takes up an interest of before.
RETURN = "return"
_VERSION = 1
#: Given the steps before a change and since it, its probability; None where it cannot be judged.
Opinion = Callable[[Sequence[Step], Sequence[Step]], Optional[float]]


@dataclass(frozen=True)
class Told:
    """A drift that was told, until it is answered, or something else was told."""

    since: int
    """The steps that were of the new interest then."""
    count: int
    """All steps then."""
    interest: bytes
    """The interest before the old one was discounted."""
    drift: bytes
    """The detector's state before it started anew."""


@dataclass(frozen=True)
class ShopperState:
    """What the events of a shopper say, up to one of them."""

    interest: InterestState
    drift: DriftState
    steps: tuple[Step, ...] = ()
    """The last ``REMEMBERED``, oldest first."""
    count: int = 0
    """All steps."""
    stale: Mapping[str, float] = field(default_factory=dict)
    """Products taken before a drift, or for somebody else → what still counts of that."""
    told: Optional[Told] = None
    forgotten: str = ""
    """When the shopper asked that all be forgotten, ISO 8601; what was before counts no more."""

    def windows(self, since: int) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """The steps before a change and those since it."""
        cut = max(0, len(self.steps) - since)
        return self.steps[:cut], self.steps[cut:]


class ShopperModel:
    """Folds events into states; holds no state itself."""

    def __init__(
        self, index: CatalogueIndex, interest: InterestModel, detector: DriftDetector
    ) -> None:
        self.index, self.interest, self.detector = index, interest, detector
        parts = f"{_VERSION} {interest.fingerprint} {detector.fingerprint} {index.manifest.build}"
        self.fingerprint = hashlib.sha256(parts.encode()).hexdigest()[:32]

    def start(self) -> ShopperState:
        """Of a shopper nobody knows yet."""
        return ShopperState(self.interest.start(), self.detector.start())

    def observe(self, state: ShopperState, event: Event) -> ShopperState:
        """The state after one more event."""
        if event.kind == "drifted":
            back = event.payload.get("change") == RETURN
            return self._told(state, int(event.payload.get("since", SINCE)), back)
        if event.kind == "corrected" and event.payload.get("about") == "drift":
            return self._answered(state, str(event.payload.get("verdict", NO)))
        if event.kind == "corrected" and event.payload.get("forget") == EVERYTHING:
            return replace(self.start(), forgotten=event.at.isoformat())
        gift = event.kind == "searched" and bool(event.payload.get("gift"))
        if gift:
            return state
        step = step_of(event, state.interest.head.acts)
        state = replace(state, interest=self.interest.observe(state.interest, event))
        return state if step is None else self._stepped(state, step)

    def reading(self, state: ShopperState, opinion: Optional[Opinion] = None) -> Reading:
        """Whether the interest has drifted, as far as it can be said yet.

        There is no alarm before the old and the new interest had a few steps each.

        Parameters
        ----------
        opinion
            Asked about the steps before and since the change where likes leave it open.
        """

        def asked(found: Reading) -> Optional[float]:
            before, since = state.windows(found.since)
            enough = len(since) >= SINCE and len(before) >= BEFORE
            return opinion(before, since) if opinion is not None and enough else None

        reading = self.detector.reading(state.drift, asked)
        before, since = state.windows(reading.since)
        if reading.alarm and (len(since) < SINCE or len(before) < BEFORE):
            return replace(reading, alarm=False)
        return reading

    def to_bytes(self, state: ShopperState) -> bytes:
        """The state as bytes, exactly."""
        told = state.told
        data = {
            "interest": _text(self.interest.to_bytes(state.interest)),
            "drift": _text(self.detector.to_bytes(state.drift)),
            "steps": [step.to_json() for step in state.steps],
            "count": state.count,
            "stale": dict(state.stale),
            "forgotten": state.forgotten,
            "told": told and [told.since, told.count, _text(told.interest), _text(told.drift)],
        }
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()

    def from_bytes(self, data: bytes) -> ShopperState:
        """The state that ``to_bytes`` wrote.

        Raises
        ------
        ValueError
            For other bytes.
        """
        try:
            read = json.loads(data)
            told = read["told"]
            return ShopperState(
                interest=self.interest.from_bytes(_bytes(read["interest"])),
                drift=self.detector.from_bytes(_bytes(read["drift"])),
                steps=tuple(
                    Step(tuple(ids), words, acts, tuple(kinds))
                    for ids, words, acts, kinds in read["steps"]
                ),
                count=read["count"],
                stale=read["stale"],
                forgotten=read["forgotten"],
                told=Told(told[0], told[1], _bytes(told[2]), _bytes(told[3])) if told else None,
            )
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(f"These bytes are no state of a shopper: {error!r}") from error

    def _stepped(self, state: ShopperState, step: Step) -> ShopperState:
        placed = self._placed(step.products)
        if placed is None:
            return state
        drift = self.detector.observe(state.drift, vector=placed)
        if drift.vectors is state.drift.vectors:
            # The same product once more: no step for the detector, and none here.
            return replace(state, drift=drift)
        # Who takes up again what was left behind wants it again.
        stale = {i: keep for i, keep in state.stale.items() if i not in step.products}
        steps = (*state.steps, step)[-REMEMBERED:]
        return replace(state, drift=drift, steps=steps, count=state.count + 1, stale=stale)

    def _placed(self, ids: Sequence[str]) -> Optional[npt.NDArray[np.float32]]:
        """Where products are in the detector's space, or in that of its source; None where the
        detector knows no place for them."""
        model, position = self.detector.model, self.detector.position
        known = [position[i] for i in ids if i in position]
        if known:
            like = model.items[known].mean(axis=0)
            return like if like.any() else None
        new = [self.index.position[i] for i in ids if i in self.index.position]
        if not new or model.brought is None:
            return None
        return self.index.vectors.vectors(np.array(new)).mean(axis=0)

    def _told(self, state: ShopperState, since: int, back: bool) -> ShopperState:
        before, after = state.windows(since)
        # What is taken up again counts as it did; what was for somebody else never counts.
        gone = {i: keep for i, keep in state.stale.items() if not back or not keep}
        now = {i for step in after for i in step.products}
        # Earlier interests were left before; the detector holds the likes of this one.
        own = before[max(0, len(before) + since - len(state.drift.vectors)) :]
        left = {i: TOLD_KEEPS for step in own for i in step.products if i not in now}
        return replace(
            state,
            interest=self.interest.discounted(state.interest, TOLD_KEEPS, _acts(state, after)),
            drift=self.detector.reset(state.drift, CHANGED),
            stale={**gone, **left},
            told=Told(
                since,
                state.count,
                self.interest.to_bytes(state.interest),
                self.detector.to_bytes(state.drift),
            ),
        )

    def _answered(self, state: ShopperState, verdict: str) -> ShopperState:
        told = state.told
        if told is None:
            return state
        since = told.since + state.count - told.count
        before, after = state.windows(since)
        if verdict == CHANGED:
            left = {i: min(keep, CONFIRMED_KEEPS) for i, keep in state.stale.items()}
            keeps = CONFIRMED_KEEPS / TOLD_KEEPS
            interest = self.interest.discounted(state.interest, keeps, _acts(state, after))
            return replace(state, interest=interest, stale=left, told=None)
        old = self.interest.from_bytes(told.interest)
        drift = self.detector.reset(self.detector.from_bytes(told.drift), verdict)
        own = {i for step in before for i in step.products}
        stale = {i: keep for i, keep in state.stale.items() if i not in own}
        if verdict == GIFT:
            # What was for somebody else says nothing of this shopper.
            acts = max(0, old.head.acts - after[0].acts) if after else 0
            old = self.interest.without_last(old, acts)
            stale.update({i: 0.0 for step in after for i in step.products if i not in own})
            return replace(
                state, interest=old, drift=drift, steps=before, count=state.count - len(after),
                stale=stale, told=None,
            )  # fmt: skip
        return replace(state, interest=old, drift=drift, stale=stale, told=None)


def _acts(state: ShopperState, after: Sequence[Step]) -> int:
    """Acts on products since the first of some steps."""
    return max(0, state.interest.head.acts - after[0].acts) if after else 0


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
