"""States of shoppers as they are kept beside the log, so that a turn folds only what is new.

What is kept is never more than a copy: it can be made again from the log, and is the same then to
the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Optional, Protocol, TypeVar

from catalog.events import Event
from catalog.shopper_states import KeptState
from catalog.store import Store

S = TypeVar("S")


class Fold(Protocol[S]):
    """A model whose state is a pure function of a shopper's events in their order."""

    @property
    def fingerprint(self) -> str:
        """Of the model; states of another one are made anew. At most 64 characters."""

    def start(self) -> S:
        """The state before the first event."""

    def observe(self, state: S, event: Event) -> S:
        """The state after one more event."""

    def to_bytes(self, state: S) -> bytes:
        """All of a state."""

    def from_bytes(self, data: bytes) -> S:
        """A state again; ``ValueError`` where these are not the bytes of one."""


@dataclass(frozen=True)
class Folded(Generic[S]):
    """A state, and how far it goes."""

    state: S
    upto: int
    """Id of the last event in it; 0 before the first."""
    kept_upto: int
    """How far the kept state went that it was made from; 0 where it was made from nothing."""


@dataclass(frozen=True)
class Replayed:
    """What came of making a kept state again."""

    shopper_id: str
    events: int
    """That are in the kept state."""
    same: Optional[bool]
    """Whether it is the same to the last bit; None where nothing of this model is kept."""


class Keeper(Generic[S]):
    """Reads, makes and keeps the states of a shop's shoppers."""

    def __init__(self, store: Store, fold: Fold[S]) -> None:
        self._store = store
        self._fold = fold

    def state(self, shopper_id: str) -> S:
        """What all of a shopper's events say: the kept state, and what was logged since."""
        return self.folded(shopper_id).state

    def folded(self, shopper_id: str) -> Folded[S]:
        """The same with how far it goes."""
        start = self._kept(shopper_id)
        state, upto = start.state, start.upto
        for id_, event in self._store.events_after(shopper_id, upto):
            state, upto = self._fold.observe(state, event), id_
        return Folded(state, upto, start.upto)

    def keep(self, shopper_id: str) -> bool:
        """Keep what all events say; whether something new was kept. Nothing is kept of shoppers
        without events, nor where another process has kept what goes further."""
        folded = self.folded(shopper_id)
        if not folded.upto or folded.upto == folded.kept_upto:
            return False
        state = self._fold.to_bytes(folded.state)
        return self._store.states.write(
            shopper_id, KeptState(self._fold.fingerprint, folded.upto, state)
        )

    def replay(self, shopper_id: str) -> Replayed:
        """Make the kept state again from the log, and compare; keeps nothing."""
        kept = self._store.states.read(shopper_id)
        if kept is None or kept.model != self._fold.fingerprint:
            return Replayed(shopper_id, 0, None)
        state, count = self._fold.start(), 0
        for id_, event in self._store.events_after(shopper_id, 0):
            if id_ > kept.upto:
                break
            state, count = self._fold.observe(state, event), count + 1
        same = self._fold.to_bytes(state) == kept.state
        return Replayed(shopper_id, count, same)

    def rebuild(self, shopper_id: str) -> bool:
        """Make the state anew from the whole log and keep it in the place of any other; whether
        there was something to keep."""
        self._store.states.delete(shopper_id)
        return self.keep(shopper_id)

    def _kept(self, shopper_id: str) -> Folded[S]:
        kept = self._store.states.read(shopper_id)
        if kept is not None and kept.model == self._fold.fingerprint:
            try:
                state = self._fold.from_bytes(kept.state)
                return Folded(state, kept.upto, kept.upto)
            except ValueError:
                # Damaged: the log has it all.
                pass
        return Folded(self._fold.start(), 0, 0)
