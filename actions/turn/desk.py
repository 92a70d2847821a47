"""What is answered to the questions of a shop's customer service: one answerer for each kind.

So far nothing is known here of orders, accounts or the shop's rules: each answer says what the
assistant cannot do and where to turn. An answerer that knows more takes the place of one of these.
"""

from __future__ import annotations

from typing import Callable, Mapping

from actions.turn.answer import stated
from actions.turn.draft import Draft

Answerer = Callable[[Draft], str]


def shipping(draft: Draft) -> str:
    """Cost, time and places of delivery."""
    return draft.say("service_shipping")


def order_status(draft: Draft) -> str:
    """Where an order is."""
    return draft.say("service_order_status")


def order_change(draft: Draft) -> str:
    """Changing or cancelling an order."""
    return draft.say("service_order_change")


def returns(draft: Draft) -> str:
    """Sending back, exchange, refunds."""
    return draft.say("service_returns")


def payment(draft: Draft) -> str:
    """Ways to pay, bills, failed payments."""
    return draft.say("service_payment")


def promotions(draft: Draft) -> str:
    """Discounts, coupons, points."""
    return draft.say("service_promotions")


def warranty(draft: Draft) -> str:
    """Guarantee and repair; what the feed states of the product that is talked about."""
    products = draft.context.shop.store.products(draft.request.focus[:1])
    if products and (answer := stated(draft, products[0], "warranty")):
        return f"{answer} {draft.say('service_warranty_more')}"
    return draft.say("service_warranty")


def complaint(draft: Draft) -> str:
    """Something received that is broken, wrong or late."""
    return draft.say("service_complaint")


def privacy(draft: Draft) -> str:
    """What is kept, and how it is erased."""
    return draft.say("service_privacy")


def account(draft: Draft) -> str:
    """Signing in, passwords, own details."""
    return draft.say("service_account")


def store_info(draft: Draft) -> str:
    """Opening hours, branches, telephone."""
    return draft.say("service_store_info")


#: Intent → who answers it.
ANSWERERS: Mapping[str, Answerer] = {
    "shipping": shipping,
    "order_status": order_status,
    "order_change": order_change,
    "returns": returns,
    "payment": payment,
    "promotions": promotions,
    "warranty": warranty,
    "complaint": complaint,
    "privacy": privacy,
    "account": account,
    "store_info": store_info,
}
