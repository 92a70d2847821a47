"""What an epoch of training reads: texts drawn, composed and covered as the options say.

All of it serves words that training never shows. Shoppers' texts repeat a few words very often,
and a tagger learns those by heart; it learns how words of a label look, and what stands beside
what, where rare words count as much, where they stand in new company, and where a word is hidden.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Sequence

import numpy as np

from bot.nlu.tagging.config import TaggerConfig
from bot.nlu.tagging.data import Tagged
from bot.nlu.tagging.spans import Stretch, spans_of

#: A word and its label.
Word = tuple[tuple[str, ...], str]

#: Words of composed texts are drawn by their frequency to this power.
FLATTENED = 0.3


@dataclass(frozen=True)
class Shown:
    """A text as training sees it."""

    text: Tagged
    covered: tuple[bool, ...]
    """Which tokens are hidden."""


def words_of(text: Tagged) -> list[Word]:
    """The spans of a text, with what they are made of."""
    return [(text.tokens[begin:end], label) for begin, end, label in spans_of(text.tags)]


class Variants:
    """Draws the texts of each epoch."""

    def __init__(
        self, texts: Sequence[Tagged], config: TaggerConfig, random: np.random.Generator
    ) -> None:
        self._texts = texts
        self._config = config
        self._random = random
        self._spans = [spans_of(text.tags) for text in texts]
        words = [words_of(text) for text in texts]
        frequency = Counter(word for some in words for word in some)
        rarity = [np.mean([frequency[w] ** -config.balance for w in some] or [1]) for some in words]
        self._odds = np.array(rarity) / np.sum(rarity)
        self._words = list(frequency)
        flat = np.array([frequency[w] for w in self._words], float) ** FLATTENED
        self._word_odds = flat / flat.sum()
        self._drawn = max(1, round(config.sample * len(texts)))
        self._composed = round(config.compose * self._drawn) if self._words else 0

    def __len__(self) -> int:
        """Texts in an epoch."""
        return self._drawn + self._composed

    def epoch(self) -> list[Shown]:
        """The texts of the next epoch, in no order."""
        chosen = self._random.choice(len(self._texts), self._drawn, replace=False, p=self._odds)
        lengths = [len(some) for some in self._spans]
        found = [self._shown(self._texts[i], self._spans[i]) for i in chosen]
        for _ in range(self._composed):
            text = self._compose(max(1, lengths[self._random.integers(len(lengths))]))
            found.append(self._shown(text, spans_of(text.tags)))
        return found

    def _compose(self, count: int) -> Tagged:
        tokens: list[str] = []
        tags: list[str] = []
        for i in self._random.choice(len(self._words), count, p=self._word_odds):
            word, label = self._words[i]
            tokens.extend(word)
            tags.extend([f"B-{label}", *[f"I-{label}"] * (len(word) - 1)])
        return Tagged(tuple(tokens), tuple(tags))

    def _shown(self, text: Tagged, spans: Sequence[Stretch]) -> Shown:
        covered = [False] * len(text.tokens)
        for begin, end, _label in spans:
            if self._config.mask and self._random.random() < self._config.mask:
                covered[begin:end] = [True] * (end - begin)
        return Shown(text, tuple(covered))
