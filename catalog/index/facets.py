"""What a product is, read from its attributes and its texts, each reading with a confidence.

Feeds are often wrong: a colour column filled by substring search calls everything "Coloured"
red. So text and attributes are both evidence, and a title beats an attribute that contradicts it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterable, Optional

from catalog.lexicon import Lexicon
from catalog.lexicon.context import around, supports
from catalog.lexicon.matcher import Entry, Span, Token, spans, tokenize
from catalog.product import Product
from catalog.text import fold

ATTRIBUTE, TITLE, DESCRIPTION = "attribute", "title", "description"

#: Confidences by where a value was read.
IN_TITLE, HEAD_ELSEWHERE, IN_TAIL = 1.0, 0.5, 0.4
IN_ATTRIBUTE, IN_BOTH, CONTRADICTED, OWN_ATTRIBUTE = 0.8, 0.9, 0.3, 0.9
FIRST_IN_DESCRIPTION, IN_DESCRIPTION = 0.6, 0.4

#: After these words an English title names what comes with the product or whom it is for.
_TAIL = frozenset("with for from by in w without featuring includes including".split())
_TAIL_MARKS = frozenset("( ) , | : ; [ / + （ ， 、 ·".split())
_NEGATION = frozenset("no not non without never zero".split())
_NEGATION_AFTER = frozenset("free less".split())
_NEGATION_ZH = ("不含", "无", "非", "不是", "没有", "零", "不带", "未使用")
_LONG = 60
#: A value for both counts for each.
_UNISEX = "unisex"
_TEXT_ATTRIBUTES = frozenset(
    "color material pattern gender age_group occasion season style neckline sleeve_length length "
    "fit closure feature".split()
)
_NOT_FROM_DESCRIPTION = frozenset({"gender", "age_group", "style", "length"})


@dataclass(frozen=True)
class Facet:
    """One value of one attribute of a product, with the confidence (0 to 1) that it is true."""

    attribute: str
    value: str
    confidence: float
    source: str
    """``attribute``, ``title`` or ``description``."""


def annotate(product: Product, lexicon: Lexicon) -> list[Facet]:
    """Everything known about ``product``, the best reading of each value only."""
    facets = _Facets()
    title = _read_titles(product, lexicon)
    described = _read_descriptions(product, lexicon)
    for attribute, value, confidence in title:
        facets.add(attribute, value, confidence, TITLE)
    for value in _ages(product.attributes.get("gender", ()), lexicon):
        facets.add("age_group", value, IN_ATTRIBUTE, ATTRIBUTE)
    for name, texts in product.attributes.items():
        attribute = lexicon.attribute_of(name) or name
        for value, whole in _attribute_values(attribute, texts, lexicon):
            confidence = _trust(product, attribute, value, whole, title, described, lexicon)
            facets.add(attribute, value, confidence, ATTRIBUTE)
    if product.brand.strip():
        facets.add("brand", product.brand.strip(), 1.0, ATTRIBUTE)
    _add_categories(product, lexicon, facets)
    for attribute, value, confidence in described:
        if attribute == "color" and any(a == "color" for a, _, _ in title):
            continue
        facets.add(attribute, value, confidence, DESCRIPTION)
    _spell_out_gender(facets)
    return facets.all()


class _Facets:
    """Collects facets, the most confident reading of each value."""

    def __init__(self) -> None:
        self._best: dict[tuple[str, str], Facet] = {}

    def add(self, attribute: str, value: str, confidence: float, source: str) -> None:
        known = self._best.get((attribute, value))
        if known is None or known.confidence < confidence:
            self._best[attribute, value] = Facet(attribute, value, confidence, source)

    def get(self, attribute: str, value: str) -> Optional[Facet]:
        return self._best.get((attribute, value))

    def has(self, attribute: str) -> bool:
        return any(a == attribute for a, _ in self._best)

    def all(self) -> list[Facet]:
        return list(self._best.values())


Reading = tuple[str, str, float]


def _ages(texts: Iterable[str], lexicon: Lexicon) -> set[str]:
    """Age groups that words for a gender imply: boys, girls, unisex kids."""
    found = (span for text in texts for span in spans(tokenize(fold(text)), (lexicon.trie,)))
    return {e.value for span in found for e in span.entries if e.attribute == "age_group"}


def _read_titles(product: Product, lexicon: Lexicon) -> list[Reading]:
    readings: list[Reading] = []
    for text in product.title.values():
        readings += read_title(text, lexicon, product.brand)
    return readings


def read_title(title: str, lexicon: Lexicon, brand: str = "") -> list[Reading]:
    """(attribute, value, confidence) of everything that a title says.

    The head noun of the part before "with", "for", a bracket or a comma is what the product is;
    other product words are what it comes with, or what it is made for.
    """
    tokens = tokenize(_without_brand(fold(title), fold(brand)))
    found = _meanings(tokens, lexicon)
    nouns = [(span, entry) for span, entry in found if entry.attribute == "product_type"]
    head = _head(tokens, nouns)
    readings = [
        (entry.attribute, entry.value, IN_TITLE if span is head else HEAD_ELSEWHERE)
        if entry.attribute == "product_type"
        else (entry.attribute, entry.value, IN_TITLE)
        for span, entry in found
        if head is None or entry.attribute != "product_type" or span is head
    ]
    readings += [
        (other.attribute, other.value, IN_TITLE)
        for span, entry in found
        if entry.attribute == "gender"
        for other in span.entries
        if other.attribute == "age_group"
    ]
    if head is None:
        return readings
    for span, entry in nouns:
        if span is not head and not _inside_head(entry.value, head, lexicon):
            readings.append((entry.attribute, entry.value, IN_TAIL))
    return readings


def _meanings(tokens: list[Token], lexicon: Lexicon) -> list[tuple[Span, Entry]]:
    """Each span with the meaning that fits a title, negated ones left out."""
    found = list(spans(tokens, (lexicon.trie,)))
    out = []
    for index, span in enumerate(found):
        if _negated(tokens, span):
            continue
        here = around(tokens, found, index)
        strong = [e for e in span.entries if not e.weak]
        weak = [e for e in span.entries if e.weak and supports(e, here)]
        if not weak and not strong and _may_head(tokens, span):
            weak = [e for e in span.entries if e.attribute == "product_type"]
        color = next((e for e in weak if e.attribute == "color"), None)
        chosen = color or next(iter(strong + weak), None)
        if chosen is not None:
            out.append((span, chosen))
    return out


def _may_head(tokens: list[Token], span: Span) -> bool:
    """Whether a weak noun can be what a title is about: a Chinese one only at an end."""
    if not tokens[span.first].han:
        return True
    return span.last == len(tokens) or _parted(tokens, span.last)


def _parted(tokens: list[Token], i: int) -> bool:
    """Whether a Chinese text pauses before token ``i``."""
    return tokens[i].start > tokens[i - 1].end or not tokens[i].han


def _head(tokens: list[Token], nouns: list[tuple[Span, Entry]]) -> Optional[Span]:
    """The last noun of the main part, which ends where the accessories begin."""
    if not nouns:
        return None
    inside = {i for span, _ in nouns for i in range(span.first, span.last)}
    end = len(tokens)
    for i in range(nouns[0][0].last, len(tokens)):
        text = tokens[i].text
        pause = tokens[i - 1].han and _parted(tokens, i)
        if i not in inside and (pause or text in _TAIL or text in _TAIL_MARKS):
            end = i
            break
        if i in inside and pause and tokens[i].han:
            end = i
            break
    main = [span for span, _ in nouns if span.first < end]
    return next((s for s in reversed(main) if not _is_trait(tokens, s)), main[-1])


def _is_trait(tokens: list[Token], span: Span) -> bool:
    """床笠款 is a style of mattress, not a sheet."""
    return span.last < len(tokens) and tokens[span.last].text in ("款", "式")


def _inside_head(value: str, head: Span, lexicon: Lexicon) -> bool:
    """A wider word beside the head says nothing new: "shoes" beside "running shoes"."""
    main = next(e.value for e in head.entries if e.attribute == "product_type")
    return value == main or value in lexicon.broader("product_type", main)


def _read_descriptions(product: Product, lexicon: Lexicon) -> list[Reading]:
    readings: list[Reading] = []
    for text in product.description.values():
        tokens = tokenize(fold(text))
        first = True
        for _, entry in _meanings(tokens, lexicon):
            if entry.attribute not in _TEXT_ATTRIBUTES or entry.attribute in _NOT_FROM_DESCRIPTION:
                continue
            confidence = IN_DESCRIPTION
            if entry.attribute == "color":
                confidence = FIRST_IN_DESCRIPTION if first else IN_DESCRIPTION
                first = False
            readings.append((entry.attribute, entry.value, confidence))
    return readings


def _attribute_values(
    attribute: str, texts: Iterable[str], lexicon: Lexicon
) -> list[tuple[str, bool]]:
    """Concepts named in an attribute, and whether one is all that the text says."""
    values: list[tuple[str, bool]] = []
    for text in texts:
        text = text.strip()
        if not text:
            continue
        concept = lexicon.resolve(attribute, text)
        if concept is not None:
            values.append((concept, True))
            continue
        if attribute in lexicon.attributes:
            tokens = tokenize(fold(text))
            named = [
                next((e for e in span.entries if e.attribute == attribute), None)
                for span in spans(tokens, (lexicon.trie,))
                if not _negated(tokens, span)
            ]
            values += [(entry.value, False) for entry in dict.fromkeys(named) if entry]
            if any(named):
                continue
        if len(text) <= _LONG:
            values.append((text, True))
    return values


def _trust(
    product: Product,
    attribute: str,
    value: str,
    whole: bool,
    title: list[Reading],
    described: list[Reading],
    lexicon: Lexicon,
) -> float:
    if attribute not in lexicon.attributes:
        return OWN_ATTRIBUTE
    if attribute not in ("color", "material", "pattern", "gender", "age_group"):
        return IN_ATTRIBUTE
    told = {v for a, v, _ in title if a == attribute}
    if any(_agree(attribute, value, v, lexicon) for v in told):
        return IN_BOTH
    if attribute == "color" and told:
        return CONTRADICTED
    if attribute == "gender" and told and _UNISEX not in (*told, value):
        return CONTRADICTED
    written = [v for a, v, _ in described if a == attribute]
    if any(_agree(attribute, value, v, lexicon) for v in written):
        return IN_BOTH
    if attribute == "color" and (written or _inside_words(value, product)):
        return CONTRADICTED
    return IN_ATTRIBUTE


def _agree(attribute: str, one: str, other: str, lexicon: Lexicon) -> bool:
    if one == other:
        return True
    return other in lexicon.narrower(attribute, one) or one in lexicon.narrower(attribute, other)


def _inside_words(value: str, product: Product) -> bool:
    """Whether a value occurs in the texts only inside other words: red in "coloured"."""
    text = fold(" ".join((*product.title.values(), *product.description.values())))
    return value.isascii() and value in text and not re.search(rf"\b{re.escape(value)}\b", text)


def _add_categories(product: Product, lexicon: Lexicon, facets: _Facets) -> None:
    """Product types that the feed's category path names, the narrow end counting most."""
    depth = len(product.product_type)
    for level, text in enumerate(product.product_type):
        concept = lexicon.resolve("product_type", text)
        named = [concept] if concept else _category_types(text, lexicon) or [text.strip()]
        for value in named:
            sure = level == depth - 1 and len(named) == 1
            facets.add("product_type", value, IN_ATTRIBUTE if sure else IN_TAIL, ATTRIBUTE)


