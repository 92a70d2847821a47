"""The store keeps products and events; the contract holds for SQLite and, by URL, PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import ShoptalkError
from catalog.events import Event
from catalog.product import Money, Product
from catalog.rows import SALE_DATES, to_product, to_row
from catalog.schema import HEAD, metadata
from catalog.shop import Shop
from catalog.store import Changes, Store

NOON = datetime(2024, 5, 2, 12, tzinfo=timezone.utc)


def product(i: str, **fields) -> Product:
    fields = {"title": {"en": f"Shirt {i}"}, "language": "en", "item_group_id": i, **fields}
    return Product(id=i, **fields)


def event(key: str, **fields) -> Event:
    base = {"shopper_id": "ann", "conversation_id": "c1", "turn": 1, "kind": "shown", "at": NOON}
    return Event(key=key, **{**base, **fields})


#: PostgreSQL where an empty database is named; SQLite always.
DATABASES = ["sqlite", *(["postgresql"] if os.environ.get("TEST_POSTGRESQL_URL") else [])]


def emptied(url: str) -> str:
    """The database without our tables."""
    engine = sa.create_engine(url, future=True)
    metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS alembic_version"))
    engine.dispose()
    return url


def opened(database: str, folder: Path) -> Iterator[Store]:
    """A new store, closed in the end."""
    url = f"sqlite:///{folder / 'store.sqlite3'}"
    if database == "postgresql":
        url = emptied(os.environ["TEST_POSTGRESQL_URL"])
    store = Store(url, clock=lambda: NOON)
    yield store
    store.close()


@pytest.fixture(params=DATABASES)
def store(request, tmp_path):
    yield from opened(request.param, tmp_path)


FULL = Product(
    id="9",
    title={"en": "Silk dress", "zh": "真丝连衣裙"},
    language="en",
    description={"en": "Light.\nSoft."},
    price=Money(Decimal("399.00"), "CNY"),
    sale_price=Money(Decimal("289.10"), "CNY"),
    availability="preorder",
    stock=3,
    brand="Acme",
    product_type=("Clothing", "Dresses"),
    item_group_id="g",
    link="https://shop.test/9",
    image_link="https://shop.test/9.jpg",
    additional_image_links=("https://shop.test/9b.jpg",),
    rating=4.5,
    rating_count=12,
    added=date(2024, 1, 31),
    attributes={"color": ("Red", "Blue"), "产地": ("中国",)},
)


def test_a_product_comes_back_as_it_was(store):
    store.upsert_products([FULL])
    assert store.products(["9"]) == [FULL]


def test_products_come_in_the_order_asked_and_missing_ones_are_left_out(store):
    store.upsert_products([product(str(i)) for i in range(1200)])
    asked = ["7", "none", "1199", "3", "7"]
    assert [p.id for p in store.products(asked)] == ["7", "1199", "3", "7"]
    assert store.products([]) == []


def test_iter_products_goes_by_id_over_several_batches(store):
    store.upsert_products([product(f"{i:03}") for i in reversed(range(25))])
    assert [p.id for p in store.iter_products(batch=10)] == [f"{i:03}" for i in range(25)]


def test_upsert_counts_what_it_did(store):
    assert store.upsert_products([product("1"), product("2")]) == Changes(2, 0, 0)
    changed = product("2", brand="Acme")
    assert store.upsert_products([product("1"), changed, product("3")]) == Changes(1, 1, 1)
    assert store.products(["2"])[0].brand == "Acme"


def test_removed_products_are_kept_for_what_speaks_of_them(store):
    store.upsert_products([product("1"), product("2")])
    assert store.deactivate_missing(["2"]) == 1
    assert [p.id for p in store.iter_products()] == ["2"]
    assert store.count() == 1
    assert store.active(["1", "2"]) == {"2"}
    assert [p.id for p in store.products(["1"])] == ["1"]


def test_a_product_that_returns_is_active_again(store):
    store.upsert_products([product("1"), product("2")])
    before = store.revision()
    store.deactivate_missing(["2"])
    assert store.upsert_products([product("1")]) == Changes(1, 0, 0)
    assert store.revision() == before


def test_revision_changes_exactly_with_the_active_products(store):
    empty = store.revision()
    store.upsert_products([product("1"), product("2")])
    first = store.revision()
    assert first != empty
    store.upsert_products([product("2"), product("1")])
    assert store.revision() == first
    store.upsert_products([product("1", stock=4)])
    assert store.revision() != first
    store.upsert_products([product("1")])
    assert store.revision() == first
    store.deactivate_missing([])
    assert store.revision() == empty


def test_a_failed_write_leaves_everything_as_it_was(store):
    store.upsert_products([product("1")])
    before = store.revision()
    with pytest.raises(RuntimeError), store.writing() as write:
        write.upsert([product("2")])
        write.deactivate_missing(["2"])
        raise RuntimeError("power cut")
    assert store.revision() == before
    assert [p.id for p in store.iter_products()] == ["1"]


@pytest.mark.parametrize(
    ("dates", "on_sale"),
    [
        ("2024-05-01T00:00+0800/2024-05-08T23:59+0800", True),
        ("2024-05-02/2024-05-02", True),
        ("2024-05-02T12:01+0000/2024-05-08T00:00+0000", False),
        ("2024-04-01T00:00Z/2024-05-02T11:59Z", False),
    ],
)
def test_a_sale_price_holds_between_its_dates(store, dates, on_sale):
    sale = replace(FULL, attributes={SALE_DATES: (dates,)})
    store.upsert_products([sale])
    (found,) = store.products(["9"])
    assert (found.sale_price is not None) == on_sale
    assert SALE_DATES not in found.attributes


def test_events_are_kept_once_and_in_order(store):
    first = [event("a"), event("b", kind="liked", product_id="9", rank=2, payload={"词": [1]})]
    assert store.append_events(first) == 2
    assert store.append_events([*first, event("c", shopper_id="bob")]) == 1
    assert store.append_events([]) == 0
    assert store.events("ann") == first
    assert [e.key for e in store.events(conversation_id="c1")] == ["a", "b", "c"]
    assert [e.key for e in store.events("ann", kinds=["liked"])] == ["b"]
    assert [e.key for e in store.iter_events(batch=2)] == ["a", "b", "c"]


def test_more_events_than_fit_into_one_statement(store):
    many = [event(f"k{i}") for i in range(2345)]
    assert store.append_events(many[:1500]) == 1500
    assert store.append_events([*many, many[0]]) == 845
    assert [e.key for e in store.iter_events()] == [e.key for e in many]


def test_appending_keeps_all_or_nothing(store):
    with pytest.raises(KeyError), store.appending() as write:
        write.append([event("a")])
        raise KeyError
    assert store.events() == []


def test_events_are_removed_by_how_their_keys_begin(store):
    store.append_events([event(key) for key in ("sim:1", "sim:2", "SIM:3", "sim%4", "x:sim:5")])
    with store.appending() as write:
        assert write.remove("sim:") == 2
        assert write.append([event("sim:1")]) == 1
    assert [e.key for e in store.events()] == ["SIM:3", "sim%4", "x:sim:5", "sim:1"]


def test_a_limit_keeps_the_last_events(store):
    store.append_events([event(str(i)) for i in range(5)])
    assert [e.key for e in store.events("ann", limit=2)] == ["3", "4"]


def test_order_is_that_of_appending_not_of_the_clock(store):
    store.append_events([event("late"), event("early", at=NOON - timedelta(days=1))])
    assert [e.key for e in store.events("ann")] == ["late", "early"]


def test_times_of_events_are_kept_in_utc(store):
    there = timezone(timedelta(hours=8))
    store.append_events([event("a", at=NOON.astimezone(there))])
    (found,) = store.events("ann")
    assert found.at == NOON
    assert found.at.tzinfo == timezone.utc


@pytest.mark.parametrize(
    "wrong", [{"kind": "sneezed"}, {"key": ""}, {"at": datetime(2024, 5, 2)}, {"shopper_id": ""}]
)
def test_an_event_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        event(**{"key": "a", **wrong})


def test_the_migrations_make_the_tables_that_the_schema_names(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == HEAD
        differences = compare_metadata(context, metadata)
    assert [d for d in differences if "remove_table" not in d[0]] == []


def test_head_is_the_newest_migration():
    config = Config()
    folder = Path(__file__).parents[2] / "catalog" / "migrations"
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_threads_and_connections_write_side_by_side(store):
    def work(name: str) -> None:
        for i in range(20):
            store.append_events([event(f"{name}{i}", shopper_id=name), event(f"{i}")])
            store.upsert_products([product(f"{name}{i}")])

    threads = [threading.Thread(target=work, args=(name,)) for name in ("x", "y", "z")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.events()) == 80
    assert store.count() == 60
    alone = sum(int(to_row(p)["content_hash"], 16) for p in store.iter_products())
    assert int(store.revision(), 16) == alone % (1 << 128)


def test_several_processes_may_open_a_new_store_at_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    failures: list[BaseException] = []

    def open_it() -> None:
        try:
            Store(url).close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_store_of_a_newer_program_is_not_touched(tmp_path):
    file = tmp_path / "store.sqlite3"
    Store(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ShoptalkError, match="newer Shoptalk"):
        Store(f"sqlite:///{file}")


def test_what_is_no_store_is_named(tmp_path):
    file = tmp_path / "store.sqlite3"
    file.write_text("not a database, but long enough to have a header of its own " * 20)
    with pytest.raises(ShoptalkError, match="cannot be opened"):
        Store(f"sqlite:///{file}")
    with pytest.raises(ShoptalkError, match="no database URL"):
        Store("store.sqlite3")


def test_a_shop_is_opened_only_where_there_is_one(tmp_path):
    with pytest.raises(ShoptalkError, match=r"No shop at .*import products FILE --shop"):
        Shop.open(tmp_path / "none")
    made = Shop.create(tmp_path / "s", name="Tea", currency="CNY", rates={"USD": "7.2"})
    assert Shop.open(tmp_path / "s").settings == made.settings
    assert made.rates == {"USD": 7.2}
    with pytest.raises(ShoptalkError, match="already"):
        Shop.create(tmp_path / "s")


def test_a_prepared_shop_is_not_on_disk_before_it_is_used(tmp_path):
    shop = Shop.prepare(tmp_path / "s", name="Tea")
    assert not (tmp_path / "s").exists()
    assert shop.store.count() == 0
    assert Shop.open(tmp_path / "s").settings.name == "Tea"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not valid JSON"),
        ("[]", '"name"'),
        ('{"name": "x", "curency": "CNY"}', "curency"),
        ('{"name": "x", "rates": {"USD": "-1"}}', "above zero"),
    ],
)
def test_wrong_settings_of_a_shop_are_named(tmp_path, text, says):
    (tmp_path / "shop.json").write_text(text)
    with pytest.raises(ShoptalkError, match=says):
        Shop.open(tmp_path)


@given(
    amount=st.decimals("0.01", "999999", places=2),
    texts=st.dictionaries(st.sampled_from(["en", "zh"]), st.text(), min_size=1),
    values=st.dictionaries(st.text(min_size=1), st.lists(st.text(), max_size=3).map(tuple)),
)
def test_rows_and_products_are_each_others_inverse(amount, texts, values):
    values.pop(SALE_DATES, None)
    made = product(
        "1", title=texts, language=next(iter(texts)), price=Money(amount, "USD"), attributes=values
    )
    assert to_product(to_row(made), NOON) == made
