"""Which size each person takes in each kind of product, as far as the conversation has told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Mapping, Optional

from actions.sizing.kinds import ME

#: How a size came to be known, the surer one counts: said outright or looked for, bought or put
#: into the cart before, put onto the list, asked about.
SAID, BOUGHT, CHOSEN, ASKED = "said", "bought", "chosen", "asked"
_SURE = (ASKED, CHOSEN, BOUGHT, SAID)
#: Sizes and measures that are kept; the oldest go first.
KEPT = 24


@dataclass(frozen=True)
class Taken:
    """Sizes that one person takes in one kind of product."""

    person: str
    kind: str
    sizes: tuple[str, ...]
    how: str = SAID


@dataclass(frozen=True)
class Sizes:
    """All that is known of who takes which size, and whom the search is for now."""

    taken: tuple[Taken, ...] = ()
    measures: tuple[tuple[str, str, float], ...] = ()
    """Person, what of the body, and its cm."""
    person: str = ME

    def of(self, person: str, kind: str) -> Optional[Taken]:
        """What one person takes in one kind."""
        return next((t for t in self.taken if (t.person, t.kind) == (person, kind)), None)

    def measure(self, person: str, name: str) -> Optional[float]:
        """One measure of a person's body in cm."""
        found = (cm for who, what, cm in self.measures if (who, what) == (person, name))
        return next(found, None)

    def with_size(self, new: Taken) -> Sizes:
        """With a size that takes the place of the one before, unless that is surer."""
        old = self.of(new.person, new.kind)
        if not new.kind or not new.sizes:
            return self
        if old is not None and _SURE.index(old.how) > _SURE.index(new.how):
            return self
        rest = tuple(t for t in self.taken if t is not old)
        return replace(self, taken=(*rest, new)[-KEPT:])

    def with_measure(self, person: str, name: str, cm: float) -> Sizes:
        """With a measure of the body."""
        rest = tuple(m for m in self.measures if m[:2] != (person, name))
        return replace(self, measures=(*rest, (person, name, cm))[-KEPT:])

    def without(self, person: str, kind: str = "") -> Sizes:
        """Without what is known of a person, of one kind or of all."""
        gone = [t for t in self.taken if t.person == person and kind in ("", t.kind)]
        kept = tuple(m for m in self.measures if kind or m[0] != person)
        return replace(self, taken=tuple(t for t in self.taken if t not in gone), measures=kept)

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        if self.taken:
            out["taken"] = [[t.person, t.kind, list(t.sizes), t.how] for t in self.taken]
        if self.measures:
            out["measures"] = [list(m) for m in self.measures]
        if self.person != ME:
            out["person"] = self.person
        return out

    @classmethod
    def from_json(cls, data: Optional[Mapping[str, Any]]) -> Sizes:
        data = data or {}
        return cls(
            taken=tuple(Taken(p, k, tuple(s), how) for p, k, s, how in data.get("taken", ())),
            measures=tuple((p, n, float(cm)) for p, n, cm in data.get("measures", ())),
            person=data.get("person", ME),
        )
