"""What the request algebra may ask about shown products, answered from the index."""

from __future__ import annotations

from typing import Optional

import numpy as np

from actions.recommend.filters import Filters
from actions.recommend.questions import narrowest


class IndexFacts:
    """``actions.request.resolve.ShownFacts`` over a catalogue index."""

    def __init__(self, filters: Filters) -> None:
        self._filters = filters
        self._index = filters.index

    def number(self, product_id: str, attribute: str) -> Optional[float]:
        position = self._index.position.get(product_id)
        values = self._filters.numbers(attribute)
        if position is None or values is None or not np.isfinite(values[position]):
            return None
        return float(values[position])

    def evidence(self, product_id: str, attribute: str, value: str) -> float:
        position = self._index.position.get(product_id)
        if position is None:
            return 0.0
        return float(self._index.facets.evidence(attribute, value)[position])

    def kind(self, product_id: str) -> Optional[str]:
        position = self._index.position.get(product_id)
        if position is None:
            return None
        one = np.zeros(len(self._filters), dtype=bool)
        one[position] = True
        return next(iter(narrowest(self._filters, one)), None)

    def title_matches(self, product_id: str, words: str) -> bool:
        position = self._index.position.get(product_id)
        if position is None:
            return False
        allowed = np.zeros(len(self._filters), dtype=bool)
        allowed[position] = True
        found, _scores = self._index.words.search(words, 1, allowed)
        return len(found) > 0
