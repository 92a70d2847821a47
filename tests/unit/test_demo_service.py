"""The demo shop's answers, orders and reviews: added to it, and nothing else of it changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalog.demo.service import FAQ_FILE, renew_service
from catalog.demo.service.orders import demo_orders
from catalog.demo.service.reviews import demo_reviews
from catalog.feeds.faq import read_faq
from catalog.masking import masked
from catalog.product import Money, Product
from catalog.service import ORDER_STATES, Review
from catalog.shop import Shop

TODAY = date(2026, 3, 4)
KINDS = (("Women", "Dresses"), ("Shoes", "Boots"), ("Toys & Baby", "Plush Toys"), ("Food & Tea",))


def products() -> list[Product]:
    from decimal import Decimal

    return [
        Product(
            id=f"p{i}-m",
            title={"en": f"Thing {i}", "zh": f"东西{i}"},
            language="en",
            price=Money(Decimal(50 + i), "CNY"),
            product_type=KINDS[i % len(KINDS)],
            item_group_id=f"p{i}",
            rating=3.0 + i % 20 / 10,
            rating_count=i,
            attributes={"material": ("Cotton",)} if i % 2 else {},
        )
        for i in range(60)
    ]


def test_answers_are_in_both_languages_and_told_apart():
    entries, errors = read_faq(FAQ_FILE)
    assert not errors and len(entries) >= 40
    for entry in entries:
        assert set(entry.question) == set(entry.answer) == {"en", "zh"}, entry.id
        assert entry.topic
    for language in ("en", "zh"):
        assert len({e.question[language] for e in entries}) == len(entries)


def test_orders_are_in_every_state_and_belong_to_nobody():
    orders = demo_orders(products(), TODAY)
    assert len(orders) == 30 and {o.status for o in orders} == set(ORDER_STATES)
    assert orders == demo_orders(products(), TODAY)
    for order in orders:
        mail, phone = order.contacts
        assert mail.endswith("@example.com") and phone.startswith("+44 7700 900")
        assert order.placed_at.date() <= TODAY
        total = sum(line.price.amount * line.quantity for line in order.lines)
        assert order.total.amount == total
        assert bool(order.tracking) == (
            order.status not in ("placed", "paid", "packed", "cancelled")
        )
    assert demo_orders([], TODAY) == []


def test_reviews_suit_what_they_are_about():
    reviews = demo_reviews(products(), TODAY)
    assert reviews == demo_reviews(products(), TODAY)
    assert len({r.id for r in reviews}) == len(reviews) > 100
    assert {r.language for r in reviews} == {"en", "zh"}
    plain = {p.id for p in products() if not p.attributes}
    for review in reviews:
        assert "{" not in review.text and masked(review.text) == review.text
        assert review.product_id not in plain or "cotton" not in review.text
        assert 1 <= review.rating <= 5


@pytest.fixture
def shop(tmp_path):
    made = Shop.create(tmp_path / "shop", currency="CNY")
    made.store.upsert_products(products())
    yield made
    made.close()


def test_what_is_there_is_left_alone_and_orders_follow_the_week(shop):
    own = Review("theirs", "p1-m", "Mine")
    shop.store.service.upsert_reviews([own])
    revision, log = shop.store.revision(), shop.store.events_revision()
    assert renew_service(shop, TODAY)
    assert (shop.store.revision(), shop.store.events_revision()) == (revision, log)
    assert [p.rating for p in shop.store.products(["p7-m"])] == [3.7]
    counts = shop.store.service.counts()
    assert counts["faq"] >= 40 and counts["orders"] == 30
    assert own in shop.store.service.reviews(["p1-m"])
    assert not renew_service(shop, TODAY + timedelta(days=2))
    placed = shop.store.service.order("10023").placed_at
    assert renew_service(shop, TODAY + timedelta(days=7))
    assert shop.store.service.counts() == counts
    assert shop.store.service.order("10023").placed_at == placed + timedelta(days=7)
    assert shop.store.service.proved("10023", "ANN@example.com").status == "shipped"
    assert shop.store.service.proved("10024", "ann@example.com") is None
