"""From "the second one" or "那个蓝色的" to product ids."""

from __future__ import annotations

from typing import Optional, Protocol

from actions.request.types import Referent, Request


class ShownFacts(Protocol):
    """What is known of shown products; the recommender answers from its index."""

    def number(self, product_id: str, attribute: str) -> Optional[float]:
        """A measured attribute, or None where the product has none."""

    def evidence(self, product_id: str, attribute: str, value: str) -> float:
        """How sure it is, 0 to 1, that the product has the value."""

    def kind(self, product_id: str) -> Optional[str]:
        """What kind of product it is, or None where that is not known."""

    def title_matches(self, product_id: str, words: str) -> bool:
        """Whether the product's title has all of ``words``."""


EVIDENCE = 0.5


def resolve(
    referents: tuple[Referent, ...], request: Request, facts: ShownFacts
) -> tuple[str, ...]:
    """Resolve every referent against the last list; one that points at nothing is left out."""
    found: dict[str, None] = {}
    for referent in referents:
        for product_id in resolve_one(referent, request, facts):
            found.setdefault(product_id)
    return tuple(found)


def resolve_one(referent: Referent, request: Request, facts: ShownFacts) -> tuple[str, ...]:
    """The ids that one referent means, possibly none."""
    listed = request.last_list
    if referent.by == "id":
        findable = {*listed, *request.shown, *request.chosen, *request.goes_with, *request.focus}
        return (referent.value,) if referent.value in findable else ()
    if referent.by == "product":
        return (referent.value,)
    if referent.by == "ordinal":
        n = referent.n - 1 if referent.n > 0 else len(listed) + referent.n
        return (listed[n],) if 0 <= n < len(listed) else ()
    if referent.by == "focus":
        return request.focus or (listed if len(listed) == 1 else ())
    if referent.by == "shown":
        return listed
    if referent.by == "other":
        return tuple(i for i in listed if i not in request.focus)[:1]
    if referent.by == "value":
        scored = [(facts.evidence(i, referent.attribute, referent.value), i) for i in listed]
        best = max((s for s, _ in scored), default=0.0)
        return tuple(i for s, i in scored if s >= EVIDENCE and s == best)[:1]
    if referent.by == "extreme":
        # "The cheaper one", after two were compared, is one of the two.
        among = request.focus if len(request.focus) > 1 else listed
        numbers = [(facts.number(i, referent.attribute), i) for i in among]
        known = [(n, i) for n, i in numbers if n is not None]
        if not known:
            return ()
        pick = max if referent.value == "max" else min
        return (pick(known, key=lambda pair: pair[0])[1],)
    if referent.by == "title":
        return tuple(i for i in listed if facts.title_matches(i, referent.value))[:1]
    return ()
