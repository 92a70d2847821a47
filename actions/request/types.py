"""The shopper's request as one immutable value, and the changes an utterance makes to it.

Everything here is plain data that survives a trip through JSON: it is kept in a Rasa slot and
sent between the bot and the action server.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Mapping, Optional, Union

if TYPE_CHECKING:
    from actions.request.bundle import Bundle

#: Constraint operators.
IS, IS_NOT, AT_MOST, AT_LEAST, BETWEEN, ABOUT, CONTAINS = (
    "is",
    "is_not",
    "at_most",
    "at_least",
    "between",
    "about",
    "contains",
)
OPERATORS = (IS, IS_NOT, AT_MOST, AT_LEAST, BETWEEN, ABOUT, CONTAINS)

#: Attributes whose values are wanted together unless "or" says otherwise: waterproof, wireless.
TOGETHER = frozenset({"feature"})

Value = Union[str, float, tuple[str, ...], tuple[float, float]]
"""A text, a number, alternatives of which any will do, or the two ends of a range."""


@dataclass(frozen=True)
class Constraint:
    """``attribute op value``, hard (said outright) or soft (inferred, or relaxed by the system)."""

    attribute: str
    op: str
    value: Value
    hard: bool = True
    currency: Optional[str] = None
    """Only for prices: the currency the value is in; None means the catalogue's."""
    unit: Optional[str] = None
    """Only for measures: ``cm``, ``kg``, …; None means the catalogue's."""
    words: str = ""
    """The words the constraint came from."""

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"attribute": self.attribute, "op": self.op}
        out["value"] = list(self.value) if isinstance(self.value, tuple) else self.value
        if not self.hard:
            out["hard"] = False
        for key in ("currency", "unit", "words"):
            if getattr(self, key):
                out[key] = getattr(self, key)
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Constraint:
        value = data["value"]
        return cls(
            attribute=data["attribute"],
            op=data["op"],
            value=tuple(value) if isinstance(value, list) else value,
            hard=data.get("hard", True),
            currency=data.get("currency"),
            unit=data.get("unit"),
            words=data.get("words", ""),
        )

    @property
    def values(self) -> tuple[Any, ...]:
        """The value as alternatives: one or several."""
        return self.value if isinstance(self.value, tuple) else (self.value,)


@dataclass(frozen=True)
class Referent:
    """What "the second one", "它" or "那个蓝色的" points at, before it is resolved.

    ``by`` is one of: ``ordinal`` (``n`` from 1, negative from the end), ``focus`` (it, that one),
    ``shown`` (all of the last list), ``other`` (the one of two that is not in focus), ``value``
    (the shown product with ``attribute`` = ``value``), ``extreme`` (the shown product with the
    ``min`` or ``max`` of ``attribute``, in ``value``), ``title`` (words of a title, in ``value``),
    ``id`` (a product id, in ``value``), ``product`` (the same of a card that was tapped, which may
    be older than what the request remembers).
    """

    by: str
    n: int = 0
    attribute: str = ""
    value: str = ""

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"by": self.by}
        if self.n:
            out["n"] = self.n
        if self.attribute:
            out["attribute"] = self.attribute
        if self.value:
            out["value"] = self.value
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Referent:
        return cls(**data)


