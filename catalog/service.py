"""What a shop's customer service knows, as values: questions with answers, orders, reviews."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Mapping, Optional

from catalog.product import Money

#: States of an order, from placed to done; a feed's own words are mapped onto them.
PLACED, PAID, PACKED, SHIPPED, DELIVERED = "placed", "paid", "packed", "shipped", "delivered"
CANCELLED, RETURNED, REFUNDED = "cancelled", "returned", "refunded"
ORDER_STATES = (PLACED, PAID, PACKED, SHIPPED, DELIVERED, CANCELLED, RETURNED, REFUNDED)

#: What a shopper may ask a person to do about an order.
CANCEL, RETURN, CHANGE_ADDRESS, OTHER = "cancel", "return", "change_address", "other"
REQUEST_KINDS = (CANCEL, RETURN, CHANGE_ADDRESS, OTHER)


@dataclass(frozen=True)
class FaqEntry:
    """One question that the shop answers, in one language or several."""

    id: str
    question: Mapping[str, str]
    """Language → the question; at least one."""
    answer: Mapping[str, str]
    """Language → the answer, in the languages of the question."""
    topic: str = ""
    """What it is about, in the merchant's words."""
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Language → the same question in other words, where the merchant has some."""


@dataclass(frozen=True)
class OrderLine:
    """One product of an order."""

    title: str
    quantity: int = 1
    product_id: str = ""
    price: Optional[Money] = None


@dataclass(frozen=True)
class Order:
    """One order as the merchant's system tells it."""

    number: str
    contacts: tuple[str, ...]
    """E-mail addresses and telephone numbers that prove whose it is, as the feed has them."""
    status: str
    """One of ``ORDER_STATES``."""
    placed_at: Optional[datetime] = None
    lines: tuple[OrderLine, ...] = ()
    total: Optional[Money] = None
    carrier: str = ""
    tracking: str = ""
    tracking_url: str = ""
    expected_at: Optional[datetime] = None
    delivered_at: Optional[datetime] = None
    shopper_id: str = ""
    note: str = ""
    """What the merchant wants told about it."""


@dataclass(frozen=True)
class Review:
    """What somebody wrote about a product."""

    id: str
    product_id: str
    text: str
    rating: Optional[float] = None
    """0 to 5."""
    language: str = ""
    at: Optional[datetime] = None


OPEN, DONE = "open", "done"
REQUEST_STATES = (OPEN, DONE)


@dataclass(frozen=True)
class ServiceRequest:
    """What a shopper asked a person of the shop to do, after proving whose the order is."""

    id: int
    key: str
    """Unique; a request that is added twice under one key is one."""
    kind: str
    """One of ``REQUEST_KINDS``."""
    order_number: str
    conversation_id: str
    shopper_id: str
    text: str
    """The shopper's words, for the person who does it."""
    state: str
    """One of ``REQUEST_STATES``."""
    at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class ServiceChanges:
    """What a write did to what was there."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
