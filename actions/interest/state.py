"""A shopper's state: the belief, and the last operations, which can still be taken back.

``base`` is what all but the last operations made; ``recent`` are those; ``head`` is what they make
of ``base``. To take some back is to make ``head`` again without them, to the last bit.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np
import numpy.typing as npt

from actions.interest.acts import ACT, DISCOUNT, SAID, Operation
from actions.interest.config import InterestConfig
from actions.interest.posterior import NUMBERS, PRODUCTS, Evidence, Posterior
from actions.interest.space import Space
from actions.interest.update import updated

_FORMAT = 1
_HEADER = struct.Struct("<4I")
_POSTERIOR = struct.Struct("<qQ5dI")
_OPERATION = np.dtype(
    [("kind", "<u4"), ("item", "<i4"), ("long", "<f8"), ("session", "<f8"), ("at", "<i8")]
)
_LINE = np.dtype(
    [
        ("column", "<i4"),
        ("events", "<u4"),
        ("numbers", "<f8", (len(NUMBERS),)),
        ("products", "<i4", (PRODUCTS,)),
    ]
)


@dataclass(frozen=True, eq=False)
class InterestState:
    """Never changes; equal where every bit is."""

    base: Posterior
    recent: tuple[Operation, ...]
    """Oldest first."""
    head: Posterior

    @classmethod
    def empty(cls, space: Space, config: InterestConfig) -> InterestState:
        """Of a shopper of whom nothing is known."""
        nothing = Posterior.empty(space.dimensions, config)
        return cls(nothing, (), nothing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InterestState) and self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]

    def after(
        self, operations: Sequence[Operation], space: Space, config: InterestConfig
    ) -> InterestState:
        """The state after further operations."""
        if len(operations) > config.remembered:
            return self._again((*self.recent, *operations), space, config)
        base, recent, head = self.base, (*self.recent, *operations), self.head
        for operation in operations:
            head = updated(head, operation, space, config)
        while len(recent) > config.remembered:
            base, recent = updated(base, recent[0], space, config), recent[1:]
        return InterestState(base, recent, head)

    def without_last(self, acts: int, space: Space, config: InterestConfig) -> InterestState:
        """As if the last ``acts`` acts on products and searches, of those that are remembered, had
        not been. Corrections stay."""
        place = self._place(acts)
        later = (o for o in self.recent[place:] if o.kind not in (ACT, SAID))
        return self._again((*self.recent[:place], *later), space, config)

    def discounted(
        self, keep: float, since: int, space: Space, config: InterestConfig
    ) -> InterestState:
        """What is older than the last ``since`` acts and searches counts ``keep`` of what it
        did."""
        place = self._place(since)
        at = self.recent[place - 1].at if place else self.base.at
        discount = Operation(DISCOUNT, -1, keep, 0.0, at)
        if place == len(self.recent):
            return self.after([discount], space, config)
        if place == 0:
            base = updated(self.base, discount, space, config)
            return InterestState(base, self.recent, self.head)._again(self.recent, space, config)
        recent = (*self.recent[:place], discount, *self.recent[place:])
        return self._again(recent, space, config)

    def to_bytes(self) -> bytes:
        """All of it, to the last bit."""
        k, d = self.base.sums.shape
        recent = np.array(list(self.recent), _OPERATION)
        header = _HEADER.pack(_FORMAT, k, d, len(recent))
        parts = [header, recent.tobytes(), _packed(self.base), _packed(self.head)]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> InterestState:
        """What ``to_bytes`` gave.

        Raises
        ------
        ValueError
            Where it gave something else.
        """
        try:
            version, k, d, count = _HEADER.unpack_from(data)
            if version != _FORMAT:
                raise ValueError(f"The state of an interest is of version {version}.")
            at = _HEADER.size
            rows = np.frombuffer(data, _OPERATION, count, at)
            at += rows.nbytes
            base, at = _unpacked(data, at, k, d)
            head, at = _unpacked(data, at, k, d)
        except struct.error as error:
            raise ValueError(f"This is no state of an interest: {error}.") from error
        if at != len(data):
            raise ValueError("This is no state of an interest: it is longer than that.")
        return cls(base, tuple(Operation(*row) for row in rows.tolist()), head)

    def _place(self, acts: int) -> int:
        """Where the last so many acts and searches begin among the remembered operations."""
        place = len(self.recent)
        while place > 0 and acts > 0:
            place -= 1
            acts -= self.recent[place].kind in (ACT, SAID)
        return place

    def _again(
        self, recent: tuple[Operation, ...], space: Space, config: InterestConfig
    ) -> InterestState:
        base, older = self.base, len(recent) - config.remembered
        for operation in recent[: max(0, older)]:
            base = updated(base, operation, space, config)
        recent = recent[max(0, older) :]
        head = base
        for operation in recent:
            head = updated(head, operation, space, config)
        return InterestState(base, recent, head)


def _packed(posterior: Posterior) -> bytes:
    p = posterior
    lines = np.zeros(len(p.lines), _LINE)
    for row, (column, line) in enumerate(p.lines.items()):
        products = (*line.products, *(-1,) * (PRODUCTS - len(line.products)))
        lines[row] = (column, line.events, line[: len(NUMBERS)], products)
    numbers = (p.clock, p.session_mass, p.avoided_mass, p.liked_mass, p.disliked_mass)
    arrays = (p.sums, p.mass, p.held, p.session, p.avoided, lines)
    return b"".join(
        [_POSTERIOR.pack(p.at, p.acts, *numbers, len(lines)), *(a.tobytes() for a in arrays)]
    )


def _unpacked(data: bytes, at: int, k: int, d: int) -> tuple[Posterior, int]:
    when, acts, clock, session_mass, avoided_mass, liked, disliked, count = _POSTERIOR.unpack_from(
        data, at
    )
    at += _POSTERIOR.size
    floats, wide = np.dtype(np.float32), np.dtype(np.float64)

    def taken(kind: np.dtype[Any], *shape: int) -> npt.NDArray[Any]:
        nonlocal at
        found = np.frombuffer(data, kind, math.prod(shape), at).reshape(shape)
        at += found.nbytes
        return found.copy()

    posterior = Posterior(
        at=when,
        acts=acts,
        clock=clock,
        sums=taken(floats, k, d),
        mass=taken(wide, k),
        held=taken(wide, k),
        session=taken(floats, d),
        session_mass=session_mass,
        avoided=taken(floats, d),
        avoided_mass=avoided_mass,
        liked_mass=liked,
        disliked_mass=disliked,
        lines={
            column: Evidence._make([*numbers, events, tuple(p for p in products if p >= 0)])
            for column, events, numbers, products in taken(_LINE, count).tolist()
        },
    )
    return posterior, at
