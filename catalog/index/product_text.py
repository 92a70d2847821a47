"""The texts a product is found by: one for the encoder, several for the word index."""

from __future__ import annotations

from typing import Container, Iterable, Iterator

from catalog.lexicon import Lexicon
from catalog.product import LANGUAGES, Product
from catalog.text import unglued

#: Attributes that say most about a product, in the order they are told to the encoder.
MAIN = ("color", "material", "pattern", "gender", "age_group", "size")
#: Characters of the description that fit in what the encoder reads after everything else.
DESCRIPTION = 160
#: Longer attribute values are notices, not properties.
LONGEST_VALUE = 60
#: How much a word counts in the word index, by where it stands.
TITLE, FACET, ATTRIBUTE, DESCRIBED = 3.0, 2.0, 1.5, 1.0
#: Attributes whose values shoppers name in their own language.
NAMED = ("product_type", "color", "material", "pattern", "gender", "occasion", "style")


def encoder_text(product: Product) -> str:
    """Titles, type, brand, main attributes and the beginning of the description.

    Most telling first: the encoder reads about 64 tokens. Nothing in it changes with price or
    stock, so that an import of new prices leaves the vectors as they are.
    """
    parts = [product.title_in(product.language)]
    parts += [title for language, title in product.title.items() if language != product.language]
    parts += [" > ".join(product.product_type)]
    said = " ".join(parts).lower()
    values = [product.brand, *(v for name in MAIN for v in product.attributes.get(name, ()))]
    new = [v for v in values if v.lower() not in said and len(v) <= LONGEST_VALUE]
    parts += [", ".join(new), product.description_in(product.language)[:DESCRIPTION]]
    return ". ".join(part for part in parts if part)


def word_fields(
    product: Product, facets: Iterable[tuple[str, str]], lexicon: Lexicon
) -> list[tuple[str, float]]:
    """Texts for the word index, each with how much a word in it counts.

    ``facets`` are (attribute, value) of what the product likely is; they are told in every
    language, so that 连衣裙 finds a dress whose feed is in English.
    """
    fields = [(title, TITLE) for title in product.title.values()]
    fields.append((" ".join([product.brand, *product.product_type]), FACET))
    told = [
        name
        for attribute, value in facets
        if attribute in NAMED
        for name in _names(attribute, value, lexicon, product.title)
    ]
    fields.append((" ".join(dict.fromkeys(told)), FACET))
    values = [
        f"{name} {value}" if value.isdigit() else value
        for name, all_values in product.attributes.items()
        for value in all_values
        if len(value) <= LONGEST_VALUE
    ]
    fields.append((" ".join(values), ATTRIBUTE))
    fields += [(unglued(text), DESCRIBED) for text in product.description.values()]
    return [(text, weight) for text, weight in fields if text.strip()]


def _names(attribute: str, value: str, lexicon: Lexicon, spoken: Container[str]) -> Iterator[str]:
    """What a value is called in either language, and the kinds that it belongs to.

    Product types go by every name they have in a language that the product's texts are not in.
    """
    concept = lexicon.get(attribute, value)
    if concept is None:
        return
    for language, names in concept.names.items():
        is_all = attribute == "product_type" and language not in spoken
        yield from names if is_all else names[:1]
    for kind in lexicon.broader(attribute, value):
        yield from (lexicon.display(attribute, kind, language) for language in LANGUAGES)
