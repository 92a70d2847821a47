"""The same message about another product: its words change places with others of their kind."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple, Optional

import numpy as np

from bot.nlu.training.augment import Swap
from catalog.lexicon import Concept, Lexicon
from catalog.lexicon.matcher import Span, Token, plural, spans, tokenize
from catalog.text import fold, fold_with_offsets, has_han

#: What may change without changing what a message wants.
ATTRIBUTES = ("product_type", "color", "material")
LANGUAGES = ("en", "zh")
#: Share of the changes that keep the meaning and change the language.
TRANSLATED = 0.3
#: So many of the names of a concept, those said most, are used.
NAMES = 3
ARTICLE = re.compile(r"\b(an?)\s+$", re.IGNORECASE)
#: Part of a word that a term is found in, and then is not what is meant: "oil-free".
JOINED = re.compile(r"[-'’][^\W_]")


class Name(NamedTuple):
    """A value and one of its names."""

    concept: str
    name: str


class Word(NamedTuple):
    """A word of a text that is known: where it is and what it stands for."""

    begin: int
    end: int
    attribute: str
    concept: str


def lexicon_swap(lexicon: Optional[Lexicon] = None) -> Swap:
    """A function (text, random) that changes one product word, colour or material of a text.

    It becomes another of the same attribute in the same language, or the same one in the other
    language, as people mix them. Only words count that mean one thing wherever they stand;
    the function gives None where a text has none.
    """
    return _Swap(lexicon or Lexicon.load())


class _Swap:
    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._names: dict[tuple[str, str, str], list[str]] = {}
        self._all: dict[tuple[str, str], list[Name]] = defaultdict(list)
        for attribute in ATTRIBUTES:
            for concept in lexicon.concepts(attribute):
                for language in LANGUAGES:
                    names = self._usable(concept, language)
                    self._names[attribute, concept.id, language] = names
                    self._all[attribute, language] += [Name(concept.id, name) for name in names]

    def __call__(self, text: str, random: np.random.Generator) -> Optional[str]:
        words = self._words(text)
        if not words:
            return None
        word = words[int(random.integers(len(words)))]
        here = "zh" if has_han(text[word.begin : word.end]) else "en"
        if random.random() < TRANSLATED:
            there = "en" if here == "zh" else "zh"
            names = self._names[word.attribute, word.concept, there]
        else:
            there, names = here, []
        if not names:
            there = here
            kinds = self._lexicon.narrower(word.attribute, word.concept)
            every = self._all[word.attribute, here]
            # Few are the value itself or a kind of it: one of some drawn is another.
            drawn = [every[int(i)] for i in random.integers(len(every), size=4)]
            names = [other.name for other in drawn if other.concept not in kinds][:1]
        if not names:
            return None
        name = names[int(random.integers(len(names)))]
        said = text[word.begin : word.end].lower()
        many = there == "en" and word.attribute == "product_type" and plural(said) == said
        return _replaced(text, word, plural(name) if many else name)

    def _words(self, text: str) -> list[Word]:
        folded, offsets = fold_with_offsets(text)
        tokens = tokenize(folded)
        found = []
        for span in spans(tokens, (self._lexicon.trie,)):
            meant = {entry.attribute for entry in span.entries}
            entry = span.entries[0]
            if len(meant) > 1 or entry.attribute not in ATTRIBUTES or entry.weak:
                continue
            if not _stands_alone(folded, tokens, span):
                continue
            begin, end = offsets[tokens[span.first].start], offsets[tokens[span.last - 1].end]
            found.append(Word(begin, end, entry.attribute, entry.value))
        return found

    def _usable(self, concept: Concept, language: str) -> list[str]:
        """Names that are this concept and nothing else, without being told so."""
        found = []
        for name in concept.names.get(language, ()):
            entries = self._lexicon.terms.get(" ".join(fold(name).replace("-", " ").split()), [])
            if (
                has_han(name) == (language == "zh")
                and entries
                and not entries[0].weak
                and {entry[:2] for entry in entries} == {(concept.attribute, concept.id)}
            ):
                found.append(name)
        return found[:NAMES]


def _stands_alone(folded: str, tokens: list[Token], span: Span) -> bool:
    begin, end = tokens[span.first].start, tokens[span.last - 1].end
    before, after = folded[max(0, begin - 2) : begin], folded[end : end + 2]
    return not (JOINED.match(after) or JOINED.match(before[::-1]))


def _replaced(text: str, word: Word, name: str) -> str:
    before, said, after = text[: word.begin], text[word.begin : word.end], text[word.end :]
    if has_han(name):
        return before + name + after
    if said.isupper() and len(said) > 1:
        name = name.upper()
    elif said[0].isupper():
        name = name[0].upper() + name[1:]
    if word.attribute == "product_type":
        before = _with_article(before, name)
    # Chinese has no spaces that would keep two Latin words apart.
    left = " " if before[-1:].isascii() and before[-1:].isalnum() else ""
    right = " " if after[:1].isascii() and after[:1].isalnum() else ""
    return before + left + name + right + after


def _with_article(before: str, name: str) -> str:
    """What stands before a noun, with the article at its end that the noun asks for."""
    article = ARTICLE.search(before)
    if article is None:
        return before
    start, said = before[: article.start()], article.group(1)
    if name.lower().endswith("s") and not name.lower().endswith(("ss", "us")):
        return start
    wanted = "an" if name[0].lower() in "aeiou" else "a"
    if said[0].isupper():
        wanted = wanted.upper() if name.isupper() else wanted.capitalize()
    return f"{start}{wanted} "
