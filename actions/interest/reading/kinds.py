"""How the kinds of product that two windows name lie to each other: the same, akin, completing."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import numpy.typing as npt

from actions.interest.reading.rows import EARLIER_TITLES, NOW_TITLES, NOW_WORDS, TITLES, WORDS
from catalog.graph.complements import Complements, told_by_hand
from catalog.lexicon.lexicon import Lexicon
from catalog.lexicon.matcher import spans, tokenize
from catalog.text import fold

KIND = "product_type"
SEEN = (
    (NOW_TITLES, TITLES),
    (NOW_WORDS, TITLES),
    (NOW_WORDS, WORDS),
    (NOW_TITLES, WORDS),
    (NOW_TITLES, EARLIER_TITLES),
    (NOW_WORDS, EARLIER_TITLES),
    (NOW_WORDS, NOW_TITLES),
)
#: Told of each pair: both name a kind, one is the other or wider, they have one in common above
#: them, how much one completes the other, and the share of the first's that are akin.
TOLD = 5
SCALE = 2.0
KEPT = 20_000


class Kinds:
    """Reads kinds of product in texts and tells how they lie to each other."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._complements = Complements(told_by_hand(), lexicon)
        self._named: dict[str, frozenset[str]] = {}
        self._relations: dict[tuple[str, str], tuple[float, float, float]] = {}

    def between(self, parts: Sequence[Sequence[str]]) -> npt.NDArray[np.float32]:
        """What is told of the pairs of parts: float32 (pairs × ``TOLD``,)."""
        named = [frozenset[str]().union(*map(self._in, part)) for part in parts]
        found = []
        for a, b in SEEN:
            told = np.zeros(TOLD)
            if named[a] and named[b]:
                own = sorted(named[a])
                each = np.array([[self._relation(x, y) for y in sorted(named[b])] for x in own])
                told[:] = (1.0, *each.max(axis=(0, 1)), each[:, :, 1].max(axis=1).mean())
            found.append(told)
        return (SCALE * np.concatenate(found)).astype(np.float32)

    def _in(self, text: str) -> frozenset[str]:
        if text not in self._named:
            if len(self._named) >= KEPT:
                self._named.clear()
            found = spans(tokenize(fold(text)), [self._lexicon.trie])
            entries = [entry for span in found for entry in span.entries]
            self._named[text] = frozenset(e.value for e in entries if e.attribute == KIND)
        return self._named[text]

    def _relation(self, one: str, other: str) -> tuple[float, float, float]:
        if (one, other) not in self._relations:
            mine = {one, *self._lexicon.broader(KIND, one)}
            theirs = {other, *self._lexicon.broader(KIND, other)}
            completes = max(
                self._complements.of([one]).get(other, 0.0),
                self._complements.of([other]).get(one, 0.0),
            )
            within = one in theirs or other in mine
            self._relations[one, other] = (float(within), float(bool(mine & theirs)), completes)
        return self._relations[one, other]
