"""A BIO tagger that finds the words of a text which name the value of one attribute.

No one tagged its examples: where a product's text has a name of its column's value, that is a
span, and everything else is outside (distant supervision, Mintz et al. 2009; for attributes of
products, Ghani et al. 2006). Which names the feed knows is a feature of a word, and is told as if
the product itself had not been read, so that the tagger learns from the words around a name as
well and finds values that no product has yet.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Iterator, Optional, Sequence

import numpy as np
from scipy import sparse

from catalog.attributes import crf
from catalog.attributes.names import Mention, Names
from catalog.attributes.words import Words, form
from catalog.lexicon import Lexicon
from catalog.lexicon.matcher import spans

#: A word alone must be in so many texts to be a feature by itself.
ENOUGH = 2
_NOWHERE = "<>"


@dataclass(frozen=True)
class Found:
    """Words that name a value, and how sure that is."""

    first: int
    last: int
    form: str
    surface: str
    probability: float
    listed: bool
    """Whether it is among the names of the column, or was found by its surroundings alone."""


class Tagger:
    """A field, the names it goes by, and the features it knows."""

    def __init__(self, names: Names, features: dict[str, int], field: crf.Field) -> None:
        self.names = names
        self._features = features
        self._field = field

    @classmethod
    def learn(
        cls, names: Names, texts: Sequence[Words], values: Sequence[str], lexicon: Lexicon
    ) -> Tagger:
        """Train on texts whose products have these values."""
        counts: dict[str, int] = {}
        read: list[list[list[str]]] = []
        for words, value in zip(texts, values, strict=True):
            rows = [list(row) for row in _features(words, names, lexicon, value)]
            read.append(rows)
            for feature in {feature for row in rows for feature in row}:
                counts[feature] = counts.get(feature, 0) + 1
        kept = sorted(feature for feature, n in counts.items() if n >= ENOUGH)
        numbers = {feature: i for i, feature in enumerate(kept)}
        tags = [crf.OUT] * sum(len(words) for words in texts)
        begin = 0
        for words, value in zip(texts, values, strict=True):
            for mention in names.align(words, value):
                tags[begin + mention.first] = crf.BEGIN
                for i in range(mention.first + 1, mention.last):
                    tags[begin + i] = crf.IN
            begin += len(words)
        field = crf.fit(
            _matrix(read, numbers), [len(words) for words in texts], np.array(tags, np.int64)
        )
        # As it is kept on disk, so that the same is read before and after.
        rounded = crf.Field(
            field.weights.astype(np.float32).astype(np.float64),
            field.steps.astype(np.float32).astype(np.float64),
        )
        return cls(names, numbers, rounded)

    def find(self, texts: Sequence[Words], lexicon: Lexicon) -> list[list[Found]]:
        """What each text names: every known name in it, and whatever else reads like one."""
        if not texts:
            return []
        read = [[list(row) for row in _features(w, self.names, lexicon)] for w in texts]
        rows = self._field.marginals(_matrix(read, self._features), [len(w) for w in texts])
        ends = np.cumsum([len(words) for words in texts])
        found = []
        for words, end in zip(texts, ends, strict=True):
            found.append(self._in(words, rows[end - len(words) : end]))
        return found

    def _in(self, words: Words, marginals: np.ndarray) -> list[Found]:
        listed = self.names.mentions(words)
        found = [
            _found(words, m.first, m.last, crf.sureness(marginals, m.first, m.last), True)
            for m in listed
        ]
        for one, other in itertools.pairwise(listed):
            same = self.names.nominal.get(one.form) == self.names.nominal.get(other.form)
            if one.last == other.first and not same:
                # "Turquoise Blue" is one colour, though each of its words is one, too.
                sure = crf.sureness(marginals, one.first, other.last)
                found.append(_found(words, one.first, other.last, sure, True))
        taken = {i for m in listed for i in range(m.first, m.last)}
        for first, last, probability in crf.decode(marginals):
            if not taken & set(range(first, last)):
                found.append(_found(words, first, last, probability, False))
        return found

    def to_json(self) -> dict[str, Any]:
        """All but the numbers, which ``arrays`` has."""
        return {"names": self.names.to_json(), "features": list(self._features)}

    def arrays(self) -> dict[str, np.ndarray]:
        """The numbers, to be kept beside."""
        weights = self._field.weights.astype(np.float32)
        return {"tagger.weights": weights, "tagger.steps": self._field.steps.astype(np.float32)}

    @classmethod
    def from_json(cls, data: dict[str, Any], arrays: dict[str, np.ndarray]) -> Tagger:
        field = crf.Field(
            arrays["tagger.weights"].astype(np.float64), arrays["tagger.steps"].astype(np.float64)
        )
        numbers = {feature: i for i, feature in enumerate(data["features"])}
        return cls(Names.from_json(data["names"]), numbers, field)


def _found(words: Words, first: int, last: int, probability: float, listed: bool) -> Found:
    name, surface = form(words.stems[first:last]), words.surface(first, last)
    return Found(first, last, name, surface, probability, listed)


def _matrix(read: Sequence[list[list[str]]], numbers: dict[str, int]) -> sparse.csr_matrix:
    indices: list[int] = []
    ends = [0]
    for rows in read:
        for row in rows:
            indices += [numbers[feature] for feature in row if feature in numbers]
            ends.append(len(indices))
    data = np.ones(len(indices))
    return sparse.csr_matrix((data, indices, ends), shape=(len(ends) - 1, len(numbers)))


def _features(
    words: Words, names: Names, lexicon: Lexicon, but_for: Optional[str] = None
) -> Iterator[set[str]]:
    """What is known of each word. ``but_for``: the value of a product that is trained on."""
    mentions = names.mentions(words)
    named = _tags(len(words), mentions, names, but_for)
    told = _told(words, lexicon)
    titled = [m for m in mentions if m.first < words.title]
    stems = words.stems
    for i, word in enumerate(stems):
        before = stems[i - 1] if i else _NOWHERE
        after = stems[i + 1] if i + 1 < len(stems) else _NOWHERE
        part = "t" if i < words.title else "d"
        end = words.title if part == "t" else len(words)
        begin = 0 if part == "t" else words.title
        left = named[i - 1] if i > begin else "<"
        right = named[i + 1] if i + 1 < end else ">"
        place = [
            "only"
            if len(titled) == 1
            else "first"
            if m is titled[0]
            else "last"
            if m is titled[-1]
            else "middle"
            for m in titled
            if m.first <= i < m.last
        ]
        yield {
            "1",
            f"w={word}",
            f"-1={before}",
            f"+1={after}",
            f"-1,0={before} {word}",
            f"0,+1={word} {after}",
            f"end={word[-3:]}",
            f"shape={_shape(word)}",
            f"part={part}",
            f"from={part}{min(i - begin, 3)}",
            f"to={part}{min(end - 1 - i, 3)}",
            f"n={named[i]}",
            f"n-1,0={left}{named[i]}",
            f"n0,+1={named[i]}{right}",
            f"n,place={named[i]}{place[0] if place else part}",
            f"n,to={named[i]}{min(end - 1 - i, 3)}",
            f"n0,-1={named[i]}{before}",
            f"n0,next={named[i]}{after}",
            f"told={told[i]}",
            f"told-1={told[i - 1] if i else _NOWHERE}",
            f"told+1={told[i + 1] if i + 1 < len(told) else _NOWHERE}",
        }


def _tags(length: int, mentions: Sequence[Mention], names: Names, but_for: Optional[str]) -> list:
    tags = ["o"] * length
    for mention in mentions:
        kind = "k" if names.known(mention.form, but_for) else "l"
        if kind == "l" and mention.form not in names.new and but_for is not None:
            # The product's own value is no news to itself: a name that it alone has is unknown.
            continue
        tags[mention.first : mention.last] = [
            f"b{kind}",
            *[f"i{kind}"] * (mention.last - mention.first - 1),
        ]
    return tags


def _told(words: Words, lexicon: Lexicon) -> list[str]:
    """The attribute that the lexicon has each word for."""
    told = ["-"] * len(words)
    for span in spans(list(words.tokens), (lexicon.trie,)):
        entry = next((e for e in span.entries if not e.weak), span.entries[0])
        told[span.first : span.last] = [entry.attribute] * (span.last - span.first)
    return told


def _shape(word: str) -> str:
    if any(c.isdigit() for c in word):
        return "digit"
    return "han" if not word.isascii() else "letters" if word.isalpha() else "mark"
