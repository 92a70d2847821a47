"""What is answered to the questions of a shop's customer service: one answerer for each kind.

What the data states goes first, then the shop's own answers; what neither has is said to be
unknown, with the offer to ask a person where one can be asked.
"""

from __future__ import annotations

from typing import Callable, Mapping

from actions.turn import service_orders as orders
from actions.turn.answer import stated
from actions.turn.draft import Draft
from actions.turn.service_faq import answered, look_up, quoted
from actions.turn.service_proven import proven
from actions.turn.service_reading import asks_for_rule, words_of

Answerer = Callable[[Draft], str]
#: Attributes of a catalogue that say how a product is delivered, and how it can be paid.
DELIVERY = ("shipping", "delivery", "delivery_time", "shipping_cost", "dispatch", "ships_from")
PAYMENT = ("payment", "payment_methods", "installment", "instalments")


def shipping(draft: Draft) -> str:
    """Cost, time and places of delivery."""
    return _with_facts(draft, "shipping", DELIVERY)


def order_status(draft: Draft) -> str:
    """Where an order is."""
    if orders.known(draft):
        return orders.ask(draft, orders.STATUS)
    return _from_faq(draft, "order_status")


def order_change(draft: Draft) -> str:
    """Changing or cancelling an order."""
    return _of_an_order(draft, "order_change")


def returns(draft: Draft) -> str:
    """Sending back, exchange, refunds."""
    return _of_an_order(draft, "returns")


def payment(draft: Draft) -> str:
    """Ways to pay, bills, failed payments."""
    return _with_facts(draft, "payment", PAYMENT)


def promotions(draft: Draft) -> str:
    """Discounts, coupons, points."""
    return _from_faq(draft, "promotions")


def warranty(draft: Draft) -> str:
    """Guarantee and repair; what the feed states of the product that is talked about."""
    if stated_ := _stated(draft, ("warranty",)):
        found = look_up(draft, words_of(draft.turn, "warranty"))
        more = quoted(draft, found) if found else draft.say("service_warranty_more")
        return f"{stated_} {more}".rstrip()
    return _from_faq(draft, "warranty")


def complaint(draft: Draft) -> str:
    """Something received that is broken, wrong or late."""
    return orders.complained(draft, words_of(draft.turn, "complaint"))


def privacy(draft: Draft) -> str:
    """What is kept, and how it is erased: of the chat, and what the shop says of it."""
    found = look_up(draft, words_of(draft.turn, "privacy"))
    said = draft.say("service_privacy")
    return f"{said}\n{quoted(draft, found)}".rstrip() if found else said


def account(draft: Draft) -> str:
    """Signing in, passwords, own details."""
    return _from_faq(draft, "account")


def store_info(draft: Draft) -> str:
    """Opening hours, branches, telephone."""
    return _from_faq(draft, "store_info")


def _from_faq(draft: Draft, intent: str) -> str:
    return answered(draft, words_of(draft.turn, intent), f"service_{intent}")


def _with_facts(draft: Draft, intent: str, attributes: tuple[str, ...]) -> str:
    """What the catalogue states of the product in focus, then what the shop's answers say."""
    if facts := _stated(draft, attributes):
        found = look_up(draft, words_of(draft.turn, intent))
        return f"{facts} {quoted(draft, found)}".rstrip() if found else facts
    return _from_faq(draft, intent)


def _stated(draft: Draft, attributes: tuple[str, ...]) -> str:
    products = draft.context.shop.store.products(draft.request.focus[:1])
    found = (stated(draft, p, a) for p in products for a in attributes if p.attributes.get(a))
    return next(found, "")


def _of_an_order(draft: Draft, intent: str) -> str:
    """A rule is told; what shall be done with an order becomes a request after proof."""
    words = words_of(draft.turn, intent)
    if not orders.known(draft):
        return _from_faq(draft, intent)
    if asks_for_rule(words):
        if found := look_up(draft, words):
            answer = quoted(draft, found)
            known = proven(draft) is not None
            return answer if known else f"{answer}\n{draft.say('service_or_order')}".lstrip()
        if draft.turn.desk:
            return _from_faq(draft, intent)
    return orders.ask(draft, orders.purpose(intent, words))


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
