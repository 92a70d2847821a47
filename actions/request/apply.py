"""The request algebra: what each change does to a request. Pure and deterministic."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Callable, Collection, Iterable, Optional, Sequence

from actions.request.resolve import ShownFacts, resolve
from actions.request.types import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    BETWEEN,
    IS,
    IS_NOT,
    TOGETHER,
    Change,
    Constraint,
    Request,
    Sort,
)

#: Attributes that say who it is for; they outlive a change of category.
LASTING = ("gender", "age_group")
#: How far "about" reaches, as a part of the value.
ABOUT_SLACK = {"price": 0.15}
NUMERIC = (AT_MOST, AT_LEAST, BETWEEN, ABOUT)
#: Attributes that are never hard.
PURPOSES = ("occasion",)
#: Kinds of change after which a new list is due.
SEARCHING = frozenset(
    {"add", "widen", "drop", "relax", "relative", "similar", "goes_with", "sort", "count", "text"}
)
Kin = Callable[[str, str], bool]
Covers = Callable[[str, str, str], bool]
"""An attribute and two values → whether the second is the first, or a kind of it."""


@dataclass(frozen=True)
class Applied:
    """The request after the changes, and what the reply has to know about how it came about."""

    request: Request
    dropped: tuple[Constraint, ...] = ()
    """Constraints that a change of category has put aside."""
    unresolved: tuple[Change, ...] = ()
    """Changes that point at something that was not shown."""
    targets: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Index of a change → the ids its referents mean."""


def apply(
    request: Request,
    changes: Iterable[Change],
    facts: ShownFacts,
    kin: Kin,
    covers: Covers = lambda attribute, wide, narrow: wide == narrow,
) -> Applied:
    """Apply ``changes`` in order, a change of category first.

    Parameters
    ----------
    facts
        Answers about the products that referents and relative critiques point at.
    kin
        Whether of two product types one is the other, or broader or narrower.
    covers
        Whether a value takes in another: what is "not blue" is not navy.
    """
    changes = list(changes)
    kept = {change.attribute for change in changes if change.kind == "keep"}
    order = sorted(range(len(changes)), key=lambda i: not _names_category(changes[i]))
    state = _State(request, facts, covers)
    dropped: tuple[Constraint, ...] = ()
    corrected = _corrected(changes, request)
    for i in order:
        change = changes[i]
        if _names_category(change):
            dropped += state.change_category(change, kin, kept, corrected=corrected)
        elif not (corrected and _denies_category(change)):
            state.apply(i, change)
    return Applied(state.request, dropped, tuple(state.unresolved), state.targets)


def _names_category(change: Change) -> bool:
    constraint = change.constraint
    return (
        change.kind == "add"
        and constraint is not None
        and constraint.attribute == "product_type"
        and constraint.op == IS
    )


def _denies_category(change: Change) -> bool:
    constraint = change.constraint
    denies = constraint is not None and constraint.op == IS_NOT
    return denies and _of(change).attribute == "product_type"


def _corrected(changes: Sequence[Change], request: Request) -> bool:
    """Whether one thing is put in the place of another: "not books, do you have puzzles"."""
    denied = {v for c in changes if _denies_category(c) for v in _of(c).values}
    return (
        bool(denied)
        and denied == set(request.category)
        and any(_names_category(c) for c in changes)
    )


