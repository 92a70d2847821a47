"""Which of several shown products has the most of something, or the least."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Optional, Sequence

from actions.recommend.filters import MEASURES
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED
from catalog.index.measures import parse_measure
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
    """Say which of the products leads in a price, a rating or a measure, and what the others have.

    What is talked about from now on are those that lead.

    Returns
    -------
    Whether it could be said: some state such a measure, or none says anything about it at all.
    """
    attribute, found = _numbers(products, about)
    describer, language = draft.context.describer, draft.language
    if not found:
        asked = any(c.kind == "ask" and c.attribute == about for c in draft.turn.changes)
        if not asked or any(product.attributes.get(about) for product in products):
            return False
        name = describer.attribute(about, language)
        draft.lines.append(draft.say("lead_unknown", attribute=name))
        draft.did.add(ANSWERED)
        return True
    draft.did.add(ANSWERED)
    best = max(found.values()) if most else min(found.values())
    leading = [p for p in products if found.get(p.id) == best]
    draft.request = replace(draft.request, focus=tuple(p.id for p in leading))
    name, value = describer.attribute(attribute, language), _value(draft, leading[0], attribute)
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


def _numbers(products: Sequence[Product], about: str) -> tuple[str, dict[str, float]]:
    """The attribute that a word stands for, and the number of each product that states one.

    As they are in the store, which the reply shows: of several measures the one that most state,
    in the unit that most state it in.
    """
    if about == PRICE:
        prices = {p.id: p.asking_price for p in products if p.asking_price is not None}
        one = len({price.currency for price in prices.values()}) == 1
        return about, {i: float(price.amount) for i, price in prices.items()} if one else {}
    if about == RATING:
        return about, {p.id: p.rating for p in products if p.rating is not None}
    found: list[tuple[str, dict[str, float]]] = []
    for name in MEASURES.get(about, (about,)):
        read = {p.id: parse_measure(v) for p in products for v in p.attributes.get(name, ())[:1]}
        stated = {i: measure for i, measure in read.items() if measure is not None}
        units = Counter(unit for _, unit in stated.values())
        for unit, _times in units.most_common(1):
            found.append((name, {i: n for i, (n, own) in stated.items() if own == unit}))
    return max(found, key=lambda one: len(one[1]), default=(about, {}))


def _value(draft: Draft, product: Product, attribute: str) -> str:
    cards, language = draft.context.cards, draft.language
    if attribute == PRICE:
        return cards.price(product, language)
    if attribute == RATING:
        unknown = product.rating is None
        return draft.say("not_stated") if unknown else f"{product.rating:.1f}"
    stated = cards.values(attribute, cards.stated(product, attribute), language)
    return stated or draft.say("not_stated")
