"""Profiles out of files: every column an attribute, only what is new, nobody named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.events import Event
from catalog.feeds import FeedError
from catalog.feeds.profiles import _events, _known, import_profiles
from catalog.shop import Shop
from tests.unit.test_store import NOON

TABLE = """\
customer_id,Gender,Age Group,size,favourite colour,E-Mail
ann,female,adult,38,red,ann@mail.com
bob,male,,42,,bob@mail.com
eve,,,,,
"""
MAP = """\
columns:
  shopper: kunde
attributes:
  gender: {column: sex, values: {w: female, m: male}}
  size: {column: sizes, split: ";", empty: ["-"]}
other_columns: ignore
"""
MAPPED = "kunde,sex,sizes,vermerk\nann,w,38; 39,x\nbob,m,-,y\n"


@pytest.fixture
def shop(tmp_path):
    made = Shop.create(tmp_path / "shop")
    yield made
    made.close()


@pytest.fixture
def file(tmp_path):
    def write(text: str, name: str = "customers.csv") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def logged(shop: Shop) -> list[tuple[str, dict[str, Any]]]:
    found = shop.store.events()
    assert {event.kind for event in found} <= {"profiled"}
    assert all(event.product_id is None for event in found)
    return [(event.shopper_id, dict(event.payload)) for event in found]


def test_every_column_is_an_attribute_and_nobody_is_named(shop, file):
    report = import_profiles(shop, file(TABLE))
    assert (report.added, report.unchanged, report.errors) == (2, 1, ())
    assert report.personal == ("E-Mail",)
    expected = {"gender": "female", "age_group": "adult", "size": "38", "favourite colour": "red"}
    assert logged(shop) == [("ann", expected), ("bob", {"gender": "male", "size": "42"})]


def test_importing_again_adds_nothing_and_a_change_one_event(shop, file):
    import_profiles(shop, file(TABLE))
    again = import_profiles(shop, file(TABLE))
    assert (again.added, again.unchanged) == (0, 3)
    changed = import_profiles(shop, file(TABLE.replace("38,red", "40,red")))
    assert (changed.added, changed.unchanged) == (1, 2)
    back = import_profiles(shop, file(TABLE))
    assert (back.added, back.unchanged) == (1, 2)
    assert [profile["size"] for who, profile in logged(shop) if who == "ann"] == ["38", "40", "38"]
    assert import_profiles(shop, file(TABLE)).added == 0


def test_an_empty_cell_says_nothing(shop, file):
    import_profiles(shop, file("shopper,size,brand\nann,38,Acme\n"))
    report = import_profiles(shop, file("shopper,size,brand\nann,38,\n"))
    assert (report.added, report.unchanged) == (0, 1)


def test_a_map_names_columns_and_values(shop, file):
    import_profiles(shop, file(MAPPED), file(MAP, "map.yml"))
    expected = [("ann", {"gender": "female", "size": ["38", "39"]}), ("bob", {"gender": "male"})]
    assert logged(shop) == expected


def test_json_lines_and_recbole_say_the_same(shop, file):
    rows = [{"user_id": "1", "age": 24, "likes": ["red", "blue"]}, {"user_id": "2", "age": 53}]
    text = "\n".join(json.dumps(row) for row in rows)
    assert import_profiles(shop, file(text, "users.jsonl")).added == 2
    assert logged(shop) == [("1", {"age": "24", "likes": ["red", "blue"]}), ("2", {"age": "53"})]
    atomic = "user_id:token\tage:token\tlikes:token_seq\n1\t24\tred blue\n2\t53\t\n"
    again = import_profiles(shop, file(atomic, "shop.user"))
    assert (again.added, again.unchanged) == (0, 2)


def test_broken_rows_are_told_with_their_line(shop, file):
    table = "shopper,size\nann,38\n,40\nann,41\n" + "x" * 201 + ",42\nbob,43\n"
    report = import_profiles(shop, file(table))
    assert [error.line for error in report.errors] == [3, 4, 5]
    assert "is empty" in report.errors[0].message
    assert "on line 2 already" in report.errors[1].message
    assert logged(shop) == [("ann", {"size": "38"}), ("bob", {"size": "43"})]


def test_abort_changes_nothing(shop, file):
    report = import_profiles(shop, file("shopper,size\nann,38\n,40\n"), on_error="abort")
    assert len(report.errors) == 1
    assert logged(shop) == []


def test_values_with_an_address_or_a_number_of_a_person_are_left_out(shop, file):
    table = "shopper,contact,size\nann,ann@mail.com,38\nbob,13800138000,42\n"
    report = import_profiles(shop, file(table))
    assert [(w.line, w.column) for w in report.warnings] == [(2, "contact"), (3, "contact")]
    assert logged(shop) == [("ann", {"size": "38"}), ("bob", {"size": "42"})]


@pytest.mark.parametrize(
    ("table", "mapping", "says"),
    [
        ("wer,size\nann,1\n", None, "no column 'shopper'"),
        ("shopper,size\n,1\n", None, "None of the rows"),
        (MAPPED, "columns: {shopper: kunden}\n", "'kunden'.*nearest one is 'kunde'"),
        (MAPPED, "columns: {}\n", "does not say which column is `shopper`"),
        (MAPPED, "columns: {shopper: kunde, size: sizes}\n", "go under `attributes:`"),
        (MAPPED, "attributes: {size: sizes}\n", "needs a block `columns:`"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(shop, file, table, mapping, says):
    with pytest.raises(FeedError, match=says):
        import_profiles(shop, file(table), file(mapping, "map.yml") if mapping else None)
    assert logged(shop) == []


PROFILE = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["1", "2"]), max_size=3)
TABLES = st.lists(st.dictionaries(st.sampled_from(["ann", "bob"]), PROFILE), max_size=5)


@settings(deadline=None)
@given(TABLES)
def test_the_log_says_what_the_tables_said_last_and_each_twice_adds_nothing(tables):
    log: list[Event] = []
    expected: dict[str, dict[str, str]] = {}
    for table in tables:
        log += _events(table, _known(log), NOON)
        assert list(_events(table, _known(log), NOON)) == []
        for shopper, profile in table.items():
            expected.setdefault(shopper, {}).update(profile)
    known = {shopper: one.profile for shopper, one in _known(log).items()}
    assert known == {shopper: profile for shopper, profile in expected.items() if profile}
    assert len({event.key for event in log}) == len(log)
