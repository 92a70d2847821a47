"""Buttons on cards: what was tapped says exactly what to change, whatever its words are. Pure.

A card may be an older one: what it shows is named by its id and need not be in the last list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Collection, Iterable, Optional

from actions.request.types import IS, Change, Constraint, Referent, Request

#: What a button on a card can do.
LIKE, REJECT, CHOOSE, UNCHOOSE = "like", "reject", "choose", "unchoose"
SIMILAR, WHY, COMPARE, DETAILS, GOES_WITH = "similar", "why", "compare", "details", "goes_with"
ACTS = (LIKE, REJECT, CHOOSE, UNCHOOSE, SIMILAR, WHY, COMPARE, DETAILS, GOES_WITH)
#: Products that one button is about.
MOST = 8


@dataclass(frozen=True)
class Tapped:
    """A button that was tapped: one of ``ACTS``, and the ids of the products on it."""

    act: str
    products: tuple[str, ...]


def read_tapped(data: Any) -> Optional[Tapped]:
    """The button in a message's metadata; None where there is none, or none that we know."""
    if not isinstance(data, dict) or data.get("act") not in ACTS:
        return None
    ids = data.get("products")
    ids = [i for i in ids if isinstance(i, str) and i] if isinstance(ids, (list, tuple)) else []
    return Tapped(data["act"], tuple(dict.fromkeys(ids))[:MOST]) if ids else None


def at_hand(request: Request, past: Iterable[Request] = ()) -> set[str]:
    """The products that a conversation has shown or spoken of, as far as it remembers."""
    found: set[str] = set()
    for one in (request, *past):
        for ids in (one.last_list, one.shown, one.focus, one.liked, one.chosen, one.rejected):
            found.update(ids)
        found.update((*one.similar_to, *one.goes_with))
    return found


def changes_of(
    tapped: Tapped,
    seen: Collection[str],
    of_another_search: bool = False,
    kind_of: Callable[[str], Optional[str]] = lambda product_id: None,
) -> tuple[Change, ...]:
    """The changes that a button stands for.

    Parameters
    ----------
    seen
        Ids of products of the catalogue that the shopper has been shown. Others point at nothing,
        and the reply says so.
    of_another_search
        Whether the card is one of a search that is over: then what is like it is looked for by
        its kind alone, not by what was said since.
    kind_of
        What kind of product one is.
    """
    ids = [i for i in tapped.products if i in seen]
    referents = tuple(Referent("product", value=i) for i in ids)
    # Pointing at nothing by its name.
    referents = referents or (Referent("id", value=tapped.products[0]),)
    if tapped.act in (WHY, DETAILS):
        return (Change("ask", attribute=tapped.act, referents=referents),)
    if tapped.act == COMPARE and len(ids) == 1:
        # One card's button: beside the others that are shown.
        referents = (*referents, Referent("shown"))
    changed = Change(tapped.act, referents=referents)
    if tapped.act == SIMILAR and ids and of_another_search and (kind := kind_of(ids[0])):
        return (Change("add", constraint=Constraint("product_type", IS, kind)), changed)
    return (changed,)
