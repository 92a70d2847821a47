"""The little shop with a customer service: answers, orders and reviews in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Optional, Sequence

from actions.turn.service import TurnService
from catalog.product import Money
from catalog.service import FaqEntry, Order, OrderLine, Review
from catalog.text import fold
from tests.little_catalogue import PRODUCTS, product
from tests.talk import turn_service

ANSWERS = (
    FaqEntry(
        "shipping-abroad",
        {"en": "Do you ship abroad, to Canada?", "zh": "可以寄到国外吗？"},
        {
            "en": "Yes, to forty countries, in 7 to 12 days.",
            "zh": "可以，寄往四十个国家，7到12天。",
        },
    ),
    FaqEntry(
        "returns",
        {"en": "How do I return something?", "zh": "怎么退货？"},
        {"en": "Within 30 days, in the box it came in.", "zh": "30天内，用原包装寄回。"},
    ),
    FaqEntry("wrapping", {"en": "Do you offer gift wrapping?"}, {"en": "Yes, for ¥10 a parcel."}),
)
ORDERED = datetime(2026, 6, 1, 9, tzinfo=timezone.utc)
ORDERS = (
    Order(
        "DM-10023",
        ("ann@example.com", "+86 138 0013 8000"),
        "shipped",
        placed_at=ORDERED,
        lines=(OrderLine("Red Cotton Dress", 2, "red", Money(Decimal(399), "CNY")),),
        total=Money(Decimal(798), "CNY"),
        carrier="SF Express",
        tracking="SF1234567",
        tracking_url="https://track.example/SF1234567",
        expected_at=ORDERED + timedelta(days=4),
    ),
    Order("DM-10024", ("bob@example.com",), "delivered", delivered_at=ORDERED),
)
REVIEWS = (
    Review("r1", "red", "Lovely dress. It shrank a little after the first wash.", 4.0, "en"),
    Review("r2", "red", "The seams came open after a week, very poor.", 1.0, "en"),
    Review("r3", "red", "颜色很正，洗了几次也不掉色。", 5.0, "zh"),
    Review("r4", "wine", "Feels wonderful and fits true to size.", 5.0, "en"),
)


@dataclass(frozen=True)
class Answer:
    """An entry and how many of its words a question shares."""

    entry: FaqEntry
    score: float


class WordsFaq:
    """Answers by shared words; what shares fewer than two with every question has no answer."""

    def __init__(self, entries: Sequence[FaqEntry] = ANSWERS) -> None:
        self._entries = entries

    def find(self, text: str, language: str, of_service: bool = False) -> Optional[Answer]:
        said = _words(text)
        scored = [
            Answer(entry, max(len(said & _words(q)) for q in entry.question.values()))
            for entry in self._entries
        ]
        best = max(scored, key=lambda answer: answer.score)
        return best if best.score >= 2 else None


def _words(text: str) -> set[str]:
    plain = fold(text)
    words = {w.strip("?,.!") for w in plain.split()} - {"do", "you", "i", "to", "the", "a", "is"}
    return words | {plain[i : i + 2] for i in range(len(plain) - 1) if plain[i] > "\u3400"}


@dataclass
class Clock:
    """The present, as a test sets it."""

    at: datetime = datetime(2026, 6, 2, 12, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **duration: float) -> None:
        self.at += timedelta(**duration)


def service_shop(folder: Path, clock: Optional[Clock] = None, **more: object) -> TurnService:
    """A turn service over the little shop with its service's data."""
    entries = more.pop("entries", ANSWERS)
    shop = (
        *PRODUCTS,
        product(
            "flask",
            "Steel Flask",
            "99",
            "Keeps tea hot for hours. The lid is not waterproof when open.",
            material="steel",
        ),
    )
    now = {"now": clock} if clock else {}
    service = turn_service(folder, shop, faq=WordsFaq(entries), **now)  # type: ignore[arg-type]
    data = service.context.shop.store.service
    data.replace_faq(entries)  # type: ignore[arg-type]
    data.upsert_orders(ORDERS)
    data.upsert_reviews(REVIEWS)
    return service
