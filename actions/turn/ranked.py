"""Which of several shown products has the most of something, or the least."""

from __future__ import annotations

import re
from typing import Optional, Sequence

import numpy as np

from actions.recommend.filters import MEASURES
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED
from catalog.product import Product

PRICE, RATING = "price", "rating"
#: Words for the upper end where no other word says which is meant: "the best battery life".
_MOST = re.compile(r"\b(?:most|best|highest|biggest|largest|longest)\b|最", re.I)


def weighed(draft: Draft) -> Optional[tuple[str, bool]]:
    """The attribute by which the message weighs products, and whether the most is sought."""
    for change in draft.turn.changes:
        if change.kind == "sort":
            return change.attribute, change.value == "desc"
        if change.kind == "ask" and change.attribute:
            ends = [r.value for r in change.referents if r.by == "extreme"]
            if ends:
                return change.attribute, ends[0] == "max"
            if _MOST.search(draft.turn.text):
                return change.attribute, True
    return None


def ranked(draft: Draft, products: Sequence[Product], about: str, most: bool) -> bool:
    """Say which of the products leads in a measured attribute, and what the others have.

    Returns
    -------
    Whether it could be said: the catalogue has such a measure, or nothing about it at all.
    """
    attribute = _stated_most(draft, products, about)
    numbers = _numbers(draft, attribute)
    if numbers is None:
        asked = any(c.kind == "ask" and c.attribute == about for c in draft.turn.changes)
        if not asked or any(product.attributes.get(about) for product in products):
            return False
        numbers = np.full(len(draft.context.index.ids), np.nan)
    found = {product.id: _number(draft, numbers, product) for product in products}
    known = [n for n in found.values() if n is not None]
    draft.did.add(ANSWERED)
    describer, language = draft.context.describer, draft.language
    if not known:
        name = describer.attribute(about, language)
        draft.lines.append(draft.say("lead_unknown", attribute=name))
        return True
    name = describer.attribute(attribute, language)
    best = max(known) if most else min(known)
    leading = [p for p in products if found[p.id] == best]
    value = _value(draft, leading[0], attribute)
    if len(leading) == len(products):
        draft.lines.append(draft.say("lead_none", attribute=name, value=value))
        return True
    others = [
        draft.say("lead_other", which=place(draft, p, products), value=_value(draft, p, attribute))
        for p in products
        if p not in leading
    ]
    comma = "、" if language == "zh" else ", "
    names = [place(draft, p, products) for p in leading]
    which = names.pop()
    if names:
        which = draft.say("lead_and", first=comma.join(names), last=which)
    key = f"lead_{attribute}" if attribute in (PRICE, RATING) else "lead"
    one = "one" if len(leading) == 1 else "several"
    said = draft.say(
        f"{key}_{'most' if most else 'least'}_{one}",
        which=which,
        attribute=name,
        value=value,
        others=comma.join(others),
    )
    draft.lines.append(said[0].upper() + said[1:])
    return True


def place(draft: Draft, product: Product, products: Sequence[Product]) -> str:
    """How the shopper knows a product: by its place in the last list."""
    shown = draft.turn.request.last_list
    at = shown.index(product.id) if product.id in shown else products.index(product)
    return draft.say("nth", n=at + 1)


def _stated_most(draft: Draft, products: Sequence[Product], about: str) -> str:
    """Of the measures that a word stands for, the one that most of the products state."""
    if about in (PRICE, RATING):
        return about
    measured = draft.context.index.facets.measured()
    names = [name for name in MEASURES.get(about, (about,)) if name in measured]
    return max(
        names, key=lambda name: sum(bool(p.attributes.get(name)) for p in products), default=""
    )


def _numbers(draft: Draft, attribute: str) -> Optional[np.ndarray]:
    if attribute in (PRICE, RATING):
        return draft.context.filters.numbers(attribute)
    return draft.context.index.facets.numbers(attribute)[0] if attribute else None


def _number(draft: Draft, numbers: np.ndarray, product: Product) -> Optional[float]:
    position = draft.context.index.position.get(product.id)
    number = float("nan") if position is None else float(numbers[position])
    return None if np.isnan(number) else number


def _value(draft: Draft, product: Product, attribute: str) -> str:
    cards, language = draft.context.cards, draft.language
    if attribute == PRICE:
        return cards.price(product, language)
    if attribute == RATING:
        unknown = product.rating is None
        return draft.say("not_stated") if unknown else f"{product.rating:.1f}"
    stated = cards.values(attribute, cards.stated(product, attribute), language)
    return stated or draft.say("not_stated")
