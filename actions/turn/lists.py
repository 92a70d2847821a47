"""The shopper's list, and likes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from actions.replies.money import format_amount
from actions.request.types import Change, Referent
from actions.turn import variants
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED, UNCLEAR
from catalog.product import Product


def acknowledgements(draft: Draft) -> None:
    """One line for each act on products that the utterance carried."""
    before, after = draft.turn.request, draft.request
    for key, old, new in (
        ("liked", before.liked, after.liked),
        ("chosen", before.chosen, after.chosen),
        ("unchosen", after.chosen, before.chosen),
    ):
        fresh = tuple(i for i in new if i not in old)
        if not fresh and (fresh := _again(draft, key)) and key == "chosen":
            key = "chosen_before"
        if fresh:
            draft.lines.append(draft.say(key, titles=draft.context.titles(fresh, draft.language)))


def _again(draft: Draft, key: str) -> tuple[str, ...]:
    """What was liked or chosen once more is acknowledged, too."""
    kind = {"liked": "like", "chosen": "choose"}.get(key)
    for i, change in enumerate(draft.changes):
        if change.kind == kind:
            return draft.applied.targets.get(i, ())
    return ()


def acknowledge(draft: Draft) -> None:
    """The utterance did nothing but like, choose or take off the list."""
    if draft.applied.unresolved:
        _unclear(draft)
        return
    acknowledgements(draft)
    kinds = {c.kind for c in draft.changes}
    if "choose" in kinds and not draft.lines:
        draft.did.add(UNCLEAR)
        draft.lines.append(draft.say("nothing_to_choose"))
        return
    if kinds & {"choose", "unchoose"}:
        _contents(draft)
        draft.offer("quick_list", "quick_goes_with", "quick_more")
    else:
        if "like" in kinds and draft.lines and len(draft.request.focus) == 1:
            liked = (Referent("id", value=draft.request.focus[0]),)
            draft.lines.append(draft.say("liked_next"))
            draft.memory = replace(draft.memory, offers=((Change("choose", referents=liked),),))
        draft.offer("quick_add", "quick_goes_with", "quick_similar")
    if not draft.lines:
        _unclear(draft)


def _unclear(draft: Draft) -> None:
    draft.did.add(UNCLEAR)
    draft.lines.append(draft.say("not_shown", have=draft.have()))


def show(draft: Draft) -> None:
    """The shopper's list with its total."""
    acknowledgements(draft)
    _contents(draft)


def as_data(draft: Draft) -> list[Product]:
    """Put the list into the reply's data; the products on it."""
    cards, language = draft.context.cards, draft.language
    products = draft.context.shop.store.products(draft.request.chosen)
    draft.custom = {
        "type": "list",
        "items": [cards.card(n, p, (), {}, language) for n, p in enumerate(products, 1)],
    }
    return products


def _contents(draft: Draft) -> None:
    cards, language = draft.context.cards, draft.language
    draft.did.add(ANSWERED)
    products = as_data(draft)
    if not products:
        draft.lines.append(draft.say("list_empty"))
        return
    draft.lines.append(draft.say("list_intro", n=len(products)))
    for n, product in enumerate(products, 1):
        line = cards.line(n, product, (), language)
        draft.lines.append(variants.with_size(draft, line, product))
    prices = [p.asking_price for p in products if p.asking_price is not None]
    currencies = {price.currency for price in prices}
    if len(prices) > 1 and len(currencies) == 1:
        total = sum((price.amount for price in prices), Decimal(0))
        amount = format_amount(total, currencies.pop())
        draft.lines.append(draft.say("list_total", total=amount))
