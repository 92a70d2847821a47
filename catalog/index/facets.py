"""What a product is, read from its attributes and its texts, each reading with a confidence.

Feeds are often wrong: a colour column filled by substring search calls everything "Coloured"
red. So text and attributes are both evidence, and a title beats an attribute that contradicts it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterable, Optional, Sequence

from catalog.index.measures import UNITS
from catalog.index.titles import IN_TAIL, Reading, meanings, negated, read_title
from catalog.lexicon import Lexicon
from catalog.lexicon.matcher import Entry, Span, Token, spans, tokenize
from catalog.product import Product
from catalog.text import fold, unglued

ATTRIBUTE, TITLE, DESCRIPTION = "attribute", "title", "description"
#: Neither stated nor named: learned from products like it, see ``catalog.attributes``.
INFERRED = "inferred"

#: Confidences by where a value was read.
IN_ATTRIBUTE, IN_BOTH, CONTRADICTED, OWN_ATTRIBUTE = 0.8, 0.9, 0.3, 0.9
FIRST_IN_DESCRIPTION, ONLY_IN_DESCRIPTION, IN_DESCRIPTION = 0.6, 0.55, 0.4

#: Attributes that say what a part of a product is made of, in the words for materials.
_PARTS = frozenset({"filling", "lining"})

#: Longer texts of attributes are remarks, not values.
_LONG = 60
#: A value for both counts for each.
UNISEX = "unisex"
_TEXT_ATTRIBUTES = frozenset(
    "color material pattern gender age_group occasion season style neckline sleeve_length length "
    "fit closure feature ingredient skin_type scent flavor roast".split()
)
#: What is told in descriptions, and true where title and attributes do not speak of it at all.
_TOLD_BELOW = frozenset(
    "material neckline sleeve_length fit closure feature season occasion ingredient skin_type "
    "scent flavor roast".split()
)
_NOT_FROM_DESCRIPTION = frozenset({"gender", "age_group", "style", "length"})


@dataclass(frozen=True)
class Facet:
    """One value of one attribute of a product, with the confidence (0 to 1) that it is true."""

    attribute: str
    value: str
    confidence: float
    source: str
    """``attribute``, ``title``, ``description`` or ``inferred``."""


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
        for value in _attribute_values(attribute, texts, lexicon):
            confidence = _trust(product, attribute, value, title, described, lexicon)
            facets.add(attribute, value, confidence, ATTRIBUTE)
    if product.brand.strip():
        facets.add("brand", product.brand.strip(), 1.0, ATTRIBUTE)
    _add_categories(product, lexicon, facets)
    _add_implied(lexicon, facets)
    for attribute, value, confidence in described:
        if attribute == "color" and any(a == "color" for a, _, _ in title):
            continue
        if attribute in _TOLD_BELOW and not facets.states(attribute):
            confidence = ONLY_IN_DESCRIPTION
        facets.add(attribute, value, confidence, DESCRIPTION)
    _spell_out_gender(facets)
    return facets.all()


def stated(product: Product, lexicon: Lexicon) -> dict[str, list[str]]:
    """Attribute → the values that the feed's own columns give it, as concepts where it has any."""
    found: dict[str, list[str]] = {}
    for name, texts in product.attributes.items():
        attribute = lexicon.attribute_of(name) or name
        values = _attribute_values(attribute, texts, lexicon)
        found[attribute] = list(dict.fromkeys([*found.get(attribute, ()), *values]))
    if brand := product.brand.strip():
        found["brand"] = [brand]
    return found


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

    def states(self, attribute: str) -> bool:
        """Whether title or attributes say something about it: the description adds to that."""
        return any(a == attribute and f.source != DESCRIPTION for (a, _), f in self._best.items())

    def all(self) -> list[Facet]:
        return list(self._best.values())


def _ages(texts: Iterable[str], lexicon: Lexicon) -> set[str]:
    """Age groups that words for a gender imply: boys, girls, unisex kids."""
    found = (span for text in texts for span in spans(tokenize(fold(text)), (lexicon.trie,)))
    return {e.value for span in found for e in span.entries if e.attribute == "age_group"}


