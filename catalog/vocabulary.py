"""The words of one shop: what a shopper's words mean in terms of its catalogue."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, Sequence

from catalog.lexicon import Lexicon
from catalog.lexicon.context import Surroundings, around, joined, names_brand, supports
from catalog.lexicon.matcher import Entry, Span, Token, Trie, spans, tokenize
from catalog.lexicon.spelling import Speller, retyped
from catalog.product import Product
from catalog.quantities import extents
from catalog.rules.model import Synonym
from catalog.synonyms import Synonyms
from catalog.text import fold, fold_with_offsets
from catalog.wording import Wording

#: Attributes of which a meaning is preferred when the context does not tell, first ones first.
_PREFERENCE = (
    "product_type color material brand pattern gender age_group size style occasion season".split()
)
#: Values that merchants invent are recognised in messages when they are this short.
_MAX_WORDS, _MAX_HAN, _MAX_VALUES = 3, 8, 400
_NUMERIC = re.compile(r"[\d\s.,*x×/%+\-~]*")
_FUZZY_SCORE = 0.8
#: Attributes that give a length by a width.
_FLAT = ("size", "dimensions")
FORMAT = 1


@dataclass(frozen=True)
class Mention:
    """A span of a message that names a value of an attribute."""

    start: int
    end: int
    attribute: str
    value: str
    surface: str
    """The words as they stand in the message."""
    score: float = 1.0
    """1 for an exact match, less for a misspelt or an ambiguous one."""
    alternatives: tuple[tuple[str, str], ...] = ()
    """Other readings as (attribute, value), best first."""


class Vocabulary:
    """Lexicon and catalogue together. Immutable after construction."""

    def __init__(
        self,
        lexicon: Lexicon,
        values: Mapping[str, Mapping[str, int]],
        attributes: Mapping[str, int],
        synonyms: Sequence[Synonym] = (),
    ) -> None:
        """``values``: attribute → catalogue's spelling → products; ``attributes``: → products.

        ``synonyms`` are the merchant's: they mean what the shop says, whatever else they may mean.
        """
        self.lexicon = lexicon
        self._wording = Wording(lexicon)
        self._values = values
        self._attributes = attributes
        self._own: dict[str, dict[str, str]] = {}
        self._variants: dict[tuple[str, str], frozenset[str]] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._trie = Trie()
        for attribute, counts in values.items():
            self._learn(attribute, counts)
        self._extents = self._flat(values)
        self._attribute_trie = Trie()
        for name, attribute in lexicon.attribute_aliases().items():
            self._attribute_trie.add(name, Entry(attribute, attribute))
        self._speller = Speller([*lexicon.terms, *self._own.get("brand", {})], lexicon.common)
        self._synonyms = Synonyms((), self.meaning)
        self._synonyms = Synonyms(synonyms, self.meaning)
        for term, entry in self._synonyms.entries.items():
            self._trie.add(" ".join(term), entry)

    @classmethod
    def build(
        cls, products: Iterable[Product], lexicon: Lexicon, synonyms: Sequence[Synonym] = ()
    ) -> Vocabulary:
        """Collect the catalogue's own values."""
        values: dict[str, Counter[str]] = defaultdict(Counter)
        attributes: Counter[str] = Counter()
        for product in products:
            seen = dict(product.attributes)
            if product.brand:
                seen["brand"] = (product.brand,)
            if product.product_type:
                seen["product_type"] = product.product_type
            for name, texts in seen.items():
                attribute = lexicon.attribute_of(name) or name
                attributes[attribute] += 1
                values[attribute].update({t.strip() for t in texts if t.strip()})
            for name in ("rating", "added"):
                if getattr(product, name) is not None:
                    attributes[name] += 1
            if product.asking_price:
                attributes["price"] += 1
            attributes["product_type"] += 1
        return cls(lexicon, {a: dict(c) for a, c in values.items()}, dict(attributes), synonyms)

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``from_json``; the lexicon is not part of it."""
        kept = {
            attribute: {v: n for v, n in counts.items() if len(v) <= 60}
            for attribute, counts in self._values.items()
        }
        data = {"format": FORMAT, "values": kept, "attributes": dict(self._attributes)}
        if self._synonyms.all:
            data["synonyms"] = [synonym.to_json() for synonym in self._synonyms.all]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any], lexicon: Lexicon) -> Vocabulary:
        """Read what ``to_json`` gave.

        Raises ``ValueError`` for data of another format.
        """
        if data.get("format") != FORMAT:
            raise ValueError("The vocabulary was written by another version: build the index anew.")
        synonyms = tuple(map(Synonym.from_json, data.get("synonyms", ())))
        return cls(lexicon, data["values"], data["attributes"], synonyms)

    # What a message says

    def match(self, text: str) -> list[Mention]:
        """Values named in ``text``, in order, none overlapping another."""
        folded, offsets = fold_with_offsets(text)
        tokens = tokenize(folded)
        found = self._find(tokens, [text[offsets[t.start]] for t in tokens])
        mentions = []
        for index, (span, score) in enumerate(found):
            here = around(tokens, [s for s, _ in found], index)
            start, end = offsets[tokens[span.first].start], offsets[tokens[span.last - 1].end]
            surface = text[start:end]
            entries = self._readings(here, text, start, end)
            if entries:
                others = tuple((e.attribute, e.value) for e in entries[1:])
                mentions.append(
                    Mention(start, end, *entries[0][:2], surface, score, alternatives=others)
                )
        return self._with_extents(text, mentions) if self._extents else mentions

    def match_attributes(self, text: str) -> list[Mention]:
        """Names of attributes in ``text`` ("what material", "面料"); ``value`` is the attribute."""
        folded, offsets = fold_with_offsets(text)
        tokens = tokenize(folded)
        mentions = []
        for span in spans(tokens, (self._attribute_trie,)):
            start, end = offsets[tokens[span.first].start], offsets[tokens[span.last - 1].end]
            name = span.entries[0].value
            mentions.append(Mention(start, end, name, name, text[start:end]))
        return mentions

    # Single values

    def resolve(self, attribute: str, word: str) -> Optional[str]:
        """The value of ``attribute`` that exactly this word names, or None."""
        return self._own.get(attribute, {}).get(_key(word)) or self.lexicon.resolve(attribute, word)

    def meaning(self, words: str, attribute: str = "") -> Optional[tuple[str, str]]:
        """The attribute and the value that all of ``words`` name as they are spelled, or None.

        With ``attribute`` only a value of that one.
        """
        wanted = (self.attribute_of(attribute) or attribute) if attribute else ""
        if wanted and (value := self.resolve(wanted, words)):
            return wanted, value
        named = self.match(words)
        if len(named) != 1 or named[0].score < 1.0:
            return None
        if fold(named[0].surface).strip() != fold(words).strip():
            return None
        readings = ((named[0].attribute, named[0].value), *named[0].alternatives)
        return next((r for r in readings if wanted in ("", r[0])), None)

    def widened(self, text: str) -> str:
        """``text`` followed by what the merchant's synonyms in it mean, for a search of words."""
        return self._synonyms.widened(text)

    def display(self, attribute: str, value: str, language: str) -> str:
        """The name to show for a value, be it a concept or a feed's own wording.

        Words that are in the language already, and words nobody knows, are shown as they are.
        """
        return self._wording.name(attribute, value, language) or value

    def attribute_of(self, name: str) -> Optional[str]:
        """The attribute that people call ``name``, or None."""
        known = self.lexicon.attribute_of(name)
        return known or (name if name in self._attributes else None)

    def attribute_name(self, attribute: str, language: str) -> str:
        """What an attribute is called: material → 材质."""
        return self.lexicon.attribute_name(attribute, language)

    def narrower(self, attribute: str, value: str) -> frozenset[str]:
        """The value, the kinds of it, and the other spellings of it in the catalogue."""
        wider = self.lexicon.narrower(attribute, value)
        return wider | self._variants.get((attribute, value), frozenset())

    def near(self, attribute: str, value: str) -> frozenset[str]:
        """Values that may do instead; without the value itself."""
        return self.lexicon.near(attribute, value)

    def knows(self, attribute: str) -> bool:
        """Whether any product of the shop has the attribute."""
        return attribute in self._attributes

    def count(self, attribute: str, value: str) -> int:
        """How many products have the value in their feed row, in any spelling."""
        return self._counts.get((attribute, value), 0)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Attributes of the shop, the most frequent first."""
        return tuple(sorted(self._attributes, key=lambda a: (-self._attributes[a], a)))

    # How it works

    def _learn(self, attribute: str, counts: Mapping[str, int]) -> None:
        categorical = attribute == "brand" or len(counts) <= _MAX_VALUES
        spellings: dict[str, list[str]] = defaultdict(list)
        for value, count in counts.items():
            key = _key(value)
            concepts = self._concepts(attribute, key)
            for concept in concepts:
                self._counts[attribute, concept] = self._counts.get((attribute, concept), 0) + count
            if key and not concepts:
                spellings[key].append(value)
        own = self._own[attribute] = {}
        for key, variants in spellings.items():
            value = own[key] = max(variants, key=lambda v: (counts[v], v))
            self._counts[attribute, value] = sum(counts[v] for v in variants)
            self._variants[attribute, value] = frozenset(variants)
            if attribute == "brand":
                for term in (*self.lexicon.brands.get(key, ()), *_line_of(key)):
                    weak = term in self.lexicon.trie or term in self.lexicon.common
                    own.setdefault(term, value)
                    self._trie.add(term, Entry(attribute, value, weak))
            if attribute == "brand" or (categorical and _sayable(key)):
                joints = {key, key.replace("&", " and "), key.replace("&", " ")}
                for term in {*joints, key.replace(".", ""), key.rstrip(".")}:
                    self._trie.add(term, Entry(attribute, value, self._ordinary(attribute, term)))

    def _flat(
        self, values: Mapping[str, Mapping[str, int]]
    ) -> dict[tuple[float, float], tuple[str, str]]:
        """Both sides in centimetres → the attribute and the most frequent value that gives them."""
        found: dict[tuple[float, float], tuple[str, str]] = {}
        for attribute in _FLAT:
            counts = values.get(attribute, {})
            for value in sorted(counts, key=lambda v: (-counts[v], v)):
                for _, _, sides in extents(value):
                    found.setdefault(sides, (attribute, value))
        return found

    def _with_extents(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """Also the sizes that the shop has something in: "a rug, 160 x 230"."""
        for start, end, sides in extents(text):
            known = self._extents.get(sides)
            if known:
                mentions = [m for m in mentions if m.end <= start or end <= m.start]
                mentions.append(Mention(start, end, *known, text[start:end]))
        return sorted(mentions, key=lambda m: m.start)

    def _concepts(self, attribute: str, key: str) -> list[str]:
        """What the lexicon makes of a catalogue's value."""
        if attribute not in self.lexicon.attributes:
            return []
        whole = self.lexicon.meanings(attribute, key)
        if whole:
            return list(whole)
        named = spans(tokenize(key), (self.lexicon.trie,))
        return list(dict.fromkeys(e.value for s in named for e in s.entries if e[0] == attribute))

    def _ordinary(self, attribute: str, term: str) -> bool:
        """Whether a catalogue's value is also everyday English."""
        words = [t for t in tokenize(term) if t.text.isalnum()]
        common = self.lexicon.common
        if all(not t.han and _says_little(t.text, common) for t in words):
            return True
        return attribute == "brand" and term in self.lexicon.terms

    def _find(self, tokens: list[Token], initials: list[str]) -> list[tuple[Span, float]]:
        tries = (self.lexicon.trie, self._trie)
        found = list(spans(tokens, tries))
        taken = {i for span in found for i in range(span.first, span.last)}
        corrected: dict[int, str] = {}
        for i, token in enumerate(tokens):
            name = i > 0 and initials[i].isupper()
            term = None if i in taken or name else self._speller.correct(token.text)
            if term:
                corrected[i] = term
        corrected.update(retyped(tokens, found, tries, self.lexicon.characters))
        if not corrected:
            return [(span, 1.0) for span in found]
        spelled = [t._replace(text=corrected.get(i, t.text)) for i, t in enumerate(tokens)]
        return [
            (span, _FUZZY_SCORE if corrected.keys() & range(span.first, span.last) else 1.0)
            for span in spans(spelled, tries)
        ]

    def _asks(self, here: Surroundings) -> bool:
        """Whether words that stand alone name an attribute rather than a value: "fabric?"."""
        words = " ".join(t.text for t in here.tokens[here.span.first : here.span.last])
        opens = not here.before and here.after not in ("by", "for")
        return (here.alone or opens) and words in self.lexicon.attribute_aliases()

    def _kin(self, span: Span, entry: Entry) -> int:
        """How much the shop has of the kind, to tell a trolley to serve from one to travel with."""
        if sum(e.attribute == "product_type" for e in span.entries) < 2:
            return 0
        kinds = {entry.value}
        for wide in self.lexicon.broader("product_type", entry.value):
            kinds |= self.lexicon.narrower("product_type", wide)
        return sum(self._counts.get(("product_type", kind), 0) for kind in kinds)

    def _names_maker(self, here: Surroundings) -> bool:
        """Before a product, a word that is a thing elsewhere is a brand: "mango dress"."""
        rivals = [e for e in here.span.entries if e.attribute != "brand"]
        return (
            here.right is not None
            and any(e.attribute == "product_type" for e in here.right.entries)
            and all(e.attribute == "product_type" for e in rivals)
            and self._may_be_maker(here, bool(rivals))
        )

    def _may_be_maker(self, here: Surroundings, is_thing: bool) -> bool:
        words = [t.text for t in here.tokens[here.span.first : here.span.last]]
        if " ".join(words) in self.lexicon.makers:
            return True
        named = is_thing or here.tokens[here.span.first].han
        return named and not all(w in self.lexicon.common for w in words)

    def _readings(self, here: Surroundings, text: str, start: int, end: int) -> list[Entry]:
        said = self._synonyms.entries.get(
            tuple(t.text for t in here.tokens[here.span.first : here.span.last])
        )
        if said is not None:
            return [said, *(e for e in here.span.entries if e != said)]
        ranked = []
        for entry in here.span.entries:
            supported = supports(entry, here)
            if entry.attribute == "brand":
                cued = names_brand(here, text, start, end) or self._names_maker(here)
                if entry.weak and not cued:
                    continue
                supported = cued
            elif entry.weak and not (supported and not self._asks(here)):
                continue
            shop = (entry.attribute, entry.value) in self._counts
            kin = self._kin(here.span, entry) if entry.attribute == "product_type" else 0
            order = (
                _PREFERENCE.index(entry.attribute)
                if entry.attribute in _PREFERENCE
                else len(_PREFERENCE)
            )
            listed = entry.weak is False and joined(entry, here)
            ranked.append(((-supported, -listed, -shop, order, -kin), entry))
        return [entry for _, entry in sorted(ranked, key=lambda r: r[0])]


def _key(value: str) -> str:
    return " ".join(fold(value).replace("-", " ").split())


def _line_of(key: str) -> tuple[str, ...]:
    """The line that a brand names before its maker: "hrx by somebody" is called HRX."""
    line, by, _ = key.partition(" by ")
    return (line,) if by and len(line) > 2 else ()


def _sayable(key: str) -> bool:
    """Whether a shopper may say a merchant's value in so many words."""
    if _NUMERIC.fullmatch(key) or len(key) < 2:
        return False
    tokens = tokenize(key)
    han = sum(t.han for t in tokens)
    return len(tokens) - han <= _MAX_WORDS and han <= _MAX_HAN


def _says_little(word: str, common: frozenset[str]) -> bool:
    return len(word) < 2 or word.isdigit() or word in common
