"""A column of a feed, as far as it can be read from the texts of its products."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Mapping, Optional, Sequence

import numpy as np

from catalog.attributes import weighing
from catalog.attributes.candidates import Candidates, by_text, evidence, gather
from catalog.attributes.classifier import STRENGTHS, Classifier, Features
from catalog.attributes.company import Company
from catalog.attributes.names import Names, attribute_of
from catalog.attributes.tagger import Tagger
from catalog.attributes.weighing import Weighing
from catalog.attributes.words import Words
from catalog.lexicon import Lexicon

#: Parts of the training data, each judged by what the others teach.
FOLDS = 4
#: A text names a value where the tagger is so sure of the words for it.
NAMED = 0.5


@dataclass(frozen=True)
class Guess:
    """What a text says of a column."""

    value: str
    probability: float
    """That it is right, calibrated; 0 where nothing is known about texts of its kind."""
    inferred: bool
    """Whether it is sure enough to be taken for an attribute of the product."""
    named: bool
    """Whether the text itself names the value, as the tagger sees it."""
    by_tagger: str
    """What the tagger alone says, the most frequent value where it finds nothing."""
    by_classifier: str
    """What the classifier alone says."""


class ColumnReader:
    """A tagger, a classifier and how their findings are weighed, for one column."""

    def __init__(
        self,
        usual: str,
        tagger: Tagger,
        classifier: Classifier,
        company: Company,
        weighing: Weighing,
    ) -> None:
        self.usual = usual
        """The most frequent value."""
        self.tagger = tagger
        self.classifier = classifier
        self.company = company
        self.weighing = weighing

    @classmethod
    def learn(
        cls,
        column: str,
        texts: Sequence[Words],
        values: Sequence[str],
        lexicon: Lexicon,
        seed: int = 0,
        folds: int = FOLDS,
        strengths: Sequence[float] = STRENGTHS,
    ) -> ColumnReader:
        """Learn from products whose column is filled.

        What is learned beside the weights of tagger and classifier — how strongly the classifier
        is trained, how evidence is weighed, calibration and threshold — comes from parts of these
        products that were left out of training in turn.
        """
        if not texts:
            raise ValueError("There is nothing to learn from.")
        attribute = attribute_of(column, values, lexicon)
        usual = max(sorted(set(values)), key=Counter(values).__getitem__)
        held, strength = _held_out(attribute, texts, values, lexicon, seed, folds, strengths)
        weights = weighing.learn(held, values if held else [])
        names = Names.learn(texts, values, attribute, lexicon)
        tagger = Tagger.learn(names, texts, values, lexicon)
        classifier = Classifier.learn(texts, values, strength, seed)
        company = Company.learn(
            texts, [names.mentions(w) for w in texts], values, classifier.labels
        )
        return cls(usual, tagger, classifier, company, weights)

    @property
    def useful(self) -> bool:
        """Whether it is ever sure enough to infer anything."""
        return self.weighing.threshold <= 1.0

    def read(self, texts: Sequence[Words], lexicon: Lexicon) -> list[Guess]:
        """What each text says."""
        if not texts:
            return []
        margins = self.classifier.margins(texts)
        labels = self.classifier.labels
        found = self.tagger.find(texts, lexicon)
        names = self.tagger.names
        usual, moved = self.company.rows(texts, [names.mentions(w) for w in texts])
        guesses = []
        for words, spans, row, company in zip(texts, found, margins, moved, strict=True):
            candidates = gather(spans, names, labels, row, usual, company)
            value, probability = self.weighing.best(candidates)
            sure = bool(len(words)) and probability >= self.weighing.threshold
            told = evidence(spans, names)
            guesses.append(
                Guess(
                    value,
                    probability,
                    sure,
                    told.get(value, 0.0) >= NAMED,
                    by_text(told, self.usual),
                    labels[int(row.argmax())],
                )
            )
        return guesses

    def to_json(self) -> dict[str, Any]:
        """All but the numbers, which ``arrays`` has."""
        return {
            "usual": self.usual,
            "tagger": self.tagger.to_json(),
            "classifier": self.classifier.to_json(),
            "company": self.company.to_json(),
            "weighing": self.weighing.to_json(),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """The numbers, to be kept beside."""
        return {**self.tagger.arrays(), **self.classifier.arrays()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], arrays: dict[str, np.ndarray]) -> ColumnReader:
        return cls(
            data["usual"],
            Tagger.from_json(data["tagger"], arrays),
            Classifier.from_json(data["classifier"], arrays),
            Company.from_json(data["company"]),
            Weighing.from_json(data["weighing"]),
        )


def _held_out(
    attribute: str,
    texts: Sequence[Words],
    values: Sequence[str],
    lexicon: Lexicon,
    seed: int,
    folds: int,
    strengths: Sequence[float],
) -> tuple[list[Candidates], float]:
    """Evidence for each product from what the others teach, and the classifier's best strength."""
    n = len(texts)
    folds = min(folds, n)
    if folds < 2:
        return [], strengths[0]
    parts = np.random.default_rng(seed).permutation(n) % folds
    judged: list[_Judged] = []
    right = np.zeros(len(strengths))
    for part in range(folds):
        train, test = np.flatnonzero(parts != part), np.flatnonzero(parts == part)
        own, theirs = [texts[i] for i in train], [values[i] for i in train]
        others = [texts[i] for i in test]
        features = Features.learn(own)
        rows, wanted = features.rows(own), features.rows(others)
        margins = []
        for k, strength in enumerate(strengths):
            classifier = Classifier.of_rows(features, rows, theirs, strength, seed)
            margins.append(classifier.margins_of(wanted))
            labels = classifier.labels
            best = margins[-1].argmax(axis=1)
            right[k] += sum(labels[b] == values[i] for b, i in zip(best, test, strict=True))
        names = Names.learn(own, theirs, attribute, lexicon)
        tagger = Tagger.learn(names, own, theirs, lexicon)
        company = Company.learn(own, [names.mentions(w) for w in own], theirs, labels)
        usual, moved = company.rows(others, [names.mentions(w) for w in others])
        found = tagger.find(others, lexicon)
        judged.append(_Judged(test, found, names, labels, margins, usual, moved))
    chosen = int(right.argmax())
    ready: list[Optional[Candidates]] = [None] * n
    for fold in judged:
        for row, i in enumerate(fold.rows):
            margin = fold.margins[chosen][row]
            ready[i] = gather(
                fold.found[row], fold.names, fold.labels, margin, fold.usual, fold.moved[row]
            )
    return [one for one in ready if one is not None], strengths[chosen]


@dataclass(frozen=True)
class _Judged:
    """One part of the data, as the other parts see it."""

    rows: np.ndarray
    found: list
    names: Names
    labels: Sequence[str]
    margins: list[np.ndarray]
    """Of each strength."""
    usual: np.ndarray
    moved: np.ndarray
