"""What a title says a product is: the head noun, and what else it names."""

from __future__ import annotations

from typing import Optional

from catalog.lexicon import Lexicon
from catalog.lexicon.context import around, supports
from catalog.lexicon.matcher import Entry, Span, Token, spans, tokenize
from catalog.text import fold

#: Confidence of what a title says, of the other meanings of its head, and of product words that
#: are not its head.
IN_TITLE, OTHERWISE, IN_TAIL = 1.0, 0.8, 0.4
#: After these words an English title names what comes with the product or whom it is for.
_TAIL = frozenset("with for from by in w without featuring includes including".split())
_TAIL_MARKS = frozenset("( ) , | : ; [ / + （ ， 、 ·".split())
_NEGATION = frozenset("no not non without never zero".split())
_NEGATION_AFTER = frozenset("free less".split())
_NEGATION_STATED = frozenset("no none".split())
_NEGATION_ZH = ("不含", "无", "非", "不是", "没有", "零", "不带", "未使用")

Reading = tuple[str, str, float]
"""Attribute, value, confidence."""


def read_title(title: str, lexicon: Lexicon, brand: str = "") -> list[Reading]:
    """(attribute, value, confidence) of everything that a title says.

    The head noun of the part before "with", "for", a bracket or a comma is what the product is;
    other product words are what it comes with, or what it is made for.
    """
    tokens = tokenize(_without_brand(fold(title), fold(brand)))
    found = meanings(tokens, lexicon)
    nouns = [(span, entry) for span, entry in found if entry.attribute == "product_type"]
    head = _narrowed(_head(tokens, nouns), nouns, lexicon)
    readings = [
        (entry.attribute, entry.value, IN_TITLE)
        for span, entry in found
        if entry.attribute != "product_type" or span is head
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
    main = next(e.value for s, e in nouns if s is head)
    readings += [
        (entry.attribute, entry.value, OTHERWISE)
        for entry in head.entries
        if entry.attribute == "product_type" and not entry.weak and entry.value != main
    ]
    for span, entry in nouns:
        if span is not head and not _inside_head(entry.value, head, lexicon):
            readings.append((entry.attribute, entry.value, IN_TAIL))
    return readings


def meanings(tokens: list[Token], lexicon: Lexicon) -> list[tuple[Span, Entry]]:
    """Each span with the meaning that fits a title, negated ones left out."""
    found = list(spans(tokens, (lexicon.trie,)))
    out = []
    for index, span in enumerate(found):
        if negated(tokens, span):
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
    end = min([end, *(s.last for s, _ in nouns if _names_extras(tokens, s))])
    main = [span for span, _ in nouns if span.first < end]
    things = [s for s in main if not _is_trait(tokens, s)]
    if len(things) > 1 and tokens[things[-1].last - 1].text == "套" and _counts(tokens, things[-1]):
        things.pop()
    return things[-1] if things else main[-1]


def _counts(tokens: list[Token], span: Span) -> bool:
    """三件套 is a bedding set, but after knives it says how many there are."""
    return "".join(t.text for t in tokens[span.first : span.last]).endswith("件套")


def _names_extras(tokens: list[Token], span: Span) -> bool:
    """ "Kurta with palazzos" is one term; what follows it are further extras."""
    return any(tokens[i].text in _TAIL for i in range(span.first + 1, span.last))


def _narrowed(
    head: Optional[Span], nouns: list[tuple[Span, Entry]], lexicon: Lexicon
) -> Optional[Span]:
    """The more exact noun directly before the head: "earl grey" + "tea"."""
    if head is None:
        return None
    value = next(e.value for s, e in nouns if s is head)
    for span, entry in nouns:
        if span.last == head.first and value in lexicon.broader("product_type", entry.value):
            return span
    return head


def _is_trait(tokens: list[Token], span: Span) -> bool:
    """床笠款 is a style of mattress, not a sheet."""
    return span.last < len(tokens) and tokens[span.last].text in ("款", "式")


def _inside_head(value: str, head: Span, lexicon: Lexicon) -> bool:
    """A wider word beside the head says nothing new: "shoes" beside "running shoes"."""
    main = next(e.value for e in head.entries if e.attribute == "product_type")
    return value == main or value in lexicon.broader("product_type", main)


def negated(tokens: list[Token], span: Span) -> bool:
    """Whether a text denies what it names: "no polyester", "lead-free", "不含酒精"."""
    before = tokens[span.first - 1].text if span.first else ""
    if tokens[span.first].han or (before and tokens[span.first - 1].han):
        text = "".join(t.text for t in tokens[max(0, span.first - 4) : span.first])
        return text.endswith(_NEGATION_ZH)
    after = [token.text for token in tokens[span.last : span.last + 2]]
    if len(after) == 2 and after[0] == ":" and after[1] in _NEGATION_STATED:
        return True
    return before in _NEGATION or bool(_NEGATION_AFTER.intersection(after[:1]))


def _without_brand(title: str, brand: str) -> str:
    """The title without the first mention of its brand ("Pepe Jeans Men Shirt" is no jeans)."""
    if not brand:
        return title
    at = title.find(brand)
    if at < 0:
        return title
    return title[:at] + " " * len(brand) + title[at + len(brand) :]
