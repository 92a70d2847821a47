"""What is wished of several products together, and of one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional, Sequence

from actions.request.apply import PURPOSES
from actions.request.bundle import Bundle
from actions.request.bundles.money import Money
from actions.request.extract import Utterance
from actions.request.types import Change, Constraint

#: So many parts a bundle has at most.
MOST = 8
#: What is said of the occasion rather than of one thing: a wish, not a condition.
SETTING = frozenset((*PURPOSES, "season", "style"))


@dataclass(frozen=True)
class Opening:
    """What was wanted, before any product is chosen."""

    bundle: Bundle
    beyond: int = 0
    """Parts that were asked for beyond ``MOST``."""


def unique(name: str, taken: Sequence[str]) -> str:
    """A name that no other part has."""
    n, found = 2, name
    while found in taken:
        found, n = f"{name} {n}", n + 1
    return found


def told_of(said: Utterance) -> str:
    """The words that say what a thing should be about; a Chinese character alone says nothing."""
    words = [w for w in said.free_text.split() if len(w) > 1]
    return " ".join(words)


def wishes_in(changes: Sequence[Change]) -> list[Constraint]:
    """What is wished for in some changes."""
    return [c.constraint for c in changes if c.kind == "add" and c.constraint is not None]


def is_own(constraint: Constraint) -> bool:
    """Whether a wish is about the thing itself."""
    return constraint.attribute not in {"product_type", "price", *SETTING, "gender"} or (
        constraint.attribute == "style"
    )


def with_money(bundle: Bundle, found: Optional[Money]) -> Bundle:
    """The bundle with an amount that was said, for all or for each."""
    if found is None:
        return bundle
    if not found.each:
        return replace(bundle, budget=found.limit)
    return replace(
        bundle,
        parts=tuple(replace(p, constraints=(*p.constraints, found.limit)) for p in bundle.parts),
    )
