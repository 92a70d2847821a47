"""What a value is called in a language, be it a concept, a number or a feed's own words."""

from __future__ import annotations

from typing import Optional

from catalog.lexicon import Lexicon
from catalog.lexicon.matcher import Entry, Span, spans, tokenize
from catalog.quantities import listed, quantity, shares
from catalog.text import fold, has_han

#: Attributes whose values are materials, whatever else they are.
_OF_MATERIAL = frozenset({"filling", "lining"})


class Wording:
    """Names of values, from a lexicon and a few rules."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def name(self, attribute: str, value: str, language: str) -> Optional[str]:
        """A value in the language, or None where it has no name there.

        Words that are in the language already are their own name.
        """
        if self._lexicon.get(attribute, value) is not None:
            return self._lexicon.display(attribute, value, language)
        if attribute == "brand":
            return value
        if attribute == "pack" and value.isdecimal():
            return f"{value} 件装" if language == "zh" else f"pack of {value}"
        if has_han(value) == (language == "zh"):
            return value
        concept = None if "%" in value else self._lexicon.resolve(attribute, value)
        if concept is not None:
            return self._lexicon.display(attribute, concept, language)

        def part(text: str) -> Optional[str]:
            return self.name(attribute, text, language)

        return (
            quantity(value, language, attribute)
            or (self.name("material", value, language) if attribute in _OF_MATERIAL else None)
            or shares(value, part, language)
            or listed(value, part, language)
            or (self._category(value, language) if attribute == "product_type" else None)
        )

    def _category(self, value: str, language: str) -> Optional[str]:
        """A category put together from what its words name: "Children's Jackets" → 儿童夹克."""
        tokens = tokenize(fold(value))
        found = list(spans(tokens, (self._lexicon.trie,)))
        if not found or sum(span.last - span.first for span in found) < len(tokens):
            return None
        entries = [_as_category(span) for span in found]
        if entries[-1].attribute != "product_type":
            return None
        names = [self._lexicon.display(e.attribute, e.value, language) for e in entries]
        if language != "zh":
            return " ".join(names)
        return "".join(_whose(s, e, n) for s, e, n in zip(found, entries, names, strict=True))


def _as_category(span: Span) -> Entry:
    """In a category, girls are children first."""
    by_attribute = {entry.attribute: entry for entry in reversed(span.entries)}
    for attribute in ("product_type", "age_group"):
        if attribute in by_attribute:
            return by_attribute[attribute]
    return span.entries[0]


def _whose(span: Span, entry: Entry, name: str) -> str:
    genders = {e.value for e in span.entries if e.attribute == "gender"}
    if entry.attribute == "age_group" and genders:
        return "女童" if genders == {"female"} else "男童"
    return {"男": "男士", "女": "女士"}.get(name, name)
