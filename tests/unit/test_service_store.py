"""What customer service keeps: SQLite, and PostgreSQL where an empty database is named."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from catalog.product import Money
from catalog.service import FaqEntry, Order, OrderLine, Review, ServiceChanges
from catalog.service_proof import normal_contact, order_key, proves
from catalog.store import Store
from tests.unit.test_store import DATABASES, NOON, opened

FEES = FaqEntry("fees", {"en": "What is delivery?", "zh": "运费多少？"}, {"en": "5", "zh": "五元"})
GIFT = FaqEntry("gift", {"en": "Gift wrap?"}, {"en": "Yes."}, "gifts", {"en": ("Wrap it?",)})
ORDER = Order(
    number="#AB-10023",
    contacts=("Ann@Example.com", "+1 (555) 010-0123"),
    status="shipped",
    placed_at=NOON - timedelta(days=3),
    lines=(OrderLine("Silk dress", 2, "9", Money(Decimal("289.10"), "CNY")), OrderLine("Bag")),
    total=Money(Decimal("578.20"), "CNY"),
    carrier="Post",
    tracking="RR1",
    tracking_url="https://post.example/RR1",
    expected_at=NOON + timedelta(days=1),
    shopper_id="ann",
    note="One parcel",
)


@pytest.fixture(params=DATABASES)
def store(request, tmp_path):
    yield from opened(request.param, tmp_path)


def test_answers_are_replaced_whole_and_the_revision_tells_each_change(store: Store):
    service = store.service
    assert service.faq() == [] and service.faq_revision() == ""
    assert service.replace_faq([FEES, GIFT]) == ServiceChanges(added=2)
    first = service.faq_revision()
    assert service.faq() == [FEES, GIFT]
    assert service.replace_faq([FEES, GIFT]) == ServiceChanges(unchanged=2)
    assert service.faq_revision() == first
    cheaper = replace(FEES, answer={"en": "4", "zh": "四元"})
    assert service.replace_faq([cheaper]) == ServiceChanges(updated=1, removed=1)
    assert service.faq() == [cheaper] and service.faq_revision() != first
    assert service.replace_faq([GIFT], keep=True) == ServiceChanges(added=1)
    assert service.faq() == [cheaper, GIFT]
    service.replace_faq([])
    assert service.faq_revision() == ""


def test_an_order_is_found_however_its_number_is_written(store: Store):
    assert store.service.upsert_orders([ORDER]) == ServiceChanges(added=1)
    for number in ("AB-10023", "ab10023", "# ab 10023", "ＡＢ１００２３"):
        found = store.service.order(number)
        assert found is not None
        assert replace(found, contacts=ORDER.contacts) == ORDER
    assert store.service.order("AB10024") is None
    assert store.service.order("9" * 500) is None
    assert store.service.upsert_orders([ORDER]) == ServiceChanges(unchanged=1)
    delivered = replace(ORDER, status="delivered", number="AB10023")
    assert store.service.upsert_orders([delivered]) == ServiceChanges(updated=1)
    assert [o.status for o in store.service.orders_of("ann")] == ["delivered"]
    assert store.service.orders_of("") == []


def test_a_contact_proves_whose_an_order_is_and_is_not_kept(store: Store, tmp_path):
    service = store.service
    service.upsert_orders([ORDER, replace(ORDER, number="7", contacts=("13800138000",))])
    for contact in ("ann@example.com", " ANN@EXAMPLE.COM", "5550100123", "1 555 010 0123"):
        assert service.proved("ab10023", contact) is not None, contact
    for contact in ("bob@example.com", "", "none", "13800138000", "0123", "x" * 10_000):
        assert service.proved("ab10023", contact) is None, contact
    assert service.proved("8", "ann@example.com") is None
    assert service.proved("7", "+86 138 0013 8000") is not None
    first, second = service.order("AB10023"), service.order("7")
    assert not set(first.contacts) & set(second.contacts)
    assert proves(first, "ann@example.com", service.secret())
    assert not proves(first, "ann@example.com", b"another shop's secret")
    kept = repr([first, second])
    assert "example.com" not in kept and "0100123" not in kept
    store.close()
    files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"ann@example.com" not in files.lower() and b"13800138000" not in files


def test_contacts_are_compared_in_a_normal_form():
    assert normal_contact("Ｔａｎ@Ｅｘａｍｐｌｅ.com") == "mail:tan@example.com"
    assert normal_contact("0086-13800138000") == normal_contact("138 0013 8000")
    assert normal_contact("123456") == "" and normal_contact("ann") == ""
    assert order_key("No 10023") != order_key("10023")


def test_reviews_of_products_newest_first(store: Store):
    old = Review("1", "9", "Soft", 5.0, "en", NOON - timedelta(days=9))
    new = Review("2", "9", "有点小", 3.0, "zh", NOON)
    other = Review("demo:3", "8", "Fine")
    assert store.service.upsert_reviews([old, new, other]) == ServiceChanges(added=3)
    assert store.service.reviews(["9"]) == [new, old]
    assert store.service.reviews(["9", "8"], limit=1) == [new]
    assert store.service.upsert_reviews([replace(new, rating=4.0), old]) == ServiceChanges(0, 1, 1)
    assert store.service.counts() == {"faq": 0, "orders": 0, "reviews": 3}
    assert store.service.remove_reviews("demo:") == 1
    assert store.service.reviews(["8"]) == [] and store.service.reviews([]) == []


def test_a_request_is_one_however_often_it_is_added(store: Store):
    service = store.service
    one = service.add_request("c1:4", "cancel", order_number="7", shopper_id="ann", text="Please")
    assert service.add_request("c1:4", "return", text="Again") == one
    two = service.add_request("c1:5", "other", conversation_id="c1")
    assert [r.key for r in service.requests()] == ["c1:4", "c1:5"]
    assert service.requests(conversation_id="c1") == [two]
    assert service.set_request(one.id) and not service.set_request(999)
    assert [r.key for r in service.requests("done")] == ["c1:4"]
    assert len(service.requests(None)) == 2
    assert service.purge(NOON) == 0 and service.purge(NOON + timedelta(days=1)) == 1
    assert service.forget("ann") == 0 and service.forget("") == 1
    with pytest.raises(ValueError, match="needs a key"):
        service.add_request("k", "destroy")
    with pytest.raises(ValueError, match="in one of"):
        service.set_request(two.id, "lost")


def test_no_more_tries_than_allowed_however_many_come_at_once(store: Store):
    since, allowed = NOON - timedelta(minutes=10), []

    def tries() -> None:
        allowed.extend(store.service.may_try("10.0.0.1", since, 5) for _ in range(4))

    threads = [threading.Thread(target=tries) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(allowed) == 5 and len(allowed) == 16
    assert store.service.may_try("10.0.0.2", since, 5)
    assert store.service.attempts("10.0.0.1", since) == 5
    assert store.service.attempts("10.0.0.1", NOON + timedelta(seconds=1)) == 0
    store.service.note_attempt("10.0.0.2")
    assert store.service.attempts("10.0.0.2", since) == 2


def test_old_attempts_are_forgotten_and_say_not_who_made_them(tmp_path):
    now = [datetime(2024, 5, 2, tzinfo=timezone.utc)]
    file = tmp_path / "store.sqlite3"
    store = Store(f"sqlite:///{file}", clock=lambda: now[0])
    store.service.note_attempt("ann")
    now[0] += timedelta(days=3)
    store.service.note_attempt("bob")
    store.close()
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT who FROM proof_attempts").fetchall()
    assert len(rows) == 1 and "bob" not in rows[0][0]
