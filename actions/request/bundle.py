"""Several products that are wanted together: an outfit, a set-up, gifts for several people.

A part of the request value: it goes through JSON and is taken back with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Mapping, Optional

from actions.request.types import Constraint

OUTFIT, SETUP, GIFTS, LISTED = "outfit", "setup", "gifts", "list"
FORMS = (OUTFIT, SETUP, GIFTS, LISTED)


@dataclass(frozen=True)
class Part:
    """One of the products that are wanted together, and what it has to be."""

    name: str
    """Unique among the parts of a bundle: ``shoes``, ``mother``, ``child 2``."""
    kinds: tuple[str, ...] = ()
    """Product types of which any will do, the likeliest first; none means any kind of thing."""
    person: str = ""
    """Whom it is for, a name of ``catalog.sets``."""
    words: str = ""
    """What the shopper called it."""
    constraints: tuple[Constraint, ...] = ()
    text: str = ""
    """Words that it should be about and that fit no attribute."""
    count: int = 1
    """How many of it."""
    product: str = ""
    """The id of the one that was chosen."""
    refused: tuple[str, ...] = ()
    """Ids of those that were not wanted."""

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"name": self.name}
        for key in ("person", "words", "text", "product"):
            if getattr(self, key):
                out[key] = getattr(self, key)
        for key in ("kinds", "refused"):
            if getattr(self, key):
                out[key] = list(getattr(self, key))
        if self.count != 1:
            out["count"] = self.count
        if self.constraints:
            out["constraints"] = [c.to_json() for c in self.constraints]
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Part:
        return cls(
            name=data["name"],
            kinds=tuple(data.get("kinds", ())),
            person=data.get("person", ""),
            words=data.get("words", ""),
            constraints=tuple(Constraint.from_json(c) for c in data.get("constraints", ())),
            text=data.get("text", ""),
            count=data.get("count", 1),
            product=data.get("product", ""),
            refused=tuple(data.get("refused", ())),
        )


@dataclass(frozen=True)
class Bundle:
    """The parts, what holds for all of them, and the money for the whole."""

    form: str
    """One of ``FORMS``."""
    name: str = ""
    """Which outfit or set-up of ``catalog.sets``; empty where none of them was named."""
    parts: tuple[Part, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    """What was said of all parts."""
    budget: Optional[Constraint] = None
    """The price of all together."""
    people: int = 1
    """For how many a set-up is."""
    assumed: str = ""
    """The gender that an outfit was taken to be for where none was said."""
    over: bool = False
    """Whether what is shown costs more than the budget, for want of anything that does not."""

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"form": self.form, "parts": [p.to_json() for p in self.parts]}
        for key in ("name", "assumed"):
            if getattr(self, key):
                out[key] = getattr(self, key)
        if self.constraints:
            out["constraints"] = [c.to_json() for c in self.constraints]
        if self.budget is not None:
            out["budget"] = self.budget.to_json()
        if self.people != 1:
            out["people"] = self.people
        if self.over:
            out["over"] = True
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Bundle:
        budget = data.get("budget")
        return cls(
            form=data["form"],
            name=data.get("name", ""),
            parts=tuple(Part.from_json(p) for p in data.get("parts", ())),
            constraints=tuple(Constraint.from_json(c) for c in data.get("constraints", ())),
            budget=Constraint.from_json(budget) if budget else None,
            people=data.get("people", 1),
            assumed=data.get("assumed", ""),
            over=data.get("over", False),
        )

    def part(self, name: str) -> Optional[Part]:
        """The part of a name."""
        return next((part for part in self.parts if part.name == name), None)

    def of_product(self, product_id: str) -> Optional[Part]:
        """The part that a product was chosen for."""
        return next((part for part in self.parts if part.product == product_id), None)

    def with_part(self, part: Part) -> Bundle:
        """The same with one part in the place of that of the same name, or behind the others."""
        if self.part(part.name) is None:
            return replace(self, parts=(*self.parts, part))
        parts = tuple(part if one.name == part.name else one for one in self.parts)
        return replace(self, parts=parts)

    def without(self, *names: str) -> Bundle:
        """The same without some parts."""
        return replace(self, parts=tuple(p for p in self.parts if p.name not in names))
