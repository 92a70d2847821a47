"""Whether a product can be had, in which colours and sizes: read from the store."""

from __future__ import annotations

from typing import Iterable, Sequence

from actions.request.resolve import EVIDENCE
from actions.request.types import IS
from actions.turn.draft import Draft
from actions.turn.pointing import VARYING
from catalog.product import Product

#: Variants of one product that are looked at.
VARIANTS = 60


def in_stock(draft: Draft, product: Product) -> str:
    """Whether one product is there, in the colour or size that the message names."""
    title, cards = product.title_in(draft.language), draft.context.cards
    wanted = _wanted(draft)
    if not _meets(draft, product, wanted):
        named = [v for v in variants(draft, product) if _meets(draft, v, wanted)]
        values = _in_words(draft, wanted)
        if not named:
            answer = draft.say("answer_not_in", title=title, values=values)
            there = _there(draft, product, wanted)
            return f"{answer} {draft.say('answer_comes_in', values=there)}" if there else answer
        product = next((v for v in named if orderable(draft, v)), named[0])
        title = f"{title}（{values}）" if draft.language == "zh" else f"{title} ({values})"
    if orderable(draft, product):
        return draft.say("answer_stock", title=title, stock=cards.stock(product, draft.language))
    if product.available:
        return _with_others(draft, product, draft.say("answer_gone", title=title))
    answer = draft.say("answer_stock", title=title, stock=cards.stock(product, draft.language))
    return _with_others(draft, product, f"{answer} {draft.say('answer_back')}")


def orderable(draft: Draft, product: Product) -> bool:
    """Whether the shop has the product still, and has some of it."""
    return product.available and product.id in draft.context.shop.store.active([product.id])


def variants(draft: Draft, product: Product) -> Sequence[Product]:
    """All variants of a product as the store has them now, itself included."""
    return draft.context.shop.store.products(draft.context.variants(product.id)[:VARIANTS])


def other_values(draft: Draft, product: Product) -> str:
    """Colours and sizes that the same product can be had in besides its own."""
    others = [v for v in variants(draft, product) if v.id != product.id and v.available]
    parts = []
    for attribute in ("color", "size"):
        own = set(product.attributes.get(attribute, ()))
        values = [v for v in _values(others, attribute) if v not in own]
        if values:
            parts.append(draft.context.cards.values(attribute, values, draft.language))
    return ("；" if draft.language == "zh" else "; ").join(parts)


def all_sizes(draft: Draft, product: Product) -> tuple[str, ...]:
    """Sizes that the product can be had in, or those that the feed states where none can."""
    there = [v for v in variants(draft, product) if v.available]
    return _values(there, "size") or tuple(product.attributes.get("size", ()))


def _values(products: Sequence[Product], attribute: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for p in products for v in p.attributes.get(attribute, ())))


def _with_others(draft: Draft, product: Product, answer: str) -> str:
    values = other_values(draft, product)
    also = draft.say("details_variants", values=values) if values else ""
    return "\n".join(filter(None, (answer, also)))


def _wanted(draft: Draft) -> dict[str, str]:
    """Attribute → value of the colour and size that the message names."""
    wanted = {
        mention.attribute: str(mention.value)
        for mention in draft.context.index.vocabulary.match(draft.turn.text)
        if mention.attribute in VARYING
    }
    for change in draft.turn.changes:
        constraint = change.constraint
        if constraint and constraint.op == IS and constraint.attribute in VARYING:
            wanted[constraint.attribute] = str(constraint.values[0])
    return wanted


def _there(draft: Draft, product: Product, attributes: Iterable[str]) -> str:
    """Values of some attributes that the product and its variants can be had in."""
    had = [v for v in variants(draft, product) if orderable(draft, v)]
    values = draft.context.cards.values
    found = [values(a, _values(had, a), draft.language) for a in attributes]
    return ("；" if draft.language == "zh" else "; ").join(filter(None, found))


def _meets(draft: Draft, product: Product, wanted: dict[str, str]) -> bool:
    evidence = draft.context.facts.evidence
    return all(evidence(product.id, a, value) >= EVIDENCE for a, value in wanted.items())


def _in_words(draft: Draft, wanted: dict[str, str]) -> str:
    value = draft.context.describer.value
    separator = "、" if draft.language == "zh" else ", "
    return separator.join(value(a, v, draft.language) for a, v in wanted.items())
