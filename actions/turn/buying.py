"""Ordering: the product goes onto the shopper's list, and the shop's own page takes the order."""

from __future__ import annotations

from typing import Sequence

from actions.turn import lists
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED, UNCLEAR
from actions.turn.stock import in_stock, orderable
from catalog.product import Product

#: As many of the shown products are offered as quick replies.
OFFERED = 4


def buy(draft: Draft) -> None:
    """Put what is to be ordered onto the list and say how to order it; ask which it is."""
    lists.acknowledgements(draft)
    products = _wanted(draft)
    if not products and any(c.kind == "choose" for c in draft.changes) and draft.lines:
        # What was named cannot be had, and that was said.
        draft.did.add(ANSWERED)
        return
    if not products:
        _which(draft)
        return
    draft.did.add(ANSWERED)
    _how(draft)
    for product in products:
        if not orderable(draft, product):
            draft.lines.append(in_stock(draft, product))
        elif product.link:
            title = product.title_in(draft.language)
            draft.lines.append(draft.say("buy_link", title=title, url=product.link))
    lists.as_data(draft)
    draft.offer("quick_list", "quick_more")


def _wanted(draft: Draft) -> Sequence[Product]:
    """What the message says it wants to order, or the whole list where that is meant."""
    ids: tuple[str, ...] = ()
    whole = not draft.request.last_list and not draft.changes
    for i, change in enumerate(draft.changes):
        if change.kind == "choose":
            ids += draft.applied.targets.get(i, ())
        whole = whole or change.kind == "show_list"
    if not ids and whole:
        ids = draft.request.chosen
    return draft.context.shop.store.products(tuple(dict.fromkeys(ids)))


def _which(draft: Draft) -> None:
    """Nothing or several things are shown: which is it?"""
    _how(draft)
    shown = len(draft.request.last_list)
    if not shown:
        draft.did.add(ANSWERED)
        draft.lines.append(draft.say("buy_nothing"))
        return
    draft.did.add(UNCLEAR)
    draft.lines.append(draft.say("buy_which", have=draft.have()))
    draft.buttons += [draft.say("quick_buy", n=n) for n in range(1, min(shown, OFFERED) + 1)]
    if draft.request.chosen:
        draft.offer("quick_list")


def _how(draft: Draft) -> None:
    """Where an order can be placed: not here."""
    synthetic = draft.context.shop.settings.synthetic
    draft.lines.append(draft.say("buy_demo") if synthetic else draft.say("buy_how"))