class _State:
    """The request while the changes of one utterance are applied to it."""

    def __init__(self, request: Request, facts: ShownFacts, covers: Covers) -> None:
        self.before = request
        self.covers = covers
        self.request = request
        self.facts = facts
        self.unresolved: list[Change] = []
        self.targets: dict[int, tuple[str, ...]] = {}
        self.mentioned: tuple[str, ...] = ()
        self.switched = False

    def change_category(
        self,
        change: Change,
        kin: Kin,
        keeping: Collection[str] = (),
        *,
        corrected: bool = False,
    ) -> tuple[Constraint, ...]:
        """Look for another thing; what was said of the one before goes, unless it is corrected."""
        constraint = _of(change)
        old = self.request.category
        related = (
            corrected or not old or any(kin(str(a), str(b)) for a in old for b in constraint.values)
        )
        dropped: tuple[Constraint, ...] = ()
        if not related:
            self.switched = True
            kept = tuple(
                c
                for c in self.request.constraints
                if c.attribute in keeping or (c.attribute in LASTING and c.hard)
            )
            dropped = tuple(
                c
                for c in self.request.constraints
                if c not in kept and c.attribute != "product_type"
            )
            self.request = replace(
                self.request, constraints=kept, sort=None, text="", similar_to=()
            )
        self.request = replace(self.request, goes_with=())
        if not old:
            # Words that stood for a category that was not understood.
            self.request = replace(self.request, text="")
        self.request = add_constraint(self.request, constraint)
        self._fresh()
        return dropped

    def apply(self, i: int, change: Change) -> None:
        handler = getattr(self, f"_{change.kind}", None)
        ids: tuple[str, ...] = ()
        if change.referents:
            # Words point at what was on the screen before this utterance changed anything.
            scene = replace(self.before, focus=self.mentioned or self.before.focus)
            ids = resolve(change.referents, scene, self.facts)
            self.targets[i] = ids
            if not ids:
                self.unresolved.append(change)
                return
        if handler is not None:
            handler(change, ids)
        if change.kind in SEARCHING:
            self._fresh()

    def _fresh(self) -> None:
        self.request = replace(self.request, shown=())

    def _add(self, change: Change, ids: tuple[str, ...]) -> None:
        constraint = _of(change)
        if constraint.attribute in PURPOSES:
            # What it is for is a wish: feeds that state it state it for a few products only.
            constraint = replace(constraint, hard=False)
        self.request = add_constraint(self._agreeing(constraint), constraint)

    def _agreeing(self, new: Constraint) -> Request:
        """The request without what the new wish leaves no room for: the last word counts.

        Who wants navy no longer minds blue; who wants nothing blue no longer wants navy.
        """
        if new.op not in (IS, IS_NOT):
            return self.request
        request, opposite = self.request, IS_NOT if new.op == IS else IS
        for old in request.on(new.attribute):
            if old.op != opposite:
                continue
            gone = tuple(
                value
                for value in old.values
                if any(self._at_odds(new, str(value), str(v)) for v in new.values)
            )
            request = _without_values(request, new.attribute, opposite, gone)
        return request

    def _at_odds(self, new: Constraint, old: str, said: str) -> bool:
        wide, narrow = (old, said) if new.op == IS else (said, old)
        return self.covers(new.attribute, wide, narrow)

    def _widen(self, change: Change, ids: tuple[str, ...]) -> None:
        self.request = widen_constraint(self.request, _of(change))

    def _drop(self, change: Change, ids: tuple[str, ...]) -> None:
        self.request = drop_constraint(
            self.request, change.attribute, None if change.value is None else str(change.value)
        )

    def _relax(self, change: Change, ids: tuple[str, ...]) -> None:
        self.request = replace(
            self.request,
            constraints=tuple(
                replace(c, hard=False) if c.attribute == change.attribute else c
                for c in self.request.constraints
            ),
        )

    def _relative(self, change: Change, ids: tuple[str, ...]) -> None:
        less = change.value == "less"
        shown = ids or self.mentioned or _single(self.before.focus) or self.before.last_list
        numbers = [self.facts.number(i, change.attribute) for i in shown]
        # A cheaper kettle is not one that is cheaper than the dresses before it.
        known = [] if self.switched and not ids else [n for n in numbers if n is not None]
        if not known:
            # Nothing to measure against: the best that can be done is an order.
            self.request = replace(self.request, sort=Sort(change.attribute, descending=not less))
            return
        reference = min(known) if less else max(known)
        # The next cent for money, so that the bound reads back exactly; a hair for a measure.
        step = 0.01 if change.attribute == "price" else 1e-3 * max(abs(reference), 1e-3)
        bound = round(
            reference + (-step if less else step), 2 if change.attribute == "price" else 9
        )
        constraint = Constraint(
            change.attribute, AT_MOST if less else AT_LEAST, bound, words="relative"
        )
        if change.attribute == "price":
            opposite = (AT_LEAST, BETWEEN, ABOUT) if less else (AT_MOST, BETWEEN, ABOUT)
            self.request = _remove(
                self.request,
                lambda c: c.attribute == "price" and c.op in opposite and _excludes(c, bound, less),
            )
        self.request = add_constraint(self.request, constraint)

    def _similar(self, change: Change, ids: tuple[str, ...]) -> None:
        target = ids or self.mentioned or self.before.focus or self.before.last_list[:1]
        if not target:
            self.unresolved.append(change)
            return
        if (
            self.before.goes_with
            and not self.request.category
            and (kind := self.facts.kind(target[0]))
        ):
            # Among what goes with a chair, "like the lamp but cheaper" is a lamp.
            like_it = Constraint("product_type", IS, kind)
            self.request = add_constraint(self.request, like_it)
        self.request = replace(self.request, similar_to=target, goes_with=(), focus=target)
        self.mentioned = target

    def _goes_with(self, change: Change, ids: tuple[str, ...]) -> None:
        before = self.before
        target = ids or self.mentioned or before.goes_with or before.focus or before.last_list[:1]
        if not target:
            self.unresolved.append(change)
            return
        # What was said of the one product is not said of what goes with it.
        own = tuple(c for c in self.request.constraints if c not in before.constraints)
        self.request = replace(
            self.request,
            constraints=own,
            sort=None,
            text="",
            similar_to=(),
            goes_with=target,
            focus=target,
        )
        self.mentioned = target

    def _refer(self, change: Change, ids: tuple[str, ...]) -> None:
        self._focus(ids)

    def _compare(self, change: Change, ids: tuple[str, ...]) -> None:
        if ids:
            self._focus(ids)

    def _ask(self, change: Change, ids: tuple[str, ...]) -> None:
        if ids:
            self._focus(ids)

    def _like(self, change: Change, ids: tuple[str, ...]) -> None:
        ids = ids or _single(self.before.focus)
        self.request = replace(
            self.request,
            liked=_plus(self.request.liked, ids),
            rejected=_minus(self.request.rejected, ids),
        )
        self._focus(ids)

    def _reject(self, change: Change, ids: tuple[str, ...]) -> None:
        ids = ids or self.before.focus or self.before.last_list
        self.request = replace(
            self.request,
            rejected=_plus(self.request.rejected, ids),
            liked=_minus(self.request.liked, ids),
            focus=_minus(self.request.focus, ids),
            similar_to=_minus(self.request.similar_to, ids),
        )
        self.mentioned = ids

    def _choose(self, change: Change, ids: tuple[str, ...]) -> None:
        ids = ids or self.mentioned or _single(self.before.focus)
        self.request = replace(self.request, chosen=_plus(self.request.chosen, ids))
        self._focus(ids)

    def _unchoose(self, change: Change, ids: tuple[str, ...]) -> None:
        ids = ids or self.mentioned or self.before.focus
        self.request = replace(self.request, chosen=_minus(self.request.chosen, ids))

    def _sort(self, change: Change, ids: tuple[str, ...]) -> None:
        self.request = replace(
            self.request, sort=Sort(change.attribute, descending=change.value == "desc")
        )

    def _count(self, change: Change, ids: tuple[str, ...]) -> None:
        if isinstance(change.value, (int, float)):
            self.request = replace(self.request, count=max(1, min(10, int(change.value))))

    def _text(self, change: Change, ids: tuple[str, ...]) -> None:
        self.request = replace(self.request, text=str(change.value or "")[:200])

    def _focus(self, ids: tuple[str, ...]) -> None:
        if ids:
            self.request = replace(self.request, focus=ids)
            self.mentioned = ids


