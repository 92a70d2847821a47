"""Which values the other words of a text keep company with: sunglasses are black more often."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import Any, Iterator, Mapping, Sequence

import numpy as np

from catalog.attributes.names import Mention
from catalog.attributes.words import Words

#: A word counts as this many products that are as usual, besides those it was seen with.
PRIOR = 4.0
#: What was seen with fewer products says nothing.
ENOUGH = 2


class Company:
    """How often each value goes with each word that does not itself name a value."""

    def __init__(
        self, values: Sequence[str], usual: np.ndarray, counts: Mapping[str, Mapping[str, int]]
    ) -> None:
        """``usual``: share of each value; ``counts``: word → value → products."""
        self.values = tuple(values)
        self._usual = usual
        self._numbers = {value: i for i, value in enumerate(self.values)}
        self._counts = counts

    @classmethod
    def learn(
        cls,
        texts: Sequence[Words],
        mentions: Sequence[Sequence[Mention]],
        values: Sequence[str],
        labels: Sequence[str],
    ) -> Company:
        """Count over products; ``mentions`` are the names of values in each text.

        ``labels`` are the values to be told apart, each that of some product.
        """
        shares = Counter(values)
        usual = np.array([shares[label] for label in labels], np.float64)
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        told = set(labels)
        for words, named, value in zip(texts, mentions, values, strict=True):
            if value not in told:
                continue
            for word in set(_others(words, named)):
                counts[word][value] += 1
        kept = {word: dict(c) for word, c in counts.items() if sum(c.values()) >= ENOUGH}
        return cls(labels, usual / max(1.0, usual.sum()), kept)

    def rows(
        self, texts: Sequence[Words], mentions: Sequence[Sequence[Mention]]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Logarithm of each value's share (values,), and how much the words of each text move it:
        (texts, values)."""
        moved = np.zeros((len(texts), len(self.values)))
        for row, (words, named) in enumerate(zip(texts, mentions, strict=True)):
            for word in set(_others(words, named)):
                if word in self._counts:
                    moved[row] += self._move(word)
        return np.log(self._usual), moved

    def _move(self, word: str) -> np.ndarray:
        seen = self._counts[word]
        shares = PRIOR * self._usual
        for value, count in seen.items():
            shares[self._numbers[value]] += count
        found: np.ndarray = np.log(shares / (sum(seen.values()) + PRIOR) / self._usual)
        return found

    def to_json(self) -> dict[str, Any]:
        return {"values": self.values, "usual": self._usual.tolist(), "counts": self._counts}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Company:
        return cls(data["values"], np.array(data["usual"]), data["counts"])


def _others(words: Words, named: Sequence[Mention]) -> Iterator[str]:
    """Words and pairs of words of the title outside the names of values."""
    inside = {i for mention in named for i in range(mention.first, mention.last)}
    rest = [stem for i, stem in enumerate(words.stems[: words.title]) if i not in inside]
    yield from rest
    for one, other in itertools.pairwise(rest):
        yield f"{one} {other}"
