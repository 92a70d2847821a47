"""Steps of a shopper: acts that speak for products, and searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Sequence

from catalog.events import Event

#: Acts that speak for a product.
FOR = frozenset({"clicked", "asked", "liked", "chosen", "carted", "bought", "rated", "shared"})
LEAST_RATING = 4


@dataclass(frozen=True)
class Step:
    """One act, or one search, that speaks for products."""

    products: tuple[str, ...]
    words: str = ""
    """What the shopper said, personal data masked; empty for an act without words."""
    acts: int = 0
    """Acts on products that the interest had taken into account before it."""
    kinds: tuple[str, ...] = ()
    """Product types that were searched for."""

    def to_json(self) -> list[Any]:
        return [list(self.products), self.words, self.acts, list(self.kinds)]


def step_of(event: Event, acts: int) -> Optional[Step]:
    """The step that an event is; None where it is none.

    Parameters
    ----------
    acts
        Acts on products before it.
    """
    if event.kind == "searched":
        products = event.payload.get("products") or ()
        ids = tuple(str(i) for i in products) if isinstance(products, Sequence) else ()
        kinds = tuple(map(str, event.payload.get("category") or ()))
        return Step(ids, str(event.payload.get("text", "")), acts, kinds) if ids else None
    if event.kind not in FOR or event.product_id is None:
        return None
    if event.kind == "rated" and float(event.payload.get("value") or 0) < LEAST_RATING:
        return None
    return Step((event.product_id,), "", acts)
