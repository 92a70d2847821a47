"""Whether a product can be had, in which colours and sizes: read from the store."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterable, Optional, Sequence

from actions.request.resolve import EVIDENCE
from actions.request.types import IS, Constraint
from actions.sizing.systems import nearest, ordered
from actions.turn.draft import Draft
from actions.turn.pointing import VARYING
from catalog.product import Product

#: Variants of one product that are looked at.
VARIANTS = 200


def in_stock(draft: Draft, product: Product) -> str:
    """Whether one product is there, in the colour or size that the message names."""
    title = product.title_in(draft.language)
    wanted = named_values(draft)
    if not wanted:
        return _plainly(draft, product, title)
    found = variant(draft, product, wanted)
    values = _in_words(draft, wanted)
    if found is None:
        return _not_in(draft, product, title, wanted, values)
    draft.request = replace(
        draft.request,
        focus=tuple(found.id if i == product.id else i for i in draft.request.focus),
    )
    title = found.title_in(draft.language)
    title = f"{title}（{values}）" if draft.language == "zh" else f"{title} ({values})"
    if not found.available:
        key = "variant_gone"
    elif not orderable(draft, found):
        return draft.say("answer_gone", title=title)
    else:
        price = draft.context.cards.price(found, draft.language)
        stock = draft.context.cards.stock(found, draft.language)
        answer = draft.say("variant_there", title=title, price=price, stock=stock)
        if len(found.attributes.get("size", ())) > 1 and "size" in wanted:
            answer = f"{answer} {draft.say('variant_stock_unsaid')}"
        return answer
    return f"{draft.say(key, title=title)} {_instead(draft, product, found, wanted)}".strip()


def variant(draft: Draft, product: Product, wanted: dict[str, str]) -> Optional[Product]:
    """The variant of a product that has some values: its own colour and what is in stock first."""
    named = [v for v in variants(draft, product, wanted) if meets(draft, v, wanted)]
    own = {a: product.attributes.get(a, ()) for a in VARYING if a not in wanted}

    def rank(v: Product) -> tuple[bool, bool, bool]:
        alike = all(v.attributes.get(a, ()) == values for a, values in own.items())
        coloured = v.attributes.get("color", ()) == product.attributes.get("color", ())
        return not (v.available and coloured), not v.available, not alike

    return min(named, key=rank, default=None)


def _plainly(draft: Draft, product: Product, title: str) -> str:
    """Whether the product as it was shown is there."""
    stock = draft.context.cards.stock(product, draft.language)
    if orderable(draft, product):
        return draft.say("answer_stock", title=title, stock=stock)
    if product.available:
        return _with_others(draft, product, draft.say("answer_gone", title=title))
    answer = draft.say("answer_stock", title=title, stock=stock)
    return _with_others(draft, product, f"{answer} {draft.say('answer_back')}")


def _not_in(draft: Draft, product: Product, title: str, wanted: dict[str, str], values: str) -> str:
    """No variant has what was asked for, or nothing is stated about it."""
    all_ = variants(draft, product)
    describer = draft.context.describer
    unstated = [a for a in wanted if not _values(all_, a)]
    if unstated:
        name = describer.attribute(unstated[0], draft.language)
        return draft.say("answer_unknown", title=title, attribute=name)
    answer = draft.say("answer_not_in", title=title, values=values)
    there = _there(draft, product, wanted)
    return f"{answer} {draft.say('answer_comes_in', values=there)}" if there else answer


def _instead(draft: Draft, product: Product, gone: Product, wanted: dict[str, str]) -> str:
    """What is in stock beside a variant that is not: near sizes, other colours."""
    had = [v for v in variants(draft, product) if v.available]
    parts = []
    if size := wanted.get("size"):
        coloured = [v for v in had if v.attributes.get("color") == gone.attributes.get("color")]
        if close := nearest(size, _values(coloured or had, "size")):
            text = draft.context.cards.values("size", close, draft.language)
            parts.append(draft.say("variant_nearest", values=text))
    same = {a: v for a, v in wanted.items() if a == "size"}
    others = [v for v in had if not same or meets(draft, v, same)]
    colors = [c for c in _values(others, "color") if c not in gone.attributes.get("color", ())]
    if colors:
        text = draft.context.cards.values("color", colors[:4], draft.language)
        parts.append(draft.say("variant_colors", values=text))
    return ("" if draft.language == "zh" else " ").join(parts) or draft.say("answer_back")


def orderable(draft: Draft, product: Product) -> bool:
    """Whether the shop has the product still, and has some of it."""
    return product.available and product.id in draft.context.shop.store.active([product.id])


def variants(
    draft: Draft, product: Product, wanted: Optional[dict[str, str]] = None
) -> Sequence[Product]:
    """Variants of a product as the store has them now, itself included.

    Of more than ``VARIANTS`` those that are ``wanted`` are read first.
    """
    ids = draft.context.variants(product.id) or [product.id]
    if len(ids) > VARIANTS:
        sought = wanted if wanted is not None else {}
        ids = sorted(ids, key=lambda i: (i != product.id, not (sought and _has(draft, i, sought))))
    return draft.context.shop.store.products(ids[:VARIANTS])


def other_values(draft: Draft, product: Product) -> str:
    """Colours and sizes that the same product can be had in besides its own."""
    others = [v for v in variants(draft, product) if v.id != product.id and v.available]
    parts = []
    for attribute in ("color", "size"):
        own = set(product.attributes.get(attribute, ()))
        values = [v for v in ordered(_values(others, attribute)) if v not in own]
        if values:
            parts.append(draft.context.cards.values(attribute, values, draft.language))
    return ("；" if draft.language == "zh" else "; ").join(parts)


def all_sizes(draft: Draft, product: Product) -> tuple[str, ...]:
    """Sizes that the product can be had in, or those that the feed states where none can."""
    there = [v for v in variants(draft, product) if v.available]
    return tuple(ordered(_values(there, "size") or product.attributes.get("size", ())))


def _values(products: Sequence[Product], attribute: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for p in products for v in p.attributes.get(attribute, ())))


def _with_others(draft: Draft, product: Product, answer: str) -> str:
    values = other_values(draft, product)
    also = draft.say("details_variants", values=values) if values else ""
    return "\n".join(filter(None, (answer, also)))


def named_values(draft: Draft) -> dict[str, str]:
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
    found = [values(a, ordered(_values(had, a)), draft.language) for a in attributes]
    return ("；" if draft.language == "zh" else "; ").join(filter(None, found))


def meets(draft: Draft, product: Product, wanted: dict[str, str]) -> bool:
    """Whether a product has some values of colour and size."""
    return _has(draft, product.id, wanted)


def _has(draft: Draft, product_id: str, wanted: dict[str, str]) -> bool:
    context = draft.context
    position = context.index.position.get(product_id)
    if position is None:
        return False
    return all(
        context.filters.evidence(Constraint(a, IS, value))[position] >= EVIDENCE
        for a, value in wanted.items()
    )


def _in_words(draft: Draft, wanted: dict[str, str]) -> str:
    value = draft.context.describer.value
    separator = "、" if draft.language == "zh" else ", "
    return separator.join(value(a, v, draft.language) for a, v in wanted.items())