def add_constraint(request: Request, new: Constraint) -> Request:
    """Add a constraint; what it contradicts gives way."""
    if new.op == IS:
        if new.attribute not in TOGETHER:
            request = _remove(request, lambda c: c.attribute == new.attribute and c.op == IS)
        request = _remove(request, lambda c: c == new)
        request = _without_values(request, new.attribute, IS_NOT, new.values)
    elif new.op == IS_NOT:
        request = _without_values(request, new.attribute, IS, new.values)
        request = _without_values(request, new.attribute, IS_NOT, new.values)
    elif new.op in NUMERIC:
        request = _remove(request, lambda c: c.attribute == new.attribute and _clashes(c, new))
    else:
        request = _remove(request, lambda c: c == new)
    return replace(request, constraints=(*request.constraints, new))


def widen_constraint(request: Request, new: Constraint) -> Request:
    """Allow one more alternative."""
    same = [c for c in request.on(new.attribute) if c.op == IS]
    if not same:
        return add_constraint(request, new)
    values = tuple(dict.fromkeys((*same[-1].values, *new.values)))
    return add_constraint(
        request, replace(same[-1], value=values if len(values) > 1 else values[0])
    )


def drop_constraint(request: Request, attribute: str, value: Optional[str] = None) -> Request:
    """Forget what was said about an attribute, or one value of it."""
    if value is None:
        sort = request.sort if request.sort and request.sort.attribute != attribute else None
        return replace(request.without(attribute), sort=sort)
    request = _without_values(request, attribute, IS, (value,))
    return _without_values(request, attribute, IS_NOT, (value,))


