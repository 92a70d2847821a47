"""All that a detector has learned, as arrays and numbers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Mapping, Optional, Tuple

import numpy as np

from actions.interest.drift.recurrent import Gru
from actions.interest.drift.same_shopper import Array, TwoCovariance

SPACE = ("mean", "projection", "ratio", "heat")


@dataclass(frozen=True)
class Learned:
    """The learned stages over the statistics; a detector works without them, less sharply."""

    surprise: Gru
    """Expects the next like's place in the first space from those before it."""
    drift: Gru
    """Reads the statistics; every member gives log odds of a change."""
    centre: Array
    """Mean of each statistic, shape (inputs,) …"""
    scale: Array
    """… and deviation, by which they are evened."""


@dataclass(frozen=True)
class DriftModel:
    """Space, thresholds and learned stages of a detector."""

    items: Array
    """Vectors of the items that can be named by position, shape (items, d)."""
    spaces: Tuple[TwoCovariance, ...]
    """Where likes are compared; the first tells where a change was and of what kind."""
    learned: Optional[Learned] = None
    offset: float = 12.0
    """Without learned stages: nats that tell as much for a change as against it …"""
    slope: float = 0.5
    """… and log odds for each nat beyond."""
    beside: float = 0.0
    """With learned stages: log odds for each nat of the strongest long window, added to theirs."""
    threshold: float = 0.5
    """Probability from which there is an alarm; chosen on shoppers of their own."""
    unsure: Tuple[float, float] = (0.0, 0.0)
    """From which to below which probability another opinion is worth its cost."""
    opinion_weight: float = 1.0
    """What the log odds of that opinion count."""
    brought: Optional[Array] = None
    """Brings vectors of another source into this space, shape (1 + source, d), the first row
    added to all; None where they are of this space already."""
    ids: Tuple[str, ...] = ()
    """Product ids of the items, in their order; empty where they go by position alone."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What it was made from, for people to read."""

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return int(self.items.shape[1])

    def arrays(self) -> Dict[str, Array]:
        """What is kept as arrays, by name."""
        found: Dict[str, Array] = {"items": self.items}
        for place, space in enumerate(self.spaces):
            for name in SPACE:
                found[f"space{place}.{name}"] = getattr(space, name)
        if self.brought is not None:
            found["brought"] = self.brought
        if self.learned is not None:
            found |= self.learned.surprise.arrays("surprise.")
            found |= self.learned.drift.arrays("drift.")
            found |= {"centre": self.learned.centre, "scale": self.learned.scale}
        return found

    def numbers(self) -> Dict[str, Any]:
        """What is kept as numbers and texts, by name."""
        return {
            "offset": self.offset,
            "slope": self.slope,
            "beside": self.beside,
            "threshold": self.threshold,
            "unsure": list(self.unsure),
            "opinion_weight": self.opinion_weight,
            "ids": list(self.ids),
        }

    @classmethod
    def of(
        cls, arrays: Mapping[str, Array], numbers: Mapping[str, Any], about: Mapping[str, Any]
    ) -> DriftModel:
        """From what ``arrays`` and ``numbers`` gave.

        Raises
        ------
        KeyError, TypeError, ValueError
            Where something is missing or of another form.
        """
        spaces: List[TwoCovariance] = []
        while f"space{len(spaces)}.mean" in arrays:
            own = f"space{len(spaces)}."
            spaces.append(TwoCovariance(*(arrays[own + name] for name in SPACE)))
        if not spaces:
            raise ValueError("there is no space")
        learned = None
        if "centre" in arrays:
            learned = Learned(
                Gru.of(arrays, "surprise."),
                Gru.of(arrays, "drift."),
                arrays["centre"],
                arrays["scale"],
            )
        low, high = numbers["unsure"]
        return cls(
            items=arrays["items"],
            spaces=tuple(spaces),
            learned=learned,
            offset=float(numbers["offset"]),
            slope=float(numbers["slope"]),
            beside=float(numbers["beside"]),
            threshold=float(numbers["threshold"]),
            unsure=(float(low), float(high)),
            opinion_weight=float(numbers["opinion_weight"]),
            brought=arrays.get("brought"),
            ids=tuple(map(str, numbers["ids"])),
            about=dict(about),
        )

    def fingerprint(self) -> str:
        """Of all that decides what a state means; thresholds may change under it."""
        digest = hashlib.sha256(json.dumps([self.offset, self.slope, self.beside]).encode())
        for name, array in sorted(self.arrays().items()):
            if name != "items":
                digest.update(name.encode() + str(array.shape).encode())
                digest.update(np.ascontiguousarray(array, "<f4").tobytes())
        return digest.hexdigest()[:16]

    def with_threshold(self, threshold: float) -> DriftModel:
        """The same with another threshold."""
        return replace(self, threshold=threshold)
