"""Taking one cause away: the shop or the search as it would be without it."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any, Optional

import numpy as np
import scipy.sparse as sp

from actions.recommend.companions import Companions
from actions.recommend.reasons import Reason
from actions.request.apply import NUMERIC
from actions.turn.context import Context
from bot.evaluate.explain.asked import Asked
from catalog.index import CatalogueIndex


def without(
    context: Context, asked: Asked, position: int, reason: Reason
) -> Optional[tuple[Context, Asked]]:
    """The same search where what a reason names is not so; None for reasons that name no cause.

    What the shopper liked or took is taken from what is known of the shopper; everything else is
    taken from the product.

    Parameters
    ----------
    position
        Of the product that the reason is given for.
    """
    request, other = asked.request, reason.product_id
    constraint = reason.constraint
    if constraint is not None:
        if constraint.op in NUMERIC:
            return _with(context, _priceless(context.index, position)), asked
        attribute = constraint.attribute
        return _with(context, _lacking(context.index, position, attribute)), asked
    if reason.bond is not None:
        return _with(context, _unbound(context.index, position, reason)), asked
    if reason.kind == "similar":
        similar = replace(request, similar_to=_less(request.similar_to, other))
        return context, replace(asked, request=similar)
    if reason.kind in ("liked", "alike", "taste", "graph"):
        left = {id_: sure for id_, sure in asked.history.items() if id_ != other}
        liked = replace(request, liked=_less(request.liked, other))
        return context, replace(asked, request=liked, history=left)
    if reason.kind in ("words", "rating", "price_fit", "new"):
        return _with(context, _plain(context.index, position, reason.kind)), asked
    return None


def _with(context: Context, index: CatalogueIndex) -> Context:
    """The same shop over another index."""
    filters = copy.copy(context.filters)
    filters.index = index
    searcher = replace(context.searcher, filters=filters, companions=Companions(index))
    # What was worked out of the index before.
    searcher._traits = None
    return replace(context, index=index, filters=filters, searcher=searcher)


def _less(ids: tuple[str, ...], other: str) -> tuple[str, ...]:
    return tuple(id_ for id_ in ids if id_ != other)


def _zero(values: np.ndarray, position: int, value: float = 0.0) -> np.ndarray:
    changed = np.array(values)
    changed[position] = value
    return changed


def _priceless(index: CatalogueIndex, position: int) -> CatalogueIndex:
    changed = copy.copy(index)
    changed.price = _zero(index.price, position, np.nan)
    return changed


class _Lacking:
    """Facets in which one product has no value of an attribute, or not one value of it."""

    def __init__(self, facets: Any, position: int, attribute: str, value: Optional[str]) -> None:
        self._facets, self._position = facets, position
        self._attribute, self._value = attribute, value

    def __getattr__(self, name: str) -> Any:
        return getattr(self._facets, name)

    def evidence(self, attribute: str, value: str) -> np.ndarray:
        found = self._facets.evidence(attribute, value)
        if attribute == self._attribute and self._value in (None, value):
            return _zero(found, self._position)
        return found

    def of(self, position: int) -> dict[str, list[tuple[str, float, str]]]:
        found = dict(self._facets.of(position))
        if position == self._position and self._attribute in found:
            own = found[self._attribute]
            found[self._attribute] = [one for one in own if self._value not in (None, one[0])]
        return found


def _lacking(
    index: CatalogueIndex, position: int, attribute: str, value: Optional[str] = None
) -> CatalogueIndex:
    changed = copy.copy(index)
    changed.facets = _Lacking(index.facets, position, attribute, value)  # type: ignore[assignment]
    return changed


def _unbound(index: CatalogueIndex, position: int, reason: Reason) -> CatalogueIndex:
    """Without what binds a product to the one that it goes with."""
    bond = reason.bond
    assert bond is not None
    if bond.how == "common":
        return _lacking(index, position, bond.attribute, bond.value)
    if bond.how == "complement":
        return _lacking(index, position, "product_type")
    changed = copy.copy(index)
    learned = index.learned
    assert learned is not None
    together = learned.together
    if bond.how == "together":
        anchor = index.position[bond.with_id]
        pairs = sp.lil_matrix(together.pairs)
        pairs[anchor, position] = pairs[position, anchor] = 0
        together = replace(together, pairs=pairs.tocsr())
    else:
        kind = together.kind.copy()
        kind[position] = -1
        together = replace(together, kind=kind)
    changed.learned = replace(learned, together=together)
    return changed


class _Silent:
    """Words of which one product has none."""

    def __init__(self, words: Any, position: int) -> None:
        self._words, self._position = words, position

    def __getattr__(self, name: str) -> Any:
        return getattr(self._words, name)

    def scores(self, text: str) -> np.ndarray:
        return _zero(self._words.scores(text), self._position)


def _plain(index: CatalogueIndex, position: int, kind: str) -> CatalogueIndex:
    changed = copy.copy(index)
    if kind == "words":
        changed.words = _Silent(index.words, position)  # type: ignore[assignment]
    elif kind == "rating":
        changed.popularity = _zero(index.popularity, position)
    elif kind == "new":
        changed.added = _zero(index.added, position, -1)
    else:
        changed.price = _zero(index.price, position, np.nan)
    return changed