def bounds(constraint: Constraint) -> tuple[float, float]:
    """The closed interval that a numeric constraint allows.

    "About" allows 15 % to either side of a price, and 3 % of a measure; a screen of 15.6 inches is
    none of 16.
    """
    low, high = float("-inf"), float("inf")
    if constraint.op == AT_MOST:
        high = _number(constraint.value)
    elif constraint.op == AT_LEAST:
        low = _number(constraint.value)
    elif constraint.op == BETWEEN:
        low, high = (_number(v) for v in constraint.values)
    elif constraint.op == ABOUT:
        middle = _number(constraint.value)
        share = ABOUT_SLACK.get(constraint.attribute, 0.03)
        if constraint.attribute == "screen_size" and middle % 1:
            share = 0.01
        low, high = middle - share * abs(middle), middle + share * abs(middle)
    return low, high


def _clashes(old: Constraint, new: Constraint) -> bool:
    """Whether ``new`` takes the place of ``old``: the same side again, or an empty overlap."""
    if old.op not in NUMERIC:
        return False
    if new.op in (BETWEEN, ABOUT) or old.op in (ABOUT, BETWEEN) or old.op == new.op:
        return True
    if old.currency != new.currency:
        return False
    (a, b), (c, d) = bounds(old), bounds(new)
    return max(a, c) > min(b, d)


def _excludes(old: Constraint, bound: float, less: bool) -> bool:
    low, high = bounds(old)
    return low > bound if less else high < bound


def _without_values(request: Request, attribute: str, op: str, values: tuple) -> Request:  # type: ignore[type-arg]
    kept = []
    for constraint in request.constraints:
        if constraint.attribute == attribute and constraint.op == op:
            left = tuple(v for v in constraint.values if v not in values)
            if not left:
                continue
            constraint = replace(constraint, value=left if len(left) > 1 else left[0])
        kept.append(constraint)
    return replace(request, constraints=tuple(kept))


def _remove(request: Request, drop: Callable[[Constraint], bool]) -> Request:
    return replace(request, constraints=tuple(c for c in request.constraints if not drop(c)))


def _of(change: Change) -> Constraint:
    if change.constraint is None:
        raise ValueError(f"A change of kind {change.kind!r} needs a constraint.")
    return change.constraint


def _number(value: object) -> float:
    return float(value)  # type: ignore[arg-type]


def _single(ids: tuple[str, ...]) -> tuple[str, ...]:
    return ids if len(ids) == 1 else ()


def _plus(ids: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*ids, *more)))


def _minus(ids: tuple[str, ...], less: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(i for i in ids if i not in less)
