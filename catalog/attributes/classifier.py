"""A linear classifier over the words and letters of a text, for values that it does not name."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import Any, Iterator, Sequence

import numpy as np
from scipy import sparse

from catalog.attributes.words import Words

#: Letters are looked at in pieces of these lengths.
PIECES = (3, 4, 5)
#: What a feature must be in to be one: words in one text, pieces and described words in two.
ENOUGH = 2
MOST_FEATURES = 60_000
#: Only so many values are told apart, the most frequent ones; texts must name the others.
MOST_VALUES = 100
#: How strongly training data count against the penalty of weights: what is chosen from.
STRENGTHS = (0.3, 1.0, 3.0)


class Features:
    """Texts as rows of weights: term frequency, dampened, by inverse document frequency."""

    def __init__(self, numbers: dict[str, int], rarity: np.ndarray) -> None:
        self._numbers = numbers
        self._rarity = rarity

    def __len__(self) -> int:
        return len(self._numbers)

    @classmethod
    def learn(cls, texts: Sequence[Words]) -> Features:
        """Take the features of these texts, the most frequent ones where there are too many."""
        counts: Counter[str] = Counter()
        for words in texts:
            counts.update(set(_of(words)))
        kept = [f for f, n in counts.most_common() if n >= ENOUGH or f.startswith("w=")]
        chosen = sorted(kept[:MOST_FEATURES])
        documents = np.array([counts[feature] for feature in chosen], np.float64)
        rarity = np.log((1 + len(texts)) / (1 + documents)) + 1.0
        return cls({feature: i for i, feature in enumerate(chosen)}, rarity.astype(np.float32))

    def rows(self, texts: Sequence[Words]) -> sparse.csr_matrix:
        """float32 (texts, features), each row of length one, or of zeros."""
        indices: list[int] = []
        weights: list[float] = []
        ends = [0]
        for words in texts:
            counts = Counter(self._numbers[f] for f in _of(words) if f in self._numbers)
            indices += counts.keys()
            weights += counts.values()
            ends.append(len(indices))
        columns = np.array(indices, np.int64)
        data = (1.0 + np.log(np.array(weights, np.float64))) * self._rarity[columns]
        found = sparse.csr_matrix((data, columns, ends), shape=(len(texts), len(self)))
        norms = np.sqrt(found.multiply(found).sum(axis=1)).A1
        scale = sparse.diags(1.0 / np.where(norms > 0, norms, 1.0))
        return (scale @ found).tocsr()

    def to_json(self) -> list[str]:
        return list(self._numbers)


class Classifier:
    """One line a value, against all others."""

    def __init__(
        self, features: Features, labels: Sequence[str], weights: np.ndarray, offsets: np.ndarray
    ) -> None:
        """``weights``: float32 (labels, features); ``offsets``: float32 (labels,)."""
        self.labels = tuple(labels)
        self._features = features
        # As they are kept on disk, so that the same is read before and after.
        self._weights = weights.astype(np.float16).astype(np.float32)
        self._offsets = offsets

    @classmethod
    def learn(
        cls,
        texts: Sequence[Words],
        values: Sequence[str],
        strength: float = 1.0,
        seed: int = 0,
    ) -> Classifier:
        """Train; of two values or more."""
        features = Features.learn(texts)
        return cls.of_rows(features, features.rows(texts), values, strength, seed)

    @classmethod
    def of_rows(
        cls,
        features: Features,
        rows: sparse.csr_matrix,
        values: Sequence[str],
        strength: float,
        seed: int = 0,
    ) -> Classifier:
        """Train on rows that are made already."""
        counts = Counter(values)
        frequent = sorted(counts, key=lambda v: (-counts[v], v))[:MOST_VALUES]
        if len(frequent) < len(counts):
            chosen = [i for i, value in enumerate(values) if value in frequent]
            rows, values = rows[chosen], [values[i] for i in chosen]
        labels = sorted(frequent)
        if len(labels) == 1:
            return cls(
                features, labels, np.zeros((1, len(features)), np.float32), np.ones(1, np.float32)
            )
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.svm import LinearSVC

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = LinearSVC(C=strength, random_state=seed).fit(rows, list(values))
        weights, offsets = model.coef_, model.intercept_
        if len(labels) == 2:
            weights, offsets = np.vstack([-weights, weights]), np.concatenate([-offsets, offsets])
        return cls(features, labels, weights.astype(np.float32), offsets.astype(np.float32))

    def margins(self, texts: Sequence[Words]) -> np.ndarray:
        """How far each text is on the side of each label: float (texts, labels)."""
        return self.margins_of(self._features.rows(texts))

    def margins_of(self, rows: sparse.csr_matrix) -> np.ndarray:
        found: np.ndarray = rows @ self._weights.T + self._offsets
        return found

    def to_json(self) -> dict[str, Any]:
        """All but the numbers, which ``arrays`` has."""
        return {"labels": self.labels, "features": self._features.to_json()}

    def arrays(self) -> dict[str, np.ndarray]:
        """The numbers, to be kept beside."""
        return {
            "classifier.rarity": self._features._rarity,
            "classifier.weights": self._weights.astype(np.float16),
            "classifier.offsets": self._offsets,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], arrays: dict[str, np.ndarray]) -> Classifier:
        numbers = {feature: i for i, feature in enumerate(data["features"])}
        features = Features(numbers, arrays["classifier.rarity"])
        weights = arrays["classifier.weights"].astype(np.float32)
        return cls(features, data["labels"], weights, arrays["classifier.offsets"])


def _of(words: Words) -> Iterator[str]:
    stems, title = words.stems, words.title
    padded = ("<", *stems[:title], ">")
    for i in range(title):
        yield f"w={padded[i + 1]}"
        yield f"b={padded[i]} {padded[i + 1]}"
        yield f"s={padded[i]} _ {padded[i + 2]}"
        if title - i <= 3:
            yield f"e{title - i}={stems[i]}"
    letters = f" {' '.join(t.text for t in words.tokens[:title])} "
    for length in PIECES:
        for i in range(len(letters) - length + 1):
            yield f"c={letters[i : i + length]}"
    for word in stems[title:]:
        yield f"d={word}"
    for one, other in zip(stems[title:], stems[title + 1 :], strict=False):
        yield f"dd={one} {other}"