def _category_types(text: str, lexicon: Lexicon) -> list[str]:
    found = spans(tokenize(fold(text)), (lexicon.trie,))
    return [e.value for s in found for e in s.entries if e.attribute == "product_type"]


def _spell_out_gender(facets: _Facets) -> None:
    """Unisex is for both; men and women together are unisex."""
    unisex = facets.get("gender", _UNISEX)
    male, female = facets.get("gender", "male"), facets.get("gender", "female")
    if unisex is not None:
        for value in ("male", "female"):
            facets.add("gender", value, unisex.confidence, unisex.source)
    elif male and female and male.confidence == female.confidence:
        facets.add("gender", _UNISEX, male.confidence, male.source)


def _negated(tokens: list[Token], span: Span) -> bool:
    before = tokens[span.first - 1].text if span.first else ""
    if tokens[span.first].han or (before and tokens[span.first - 1].han):
        text = "".join(t.text for t in tokens[max(0, span.first - 4) : span.first])
        return text.endswith(_NEGATION_ZH)
    after = tokens[span.last].text if span.last < len(tokens) else ""
    return before in _NEGATION or after in _NEGATION_AFTER


def _without_brand(title: str, brand: str) -> str:
    """The title without the first mention of its brand ("Pepe Jeans Men Shirt" is no jeans)."""
    if not brand:
        return title
    at = title.find(brand)
    if at < 0:
        return title
    return title[:at] + " " * len(brand) + title[at + len(brand) :]