def _read_titles(product: Product, lexicon: Lexicon) -> list[Reading]:
    readings: list[Reading] = []
    for text in product.title.values():
        readings += read_title(text, lexicon, product.brand)
    return readings


def _read_descriptions(product: Product, lexicon: Lexicon) -> list[Reading]:
    readings: list[Reading] = []
    for text in product.description.values():
        tokens = tokenize(fold(unglued(text)))
        first = True
        for _, entry in meanings(tokens, lexicon):
            if entry.attribute not in _TEXT_ATTRIBUTES or entry.attribute in _NOT_FROM_DESCRIPTION:
                continue
            confidence = IN_DESCRIPTION
            if entry.attribute == "color":
                confidence = FIRST_IN_DESCRIPTION if first else IN_DESCRIPTION
                first = False
            readings.append((entry.attribute, entry.value, confidence))
    return readings


def _attribute_values(attribute: str, texts: Iterable[str], lexicon: Lexicon) -> list[str]:
    """Concepts that the texts of an attribute name, or the texts where they name none."""
    values: list[str] = []
    for text in texts:
        text = text.strip()
        if not text:
            continue
        concept = lexicon.resolve(attribute, text)
        if concept is not None:
            values.append(concept)
            continue
        if attribute in lexicon.attributes or attribute in _PARTS:
            tokens = tokenize(fold(text))
            attributes = (attribute, "material") if attribute in _PARTS else (attribute,)
            named = [
                next((e for e in span.entries if e.attribute in attributes), None)
                for span in spans(tokens, (lexicon.trie,))
                if not negated(tokens, span) and not _is_unit(tokens, span)
            ]
            values += [entry.value for entry in dict.fromkeys(named) if entry]
            if any(named):
                continue
        if len(text) <= _LONG:
            values.append(text)
    return values


def _is_unit(tokens: Sequence[Token], span: Span) -> bool:
    """Whether a word only says what a number counts: no size M in "1.5 m bed"."""
    one = span.last == span.first + 1 and tokens[span.first].text in UNITS
    return one and span.first > 0 and tokens[span.first - 1].text[-1].isdigit()


def _trust(
    product: Product,
    attribute: str,
    value: str,
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
    if attribute == "gender" and told and UNISEX not in (*told, value):
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
        leaf = level == depth - 1
        whole = lexicon.meanings("product_type", text)
        if leaf and level:
            whole = lexicon.meanings("product_type", f"{product.product_type[-2]} {text}") or whole
        entries = [] if whole else _category_entries(text, lexicon)
        types = [e.value for e in entries if e.attribute == "product_type"]
        named = dict.fromkeys(whole or types or [text.strip()])
        sure = leaf and (bool(whole) or len(named) == 1)
        for value in named:
            facets.add("product_type", value, IN_ATTRIBUTE if sure else IN_TAIL, ATTRIBUTE)
        for entry in entries if sure else ():
            if entry.attribute in ("gender", "age_group"):
                facets.add(entry.attribute, entry.value, IN_ATTRIBUTE, ATTRIBUTE)


def _category_entries(text: str, lexicon: Lexicon) -> list[Entry]:
    found = spans(tokenize(fold(text)), (lexicon.trie,))
    return [entry for span in found for entry in span.entries]


def _add_implied(lexicon: Lexicon, facets: _Facets) -> None:
    """What values imply in other attributes: sporty style is for sports."""
    for facet in facets.all():
        concept = lexicon.get(facet.attribute, facet.value)
        for attribute, value in concept.also if concept else ():
            facets.add(attribute, value, min(facet.confidence, IN_ATTRIBUTE), facet.source)


def _spell_out_gender(facets: _Facets) -> None:
    """Unisex is for both; men and women together are unisex."""
    unisex = facets.get("gender", UNISEX)
    male, female = facets.get("gender", "male"), facets.get("gender", "female")
    if unisex is not None:
        for value in ("male", "female"):
            facets.add("gender", value, unisex.confidence, unisex.source)
    elif male and female and male.confidence == female.confidence:
        facets.add("gender", UNISEX, male.confidence, male.source)