#: Kinds of change. See ``Change`` for the fields each one uses.
CHANGE_KINDS = (
    "add", "widen", "drop", "relax", "relative", "similar", "goes_with", "refer", "compare", "ask",
    "like", "reject", "choose", "unchoose", "show_list", "sort", "count", "text", "more", "back",
    "start_over", "affirm", "deny", "dont_care", "keep",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One change of the request, or one act on what was shown.

    ==============  ==============================================================================
    kind            fields
    ==============  ==============================================================================
    add             ``constraint``; replaces what it contradicts ("blue" after "red")
    widen           ``constraint``; one more alternative of an ``is`` ("or black", "黑色也行")
    drop            ``attribute`` and perhaps ``value`` ("any colour", "不限价格")
    keep            ``attribute``: stays although the category changes ("same budget, but shoes")
    relax           ``attribute``: from hard to soft ("ideally red", "最好是红色" about a known one)
    relative        ``attribute``, ``value`` = ``less`` or ``more``, perhaps ``referents`` (cheaper)
    similar         ``referents`` ("something like the first")
    goes_with       ``referents`` ("which shoes go with it?")
    refer           ``referents``: these are what we talk about now
    compare         ``referents``; none means the whole last list
    ask             ``attribute`` = ``details``, ``why``, or what is asked about; ``referents``
    like, reject    ``referents``
    choose          ``referents``: onto the shopper's list; ``unchoose`` takes them off
    show_list       —
    sort            ``attribute`` and ``value`` = ``asc`` or ``desc``
    count           ``value``: how many to show
    text            ``value``: words that fit no attribute
    more, back, start_over, affirm, deny, dont_care     —
    ==============  ==============================================================================
    """

    kind: str
    constraint: Optional[Constraint] = None
    attribute: str = ""
    value: Union[str, int, float, None] = None
    referents: tuple[Referent, ...] = ()

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"kind": self.kind}
        if self.constraint is not None:
            out.update(self.constraint.to_json())
        if self.attribute:
            out["attribute"] = self.attribute
        if self.value is not None:
            out["value"] = self.value
        if self.referents:
            out["referents"] = [r.to_json() for r in self.referents]
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Change:
        """Read one change.

        Raises ``ValueError`` for a kind that does not exist.
        """
        kind = data["kind"]
        if kind not in CHANGE_KINDS:
            raise ValueError(f"There is no change of kind {kind!r}.")
        if kind in ("add", "widen"):
            return cls(kind, constraint=Constraint.from_json(data))
        return cls(
            kind,
            attribute=data.get("attribute", ""),
            value=data.get("value"),
            referents=tuple(Referent.from_json(r) for r in data.get("referents", ())),
        )


@dataclass(frozen=True)
class Sort:
    """An order: an attribute (price, rating, added, popularity, or any measure) and a direction."""

    attribute: str
    descending: bool = False


@dataclass(frozen=True)
class Cause:
    """A part of a product's score without which it would stand lower."""

    part: str
    other: str = ""
    """The product, or for ``attributes`` the attribute, that it is due to; may be empty."""


@dataclass(frozen=True)
class Request:
    """What the shopper wants now, and what the words of the conversation can point at."""

    constraints: tuple[Constraint, ...] = ()
    sort: Optional[Sort] = None
    count: Optional[int] = None
    text: str = ""
    similar_to: tuple[str, ...] = ()
    """Ids of products that the results should be like."""
    goes_with: tuple[str, ...] = ()
    """Ids of products that the results should go with."""
    last_list: tuple[str, ...] = ()
    """Ids in the last shown list, by rank."""
    shown: tuple[str, ...] = ()
    """Ids shown since the constraints last changed; "more" goes past them."""
    focus: tuple[str, ...] = ()
    """Ids that "it" means."""
    liked: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    """The shopper's list."""
    moved: tuple[tuple[str, str], ...] = ()
    """Which products of the last list merchant rules moved, and how."""
    because: tuple[tuple[str, Cause], ...] = ()
    """Products of the last list, and what put them there."""
    bundle: Optional[Bundle] = None
    """Several products that are wanted together; the last list is theirs then."""

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        if self.constraints:
            out["constraints"] = [c.to_json() for c in self.constraints]
        if self.sort is not None:
            out["sort"] = {"attribute": self.sort.attribute, "descending": self.sort.descending}
        if self.count is not None:
            out["count"] = self.count
        if self.text:
            out["text"] = self.text
        for key in _ID_FIELDS:
            if getattr(self, key):
                out[key] = list(getattr(self, key))
        if self.moved:
            out["moved"] = [list(pair) for pair in self.moved]
        if self.because:
            out["because"] = [[id_, cause.part, cause.other] for id_, cause in self.because]
        if self.bundle is not None:
            out["bundle"] = self.bundle.to_json()
        return out

    @classmethod
    def from_json(cls, data: Optional[Mapping[str, Any]]) -> Request:
        # A bundle is made of constraints, which are told here.
        from actions.request.bundle import Bundle

        data = data or {}
        sort = data.get("sort")
        return cls(
            bundle=Bundle.from_json(data["bundle"]) if data.get("bundle") else None,
            constraints=tuple(Constraint.from_json(c) for c in data.get("constraints", ())),
            sort=Sort(sort["attribute"], sort["descending"]) if sort else None,
            count=data.get("count"),
            text=data.get("text", ""),
            moved=tuple((id_, how) for id_, how in data.get("moved", ())),
            because=tuple(
                (id_, Cause(part, other)) for id_, part, other in data.get("because", ())
            ),
            **{key: tuple(data.get(key, ())) for key in _ID_FIELDS},
        )

    def on(self, attribute: str) -> tuple[Constraint, ...]:
        """The constraints on one attribute."""
        return tuple(c for c in self.constraints if c.attribute == attribute)

    @property
    def category(self) -> tuple[str, ...]:
        """The product types asked for, any of which will do."""
        wanted = [c for c in self.on("product_type") if c.op == IS]
        return wanted[-1].values if wanted else ()

    def ways(self, product_id: str) -> tuple[str, ...]:
        """How merchant rules moved a product of the last list."""
        return tuple(how for moved, how in self.moved if moved == product_id)

    def causes(self, product_id: str) -> tuple[Cause, ...]:
        """What put a product of the last list there."""
        return tuple(cause for id_, cause in self.because if id_ == product_id)

    def without(self, *attributes: str) -> Request:
        """The same request less its constraints on ``attributes``."""
        kept = tuple(c for c in self.constraints if c.attribute not in attributes)
        return replace(self, constraints=kept)


_ID_FIELDS = (
    "similar_to",
    "goes_with",
    "last_list",
    "shown",
    "focus",
    "liked",
    "rejected",
    "chosen",
)
