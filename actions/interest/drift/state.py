"""What a detector knows of one shopper: a value, folded over acts, kept as bytes."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any, Dict, Tuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

_ARRAYS = ("vectors", "earlier_sum", "hidden", "surprise_hidden", "former")
_FORMAT = 1


@dataclass(frozen=True, eq=False)
class DriftState:
    """Where a shopper's stream stands; its arrays are not to be written to."""

    fingerprint: str
    """Of the detector that made it."""
    count: int
    """Acts seen since the start, those that were forgotten or undone too."""
    vectors: Array
    """Of the latest likes of the interest, oldest first, shape (m, d)."""
    earlier_count: float
    """Likes of the interest before these; capped, so that what is old does not weigh for ever."""
    earlier_sum: Array
    """Of their vectors, shape (d,)."""
    hidden: Array
    """Of the learned stage, shape (members, hidden)."""
    surprise_hidden: Array
    """Of the model that expects the next like, shape (1, hidden)."""
    former: Array
    """Interests that were left: for each the likes and the sum of their vectors, (n, 1 + d)."""
    logits: Tuple[float, ...] = ()
    """Log odds of a change after each of the latest acts, oldest first."""
    since: int = 0
    """Likes since the likeliest place of a change."""
    lift: float = 0.0
    """Log odds that it takes beyond the threshold, after the shopper said that nothing changed."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DriftState) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    def to_bytes(self) -> bytes:
        """All of it, to the bit."""
        head: Dict[str, Any] = {
            "format": _FORMAT,
            "fingerprint": self.fingerprint,
            "count": self.count,
            "earlier_count": self.earlier_count,
            "logits": self.logits,
            "since": self.since,
            "lift": self.lift,
            "shapes": [getattr(self, name).shape for name in _ARRAYS],
        }
        text = json.dumps(head).encode("utf-8")
        body = b"".join(np.ascontiguousarray(getattr(self, n), "<f4").tobytes() for n in _ARRAYS)
        return struct.pack("<I", len(text)) + text + body

    @classmethod
    def from_bytes(cls, data: bytes) -> DriftState:
        """The state that ``to_bytes`` was called on.

        Raises
        ------
        ValueError
            For bytes that are not of a state.
        """
        try:
            (size,) = struct.unpack_from("<I", data)
            head = json.loads(data[4 : 4 + size].decode("utf-8"))
            if head["format"] != _FORMAT:
                raise ValueError("the format is another one")
            at, arrays = 4 + size, {}
            for name, shape in zip(_ARRAYS, head["shapes"], strict=True):
                length = int(np.prod(shape))
                array = np.frombuffer(data, "<f4", length, at).reshape(shape)
                arrays[name], at = frozen(array), at + 4 * length
            if at != len(data):
                raise ValueError("there is more of it than it says")
            return cls(
                fingerprint=str(head["fingerprint"]),
                count=int(head["count"]),
                earlier_count=float(head["earlier_count"]),
                logits=tuple(float(logit) for logit in head["logits"]),
                since=int(head["since"]),
                lift=float(head["lift"]),
                **arrays,
            )
        except (struct.error, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"These bytes are no state of a drift detector: {error}") from error


def frozen(array: npt.NDArray[Any]) -> Array:
    """A copy as float32 that cannot be written to."""
    own = np.array(array, np.float32)
    own.setflags(write=False)
    return own
