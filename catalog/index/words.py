"""Products by their words: BM25 over English stems and Chinese characters and pairs of them.

What a word contributes to a product's score does not depend on the query, so it is computed when
the index is built; a search adds up a few columns. (Lù 2024, "BM25S"; Robertson and Zaragoza
2009, "The Probabilistic Relevance Framework".)
"""

from __future__ import annotations

import json
import re
from array import array
from collections import Counter
from pathlib import Path
from typing import Callable, Iterable, Mapping, Optional

import numpy as np

from catalog.text import fold

#: Saturation of a word's count, and how much long texts are held back.
K1, B = 1.2, 0.6
WORDS_FILE = "words.json"
ARRAYS = ("starts", "products", "weights")

_RUNS = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[a-z0-9]+(?:[-'.&][a-z0-9]+)*")
_PARTS = re.compile(r"[-'.&]")

Found = tuple[np.ndarray, np.ndarray]


def tokens(text: str) -> list[str]:
    """The words of a text that it can be found by.

    >>> tokens("Men's T-Shirts")
    ['men', 't', 'shirt', 'tshirt']
    >>> tokens("红色连衣裙")
    ['红', '色', '连', '衣', '裙', '红色', '色连', '连衣', '衣裙']
    """
    return [token for run in _RUNS.findall(fold(text)) for token in _split(run, single=True)]


def query_tokens(text: str) -> list[str]:
    """The words of a query: of three Chinese characters and more, pairs only.

    A single character of a longer word means little: 拉杆箱 is not to be found by its 拉.

    >>> query_tokens("红裙"), query_tokens("拉杆箱")
    (['红', '裙', '红裙'], ['拉杆', '杆箱'])
    """
    runs = _RUNS.findall(fold(text))
    found = [token for run in runs for token in _split(run, single=len(run) <= 2)]
    return list(dict.fromkeys(found))


def _split(run: str, single: bool) -> list[str]:
    if not run[0].isascii():
        pairs = [run[i : i + 2] for i in range(len(run) - 1)]
        return [*run, *pairs] if single else pairs
    parts = [part for part in _PARTS.split(run) if part]
    if parts[-1] == "s" and len(parts) > 1:
        parts.pop()
    joined = [stem("".join(parts))] if len(parts) > 1 else []
    return [stem(part) for part in parts] + joined


def stem(word: str) -> str:
    """An English word less its plural ending.

    >>> [stem(w) for w in ("dresses", "shoes", "dress", "accessories", "watches", "jeans")]
    ['dress', 'shoe', 'dress', 'accessory', 'watch', 'jean']
    """
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1]


class WordIndex:
    """Searches what ``WordIndexBuilder`` wrote.

    Parameters
    ----------
    words
        Word → its column.
    starts, products, weights
        Columns one after another: positions of products (int32) and BM25 weights (float32); column
        ``i`` lies from ``starts[i]`` to ``starts[i + 1]``.
    count
        Number of products.
    widened
        A query → the query with what its words mean in this shop.
    """

    def __init__(
        self,
        words: Mapping[str, int],
        starts: np.ndarray,
        products: np.ndarray,
        weights: np.ndarray,
        count: int,
        widened: Callable[[str], str] = str,
    ):
        self._widened = widened
        self._words = words
        self._starts = starts
        self._products = products
        self._weights = weights
        self._count = count

    @classmethod
    def open(cls, folder: Path, widened: Callable[[str], str] = str) -> WordIndex:
        """Open the index in ``folder``; its columns stay on disk until they are asked for."""
        data = json.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
        starts, products, weights = (
            np.load(folder / f"words_{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ARRAYS
        )
        words = {word: column for column, word in enumerate(data["words"])}
        return cls(words, starts, products, weights, data["products"], widened)

    def has(self, text: str) -> bool:
        """Whether every word of ``text`` is in some product's texts."""
        words = query_tokens(text)
        return bool(words) and all(word in self._words for word in words)

    def scores(self, text: str) -> np.ndarray:
        """BM25 of every product for the words of ``text``: float32 (products,)."""
        scores = np.zeros(self._count, np.float32)
        for word in query_tokens(self._widened(text)):
            column = self._words.get(word)
            if column is not None:
                span = slice(self._starts[column], self._starts[column + 1])
                scores[self._products[span]] += self._weights[span]
        return scores

    def search(self, text: str, k: int, allowed: Optional[np.ndarray] = None) -> Found:
        """The ``k`` products of highest BM25 that share a word with ``text``.

        ``text`` is only ever words: no character in it has a meaning of its own. Returns positions
        (int64) and scores (float32), best first, fewer than ``k`` where fewer match.
        """
        scores = self.scores(text)
        if allowed is not None:
            scores[~allowed] = 0
        matching = np.flatnonzero(scores)
        if len(matching) > k:
            matching = (
                matching[np.argpartition(-scores[matching], k - 1)[:k]] if k else matching[:0]
            )
        best = matching[np.argsort(-scores[matching], kind="stable")]
        return best.astype(np.int64), scores[best]


class WordIndexBuilder:
    """Collects the words of products, in the order of their positions."""

    def __init__(self) -> None:
        self._words: dict[str, int] = {}
        self._columns = array("i")
        self._products = array("i")
        self._counts = array("f")
        self._lengths = array("f")

    def add(self, fields: Iterable[tuple[str, float]]) -> None:
        """Add the next product: texts and how much a word in each of them counts."""
        counts: Counter[str] = Counter()
        for text, weight in fields:
            for word, times in Counter(tokens(text)).items():
                counts[word] += weight * times  # type: ignore[assignment]
        position = len(self._lengths)
        for word, count in counts.items():
            self._columns.append(self._words.setdefault(word, len(self._words)))
            self._products.append(position)
            self._counts.append(count)
        self._lengths.append(sum(counts.values()))

    def write(self, folder: Path) -> None:
        """Write the index into ``folder``."""
        columns = np.array(self._columns, np.int32)
        products = np.array(self._products, np.int32)
        counts = np.array(self._counts, np.float32)
        lengths = np.array(self._lengths, np.float32)
        order = np.argsort(columns, kind="stable")
        frequency = np.bincount(columns, minlength=len(self._words))
        starts = np.concatenate([[0], np.cumsum(frequency)]).astype(np.int64)
        rarity = np.log1p((len(lengths) - frequency + 0.5) / (frequency + 0.5))
        relative = lengths / max(float(lengths.mean()) if len(lengths) else 1.0, 1e-9)
        held = K1 * (1 - B + B * relative[products])
        weights = (rarity[columns] * counts * (K1 + 1) / (counts + held)).astype(np.float32)
        for name, values in zip(ARRAYS, (starts, products[order], weights[order]), strict=True):
            np.save(folder / f"words_{name}.npy", values)
        data = {"products": len(lengths), "words": list(self._words)}
        (folder / WORDS_FILE).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
