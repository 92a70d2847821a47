"""The log: append-only at the database, erased on request, read in any version; kept states."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Callable

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError

from catalog.database import connect, writer
from catalog.errors import ShoptalkError
from catalog.event_versions import as_now
from catalog.events import EVENT_KINDS, SCHEMA_VERSION, Event
from catalog.feeds.event_log import event_table_of
from catalog.product import Product
from catalog.schema import events, state
from catalog.shopper_states import KeptState
from catalog.store import Store
from tests.unit.test_store import DATABASES, NOON, event, opened

OLD_KINDS = EVENT_KINDS[:12]


@pytest.fixture(params=DATABASES)
def store(request, tmp_path):
    yield from opened(request.param, tmp_path)


def old_rows(n: int) -> list[dict[str, object]]:
    return [
        {
            "key": f"old:{i}",
            "shopper_id": f"shopper {i % 7}",
            "conversation_id": "c",
            "turn": i,
            "kind": OLD_KINDS[i % len(OLD_KINDS)],
            "product_id": f"p{i % 5}" if i % 3 else None,
            "rank": i % 4 or None,
            "payload": {"词": i} if i % 2 else {},
            "at": NOON,
            "schema_version": 1,
        }
        for i in range(n)
    ]


def moved(connection: Connection, move: Callable[[Config, str], None], version: str) -> None:
    """Bring the schema up or down to a version."""
    config = Config()
    folder = Path(__file__).parents[2] / "catalog" / "migrations"
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = connection
    move(config, version)


def at_first_version(url: str, rows: list[dict[str, object]]) -> None:
    """A shop as it was before the log was append-only."""
    engine = connect(url)
    with writer(engine).begin() as connection:
        moved(connection, command.upgrade, "0001")
        connection.execute(events.insert(), rows)
        connection.execute(state.insert().values(name="revision", value="0" * 32))
    engine.dispose()


def test_a_shop_of_an_older_program_is_upgraded_and_loses_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    rows = old_rows(60)
    at_first_version(url, rows)
    store = Store(url)
    found = list(store.iter_events())
    for row, read in zip(rows, found, strict=True):
        now = as_now(row)
        assert read == Event(**now)
        assert read.schema_version == SCHEMA_VERSION
    assert len(event_table_of(store)) == 60
    assert store.append_events([event("old:3"), event("new")]) == 1
    assert store.upsert_products([Product(id="1", title={"en": "Hat"}, language="en")]).added == 1
    with pytest.raises(DatabaseError, match="append-only"), store.engine.begin() as connection:
        connection.execute(sa.delete(events))
    store.close()
    again = Store(url)
    assert [e.key for e in again.iter_events()] == [*(str(row["key"]) for row in rows), "new"]
    again.close()


def test_the_migration_can_be_taken_back_and_loses_no_event(store):
    store.append_events([event("a"), event("b")])
    with writer(store.engine).begin() as connection:
        moved(connection, command.downgrade, "0001")
        assert not sa.inspect(connection).has_table("shopper_states")
        connection.execute(sa.update(events).where(events.c.key == "a").values(kind="clicked"))
    with writer(store.engine).begin() as connection:
        moved(connection, command.upgrade, "head")
    assert [(e.key, e.kind) for e in store.events()] == [("a", "clicked"), ("b", "shown")]
    with pytest.raises(DatabaseError, match="append-only"), store.engine.begin() as connection:
        connection.execute(sa.delete(events))


def test_a_correction_of_the_first_version_was_a_step_taken_back():
    (row,) = [row for row in old_rows(12) if row["kind"] == "corrected"]
    assert as_now({**row, "payload": {}})["payload"] == {"about": "step"}
    new = {**row, "payload": {}, "schema_version": 2}
    assert as_now(new)["payload"] == {}


@pytest.mark.parametrize(("version", "says"), [(3, "update Shoptalk"), (0, "from a copy")])
def test_events_of_an_unknown_version_are_refused(store, version, says):
    store.append_events([replace(event("a"), schema_version=version)])
    for read in (store.events, lambda: list(store.iter_events())):
        with pytest.raises(ShoptalkError, match=says):
            read()
    if version > SCHEMA_VERSION:
        with pytest.raises(ShoptalkError, match=says):
            event_table_of(store)


@pytest.mark.parametrize(
    "change",
    [
        sa.update(events).values(kind="bought"),
        sa.update(events).values(shopper_id=events.c.shopper_id),
        sa.delete(events),
        sa.delete(events).where(events.c.key == "a"),
    ],
    ids=str,
)
def test_nobody_changes_or_deletes_an_event(store, change):
    before = [event("a"), event("b", shopper_id="bob")]
    store.append_events(before)
    with pytest.raises(DatabaseError, match="append-only"), store.engine.begin() as connection:
        connection.execute(change)
    assert list(store.iter_events()) == before


def test_an_event_is_not_replaced_either(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    store.append_events([event("a")])
    with pytest.raises(DatabaseError, match="append-only"), store.engine.begin() as connection:
        connection.exec_driver_sql("INSERT OR REPLACE INTO events SELECT * FROM events")
    store.close()
    other = sqlite3.connect(tmp_path / "store.sqlite3")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute("UPDATE events SET kind = 'bought'")
    other.close()


def test_truncating_is_refused(store):
    sqlite = store.engine.dialect.name == "sqlite"
    statement = "DELETE FROM events" if sqlite else "TRUNCATE events"
    store.append_events([event("a")])
    with pytest.raises(DatabaseError, match="append-only"), store.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert len(store.events()) == 1


def test_a_shopper_is_erased_and_nobody_else(store):
    store.append_events([event(str(i), shopper_id=("ann", "bob")[i % 2]) for i in range(7)])
    for shopper in ("ann", "bob"):
        last = store.events_after(shopper)[-1][0]
        assert store.states.write(shopper, KeptState("m", last, b"state"))
    bobs = store.events("bob")
    assert store.erase_events("ann") == 4
    assert store.events("ann") == []
    assert store.states.read("ann") is None
    assert store.events("bob") == bobs
    assert store.states.read("bob") is not None
    assert store.erase_events("ann") == 0
    with pytest.raises(DatabaseError, match="append-only"), store.engine.begin() as connection:
        connection.execute(sa.delete(events).where(events.c.shopper_id == "bob"))


def test_the_permit_to_erase_holds_for_one_shopper_only(store):
    store.append_events([event("a"), event("b", shopper_id="bob")])
    with pytest.raises(DatabaseError, match="append-only"), store.engine.begin() as connection:
        connection.execute(state.insert().values(name="erasing_shopper", value="ann"))
        connection.execute(sa.delete(events))
    assert [e.key for e in store.events()] == ["a", "b"]
    assert store.erase_events("ann") == 1


def test_erasing_that_fails_erases_nothing(store):
    store.append_events([event("a")])
    with pytest.raises(KeyError), store.appending() as write:
        assert write.erase("ann") == 1
        raise KeyError
    assert len(store.events("ann")) == 1
    assert store.erase_events("ann") == 1


def test_removing_by_key_drops_what_was_kept_of_these_shoppers(store):
    store.append_events([event("sim:1"), event("x", shopper_id="bob")])
    for shopper in ("ann", "bob"):
        assert store.states.write(shopper, KeptState("m", store.events_after(shopper)[-1][0], b""))
    with store.appending() as write:
        assert write.remove("sim:") == 1
    assert store.states.read("ann") is None
    assert store.states.read("bob") is not None


def test_events_after_an_event_are_the_rest_of_the_log_in_order(store):
    store.append_events([event(str(i), shopper_id=("ann", "bob")[i % 2]) for i in range(8)])
    found = store.events_after("ann")
    ids = [i for i, _ in found]
    assert ids == sorted(set(ids))
    assert [e for _, e in found] == store.events("ann")
    assert store.events_after("ann", ids[1]) == found[2:]
    assert store.events_after("ann", ids[-1]) == []
    assert store.events_after("nobody") == []


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["ann", "bob"])), max_size=6),
        max_size=6,
    )
)
def test_the_log_is_what_was_appended_first_of_each_key_in_order(batches):
    store = Store("sqlite://")
    expected: dict[str, Event] = {}
    for batch in batches:
        new = [event(f"k{key}", shopper_id=shopper) for key, shopper in batch]
        before = len(expected)
        for one in new:
            expected.setdefault(one.key, one)
        assert store.append_events(new) == len(expected) - before
    assert list(store.iter_events()) == list(expected.values())
    for shopper in ("ann", "bob"):
        own = [e for e in expected.values() if e.shopper_id == shopper]
        assert [e for _, e in store.events_after(shopper)] == own
    store.close()


def test_a_state_is_kept_and_never_goes_back(store):
    store.append_events([event(str(i)) for i in range(3)])
    first, second, third = (i for i, _ in store.events_after("ann"))
    assert store.states.read("ann") is None
    assert store.states.write("ann", KeptState("m", second, b"\x00two"))
    assert not store.states.write("ann", KeptState("m", first, b"one"))
    assert not store.states.write("ann", KeptState("other", 0, b""))
    assert store.states.read("ann") == KeptState("m", second, b"\x00two")
    assert store.states.write("ann", KeptState("other", second, b"new model"))
    assert store.states.write("ann", KeptState("m", third, b"three"))
    assert store.states.read("ann") == KeptState("m", third, b"three")
    assert store.states.read("bob") is None
    assert store.states.delete("ann")
    assert not store.states.delete("ann")
    assert store.states.write("ann", KeptState("m", 0, b""))


def test_a_state_made_of_erased_events_is_not_kept(store):
    store.append_events([event("a"), event("b", shopper_id="bob")])
    ((last, _),) = store.events_after("ann")
    ((bobs, _),) = store.events_after("bob")
    store.erase_events("ann")
    assert not store.states.write("ann", KeptState("m", last, b"what ann did"))
    assert not store.states.write("ann", KeptState("m", bobs, b"what bob did"))
    assert store.states.read("ann") is None


@pytest.mark.parametrize(("model", "upto"), [("", 1), ("m" * 65, 1), ("m", -1)])
def test_a_state_that_makes_no_sense_is_refused(model, upto):
    with pytest.raises(ValueError):
        KeptState(model, upto, b"")


def test_the_places_of_kinds_do_not_change():
    assert EVENT_KINDS[:12] == (
        *("shown", "skipped", "clicked", "asked", "liked", "rejected", "chosen", "unchosen"),
        *("carted", "bought", "rated", "corrected"),
    )
    new = {"commented", "shared", "helped", "profiled", "searched", "drifted"}
    assert set(EVENT_KINDS[12:]) == new
