"""What a merchant's rules are: typed, immutable, plain data through JSON and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Mapping, Optional, Union

PIN, BOOST, BURY, REQUIRE, EXCLUDE = "pin", "boost", "bury", "require", "exclude"
INCOMPATIBLE, AGE_LIMITED, MARGIN = "incompatible", "age_limited", "margin"
KINDS = (PIN, BOOST, BURY, REQUIRE, EXCLUDE, INCOMPATIBLE, AGE_LIMITED, MARGIN)
#: Kinds that change the order; the others only take products away.
ORDERING = (PIN, BOOST, BURY, MARGIN)

IS, IS_NOT, AT_MOST, AT_LEAST, BETWEEN = "is", "is_not", "at_most", "at_least", "between"
OPERATORS = (IS, IS_NOT, AT_MOST, AT_LEAST, BETWEEN)
NUMERIC = (AT_MOST, AT_LEAST, BETWEEN)

#: The most that boosts lift a product, and buries lower it, in points of its score, however many
#: of them meet. How close the texts of product and request are is worth up to 1 point.
MOST_BOOST, MOST_BURY = 0.5, 0.5
#: The most that margin lifts a product: enough to decide between near equals.
MOST_MARGIN = 0.1
MOST_RANK = 10
#: Rules and synonyms in one file.
MOST_RULES = 1000

Values = tuple[Union[str, float], ...]


@dataclass(frozen=True)
class Clause:
    """``attribute op values``, in the merchant's words; of several values any will do.

    Numeric operators have one number, ``between`` two. A number may be a text with a unit.
    """

    attribute: str
    op: str
    values: Values
    line: int = field(default=0, compare=False)

    def to_json(self) -> dict[str, Any]:
        return {
            "attribute": self.attribute,
            "op": self.op,
            "values": list(self.values),
            "line": self.line,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Clause:
        return cls(data["attribute"], data["op"], tuple(data["values"]), data["line"])


@dataclass(frozen=True)
class Selection:
    """Products by id, or those that meet every clause; an empty one selects nothing."""

    clauses: tuple[Clause, ...] = ()
    products: tuple[str, ...] = ()
    lines: tuple[int, ...] = field(default=(), compare=False)
    """Where each id stands in the file."""

    def __bool__(self) -> bool:
        return bool(self.clauses or self.products)

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        if self.clauses:
            out["where"] = [c.to_json() for c in self.clauses]
        if self.products:
            out["products"] = list(self.products)
            out["lines"] = list(self.lines)
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Selection:
        return cls(
            tuple(Clause.from_json(c) for c in data.get("where", ())),
            tuple(data.get("products", ())),
            tuple(data.get("lines", ())),
        )


@dataclass(frozen=True)
class Condition:
    """Which requests a rule is for: all clauses asked for, and one of the words said."""

    clauses: tuple[Clause, ...] = ()
    text: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.clauses or self.text)

    def to_json(self) -> dict[str, Any]:
        return {"where": [c.to_json() for c in self.clauses], "text": list(self.text)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Condition:
        return cls(
            tuple(Clause.from_json(c) for c in data.get("where", ())), tuple(data.get("text", ()))
        )


@dataclass(frozen=True)
class Rule:
    """One rule. ``amount`` is what its kind counts in.

    ============  ============================================================================
    kind          fields
    ============  ============================================================================
    pin           ``selection`` by id; ``amount`` is the place of the first in the list
    boost, bury   ``selection``; ``amount`` in points of the score
    require       ``selection``: nothing else is shown
    exclude       ``selection``: is not shown
    incompatible  ``selection`` and ``other``: not shown while one of the other kind is chosen
    age_limited   ``selection``; ``amount`` is the age in years
    margin        ``attribute``; ``amount`` is what the highest margin adds to the score
    ============  ============================================================================
    """

    name: str
    kind: str
    selection: Selection = Selection()
    other: Selection = Selection()
    amount: float = 0.0
    attribute: str = ""
    when: Condition = Condition()
    start: Optional[date] = None
    end: Optional[date] = None
    """The first and the last day on which the rule holds."""
    line: int = field(default=0, compare=False)

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force on a day."""
        return not ((self.start and day < self.start) or (self.end and day > self.end))

    def meets(self, other: Rule) -> bool:
        """Whether there are requests on some day that both rules are for."""
        apart = (self.start and other.end and other.end < self.start) or (
            self.end and other.start and self.end < other.start
        )
        same = not self.when or not other.when or self.when == other.when
        return same and not apart

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"name": self.name, "kind": self.kind, "line": self.line}
        for key in ("selection", "other", "when"):
            if value := getattr(self, key):
                out[key] = value.to_json()
        if self.amount:
            out["amount"] = self.amount
        if self.attribute:
            out["attribute"] = self.attribute
        for key in ("start", "end"):
            if day := getattr(self, key):
                out[key] = day.isoformat()
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Rule:
        """Read one rule.

        Raises ``ValueError`` for a kind that does not exist.
        """
        if data["kind"] not in KINDS:
            raise ValueError(f"There is no rule of kind {data['kind']!r}.")
        days = {k: date.fromisoformat(data[k]) for k in ("start", "end") if data.get(k)}
        return cls(
            name=data["name"],
            kind=data["kind"],
            selection=Selection.from_json(data.get("selection", {})),
            other=Selection.from_json(data.get("other", {})),
            amount=float(data.get("amount", 0.0)),
            attribute=data.get("attribute", ""),
            when=Condition.from_json(data.get("when", {})),
            start=days.get("start"),
            end=days.get("end"),
            line=int(data.get("line", 0)),
        )


@dataclass(frozen=True)
class Synonym:
    """Words of shoppers and what they mean: a value of the catalogue, or other words."""

    words: tuple[str, ...]
    means: str
    attribute: str = ""
    """Of which attribute it is a value, where that is said."""
    line: int = field(default=0, compare=False)

    def to_json(self) -> dict[str, Any]:
        return {"words": list(self.words), "means": self.means, "attribute": self.attribute}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Synonym:
        return cls(tuple(data["words"]), data["means"], data.get("attribute", ""))


@dataclass(frozen=True)
class RuleSet:
    """All rules and synonyms of a shop."""

    rules: tuple[Rule, ...] = ()
    synonyms: tuple[Synonym, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rules or self.synonyms)

    @property
    def fingerprint(self) -> str:
        """Of the whole set; empty for no rules at all."""
        return _digest(self.to_json()) if self else ""

    def to_json(self) -> dict[str, Any]:
        return {
            "rules": [r.to_json() for r in self.rules],
            "synonyms": [s.to_json() for s in self.synonyms],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RuleSet:
        """Read what ``to_json`` gave; ``ValueError``, ``KeyError`` or ``TypeError`` for others."""
        return cls(
            tuple(Rule.from_json(r) for r in data["rules"]),
            tuple(Synonym.from_json(s) for s in data["synonyms"]),
        )


NO_RULES = RuleSet()


def fingerprint_of(synonyms: tuple[Synonym, ...]) -> str:
    """Of synonyms alone, which an index is made with; empty for none."""
    return _digest([s.to_json() for s in synonyms]) if synonyms else ""


def _digest(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
