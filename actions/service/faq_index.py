"""The shop's answers, ready to be compared with a question: concepts, words and vectors. Pure.

A question and an entry are alike by what is in both, weighted by how few entries have it; they are
unlike by what is in one of them alone. An entry in several languages is one with all their
concepts; each alternative wording is a row of its own, and the best row counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Iterable, Sequence

import numpy as np

from actions.service.faq_reading import Reader, Reading
from catalog.service import FaqEntry

#: What is measured of a question and a row; the weights are in this order.
FEATURES = (
    "shared", "in_answer", "only_asked", "only_entry", "overlap", "explained", "vector",
    "words", "unexplained", "unexplained_share", "other",
)  # fmt: skip
#: A concept's weight does not depend on how many entries a shop has: as if it had so many.
_ENTRIES = 60
_LEAST_WEIGHT = 0.3
#: One standard deviation of the cosines of the default encoder, about.
_COSINE = 0.03


@dataclass(frozen=True)
class Passage:
    """A text of an entry that is encoded."""

    row: int
    language: str
    whole: bool
    """With the answer, or the question alone."""
    text: str


@dataclass(frozen=True)
class _Row:
    entry: int
    questions: tuple[tuple[str, str], ...]
    """Language and text."""


class FaqIndex:
    """Compares questions with entries.

    Parameters
    ----------
    entries
        The shop's, at least one.
    reader
        Reads their texts.
    vectors
        Of ``passages(entries)``, float32 (passages, dim).
    """

    def __init__(self, entries: Sequence[FaqEntry], reader: Reader, vectors: np.ndarray) -> None:
        self.entries = tuple(entries)
        rows = _rows(entries)
        self.entry_of = np.array([row.entry for row in rows])
        self._place = {name: i for i, name in enumerate(reader.concepts.names)}
        self._others = self._has([reader.concepts.others])[0]
        asked = [[reader.read(text) for _, text in row.questions] for row in rows]
        told = [[reader.read(t) for t in entry.answer.values()] for entry in entries]
        answers = [told[row.entry] for row in rows]
        self._asked = self._has([_concepts(readings) for readings in asked])
        self._told = self._has([_concepts(readings) for readings in answers])
        self._weight = self._weights()
        self._words = _places(zip(asked, answers, strict=True))
        self._vectors = _by_language(passages(entries), vectors, len(rows))

    def features(self, reading: Reading, vector: np.ndarray) -> np.ndarray:
        """What is measured of a question and every row, float32 (rows, features).

        Parameters
        ----------
        reading, vector
            The question's; the vector is (dim,).
        """
        has = self._has([reading.concepts])[0]
        asked, told, weight, others = self._asked, self._told, self._weight, self._others
        shared = asked @ (has * weight)
        in_answer = (~asked & told) @ (has * weight)
        unmet = has & ~asked & ~told
        only_asked = (unmet & ~others) @ weight
        other = (unmet & others).sum(1)
        only_entry = (asked & ~has) @ weight
        overlap = shared / (shared + 0.5 * only_asked + 0.3 * only_entry + 0.2 * in_answer + 1)
        explained = shared / ((has & ~others) @ weight + 1)
        words = self._in_common(reading)
        left = np.maximum(reading.unexplained - words, 0)
        columns = (
            shared, in_answer, only_asked, only_entry, overlap, explained,
            self._likeness(vector), words, left, left / (left + len(reading.concepts) + 1), other,
        )  # fmt: skip
        return np.stack(columns, 1).astype(np.float32)

    def best_of_entries(self, scores: np.ndarray) -> np.ndarray:
        """The score of each entry's best row, (entries,) of (rows,)."""
        best = np.full(len(self.entries), -np.inf)
        np.maximum.at(best, self.entry_of, scores)
        return best

    def _likeness(self, vector: np.ndarray) -> np.ndarray:
        """How much nearer each row is than the others, in the language where it is most so."""
        found = np.full((len(self._vectors), len(self.entry_of)), -np.inf)
        for language, (rows, vectors) in enumerate(self._vectors):
            cosines = vectors @ vector
            found[language, rows] = cosines - cosines.mean()
        return found.max(axis=0) / _COSINE

    def _in_common(self, reading: Reading) -> np.ndarray:
        """How many words that name no concept the question shares with each row."""
        found = np.zeros(len(self.entry_of))
        for word in (*set(reading.words), *reading.pairs):
            found[self._words.get(word, [])] += 1
        return found

    def _has(self, sets: Sequence[Iterable[str]]) -> np.ndarray:
        found = np.zeros((len(sets), len(self._place)), bool)
        for row, names in enumerate(sets):
            found[row, [self._place[name] for name in names]] = True
        return found

    def _weights(self) -> np.ndarray:
        """The weight of each concept: the fewer entries ask about it, the more."""
        rows = self._by_entry().sum(0)
        scale = _ENTRIES / max(_ENTRIES, len(self.entries))
        weights = [
            max(_LEAST_WEIGHT, math.log((_ENTRIES + 1) / (rows[i] * scale + 0.5)))
            for i in range(len(self._place))
        ]
        return np.array(weights)

    def _by_entry(self) -> np.ndarray:
        found = np.zeros((len(self.entries), len(self._place)), bool)
        np.logical_or.at(found, self.entry_of, self._asked)
        return found


def passages(entries: Sequence[FaqEntry]) -> tuple[Passage, ...]:
    """What is encoded of entries, in the order of the vectors."""
    found = []
    for place, row in enumerate(_rows(entries)):
        answers = entries[row.entry].answer
        for language, text in row.questions:
            found.append(Passage(place, language, False, text))
            found.append(Passage(place, language, True, f"{text} {answers[language]}"))
    return tuple(found)


def _rows(entries: Sequence[FaqEntry]) -> list[_Row]:
    rows = [_Row(i, tuple(entry.question.items())) for i, entry in enumerate(entries)]
    for i, entry in enumerate(entries):
        for language, texts in entry.alternatives.items():
            if language in entry.answer:
                rows.extend(_Row(i, ((language, text),)) for text in texts)
    return rows


def _by_language(
    texts: Sequence[Passage], vectors: np.ndarray, count: int
) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """For each language the rows that are in it, and their vectors: the mean of the question's and
    of that with the answer."""
    found = []
    for language in dict.fromkeys(passage.language for passage in texts):
        sums = np.zeros((count, vectors.shape[1]), np.float32)
        there = np.zeros(count, bool)
        for passage, vector in zip(texts, vectors, strict=True):
            if passage.language == language:
                sums[passage.row] += vector / 2
                there[passage.row] = True
        found.append((there.nonzero()[0], sums[there]))
    return tuple(found)


def _concepts(readings: Iterable[Reading]) -> frozenset[str]:
    return frozenset(name for reading in readings for name in reading.concepts)


def _places(rows: Iterable[tuple[list[Reading], list[Reading]]]) -> dict[str, list[int]]:
    """Word, or pair of characters → the rows that have it."""
    found: dict[str, dict[int, None]] = {}
    for place, (asked, told) in enumerate(rows):
        for reading in (*asked, *told):
            for word in (*reading.words, *reading.pairs):
                found.setdefault(word, {})[place] = None
    return {word: list(places) for word, places in found.items()}
