"""What the values of a column are called in texts, and what such a name turned out to mean."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, Sequence

from catalog.attributes.words import Words, form, read_words
from catalog.lexicon import Lexicon
from catalog.text import fold

#: How many products a name counts as besides those that it was seen with, for what it says.
PRIOR = 1.0
#: A column is about an attribute of the lexicon where this share of its products says so.
MOSTLY = 0.6
#: Attributes that no column is taken for by its values alone: their names are too ordinary.
_UNLIKELY = frozenset({"feature", "style", "ingredient", "closure", "fit"})


@dataclass(frozen=True)
class Mention:
    """Words ``[first, last)`` that are a name of a value."""

    first: int
    last: int
    form: str


class Names:
    """Names of the values of one column, each with how often which value went with it.

    A name is a value's own text or what the lexicon calls it. What a name means is counted, for
    feeds have ways of their own: a "navy" shirt may be filed under Navy Blue or under Blue.
    """

    def __init__(
        self,
        nominal: Mapping[str, str],
        counts: Mapping[str, Mapping[str, int]],
        new: Iterable[str],
    ) -> None:
        """``nominal``: form → the value of that name; ``counts``: form → value → products;
        ``new``: forms that are names of values which no product of the feed has."""
        self.nominal = nominal
        self.new = frozenset(new)
        self.counts = counts
        self._lengths: dict[str, list[int]] = {}
        for one in (*nominal, *new):
            stems = one.split()
            lengths = self._lengths.setdefault(stems[0], [])
            if len(stems) not in lengths:
                lengths.append(len(stems))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    @classmethod
    def learn(
        cls, texts: Sequence[Words], values: Sequence[str], attribute: str, lexicon: Lexicon
    ) -> Names:
        """Collect the names of ``values``, and count what each goes with in ``texts``.

        Without texts, only the names are known.
        """
        nominal: dict[str, str] = {}
        support = Counter(values)
        ordered = sorted(support, key=lambda v: (-support[v], v))
        for value in ordered:
            if own := _form(value):
                nominal[own] = value
        taken: set[str] = set()
        for value in ordered:
            known = lexicon.resolve(attribute, value) if attribute else None
            if known is not None and known not in taken:
                taken.add(known)
                for name in _called(attribute, known, lexicon):
                    nominal.setdefault(name, value)
        new: set[str] = set()
        for concept in lexicon.concepts(attribute) if attribute else ():
            if concept.id not in taken:
                for name in _called(attribute, concept.id, lexicon, weak=False):
                    if name not in nominal:
                        new.add(name)
        names = cls(nominal, {}, new)
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for words, value in zip(texts, values, strict=bool(texts)):
            for one in {mention.form for mention in names.mentions(words)}:
                counts[one][value] += 1
        return cls(nominal, {one: dict(c) for one, c in counts.items()}, new)

    def mentions(self, words: Words) -> list[Mention]:
        """The names in a text, longest first from left to right, none overlapping another."""
        found: list[Mention] = []
        first = 0
        while first < len(words):
            limit = words.title if first < words.title else len(words)
            for length in self._lengths.get(words.stems[first], ()):
                one = form(words.stems[first : first + length])
                if first + length <= limit and (one in self.nominal or one in self.new):
                    found.append(Mention(first, first + length, one))
                    first += length
                    break
            else:
                first += 1
        return found

    def meanings(self, name: str) -> dict[str, float]:
        """The values that a form may stand for, each with its share."""
        seen = self.counts.get(name, {})
        literal = self.nominal.get(name)
        total = sum(seen.values()) + (PRIOR if literal else 0.0)
        shares = {value: count / total for value, count in seen.items()}
        if literal:
            shares[literal] = shares.get(literal, 0.0) + PRIOR / total
        return shares

    def styled(self, surface: str) -> str:
        """Words of a text as the column would write them: in capitals where its values are."""
        values = self.nominal.values()
        capital = sum(value[:1].isupper() for value in values) * 2 > len(values)
        return surface.title() if capital and surface.islower() else surface

    def known(self, name: str, but_for: Optional[str] = None) -> bool:
        """Whether the feed has a value of this name, in another product than one of ``but_for``."""
        seen = self.counts.get(name, {})
        own = 1 if but_for is not None and but_for in seen else 0
        return sum(seen.values()) - own > 0

    def align(self, words: Words, value: str) -> list[Mention]:
        """Where a text names its product's value: what a tagger can learn from."""
        return [m for m in self.mentions(words) if self.nominal.get(m.form) == value]

    def to_json(self) -> dict[str, Any]:
        return {"nominal": self.nominal, "counts": self.counts, "new": sorted(self.new)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Names:
        return cls(data["nominal"], data["counts"], data["new"])


def attribute_of(column: str, values: Iterable[str], lexicon: Lexicon) -> str:
    """The lexicon's attribute that a column is about, by its name or by its values; or ``""``."""
    named = lexicon.attribute_of(column) or column
    if named in lexicon.attributes:
        return named
    counts = Counter(values)
    total = sum(counts.values())
    best, share = "", MOSTLY
    for attribute in lexicon.attributes:
        if attribute in _UNLIKELY or not total:
            continue
        fits = sum(n for v, n in counts.items() if lexicon.resolve(attribute, v)) / total
        if fits > share:
            best, share = attribute, fits
    return best


def _called(attribute: str, concept_id: str, lexicon: Lexicon, weak: bool = True) -> list[str]:
    """Forms of a concept's names; ``weak`` ones too where the feed is known to have it."""
    concept = lexicon.get(attribute, concept_id)
    if concept is None:
        return []
    names = [fold(name) for group in concept.names.values() for name in group]
    if attribute == "color":
        # 红裙 is a red dress as much as 红色的裙子 is.
        shortest = 2 if weak else 3
        names += [n[:-1] for n in names if n.endswith("色") and len(n) >= shortest]
    doubtful = set(concept.quiet) if weak else {*concept.weak, *concept.quiet}
    return [one for n in names if n not in doubtful and (one := _form(n))]


def _form(name: str) -> str:
    return form(read_words(name).stems)
